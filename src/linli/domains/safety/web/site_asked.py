"""What the address of a register page asks for, and its chips."""

from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from linli.domains.safety.queries import site_register
from linli.domains.safety.queries.site_choices import COLOURS, TARGETS
from linli.domains.safety.queries.site_register import WANTS, Narrow
from linli.kernel.errors import NotFound
from linli.kernel.org.http import ActorRequest
from linli.kernel.registry.queries import paths_of
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import View, for_staff


def with_territory(view: View) -> View:
    """A page for staff with a territory: members of a federation and firms have no register of places."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not paths_of(request.actor):
            raise NotFound
        return view(request, *args, **kwargs)

    return for_staff(guarded)


def narrow_of(request: ActorRequest) -> Narrow:
    asked = request.GET
    return Narrow(
        asked.get("q", "")[:60], asked.get("kind", "")[:30], asked.get("target", "")[:10],
        asked.get("colour", "")[:10], whole(asked.get("unit", "")),
        tuple(want for want in asked.getlist("want") if want in WANTS),
        "closed" if asked.get("state") == "closed" else "open",
    )  # fmt: skip


def want_labels() -> dict[str, str]:
    return {
        "small": _("九小场所"), "crowded": _("人员密集"), "unwatched": _("未纳入管理"), "no_plan": _("没有方案"),
        "blanks": _("责任空缺"), "unpatrolled": _("超期未巡"),
    }  # fmt: skip


def groups(request: ActorRequest, narrow: Narrow, *, at: Any) -> tuple[list[lists.ChipGroup], dict[str, int]]:
    """Chips with their counts, and the counts."""
    counts = site_register.tallies(request.actor, narrow, at=at)
    wants = [(name, label, counts[name]) for name, label in want_labels().items()]
    colours = [(code, label, counts[code]) for code, label in COLOURS]
    made = [
        lists.chips(request, "want", wants, is_many=True, label=_("只看")),
        lists.chips(request, "target", list(TARGETS), label=_("巡查对象")),
        lists.chips(request, "colour", colours, label=_("风险")),
        lists.chips(request, "state", [("closed", _("已注销"))], label=_("状态")),
    ]
    return made, counts
