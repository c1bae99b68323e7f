"""What proceeds beside a case: co-handling, invitations, requests, instructions, liaison calls, major information."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.cases.commands.acting import Given, act, in_district, person_near, step, unit_named, verb
from linli.domains.cases.flow import ASK, CO_HANDLING, INSTRUCTION, INVITATION, LIAISON_CALL, MAJOR
from linli.domains.cases.models import Ask, Case, CoHandling, Instruction, Invitation, LiaisonCall, Major
from linli.kernel.flow.commands import Command, StepRefused, open_matter, start_clocks, take_command, wait_for_key
from linli.kernel.flow.definition import Flow
from linli.kernel.flow.given import GivenFile
from linli.kernel.flow.models import Entry, Mandate, Matter
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.flow.system import system_actor
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import without_personal_data

FLOWS: dict[str, Flow] = {f.code: f for f in (CO_HANDLING, INVITATION, ASK, INSTRUCTION, LIAISON_CALL, MAJOR)}


def open_child(
    parent: Matter, flow: Flow, *, unit: Unit, title: str, actor: Actor, at: datetime, assignee: Actor | None = None,
    note: str = "", admission: int | None = None,
) -> Matter:  # fmt: skip
    """What proceeds beside ``parent``. Where the same committee holds both, under the admission it holds that by."""
    if admission is None:
        held = Mandate.objects.filter(matter=parent, bearer=unit, admission__isnull=False)
        admission = held.values_list("admission_id", flat=True).first()
    return open_matter(
        flow, title=title, home=parent.home, unit=unit, actor=actor, at=at, area=parent.area, assignee=assignee,
        parent=parent, note=note, admission=admission,
    )  # fmt: skip


@verb("link_units")
def link_units(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """Joint handling with one lead: inside the grids first, with the town's force when that is not enough (001g-39)."""
    if not given.units:
        raise StepRefused(_("请选择协办单位。"), field="units")
    case.refresh_from_db()
    kind = _linkage(given.units)
    if kind == "town" and not _may_link_town(case, actor):
        raise StepRefused(_("先网格联动；力量不足再由指挥中心协调镇级联动。"), field="units")
    entry = step(case, "link_units", given, actor, at, changes={"linkage": kind})
    ask_co_units(case, given.units, task=given.note, actor=actor, at=at, admission=given.admission)
    return entry


def _linkage(units: Sequence[int]) -> str:
    known = directory().tree.by_id
    inside = {"grid", "committee", "team", "company", "association", "station", "village"}
    return "grid" if all(known[u].kind in inside for u in units if u in known) else "town"


def _may_link_town(case: Case, actor: Actor) -> bool:
    """After grid linkage, in an emergency, or by the centre itself."""
    home = Matter.objects.select_related("home").get(pk=case.pk).home
    centre = any(org.holds(actor, role, home) for role in ("dispatcher", "duty_chief"))
    return centre or case.linkage == "grid" or case.emergency > 0


def ask_co_units(
    case: Case, units: Sequence[int], *, task: str, actor: Actor, at: datetime, admission: int | None = None
) -> list[Matter]:
    """One child for each unit that is not already at it; ``admission`` is cited for the committees among them."""
    parent = Matter.objects.select_related("home", "area").get(pk=case.pk)
    busy = set(
        Matter.objects.filter(parent=parent, flow=CO_HANDLING.code, closed_at=None).values_list("unit_id", flat=True)
    )
    made = []
    for key in dict.fromkeys(units):
        if key in busy or key == parent.unit_id:
            continue
        unit = in_district(parent, unit_named(key))
        child = open_child(
            parent, CO_HANDLING, unit=unit, actor=actor, at=at, title=_("协办：%(title)s") % {"title": parent.title},
            admission=admission,
        )  # fmt: skip
        co = CoHandling.objects.create(matter=child, task=task[:400])
        start_clocks(child, co, ("handle",), at=at)
        made.append(child)
    return made


@verb("invite")
def invite(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """约请: a department is asked to a named problem and must answer in time (003-07)."""
    if given.unit is None:
        raise StepRefused(_("请选择要约请的部门。"), field="unit")
    department = in_district(case.matter, unit_named(given.unit))
    entry = step(case, "invite", replace(given, unit=None), actor, at)
    parent = Matter.objects.select_related("home", "area").get(pk=case.pk)
    child = open_child(
        parent, INVITATION, unit=department, actor=actor, at=at, title=_("约请：%(title)s") % {"title": parent.title}
    )
    invitation = Invitation.objects.create(
        matter=child, problem=entry.note[:400], meet_where=given.text("meet_where", limit=120)
    )
    start_clocks(child, invitation, ("answer",), at=at)
    return entry


@verb("ask_for")
def ask_for(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """The holder asks for more time or for a pause; the chief decides."""
    kind = given.text("kind") or Ask.Kind.EXTENSION
    if kind not in Ask.Kind.values:
        raise StepRefused(_("请选择申请延期或挂账。"), field="kind")
    amount = given.number("amount", least=0.5, most=365) or 0.0
    if kind == Ask.Kind.EXTENSION and not amount:
        raise StepRefused(_("请填写延期时长。"), field="amount")
    entry = step(case, "ask_for", given, actor, at)
    parent = Matter.objects.select_related("home", "area").get(pk=case.pk)
    label = Ask.Kind(kind).label
    child = open_child(
        parent, ASK, unit=parent.unit, actor=actor, at=at, assignee=actor,
        title=_("申请%(kind)s：%(title)s") % {"kind": label, "title": parent.title},
    )  # fmt: skip
    ask = Ask.objects.create(matter=child, kind=kind, amount=amount, reason=entry.note[:400])
    start_clocks(child, ask, ("decide",), at=at)
    return entry


def carry_out_ask(entry: Entry) -> None:
    """Reaction to a request being granted: the clock of the case is extended, or the case is put on hold."""
    ask = Ask.objects.select_related("matter__parent").get(pk=entry.matter_id)
    case = Case.objects.get(pk=ask.matter.parent_id)
    name = "extend" if ask.kind == Ask.Kind.EXTENSION else "hold"
    given = Given(note=ask.reason, fields={"amount": f"{ask.amount:g}"})
    act(case, name, given, actor=entry.actor, at=entry.taken_at)


@verb("instruct")
def instruct(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """An instruction to one member's terminal; arrival and feedback come back as its own steps (001g-31)."""
    if given.assignee is None:
        raise StepRefused(_("请选择接收指令的人。"), field="assignee")
    member = person_near(case, given.assignee)
    entry = step(case, "instruct", replace(given, assignee=None), actor, at)
    parent = Matter.objects.select_related("home", "area", "unit").get(pk=case.pk)
    child = open_child(
        parent, INSTRUCTION, unit=parent.unit, actor=actor, at=at, assignee=member,
        title=_("指令：%(text)s") % {"text": entry.note},
    )  # fmt: skip
    instruction = Instruction.objects.create(matter=child, text=entry.note[:400])
    start_clocks(child, instruction, ("arrive",), at=at)
    return entry


@transaction.atomic
def call_liaison(case: Case, *, unit: Unit, liaison: Actor, problem: str, actor: Actor, at: datetime) -> Matter:
    """Call a linked department's liaison, who must answer; the time taken is kept (001g-19). Raises StepRefused."""
    parent = Matter.objects.select_for_update(of=("self",)).select_related("home", "area").get(pk=case.pk)
    if parent.closed_at is not None:
        raise StepRefused(_("案件已经办结，不能再呼叫联络员。"))
    in_district(parent, unit)
    if org.holds(liaison, "liaison", unit) is None:
        raise StepRefused(_("%(name)s 不是 %(unit)s 的联络员。") % {"name": liaison.name, "unit": unit.name})
    title = _("呼叫联络员：%(unit)s") % {"unit": unit.name}
    child = open_child(parent, LIAISON_CALL, unit=unit, actor=actor, at=at, assignee=liaison, title=title)
    call = LiaisonCall.objects.create(matter=child, liaison=liaison, unit=unit, problem=problem.strip()[:400])
    start_clocks(child, call, ("answer",), at=at)
    return child


def time_liaison_answer(entry: Entry) -> None:
    """Reaction to a liaison's answer: keep how long it took."""
    call = LiaisonCall.objects.select_related("matter").get(pk=entry.matter_id)
    call.seconds = max(0, int((entry.taken_at - call.matter.opened_at).total_seconds()))
    call.save(update_fields=["seconds"])


@transaction.atomic
def raise_major(
    *, text: str, unit: Unit, actor: Actor, at: datetime, known_at: datetime, case: Case | None = None,
    key: UUID | None = None, files: Sequence[GivenFile] = (),
) -> Matter:  # fmt: skip
    """Start the chain of major information in a grid: four hours to the leaders at most, night and day (004-82)."""
    if not text.strip():
        raise StepRefused(_("请写明重特大情况。"), field="text")
    if known_at > at:
        raise StepRefused(_("发现时间不能晚于现在。"), field="known_at")
    if key is not None:
        wait_for_key(key)
    if key is not None and (earlier := _raised_before(key, text, actor)):
        return earlier
    home = org.home_of(unit)
    parent = Matter.objects.get(pk=case.pk) if case else None
    matter = open_matter(
        MAJOR, title=without_personal_data(text.strip())[:60], home=home, unit=unit, actor=actor, at=at,
        assignee=actor, parent=parent, key=key, area=parent.area if parent else org.area_of(unit), words=text,
        files=files,
    )  # fmt: skip
    major = Major.objects.create(matter=matter, text=text.strip()[:4000], known_at=known_at)
    start_clocks(matter, major, ("chain", "hop_grid"), at=known_at)
    return matter


def _raised_before(key: UUID, text: str, actor: Actor) -> Matter | None:
    """What was raised with this key already. Raises ResentDifferentlyRefused when it is something else."""
    matter = Matter.objects.filter(pk=key).first()
    if matter is None:
        return None
    is_same = Major.objects.filter(matter=matter, text=text.strip()[:4000]).exists()
    if not is_same or not Entry.objects.filter(matter=matter, seq=1, actor=actor).exists():
        raise ResentDifferentlyRefused(_("这个编号已用于别的事项。"))
    return matter


@whole
def act_on_child(matter: Matter, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take a step on any of the matters that hang under a case."""
    flow = FLOWS[matter.flow]
    unit = _hop_unit(matter, name) if flow is MAJOR else None
    return take_command(
        flow,
        matter,
        Command(
            name, actor, at, note=given.note, files=given.files, unit=unit, seen=given.seen, command=given.command,
            is_late=given.is_late, arrived_at=given.arrived_at, said=given.signed(name, actor).said,
        ),
    )  # fmt: skip


def _hop_unit(matter: Matter, name: str) -> Unit | None:
    """Who holds major information after each hop: station, street centre, district centre."""
    units = directory()
    if name == "to_station":
        above = units.nearest(matter.unit_id, "station") or units.nearest(matter.unit_id, "committee")
        return unit_named(above.id) if above else None
    if name == "to_street":
        return unit_named(units.desk_of(matter.home_id).id)
    if name == "to_district":
        district = next((u for u in units.up(matter.home_id) if u.kind == "district"), None)
        return unit_named(units.desk_of(district.id).id) if district else None
    return None


def call_off_children(entry: Entry) -> None:
    """Reaction to the case going elsewhere: co-units at work and requests of the former holder are called off."""
    _call_off(entry, (CO_HANDLING, ASK))


def end_children(entry: Entry) -> None:
    """Reaction to the case ending: nobody is waited for any more. Major information goes its own way."""
    _call_off(entry, (CO_HANDLING, ASK, INVITATION, INSTRUCTION))


def _call_off(entry: Entry, flows: Sequence[Flow]) -> None:
    codes = [flow.code for flow in flows]
    for child in Matter.objects.filter(parent_id=entry.matter_id, closed_at=None, flow__in=codes).order_by("id"):
        name = "recall" if child.flow == INSTRUCTION.code else "withdraw"
        note = _("主案已变更或终结。")
        take_command(FLOWS[child.flow], child, Command(name, system_actor(), entry.taken_at, note=note))
