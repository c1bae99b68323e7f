from django.apps import AppConfig


class Notices(AppConfig):
    name = "linli.kernel.messages"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
