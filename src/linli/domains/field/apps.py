from django.apps import AppConfig


class Field(AppConfig):
    name = "linli.domains.field"
    label = "field"
    default_auto_field = "django.db.models.BigAutoField"
