from django.apps import AppConfig


class Lists(AppConfig):
    name = "linli.domains.lists"
    label = "lists"
    default_auto_field = "django.db.models.BigAutoField"
