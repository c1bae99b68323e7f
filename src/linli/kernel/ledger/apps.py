from django.apps import AppConfig


class LedgerApp(AppConfig):
    name = "linli.kernel.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
