from django.apps import AppConfig


class Safety(AppConfig):
    name = "linli.domains.safety"
    label = "safety"
    default_auto_field = "django.db.models.BigAutoField"
