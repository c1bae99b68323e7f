from django.apps import AppConfig


class Meetings(AppConfig):
    name = "linli.kernel.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"
