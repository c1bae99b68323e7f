"""``linli migrate``: the schema as its owner, then the application's rights on it. ``linli django``: Django's own."""

import os

import psycopg
from django.core.management import call_command, execute_from_command_line

from .postgres import rights


def migrate(arguments: list[str]) -> int:
    """Apply what is missing. Takes the arguments of Django's ``migrate``."""
    call_command("migrate", *arguments, interactive=False)
    application = os.environ.get("LINLI_APPLICATION_URL", "")
    role = psycopg.conninfo.conninfo_to_dict(application).get("user") if application else None
    owner = os.environ["DATABASE_URL"]
    if role and role != psycopg.conninfo.conninfo_to_dict(owner).get("user"):
        with psycopg.connect(owner) as connection:
            rights.grant(connection, role=str(role))
    return 0


def django(arguments: list[str]) -> int:
    """Hand over to Django's command line."""
    execute_from_command_line(["linli django", *arguments])
    return 0
