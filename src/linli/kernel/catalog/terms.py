"""What an item of a work list says beside its title: people, money, things, matters, and how the work is done."""

from typing import Any, Literal

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.errors import Refused

Layer = Literal["department", "office", "centre", "committee"]
Part = Literal["lead", "co"]

LAYERS: tuple[tuple[Layer, str | Promise], ...] = (
    ("department", gettext_lazy("区级部门")),
    ("office", gettext_lazy("街道内设机构")),
    ("centre", gettext_lazy("街道中心")),
    ("committee", gettext_lazy("居(村)委会")),
)
"""The four layers along which work travels (000-23), from above."""

PUBLIC_CLASSES: dict[str, str | Promise] = {
    "service": gettext_lazy("公共服务"),
    "management": gettext_lazy("公共管理"),
    "safety": gettext_lazy("公共安全"),
}
"""三公 (003-04)."""

FREQUENCIES: dict[str, tuple[str | Promise, float]] = {
    "on_demand": (gettext_lazy("按需"), 0),
    "once": (gettext_lazy("一次"), 1),
    "daily": (gettext_lazy("每日"), 250),
    "weekly": (gettext_lazy("每周"), 52),
    "halfmonthly": (gettext_lazy("每半月"), 24),
    "monthly": (gettext_lazy("每月"), 12),
    "quarterly": (gettext_lazy("每季度"), 4),
    "halfyearly": (gettext_lazy("每半年"), 2),
    "yearly": (gettext_lazy("每年"), 1),
}
"""How often an item is done: code → its name and the times in a year (0: as it comes)."""

LOAD_KINDS: dict[str, str | Promise] = {
    "task": gettext_lazy("工作任务"),
    "form": gettext_lazy("报表"),
    "ledger": gettext_lazy("台账"),
    "report": gettext_lazy("材料"),
    "inspection": gettext_lazy("检查"),
    "appraisal": gettext_lazy("考核评比"),
    "meeting": gettext_lazy("会议"),
}
"""What an item puts upon a committee (001a-03)."""

DECISIONS: dict[str, str | Promise] = {
    "allow": gettext_lazy("可以盖章"),
    "allow_if": gettext_lazy("符合条件可以盖章"),
    "deny": gettext_lazy("不能盖章"),
}
"""What the seal list says of a matter (000-18)."""


class TermsRefused(Refused):
    """Not what the terms of an item may look like; the message names the part."""


class Stand(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One unit's part in an item.

    unit    code of a unit; "" where ``office`` names the same body of every street, e.g. ``"pab"``
    """

    layer: Layer
    unit: str = ""
    office: str = ""
    part: Part = "lead"
    duty: str = ""


class Terms(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """See the module. All texts are short; lists are bounded by ``limits``.

    stands      who has which part, layer by layer (people, 人); ``people`` says in words who takes part
    budget_fen  for a year (money, 财)
    things      assets and places used (物)
    categories  numbers of the case catalogue worked under it (matters, 事); ``links`` other items by number
    bases       codes of basis documents
    limit_amount, limit_base  how long one execution may take; base as in ``kernel/calendar``
    minutes, forms  load of one execution on whoever bears it; ``load_kind`` of what sort
    sunset      ISO day on which the item is to be examined and else ends
    decision, instead, papers, approval, reason   of a seal list: see ``DECISIONS``; ``instead`` who issues it
    """

    content: str = ""
    public_class: str = ""
    duty_class: str = ""
    stands: tuple[Stand, ...] = ()
    people: str = ""
    budget_fen: int = 0
    things: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    conditions: str = ""
    limit_amount: float = 0
    limit_base: str = ""
    frequency: str = "on_demand"
    minutes: int = 0
    forms: int = 0
    load_kind: str = "task"
    evidence: tuple[str, ...] = ()
    guide: tuple[str, ...] = ()
    is_key: bool = False
    sunset: str = ""
    decision: str = ""
    instead: str = ""
    papers: tuple[str, ...] = ()
    approval: str = ""
    reason: str = ""

    @property
    def times_a_year(self) -> float:
        return FREQUENCIES.get(self.frequency, ("", 0))[1]


_KNOWN: dict[str, tuple[str, ...]] = {
    "public_class": ("", *PUBLIC_CLASSES),
    "frequency": tuple(FREQUENCIES),
    "load_kind": tuple(LOAD_KINDS),
    "decision": ("", *DECISIONS),
    "limit_base": ("", "continuous", "working_minutes", "working_days"),
}
_MOST = {"stands": 40, "things": 20, "categories": 200, "links": 60, "bases": 30, "evidence": 20, "guide": 30}


def read(stored: Any) -> Terms:
    """The terms as kept with a wording. Raises TermsRefused for what is none."""
    try:
        terms = msgspec.convert(stored, Terms)
    except msgspec.ValidationError as error:
        raise TermsRefused(_("条目内容不合格式：%(why)s") % {"why": error}) from error
    return check(terms)


def check(terms: Terms) -> Terms:
    """``terms`` if every part is one that exists and within bounds. Raises TermsRefused."""
    for name, known in _KNOWN.items():
        if getattr(terms, name) not in known:
            raise TermsRefused(_("“%(value)s”不是可选的值。") % {"value": getattr(terms, name)}, field=name)
    for name, most in _MOST.items():
        if len(getattr(terms, name)) > most:
            raise TermsRefused(_("最多%(most)s项。") % {"most": most}, field=name)
    for name in ("budget_fen", "minutes", "forms", "limit_amount"):
        if getattr(terms, name) < 0:
            raise TermsRefused(_("不能是负数。"), field=name)
    if bool(terms.limit_amount) != bool(terms.limit_base):
        raise TermsRefused(_("时限要同时写明数量和计时方式。"), field="limit_amount")
    return terms


def stored(terms: Terms) -> dict[str, Any]:
    """As kept with a wording: only what was said."""
    plain: dict[str, Any] = msgspec.to_builtins(terms)
    return plain
