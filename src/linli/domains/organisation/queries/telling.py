"""Notices and wordings, made ready for pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from linli.kernel.flow.models import Matter
from linli.kernel.messages.models import Channel, Delivery, Language
from linli.kernel.messages.queries import NoticeLine, WordingLine

LANGUAGES: list[tuple[str, "str | Promise"]] = list(Language.choices)
CHANNELS: dict[str, "str | Promise"] = dict(Channel.choices)
STATUSES: list[tuple[str, "str | Promise"]] = list(Delivery.Status.choices)

_pages: dict[str, str] = {}


def connect(pages: Mapping[str, str]) -> None:
    """Remember the page of each flow's matters; every other flow hangs on a case and is shown by ``cases:matter``."""
    _pages.clear()
    _pages.update(pages)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice and where it leads, or ""."""

    notice: NoticeLine
    url: str


@dataclass(frozen=True, slots=True)
class KindWordings:
    """A kind of message with its wordings."""

    label: str
    wordings: tuple[tuple[str, WordingLine], ...]


def with_addresses(rows: Sequence[NoticeLine]) -> list[Told]:
    """``rows`` with the pages of their matters; one query for the numbers."""
    wanted = {row.matter_id for row in rows if row.matter_id}
    numbers = dict(Matter.objects.filter(pk__in=wanted).values_list("pk", "number"))
    return [
        Told(row, address_of(row.matter_flow, numbers.get(row.matter_id, "") if row.matter_id else "")) for row in rows
    ]


def by_kind(lines: Sequence[WordingLine]) -> list[KindWordings]:
    """Wordings under the kind of message they belong to; each with the name of its channel."""
    kinds: dict[str, list[WordingLine]] = {}
    for line in lines:
        kinds.setdefault(line.label, []).append(line)
    return [
        KindWordings(label, tuple((str(CHANNELS[line.channel]), line) for line in found))
        for label, found in kinds.items()
    ]


def address_of(flow: str, number: str) -> str:
    """The page of a matter; "" when there is none."""
    if not number:
        return ""
    try:
        return reverse(_pages.get(flow, "cases:matter"), args=[number])
    except NoReverseMatch:
        return ""
