from django.apps import AppConfig


class Web(AppConfig):
    name = "linli.web"
    label = "web"
