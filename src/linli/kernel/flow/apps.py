from django.apps import AppConfig


class FlowApp(AppConfig):
    name = "linli.kernel.flow"
    label = "flow"
    default_auto_field = "django.db.models.BigAutoField"
