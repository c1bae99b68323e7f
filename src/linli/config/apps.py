"""Start-up: connect the tables of ``wiring``."""

from django.apps import AppConfig


class Wiring(AppConfig):
    name = "linli.config"
    label = "wiring"
