"""``linli migrate``: the schema as its owner, then the application's rights on it. ``linli django``: Django's own."""

import os

import psycopg
from django.core.management import call_command, execute_from_command_line

from . import schema
from .postgres import rights


def migrate(arguments: list[str]) -> int:
    """Apply what is missing. Takes the arguments of Django's ``migrate``."""
    call_command("migrate", *arguments, interactive=False)
    owner = os.environ["DATABASE_URL"]
    application = os.environ.get("LINLI_APPLICATION_URL", "")
    role = _user(application) if application else ""
    with psycopg.connect(owner) as connection:
        if role and role != _user(owner):
            rights.grant(connection, role=role)
        if not [word for word in arguments if not word.isdigit() and not word.startswith("-")]:
            schema.mark_current(connection)
    return 0


def django(arguments: list[str]) -> int:
    """Hand over to Django's command line."""
    execute_from_command_line(["linli django", *arguments])
    return 0


def _user(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url).get("user", ""))
