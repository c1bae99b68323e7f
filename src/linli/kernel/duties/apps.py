from django.apps import AppConfig


class Duties(AppConfig):
    name = "linli.kernel.duties"
    label = "duties"
    default_auto_field = "django.db.models.BigAutoField"
