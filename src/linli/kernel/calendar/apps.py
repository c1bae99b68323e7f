from django.apps import AppConfig


class Calendar(AppConfig):
    name = "linli.kernel.calendar"
    label = "calendar"
    default_auto_field = "django.db.models.BigAutoField"
