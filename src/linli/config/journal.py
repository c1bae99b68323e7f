"""``linli verify``: is the journal what it was? ``linli roles``: who may do what. ``linli flows``: the diagrams."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from django.utils import timezone, translation

from linli.config import settings
from linli.domains.cases.queries import erased
from linli.kernel.flow import diagram, guarding, registry
from linli.kernel.org.roles import ROLES


def verify(arguments: Sequence[str]) -> int:
    """Re-hash every entry, compare states and anchors; 1 when anything is not as it was written."""
    parser = argparse.ArgumentParser(
        prog="linli verify", description="Check the journal against its hashes and anchors."
    )
    parser.add_argument("--anchor", action="store_true", help="sign today's state afterwards")
    options = parser.parse_args(arguments)
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
    found = list(guarding.faults())
    for fault in found:
        sys.stdout.write(f"{fault.what}\t{fault.where}\n")
    sys.stdout.write(f"{len(found)} faults\n{erased()} reports with words destroyed by a step\n")
    if options.anchor and not found:
        anchor = guarding.drop_anchor(timezone.localdate())
        sys.stdout.write(f"anchor {anchor.on}: {anchor.matters} matters, {anchor.entries} entries\n")
    return 1 if found else 0


def roles(arguments: Sequence[str]) -> int:
    """Print roles × flows × steps, one line each, as a table."""
    argparse.ArgumentParser(prog="linli roles", description="Print who may take which step.").parse_args(arguments)
    sys.stdout.write(matrix())
    return 0


def matrix() -> str:
    """Every role with its rights and the steps it may take, as tab-separated lines."""
    lines = ["role\tname\tlevel\trights\tflow\tsteps"]
    for role in ROLES:
        head = f"{role.code}\t{role.label}\t{role.level}\t{' '.join(sorted(role.rights))}"
        taken = [
            (flow.code, " ".join(s.name for s in flow.steps if any(w.role == role.code for w in s.who)))
            for flow in registry.flows().values()
        ]
        held = [(code, steps) for code, steps in taken if steps] or [("-", "-")]
        lines += [f"{head}\t{code}\t{steps}" for code, steps in held]
    for kind in ("assignee", "system", "reporter"):
        for flow in registry.flows().values():
            if steps := " ".join(s.name for s in flow.steps if kind in map(str, s.who)):
                lines.append(f"({kind})\t\t\t\t{flow.code}\t{steps}")
    return "\n".join(lines) + "\n"


def flows(arguments: Sequence[str]) -> int:
    """Write docs/flows/*.md from the flow tables; with --check say whether they are out of date."""
    parser = argparse.ArgumentParser(prog="linli flows", description="Generate the flow diagrams.")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a file is out of date")
    options = parser.parse_args(arguments)
    folder = settings.ROOT / "docs" / "flows"
    stale = []
    with translation.override("zh-hans"):
        for flow in registry.flows().values():
            file = folder / f"{flow.code}.md"
            text = diagram.page(flow)
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                stale.append(file)
                _write(file, text, changes=not options.check)
    for file in stale:
        sys.stdout.write(f"{'stale' if options.check else 'written'}: {file.name}\n")
    return 1 if stale and options.check else 0


def _write(file: Path, text: str, *, changes: bool) -> None:
    if changes:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
