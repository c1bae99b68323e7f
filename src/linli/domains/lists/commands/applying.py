"""Applying for admission: drawn up by a department, looked at at once, submitted to the first level of review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.utils.translation import gettext as _

from linli.domains.lists.commands.reviewing import call_off_reviews, open_reviews
from linli.domains.lists.flow import ADMISSION
from linli.domains.lists.models import Application
from linli.domains.lists.queries import admission_check, review_levels
from linli.domains.lists.queries.admission_check import Found, Plan
from linli.kernel.catalog import terms
from linli.kernel.catalog.admitted import above, standing
from linli.kernel.catalog.models import Admission, WorkItem, WorkList
from linli.kernel.catalog.terms import Layer, Stand, Terms
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import open_matter, take, wait_for_key
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.flow.whole import whole
from linli.kernel.ledger.models import Account
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
RIGHT = "apply_admission"
MOST_MONEY_FEN = 10**12


class ApplicationRefused(Refused):
    """Not what an application may look like; the message names the part."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is applied for. ``hours`` and ``forms`` are those of one time, ``times`` and ``money_fen`` of a year and
    one bearer.

    people    how many of the bearer are at it each time, every one of them for ``hours``
    area      the district, or streets of it
    item      when it stands on the list already: to be asked in more places, or ``renews`` what ends
    collects  codes of ``packs/lists/held.csv``, or names of other data
    limit     amount and time base, e.g. ``(5, "working_days")``
    """

    worklist: WorkList
    area: Sequence[Unit]
    title: str
    why: str
    valid_from: date
    valid_to: date | None = None
    kind: str = Application.Kind.REGULAR
    heading: str = ""
    content: str = ""
    sunset: date | None = None
    duty_class: str = ""
    load_kind: str = "task"
    frequency: str = "on_demand"
    people: float = 1
    hours: float = 0
    times: float = 0
    forms: int = 0
    money_fen: int = 0
    money_from: str = ""
    collects: Sequence[str] = ()
    bases: Sequence[str] = ()
    evidence: Sequence[str] = ()
    guide: Sequence[str] = ()
    categories: Sequence[str] = ()
    limit: tuple[float, str] = (0, "")
    item: WorkItem | None = None
    renews: Admission | None = None
    keywords: Sequence[str] = field(default_factory=tuple)

    @property
    def work_hours(self) -> float:
        """Hours of work that one time takes, of all who are at it; somebody always is."""
        return self.hours * (self.people or 1)

    def plan(self) -> Plan:
        return Plan(
            self.worklist, self.area, self.title, self.content, self.duty_class, self.collects, self.work_hours,
            self.times, self.forms, self.item.pk if self.item else None,
        )  # fmt: skip


@whole
def draft(wish: Wish, *, key: UUID, actor: Actor, at: datetime) -> Application:
    """Open an application; sent again with the same ``key``, the first is the answer. Raises ApplicationRefused."""
    wait_for_key(key)
    if (earlier := Application.objects.filter(pk=key).first()) is not None:
        return earlier
    held = org.holds_right(actor, RIGHT, at=at)
    if held is None:
        raise ApplicationRefused(_("申请准入由部门经办人或单位负责人提出。"))
    unit = org.kept_unit(held.unit_id)
    _refuse(wish, unit)
    matter = open_matter(
        ADMISSION, title=_("申请准入：%(title)s") % {"title": wish.title.strip()}, home=org.home_of(unit), unit=unit,
        actor=actor, at=at, key=key, role=held.role,
    )  # fmt: skip
    return Application.objects.create(matter=matter, **_fields(wish, unit))


@whole
def revise(application: Application, wish: Wish, *, actor: Actor, at: datetime, seen: int | None = None) -> Entry:
    """Change a draft. Raises ApplicationRefused, StepRefused."""
    _refuse(wish, application.matter.unit)
    fields = _fields(wish, application.matter.unit)
    entry = take(ADMISSION, "revise", application, actor=actor, at=at, seen=seen)
    for name, value in fields.items():
        setattr(application, name, value)
    application.save()
    return entry


def _refuse(wish: Wish, unit: Unit) -> None:
    district = review_levels.district_of(unit)
    if not wish.area:
        raise ApplicationRefused(_("请选择要在哪里开展。"), field="area")
    own = org.home_of(unit).path
    for part in wish.area:
        if not part.path.startswith(own) or not part.path.startswith(wish.worklist.unit.path):
            raise ApplicationRefused(_("%(unit)s不在可申请的范围内。") % {"unit": part.name}, field="area")
    if not wish.worklist.kind.is_binding or not wish.worklist.unit.path.startswith(district.path):
        raise ApplicationRefused(_("请选择本区居(村)委会的清单。"), field="worklist")
    _refuse_words(wish)
    _refuse_term(wish)
    _refuse_money(wish, unit)


def _refuse_words(wish: Wish) -> None:
    for name, text in (("title", wish.title), ("why", wish.why), ("content", wish.content)):
        if found := personal_data_in(text):
            raise ApplicationRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field=name)
    if not clean(wish.title, 120):
        raise ApplicationRefused(_("请写明要居(村)委会做什么。"), field="title")
    if not clean(wish.why, 400):
        raise ApplicationRefused(_("请写明为什么需要下沉。"), field="why")


def _refuse_term(wish: Wish) -> None:
    if wish.kind not in Application.Kind.values:
        raise ApplicationRefused(_("请选择长期或试行。"), field="kind")
    if wish.kind == Application.Kind.TRIAL and wish.valid_to is None:
        raise ApplicationRefused(_("试行须写明到哪一天为止。"), field="valid_to")
    if wish.valid_to is not None and wish.valid_to <= wish.valid_from:
        raise ApplicationRefused(_("有效期的结束须晚于开始。"), field="valid_to")
    for name in ("people", "hours", "times", "forms"):
        if not 0 <= getattr(wish, name) <= 100_000:
            raise ApplicationRefused(_("请填写合理的数。"), field=name)


def _refuse_money(wish: Wish, unit: Unit) -> None:
    """费随事转: what costs names the account out of which it is paid, and that is the applicant's own."""
    if not 0 <= wish.money_fen <= MOST_MONEY_FEN:
        raise ApplicationRefused(_("请填写合理的数。"), field="money")
    if not wish.money_fen:
        return
    account = Account.objects.filter(code=wish.money_from, kind=Account.Kind.HELD, closed_at=None).first()
    if account is None or not org.kept_unit(account.unit_id).path.startswith(unit.path):
        raise ApplicationRefused(_("经费随事转移：请选择本单位的经费账户。"), field="money_from")


def _fields(wish: Wish, unit: Unit) -> dict[str, Any]:
    return {
        "worklist": wish.worklist, "item": wish.item, "renews": wish.renews, "kind": wish.kind,
        "said": _said(wish, unit), "why": clean(wish.why, 400), "units": [part.pk for part in wish.area],
        "people": wish.people,
        "hours": wish.hours, "times": wish.times, "forms": wish.forms, "money_fen": wish.money_fen,
        "money_from": wish.money_from if wish.money_fen else "", "valid_from": wish.valid_from,
        "valid_to": wish.valid_to, "collects": [clean(code, 40) for code in wish.collects if code.strip()][:20],
    }  # fmt: skip


def _said(wish: Wish, unit: Unit) -> dict[str, Any]:
    """What the item is to say, as a line of a proposal says it. Raises TermsRefused."""
    amount, base = wish.limit
    layer: Layer = "department" if unit.kind == "department" else "office"
    said = Terms(
        content=clean(wish.content, 200), duty_class=wish.duty_class, people="",
        stands=(Stand(layer=layer, unit=unit.code), Stand(layer="committee", part="co")),
        bases=tuple(wish.bases), limit_amount=amount, limit_base=base if amount else "", frequency=wish.frequency,
        minutes=round(wish.work_hours * 60), forms=wish.forms, load_kind=wish.load_kind, evidence=tuple(wish.evidence),
        guide=tuple(wish.guide), categories=tuple(wish.categories),
        sunset=wish.sunset.isoformat() if wish.sunset else "",
    )  # fmt: skip
    return {
        "title": clean(wish.title, 120), "heading": clean(wish.heading, 60),
        "keywords": [clean(word, 40) for word in wish.keywords][:20], "terms": terms.stored(terms.check(said)),
        "source": _("准入申请"), "confidence": "",
    }  # fmt: skip


def wish_of(application: Application) -> Wish:
    """The application as it was wished for, to be checked or changed."""
    said: Mapping[str, Any] = application.said
    told = terms.read(said["terms"])
    return Wish(
        worklist=application.worklist, area=review_levels.kept_units(application.units), title=said["title"],
        why=application.why, valid_from=application.valid_from, valid_to=application.valid_to, kind=application.kind,
        heading=said.get("heading", ""), content=told.content, keywords=said.get("keywords", ()),
        sunset=date.fromisoformat(told.sunset) if told.sunset else None, duty_class=told.duty_class,
        load_kind=told.load_kind, frequency=told.frequency, people=application.people, hours=application.hours,
        times=application.times, forms=application.forms, money_fen=application.money_fen,
        money_from=application.money_from, collects=application.collects, bases=told.bases, evidence=told.evidence,
        guide=told.guide, categories=told.categories, limit=(told.limit_amount, told.limit_base),
        item=application.item, renews=application.renews,
    )  # fmt: skip


@whole
def submit(
    application: Application, *, actor: Actor, at: datetime, seen: int | None = None, command: UUID | None = None
) -> Entry:
    """Hand it to the first level; what the check shows is kept with it. Raises ApplicationRefused, StepRefused."""
    matter = Matter.objects.select_related("unit", "home").get(pk=application.pk)
    wish, day = wish_of(application), at.astimezone(SHANGHAI).date()
    found = admission_check.check(wish.plan(), on=day)
    _refuse_barred(found)
    _refuse_admitted(wish, at)
    district = review_levels.district_of(matter.unit)
    first = review_levels.levels_of(district)[0]
    changes = {
        "found": msgspec.to_builtins(found), "held": [one.name for one in found.held], "bearers": found.bearers,
        "level": first.no,
    }  # fmt: skip
    entry = take(ADMISSION, "submit", application, actor=actor, at=at, seen=seen, command=command, changes=changes)
    open_reviews(application, wish.area, first, at=at)
    return entry


def _refuse_barred(found: Found) -> None:
    if found.barred:
        bar = found.barred[0]
        raise ApplicationRefused(
            _("“%(what)s”属于禁止下派的职责：%(basis)s。") % {"what": bar.name, "basis": bar.basis}, field="duty_class"
        )
    if not found.bearers:
        raise ApplicationRefused(_("所选范围内没有承担单位。"), field="area")


def _refuse_admitted(wish: Wish, at: datetime) -> None:
    """What may be asked everywhere in the area already needs no application, unless it is about to end."""
    if wish.item is None or wish.renews is not None:
        return
    over = set(standing(at).filter(item=wish.item).values_list("unit_id", flat=True))
    if all(over & set(above(part)) for part in wish.area):
        raise ApplicationRefused(_("这一事项在所选范围内已经准入。"), field="area")


@whole
def withdraw(
    application: Application, reason: str, *, actor: Actor, at: datetime, seen: int | None = None,
    command: UUID | None = None,
) -> Entry:  # fmt: skip
    """Take it back; reviews and opinions that are still open end with it. Raises StepRefused."""
    entry = take(ADMISSION, "withdraw", application, actor=actor, at=at, note=reason, seen=seen, command=command)
    call_off_reviews(application, at=at)
    return entry
