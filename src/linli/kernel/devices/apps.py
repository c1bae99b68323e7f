from django.apps import AppConfig


class Devices(AppConfig):
    name = "linli.kernel.devices"
    label = "devices"
    default_auto_field = "django.db.models.BigAutoField"
