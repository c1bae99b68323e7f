"""What somebody typed becomes a wish: lists, units and documents by their keys, sums in fen."""

from collections.abc import Mapping
from typing import Any

from linli.domains.lists.commands.applying import ApplicationRefused, Wish
from linli.domains.lists.queries.reach import visible_lists
from linli.domains.lists.queries.review_levels import kept_units
from linli.kernel.catalog.models import Admission, WorkItem
from linli.kernel.catalog.terms import FREQUENCIES
from linli.kernel.org.models import Actor

PARTS = ("；", ";", "\n")


def read_wish(
    values: Mapping[str, Any], *, actor: Actor, item: WorkItem | None = None, renews: Admission | None = None
) -> Wish:
    """``values`` as the form cleaned them. Raises ApplicationRefused."""
    worklist = visible_lists(actor).select_related("kind", "unit").filter(pk=int(values["worklist"])).first()
    if worklist is None:
        raise ApplicationRefused("", field="worklist")
    frequency = values["frequency"]
    times = values["times"] if values["times"] is not None else FREQUENCIES[frequency][1]
    other = [part.strip()[:40] for part in _parts(values["collects_other"])]
    days = values["limit_days"]
    return Wish(
        worklist=worklist, area=kept_units([int(key) for key in values["area"]]), title=values["title"],
        why=values["why"], valid_from=values["valid_from"], valid_to=values["valid_to"], kind=values["kind"],
        heading=values["heading"], content=values["content"], sunset=values["sunset"],
        duty_class=values["duty_class"], load_kind=values["load_kind"], frequency=frequency,
        people=values["people"] or 0, hours=values["hours"] or 0, times=times, forms=values["sheets"] or 0,
        money_fen=round((values["money_yuan"] or 0) * 100), money_from=values["money_from"],
        collects=[*values["collects"], *(part for part in other if part)], bases=values["bases"],
        evidence=_parts(values["evidence"]), guide=_parts(values["guide"]),
        limit=(days, "working_days") if days else (0, ""), item=item, renews=renews,
    )  # fmt: skip


def _parts(text: str) -> list[str]:
    for part in PARTS:
        text = text.replace(part, "\n")
    return [one.strip()[:120] for one in text.split("\n") if one.strip()][:20]


def values_of(wish: Wish) -> dict[str, Any]:
    """A wish as the form shows it again."""
    known = {key: getattr(wish, key) for key in (
        "title", "why", "valid_from", "valid_to", "kind", "heading", "content", "sunset", "duty_class", "load_kind",
        "frequency", "people", "hours", "times", "money_from",
    )}  # fmt: skip
    return known | {
        "sheets": wish.forms,
        "worklist": str(wish.worklist.pk), "area": [str(unit.pk) for unit in wish.area],
        "money_yuan": wish.money_fen / 100 or None, "collects": list(wish.collects), "bases": list(wish.bases),
        "collects_other": "；".join(code for code in wish.collects if not code.isascii()),
        "evidence": "；".join(wish.evidence), "guide": "\n".join(wish.guide), "limit_days": wish.limit[0] or None,
    }  # fmt: skip
