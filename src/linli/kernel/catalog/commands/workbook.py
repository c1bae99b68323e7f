"""A city's workbook becomes a version of a list: looked at, then proposed, then published by a person."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.catalog import queries
from linli.kernel.catalog.commands.versions import CatalogRefused, propose
from linli.kernel.catalog.entries import Entry
from linli.kernel.catalog.form import Form, Line, LineError
from linli.kernel.catalog.models import CodeSet, Version
from linli.kernel.org.models import Actor


@dataclass(frozen=True, slots=True)
class Preview:
    """What a workbook would do to a list; nothing is stored.

    entries   the list as it would be, with the limits each number brings
    errors    lines that are not taken, and why
    added, renamed, kept, gone  numbers, against the list in force; ``gone`` is empty when only limits are taken
    """

    code_set: str
    entries: tuple[Entry, ...]
    errors: tuple[LineError, ...]
    limits: int
    added: tuple[str, ...] = field(default=())
    renamed: tuple[str, ...] = field(default=())
    kept: tuple[str, ...] = field(default=())
    gone: tuple[str, ...] = field(default=())


def preview(form: Form, *, code_set: str, numbers_of: str = "") -> Preview:
    """What the workbook would do.

    code_set    the list it is for
    numbers_of  the list its numbers belong to, when another one (e.g. ``"events2013"`` for ``"matters"``): then only
                limits are taken, through the crosswalk, and the list itself stays as it is
    """
    if numbers_of and numbers_of != code_set:
        return _limits_through_crosswalk(form, code_set, numbers_of)
    present = {entry.code: entry for entry in queries.items(code_set)}
    entries = _entries(form, present)
    codes = {entry.code for entry in entries}
    return Preview(
        code_set,
        tuple(entries),
        form.errors,
        limits=len(form.lines),
        added=tuple(sorted(codes - present.keys())),
        renamed=tuple(sorted(entry.code for entry in entries if "renamed_from" in entry.attributes)),
        kept=tuple(sorted(codes & present.keys())),
        gone=tuple(sorted(present.keys() - codes)),
    )


@transaction.atomic
def propose_form(
    seen: Preview, *, valid_from: date, origin: str, file_hash: str, actor: Actor, at: datetime
) -> Version:
    """Store what was previewed as a proposed version. Refused while lines are wrong: a list is taken whole."""
    if seen.errors:
        raise CatalogRefused(_("还有%(count)d行有误，请改正后再导入。") % {"count": len(seen.errors)})
    if not seen.limits:
        raise CatalogRefused(_("文件中没有可用的行。"))
    code_set = CodeSet.objects.get(code=seen.code_set)
    return propose(
        code_set, seen.entries, valid_from=valid_from, origin=origin, file_hash=file_hash, actor=actor, at=at
    )


def _entries(form: Form, present: dict[str, Entry]) -> list[Entry]:
    found: dict[str, Entry] = {}
    lines: dict[str, list[Line]] = {}
    for line in form.lines:
        if line.class_code not in found:
            found[line.class_code] = _entry(line.class_code, line.class_name or line.class_code, "class", "", present)
        if line.code not in found:
            kind = present[line.code].kind if line.code in present else "matter"
            found[line.code] = _entry(line.code, line.name, kind, line.class_code, present)
        lines.setdefault(line.code, []).append(line)
    return [_with_limits(entry, lines.get(entry.code, [])) for entry in found.values()]


def _entry(code: str, name: str, kind: str, parent_code: str, present: dict[str, Entry]) -> Entry:
    before = present.get(code)
    if before is None:
        return Entry(code, name, kind, parent_code, is_local=True, confidence="local")
    attributes = {key: value for key, value in before.attributes.items() if key not in ("limits", "renamed_from")}
    if before.name != name:
        attributes["renamed_from"] = before.name
    return replace(before, name=name, kind=kind, parent_code=parent_code, attributes=attributes)


def _with_limits(entry: Entry, lines: list[Line]) -> Entry:
    if not lines:
        return entry
    limits = [
        {
            "condition": line.condition,
            "amount": line.amount,
            "base": line.base,
            "close_condition": line.close_condition,
        }
        for line in lines
    ]
    units = {"unit": lines[0].unit, "department": lines[0].department}
    return replace(entry, attributes={**entry.attributes, **units, "limits": limits})


def _limits_through_crosswalk(form: Form, code_set: str, numbers_of: str) -> Preview:
    lines: dict[str, list[Line]] = {}
    errors = list(form.errors)
    for line in form.lines:
        numbers = queries.corresponding(numbers_of, line.code, code_set)
        for number in numbers:
            lines.setdefault(number, []).append(line)
        if not numbers:
            message = _("编号%(code)s“%(name)s”在新清单中没有对应。") % {"code": line.code, "name": line.name}
            errors.append(LineError(line.line, "小类代码", message))
    entries = [_with_limits(_without_limits(entry), lines.get(entry.code, [])) for entry in queries.items(code_set)]
    return Preview(
        code_set,
        tuple(entries),
        tuple(sorted(errors, key=lambda error: error.line)),
        limits=sum(map(len, lines.values())),
        kept=tuple(entry.code for entry in entries),
    )


def _without_limits(entry: Entry) -> Entry:
    return _entry(entry.code, entry.name, entry.kind, entry.parent_code, {entry.code: entry})
