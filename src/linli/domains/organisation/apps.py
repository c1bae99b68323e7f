from django.apps import AppConfig


class Organisation(AppConfig):
    name = "linli.domains.organisation"
    label = "organisation"
    default_auto_field = "django.db.models.BigAutoField"
