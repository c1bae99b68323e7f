"""Start-up: connect the tables of ``wiring``."""

from django.apps import AppConfig
from django.conf import settings

from linli.kernel.org import sealing


class Wiring(AppConfig):
    name = "linli.config"
    label = "wiring"

    def ready(self) -> None:
        sealing.use_keys(settings.LINLI_KEYS)
