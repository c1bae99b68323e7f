"""The lists and limits in memory: what is this number, what was it called, how long may it take."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.kernel.calendar.fresh import Fresh
from linli.kernel.catalog.entries import Edition, Entry, Lists
from linli.kernel.catalog.limits import Asked, Limit, Rule, Rules
from linli.kernel.catalog.models import CodeSet, Correspondence, Item, Revision, TimeLimit, Version
from linli.kernel.catalog.suggesting import Suggester, Suggestion, model_file

MATTERS = "matters"
SHANGHAI = ZoneInfo("Asia/Shanghai")

_RULE_FIELDS = ("id", *(field.name for field in fields(Rule)[1:]))


@dataclass(frozen=True, slots=True)
class _Held:
    lists: Lists
    rules: dict[str, Rules]
    revision: int


def _revision() -> int:
    return Revision.objects.values_list("number", flat=True).get(pk=1)


def _build(revision: int) -> _Held:
    entries: dict[int, dict[str, Entry]] = {}
    items = Item.objects.filter(version__status=Version.Status.PUBLISHED).order_by("position", "code")
    for item in items.iterator():
        entries.setdefault(item.version_id, {})[item.code] = Entry(
            item.code,
            item.name,
            item.kind,
            item.parent_code,
            tuple(item.keywords),
            item.is_local,
            item.source,
            item.confidence,
            item.attributes,
        )
    versions = Version.objects.filter(status=Version.Status.PUBLISHED).select_related("code_set")
    editions = [Edition(v.code_set.code, v.no, v.valid_from, v.valid_to, entries.get(v.pk, {})) for v in versions]
    leads = Correspondence.objects.order_by("pk").values_list("from_set__code", "from_code", "to_set__code", "to_code")
    rules: dict[str, list[Rule]] = {}
    for code_set, *row in TimeLimit.objects.order_by("pk").values_list("code_set__code", *_RULE_FIELDS):
        rules.setdefault(code_set, []).append(Rule(*row))
    return _Held(Lists(editions, list(leads)), {name: Rules(rows) for name, rows in rules.items()}, revision)


_held = Fresh(revision=_revision, build=_build)


def look_again() -> None:
    """Compare with the database at the next question instead of in two seconds."""
    _held.look_again()


def revision() -> int:
    """Number of the present content of all lists; changes with every write. For values derived from the lists."""
    return _held.get().revision


def lists() -> Lists:
    """All published lists."""
    return _held.get().lists


def local_day(at: datetime) -> date:
    """The day of ``at`` where the lists are in force."""
    return at.astimezone(SHANGHAI).date()


def item(code_set: str, code: str, on: date | None = None) -> Entry | None:
    """The entry ``code`` of the edition valid on ``on`` (without a day: the latest); None when there is none."""
    return lists().entry(code_set, code, on)


def items(code_set: str, on: date | None = None, *, kind: str = "", parent: str | None = None) -> list[Entry]:
    """The entries of a list in its order, of one kind and below one class where asked."""
    edition = lists().edition(code_set, on)
    if edition is None:
        return []
    return [
        entry
        for entry in edition.entries.values()
        if (not kind or entry.kind == kind) and (parent is None or entry.parent_code == parent)
    ]


def name_of(code_set: str, code: str) -> str:
    """What to show for a number, also a retired one; the number itself when no list ever had it."""
    entry = lists().ever(code_set, code)
    return entry.name if entry else code


def class_of(code_set: str, code: str) -> Entry | None:
    """The class (大类) that ``code`` belongs to."""
    entry = lists().ever(code_set, code)
    return lists().ever(code_set, entry.parent_code) if entry and entry.parent_code else None


def corresponding(from_set: str, code: str, to_set: str) -> tuple[str, ...]:
    """Numbers of ``to_set`` for a number of ``from_set``, by its own crosswalk row or that of its class."""
    return lists().leads_to(from_set, code, to_set)


def problem_class(code: str) -> Entry:
    """Which of the four stubborn problems (illegal building, sanitation, migrants, fire safety) a matter is, or other.

    Source: requirement 001g-63.
    """
    found = corresponding(MATTERS, code, "problem_classes")
    entry = item("problem_classes", found[0] if found else "other")
    return entry or Entry("other", _("其他"), "class")


def edition_label(code_set: str, on: date | None = None) -> str:
    """Standard and version of a list as a case keeps it, e.g. ``"GB/T 47678.5-2026 附录C v1"``."""
    edition = lists().edition(code_set, on)
    standard = CodeSet.objects.filter(code=code_set).values_list("standard_ref", flat=True).first() or code_set
    return f"{standard} v{edition.no}" if edition else standard


def matters() -> list[Entry]:
    """What a report can be about: the matters of the edition in force, without classes."""
    return items(MATTERS, kind="matter")


_suggesters: dict[tuple[int, int], Suggester] = {}


def suggest(text: str, n: int = 3) -> list[Suggestion]:
    """The likeliest matters for the words of a report, best first, in at most 5 ms. A person decides.

    Uses the list's own words and, where ``linli train categories`` has made one, the site's model.
    """
    model = model_file.get()
    key = revision(), id(model)
    suggester = _suggesters.get(key)
    if suggester is None:
        suggester = Suggester(matters(), model)
        _suggesters.clear()
        _suggesters[key] = suggester
    return suggester.suggest(text, n)


def suggest_conditions(code: str, text: str, on: date) -> list[str]:
    """Filing conditions that the matter's limits distinguish, those that the words speak of first. A person decides."""
    known = list(dict.fromkeys(rule.condition for rule in limits_of(code, on=on) if rule.condition))
    words = {entry.name: entry.keywords for entry in items("conditions")}
    said = {condition: sum(word in text for word in words.get(condition, ())) for condition in known}
    return sorted(known, key=lambda condition: -said[condition])


def limit_for(
    code: str,
    condition: str,
    units: Sequence[int],
    at: datetime,
    stage: str = "handle",
    *,
    emergency: str = "",
    unit_kind: str = "",
    code_set: str = MATTERS,
) -> Limit | None:
    """How long ``stage`` may take: the most specific row wins. None only when not even a general row exists.

    condition  filing condition (立案条件), "" when not yet known: then the longest limit of the number's conditions
    units      ids of the area's units, smallest first
    at         when the stage begins; the row valid on that local day counts
    emergency  code of the emergency level; a row for that level wins, otherwise the level's factor shortens the limit
    """
    held = _held.get()
    rules = held.rules.get(code_set)
    if rules is None:
        return None
    entry = held.lists.ever(code_set, code)
    codes = (code, entry.parent_code, "") if entry and entry.parent_code else (code, "")
    asked = Asked(codes, condition, units, local_day(at), stage, emergency, unit_kind)
    return rules.choose(asked, _factors(held.lists) if emergency else {})


def _factors(all_lists: Lists) -> dict[str, float]:
    edition = all_lists.edition("emergency_levels")
    if edition is None:
        return {}
    return {entry.code: float(entry.attributes.get("factor", 1.0)) for entry in edition.entries.values()}


def limits_of(code: str, *, on: date, stage: str = "handle", code_set: str = MATTERS) -> list[Rule]:
    """Every row of one number on a day, with conditions and local overrides, as a page lists them."""
    rules = _held.get().rules.get(code_set)
    return rules.of(code, stage, on) if rules else []


def explain(limit: Limit, *, unit_name: str = "", code_set: str = MATTERS) -> str:
    """One sentence why this limit holds, e.g. ``"第12行：01001 供水井盖异常 × 缺失/移位，2小时（连续计时）"``."""
    rule = limit.rule
    parts = [f"{rule.code} {name_of(code_set, rule.code)}" if rule.code else _("全部类别")]
    parts += [part for part in (rule.condition, unit_name) if part]
    sentence = _("第%(row)d行：%(what)s，%(how_long)s") % {
        "row": rule.row,
        "what": " × ".join(parts),
        "how_long": duration(rule.amount, rule.base),
    }
    if limit.factor != 1.0:
        sentence += _("，应急等级按%(share)d%%计") % {"share": round(limit.factor * 100)}
    if limit.open:
        sentence += _("（条件未定，暂按最长时限）")
    return sentence if rule.verified else sentence + _("（参考值，待本地核定）")


def duration(amount: float, base: str) -> str:
    """An amount in words: minutes become hours where they are whole hours."""
    if base == "working_days":
        return ngettext("%(n)g个工作日", "%(n)g个工作日", int(amount)) % {"n": amount}
    if amount % 60:
        texts = {"continuous": _("%(n)g分钟（连续计时）"), "working_minutes": _("%(n)g分钟工作时间")}
        return texts[base] % {"n": amount}
    texts = {"continuous": _("%(n)g小时（连续计时）"), "working_minutes": _("%(n)g个工作小时")}
    return texts[base] % {"n": amount / 60}
