"""Filters of lists of cases as chips and fields; all of them live in the address."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.domains.cases.queries import filtering, picking, wording
from linli.domains.cases.queries.filtering import Filter
from linli.domains.cases.queries.reaching import area_choices
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.lists import Chip, ChipGroup


@dataclass(frozen=True, slots=True)
class Select:
    """A choice too long for chips: a list in the form of more filters."""

    name: str
    label: str
    value: str
    choices: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How a list may be narrowed: chips that are always there, and a form with the rest.

    set      chips of what is set in that form; a click takes it away
    hidden   what the form must carry along
    """

    chips: tuple[ChipGroup, ...]
    selects: tuple[Select, ...]
    set: tuple[Chip, ...]
    hidden: tuple[tuple[str, str], ...]


KEPT = ("due", "flag", "tab", "order")
"""What the form of more conditions carries along."""


def narrowing(request: ActorRequest, asked: Filter) -> Narrowing:
    """The chips and lists for the filter in this address."""
    chips = (
        lists.chips(request, "due", _pairs(filtering.DUE), label=_("时限")),
        lists.chips(request, "flag", _pairs(filtering.FLAGS), label=_("标记"), is_many=True),
    )
    selects = _selects(asked, area_choices(request.post))
    hidden = tuple((name, value) for name in KEPT for value in request.GET.getlist(name))
    return Narrowing(chips, selects, tuple(_set(request, selects, asked)), hidden)


def _pairs(labels: object) -> list[tuple[str, str]]:
    assert isinstance(labels, dict)
    return [(code, str(label)) for code, label in labels.items()]


def _selects(asked: Filter, areas: tuple[tuple[str, str], ...]) -> tuple[Select, ...]:
    made = [
        Select("state", _("状态"), asked.state[0] if asked.state else "", filtering.state_choices()),
        Select("area", _("区域"), asked.area, list(areas)),
        Select("opened", _("上报时间"), asked.opened, _pairs(filtering.OPENED)),
        Select("emergency", _("应急等级"), asked.emergency[0] if asked.emergency else "", wording.emergencies()),
        Select("category", _("分类"), asked.category, picking.category_classes()),
        Select("problem", _("突出问题"), asked.problem, wording.choices("problem_classes")),
        Select("source", _("来源"), asked.source[0] if asked.source else "", wording.choices("sources")),
        Select("level", _("发现层级"), asked.level, wording.choices("discovery_levels")),
        Select("small", _("五小类别"), asked.small, wording.choices("five_kinds")),
        Select("sphere", _("领域"), asked.sphere, wording.spheres()),
        Select("stage", _("环节"), asked.stage, _pairs(wording.STAGES)),
    ]
    return tuple(select for select in made if select.choices)


def _set(request: ActorRequest, selects: tuple[Select, ...], asked: Filter) -> list[Chip]:
    found = []
    for select in selects:
        if select.value:
            label = dict(select.choices).get(select.value, select.value)
            found.append(Chip(f"{select.label}:{label}", lists.address(request.GET, select.name, []), True))
    for name, label in (("text", _("文字")), ("holder", _("承办单位")), ("since", _("自")), ("until", _("至"))):
        if value := getattr(asked, name):
            found.append(Chip(f"{label}:{value}", lists.address(request.GET, name, []), True))
    return found
