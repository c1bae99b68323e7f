"""The command ``linli``: one table of commands, each loaded only when it is called."""

import os
import sys
from importlib import import_module
from typing import Literal, NamedTuple

Needs = Literal["nothing", "environment", "settings", "database", "owner"]


class Command(NamedTuple):
    """One line of the table.

    target   ``module:function``; called with the arguments after the command's name, returns the exit status
    help     one line for ``linli help``
    needs    what is made ready before: nothing; the environment that settings read; also Django's apps; also a
             database that answers; or the same as the owner of its schema
    """

    target: str
    help: str
    needs: Needs = "database"


COMMANDS: dict[str, Command] = {
    "run": Command("linli.config.run:run", "start everything here and show the address", "nothing"),
    "setup": Command("linli.config.migrating:migrate", "make the database ready without starting anything", "owner"),
    "migrate": Command("linli.config.migrating:migrate", "bring the database's schema up to date", "owner"),
    "web": Command("linli.config.serving:web", "serve pages and interfaces (part of run)", "settings"),
    "live": Command("linli.config.serving:live", "serve live updates (part of run)", "environment"),
    "worker": Command("linli.config.worker:work", "work off jobs and clocks (part of run)"),
    "messages": Command("linli.config.translations:messages", "collect and compile translations", "nothing"),
    "spec": Command("linli.config.requirements:show", "list which requirements tests show", "nothing"),
    "import": Command("linli.config.importing:main", "take in cases from a spreadsheet of another system"),
    "lists": Command("linli.config.lists:main", "load, import and export lists, time limits and the calendar"),
    "train": Command("linli.config.training:main", "learn to suggest categories from confirmed cases"),
    "territory": Command("linli.config.territory:main", "take in areas (GeoJSON, CSV) or division codes"),
    "rotate-keys": Command("linli.config.keyring:rotate", "seal contacts under the newest key of LINLI_KEYS"),
    "demo": Command("linli.config.demo.command:main", "load the demonstration districts"),
    "verify": Command("linli.config.journal:verify", "check the journal against its hashes and anchors"),
    "roles": Command("linli.config.journal:roles", "list roles, their rights and the steps they may take", "settings"),
    "flows": Command("linli.config.journal:flows", "write the diagrams of all flows to docs/flows", "settings"),
    "apikey": Command("linli.config.apikeys:apikey", "issue, list and revoke keys of other bodies' programs"),
    "django": Command("linli.config.migrating:django", "run a command of Django's own"),
}


def main() -> None:
    """Run the command named on the command line and leave with its exit status."""
    name, *arguments = sys.argv[1:] or ["help"]
    if name in ("help", "-h", "--help"):
        sys.stdout.write(_help())
        raise SystemExit(0)
    if name not in COMMANDS:
        sys.stderr.write(f"linli: no command {name!r}\n\n{_help()}")
        raise SystemExit(2)
    raise SystemExit(call(name, arguments))


def call(name: str, arguments: list[str]) -> int:
    """Make ready what the command needs, and run it."""
    command = COMMANDS[name]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    if command.needs == "nothing" or {"-h", "--help"} & set(arguments):
        return _run(command, arguments)
    preparing = import_module("linli.config.preparing")
    with preparing.ready(needs=command.needs):
        return _run(command, arguments)


def _run(command: Command, arguments: list[str]) -> int:
    if command.needs not in ("nothing", "environment"):
        import_module("django").setup()
    module, _, function = command.target.partition(":")
    status = getattr(import_module(module), function)(arguments)
    return int(status or 0)


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items()]
    return "\n".join(["Linli 邻里", "", "linli COMMAND [arguments…]; linli COMMAND --help tells more.", "", *lines, ""])
