"""``linli apikey``: keys for programs of other bodies. Whoever may run commands on the server may issue them."""

import argparse
import sys

from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.queries import clients
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow.system import system_actor
from linli.kernel.org import queries as org


def apikey(arguments: list[str]) -> int:
    """Issue, list and revoke. A key is shown once, when it is issued."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.do(options))
    except Refused as refusal:
        sys.stderr.write(f"linli apikey: {refusal}\n")
    except NotFound:
        sys.stderr.write("linli apikey: no such unit or key\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linli apikey", description=apikey.__doc__)
    verbs = parser.add_subparsers(required=True, metavar="issue|list|revoke")
    issue = verbs.add_parser("issue", help="register a program and print its key")
    issue.set_defaults(do=_issue)
    issue.add_argument("name", help="what the program is called in journals")
    issue.add_argument("--unit", required=True, help="code of the unit it speaks for")
    issue.add_argument("--face", action="append", choices=commands.FACES, help="interface it may use (both)")
    issue.add_argument("--source", action="append", help="code of the source list it reports under (15)")
    issue.add_argument("--system", action="append", default=[], help="system whose numbers it sends, e.g. 12345")
    issue.add_argument("--role", action="append", default=[], help="post it acts by in the unit, e.g. handler")
    issue.add_argument("--per-minute", type=int, default=600, help="requests a minute (600)")
    verbs.add_parser("list", help="all programs, revoked ones too").set_defaults(do=_list)
    revoke = verbs.add_parser("revoke", help="shut a key for good")
    revoke.set_defaults(do=_revoke)
    revoke.add_argument("prefix", help="first part of the key, up to the dot")
    return parser


def _issue(options: argparse.Namespace) -> int:
    _client, key = commands.issue_key(
        options.name, unit=org.unit_of(options.unit), actor=system_actor(), at=timezone.now(),
        faces=options.face or commands.FACES, sources=options.source or ("15",), systems=options.system,
        roles=options.role, per_minute=options.per_minute,
    )  # fmt: skip
    sys.stdout.write(f"{key}\n")
    return 0


def _list(_options: argparse.Namespace) -> int:
    for one in clients.all_clients():
        state = f"revoked {one.revoked_at:%F}" if one.revoked_at else "in use"
        faces, sources = ",".join(one.faces), ",".join(one.sources)
        sys.stdout.write(f"{one.prefix}  {one.unit.code:<20} {faces:<13} {sources:<8} {state:<18} {one.name}\n")
    return 0


def _revoke(options: argparse.Namespace) -> int:
    commands.revoke_key(options.prefix, actor=system_actor(), at=timezone.now())
    return 0
