from django.apps import AppConfig


class Text(AppConfig):
    name = "linli.kernel.text"
    label = "text"
    default_auto_field = "django.db.models.BigAutoField"
