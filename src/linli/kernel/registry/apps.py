from django.apps import AppConfig


class Registry(AppConfig):
    name = "linli.kernel.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
