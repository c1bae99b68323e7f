"""What the centre does: classify, file, dispatch, arbitrate, hold, extend, reply, close, reopen."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.domains.cases.commands.acting import Given, step, unit_named, verb
from linli.domains.cases.commands.children import ask_co_units
from linli.domains.cases.flow import CASE
from linli.domains.cases.models import Case, EarlierAnswer, Occurrence, Revisit, Urge
from linli.domains.cases.queries import categories, deciding
from linli.kernel.calendar import queries as calendar
from linli.kernel.catalog import queries as catalog
from linli.kernel.flow import clocks, registry
from linli.kernel.flow.commands import StepRefused
from linli.kernel.flow.models import Entry, Matter, Party
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Unit

NAMED = ("condition", "small_kind", "sphere", "component")
RESULTS = "results"
"""The list of result codes in the catalogue."""


def _classification(case: Case, given: Given) -> dict[str, Any]:
    """Fields set by classifying, with the unit the decision table then names."""
    changes: dict[str, Any] = {name: given.text(name, limit=60) for name in NAMED if name in given.fields}
    if "is_pressing" in given.fields:
        changes["is_pressing"] = given.text("is_pressing") in ("1", "on", "true")
    code = given.text("category", limit=20)
    if code and code != case.category:
        item = categories.item(code)
        if item is None:
            raise StepRefused(_("没有这个分类：%(code)s。") % {"code": code}, field="category")
        changes |= {"category": code, "category_kind": item.kind, "standard": categories.STANDARD}
        changes |= _decided(case, code)
    return changes


def _decided(case: Case, code: str) -> dict[str, Any]:
    matter = Matter.objects.select_related("area").get(pk=case.pk)
    where = matter.area.unit_id if matter.area else matter.home_id
    decision = deciding.decide(code, unit_id=where)
    return {"lead_id": decision.lead, "why": decision.why[:200], "disposal_class": decision.disposal_class}


@verb("accept")
def accept(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """Accept a report, classifying it in the same breath where that is clear."""
    return step(case, "accept", given, actor, at, changes=_classification(case, given))


@verb("classify")
def classify(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    changes = _classification(case, given)
    if not changes:
        raise StepRefused(_("分类没有变化。"), field="category")
    return step(case, "classify", given, actor, at, changes=changes)


@verb("file")
def file(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    return step(case, "file", given, actor, at, changes=_classification(case, given))


@verb("dispatch")
def dispatch(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """Send to the unit given, else to the one the decision table named, and ask the row's co-units to help."""
    unit = unit_named(given.unit) if given.unit is not None else _lead(case)
    entry = step(case, "dispatch", given, actor, at, unit=unit)
    decision = deciding.decide(case.category, unit_id=entry.matter.area.unit_id if entry.matter.area else unit.pk)
    co_units = [u for u in decision.co_units if u != unit.pk]
    if co_units and unit.pk == decision.lead:
        ask_co_units(case, co_units, task=entry.matter.title, actor=actor, at=at)
    return entry


def _lead(case: Case) -> Unit:
    if case.lead_id is None:
        raise StepRefused(_("派遣规则没有指明责任单位，请选择承办单位。"), field="unit")
    return unit_named(case.lead_id)


@verb("fast_lane")
def fast_lane(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """直通快办: the committee sends a problem of its estate straight to the competent department (003-09)."""
    return step(case, "fast_lane", given, actor, at, changes={"is_pressing": True} | _classification(case, given))


@verb("forward")
def forward(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """Pass on to a unit below the one that holds it, never aside or up: that is the dispatcher's to do."""
    holder = Matter.objects.select_related("unit").get(pk=case.pk).unit
    below = unit_named(given.unit) if given.unit is not None else None
    if below is not None and (below.pk == holder.pk or not below.path.startswith(holder.path)):
        raise StepRefused(_("只能转派给下级单位。"), field="unit")
    return step(case, "forward", given, actor, at, unit=below)


@verb("escalate")
def escalate(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """One level up, never two: unit → grid → centre → town (001g-38)."""
    matter = Matter.objects.get(pk=case.pk)
    return step(case, "escalate", given, actor, at, unit=unit_named(next_level(matter.unit_id)))


def next_level(unit_id: int) -> int:
    """Id of the unit one level above: the parent, its street's centre in place of the street. Raises StepRefused."""
    units = directory()
    here = units.unit(unit_id)
    for above in units.up(unit_id)[1:]:
        desk = units.desk_of(above.id) if above.kind in ("street", "district") else above
        if desk.id != here.id and above.kind not in ("office",):
            return desk.id
    raise StepRefused(_("已经是最高一级，不能再上报。"))


@verb("return")
def return_(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """“Not mine”: back to the centre, which arbitrates (004-92)."""
    case.refresh_from_db()
    return step(case, "return", given, actor, at, changes={"returns": case.returns + 1})


@verb("uphold_return")
def uphold_return(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    home = Matter.objects.get(pk=case.pk).home_id
    return step(case, "uphold_return", given, actor, at, unit=unit_named(directory().desk_of(home).id))


@verb("extend")
def extend(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """Add time to the handling clock, in its own unit; a clock is extended twice at most."""
    amount = given.number("amount", least=0.5, most=10_000)
    if amount is None:
        raise StepRefused(_("请填写延期时长。"), field="amount")
    entry = step(case, "extend", given, actor, at)
    clocks.extend(entry.matter, "handle", amount=amount, at=at)
    entry.matter.due_at = clocks.soonest(entry.matter)
    entry.matter.save(update_fields=["due_at"])
    return entry


@verb("raise_emergency")
def raise_emergency(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """Another emergency level: other limits and another commander (002-15).

    Where the level brings a shorter limit than the case had, it counts from when handling began and rules over an
    extension given before; otherwise nothing changes: a level never gives time, only an extension does.
    """
    level = int(given.number("emergency", least=0, most=4) or 0)
    matter = Matter.objects.get(pk=case.pk)
    case.refresh_from_db()
    before = categories.handle_limit(case, matter, at=at) or CASE.clocks["handle"]
    commander = commander_of(matter, level)
    entry = step(
        case, "raise_emergency", given, actor, at,
        changes={"emergency": level, "commander_id": commander},
    )  # fmt: skip
    limit = categories.handle_limit(case, entry.matter, at=at)
    is_shorter = limit is not None and clocks.plan(limit, start=at)[0] < clocks.plan(before, start=at)[0]
    if limit and is_shorter and clocks.shorten(entry.matter, "handle", limit, at=at):
        entry.matter.due_at = clocks.soonest(entry.matter)
        entry.matter.save(update_fields=["due_at"])
    return entry


def commander_of(matter: Matter, level: int) -> int | None:
    """Level 4: the holding unit; 3: the street's centre; 2 and 1: the district's centre."""
    units = directory()
    if level == 0:
        return None
    if level == 4:
        return matter.unit_id
    if level == 3:
        return units.desk_of(matter.home_id).id
    district = next((u for u in units.up(matter.home_id) if u.kind == "district"), None)
    return units.desk_of(district.id).id if district else units.desk_of(matter.home_id).id


@verb("urge")
def urge(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """督办: ask the holder for an answer by a time; levels 1 centre, 2 street, 3 district."""
    level = int(given.number("level", least=1, most=3) or 1)
    case.refresh_from_db()
    entry = step(case, "urge", given, actor, at, changes={"urges": case.urges + 1})
    hours = given.number("hours", least=0.5, most=240) or 24
    due = calendar.due(at, hours * 60, "continuous")
    Urge.objects.create(
        matter=entry.matter, level=level, reason=entry.note[:400], made_by=actor, made_at=at,
        unit_id=entry.matter.unit_id, answer_due_at=due,
    )  # fmt: skip
    return entry


def record_clock_urge(entry: Entry) -> None:
    """Reaction to the clock urging by itself: kept beside the urgings by people, one level up each time."""
    case = Case.objects.get(pk=entry.matter_id)
    case.urges += 1
    case.save(update_fields=["urges"])
    Urge.objects.create(
        matter_id=entry.matter_id, level=min(3, case.urges), reason=_("办理超时，系统自动督办。"),
        made_by=entry.actor, made_at=entry.taken_at, unit_id=entry.unit_id,
        answer_due_at=calendar.due(entry.taken_at, 24 * 60, "continuous"),
    )  # fmt: skip


@verb("answer_urge")
def answer_urge(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    waiting = Urge.objects.select_for_update().filter(matter_id=case.pk, answered_at=None).order_by("made_at").first()
    if waiting is None:
        raise StepRefused(_("没有待回复的督办。"))
    entry = step(case, "answer_urge", given, actor, at)
    waiting.answer, waiting.answered_by, waiting.answered_at = entry.note[:400], actor, at
    waiting.save(update_fields=["answer", "answered_by", "answered_at"])
    return entry


@verb("feed_back")
def feed_back(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    outcome = given.text("outcome", limit=2000) or given.note
    return step(case, "feed_back", given, actor, at, changes={"outcome": outcome}, note=given.note or outcome[:400])


@verb("waive_proof")
def waive_proof(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    return step(case, "waive_proof", given, actor, at, changes={"proof_waived": given.note[:200]})


@verb("fail_check")
def fail_check(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    case.refresh_from_db()
    return step(case, "fail_check", given, actor, at, changes={"reworks": case.reworks + 1})


@verb("rework")
def rework(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    case.refresh_from_db()
    return step(case, "rework", given, actor, at, changes={"reworks": case.reworks + 1})


@verb("register")
def register(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """The centre registers afterwards what was settled on the spot, and closes it (reading 11)."""
    changes = _classification(case, given)
    changes |= {"result_code": _result(given), "outcome": given.text("outcome", limit=2000) or case.outcome}
    return step(case, "register", given, actor, at, changes=changes)


@verb("close")
def close(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    return step(case, "close", given, actor, at, changes={"result_code": _result(given)})


def _result(given: Given) -> str:
    code = given.text("result_code", limit=20) or "solved"
    if catalog.item(RESULTS, code) is None:
        raise StepRefused(_("请选择结案类型。"), field="result_code")
    return code


@verb("reply")
def reply(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """Answer one caller, or with no one named all who still wait (000-42: also who was reported for)."""
    entry = step(case, "reply", given, actor, at)
    waiting = Occurrence.objects.filter(matter_id=case.pk, answered_at=None)
    if only := given.text("caller"):
        waiting = waiting.filter(actor_id=only)
    told = waiting.update(
        answer=entry.note, answered_at=at, answered_by=actor, answer_channel=given.text("method", limit=12) or "page"
    )
    case.refresh_from_db()
    case.answered += told
    case.save(update_fields=["answered"])
    if not Occurrence.objects.filter(matter_id=case.pk, wants_answer=True, answered_at=None).exists():
        clocks.stop(entry.matter, "answer", at=at)
    return entry


@verb("revisit")
def revisit(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """A return visit: reached or not, satisfied or not; who is dissatisfied may have it reopened (001g-32)."""
    reached = given.text("reached") != "0"
    grade = given.number("satisfaction", least=1, most=5)
    if reached and grade is None:
        raise StepRefused(_("请填写满意度。"), field="satisfaction")
    solved = given.text("is_solved") == "1" if given.text("is_solved") else None
    changes: dict[str, Any] = {"revisit_result": given.note or (_("已联系") if reached else _("未联系上"))}
    if grade is not None:
        changes |= {"satisfaction": int(grade), "is_solved": solved}
    entry = step(case, "revisit", given, actor, at, changes=changes)
    Revisit.objects.create(
        matter=entry.matter, round=entry.round, made_by=actor, made_at=at, reached=reached, is_solved=solved,
        method=given.text("method", limit=12) or "phone", satisfaction=int(grade) if grade else None,
        note=entry.note[:400],
    )  # fmt: skip
    if given.text("reopen") == "1":
        reopen(case, Given(note=given.note or _("回访不满意，重开办理。")), actor, at)
    return entry


@verb("rate")
def rate(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """A resident's own word on how it was done: kept with their own report, and the first reporter's with the case."""
    grade = given.number("satisfaction", least=1, most=5)
    if grade is None:
        raise StepRefused(_("请选择满意程度。"), field="satisfaction")
    solved = given.text("is_solved") == "1" if given.text("is_solved") else None
    said = {"satisfaction": int(grade), "is_solved": solved}
    if Party.objects.filter(matter_id=case.pk, actor=actor, role="reporter").exists():
        entry = step(case, "rate", given, actor, at, changes=said)
    else:
        words = Case.Satisfaction(int(grade)).label
        entry = step(case, "rate", given, actor, at, note=" ".join(filter(None, (str(words), given.note))))
    Occurrence.objects.filter(matter_id=case.pk, actor=actor).update(**said)
    return entry


@verb("reopen")
def reopen(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """A new round from the dispatch desk, with its own clocks; the earlier round stays countable.

    What is asked before closing is asked anew: answers to the callers, outcome, result, visit and satisfaction. What
    the ended round had of them stays on record: in its journal, its return visits and the earlier answers.
    """
    home = Matter.objects.get(pk=case.pk).home_id
    entry = step(
        case, "reopen", given, actor, at, changes=dict(OF_ONE_ROUND), unit=unit_named(directory().desk_of(home).id)
    )
    _owe_answers_anew(case, entry, at)
    return entry


OF_ONE_ROUND: dict[str, Any] = {
    "result_code": "", "proof_waived": "", "revisit_result": "", "outcome": "", "satisfaction": None,
    "is_solved": None, "answered": 0,
}  # fmt: skip
"""Fields of a case that speak of one round only."""


def _owe_answers_anew(case: Case, entry: Entry, at: datetime) -> None:
    """Put the answers of the ended round on record; every caller who wants one waits again, timed like the first."""
    told = Occurrence.objects.select_for_update().filter(matter_id=case.pk)
    told = told.exclude(answered_at=None, satisfaction=None)
    EarlierAnswer.objects.bulk_create(
        EarlierAnswer(
            occurrence=one, round=entry.round - 1, answer=one.answer, answered_at=one.answered_at,
            answered_by_id=one.answered_by_id, answer_channel=one.answer_channel,
            satisfaction=one.satisfaction, is_solved=one.is_solved,
        )
        for one in told
    )  # fmt: skip
    told.update(answer="", answered_at=None, answered_by=None, answer_channel="", satisfaction=None, is_solved=None)
    is_waited_for = Occurrence.objects.filter(matter_id=case.pk, wants_answer=True).exists()
    if is_waited_for and (limit := registry.limit_for(case, entry.matter, "answer")):
        clocks.start(entry.matter, "answer", limit, at=at)
        entry.matter.due_at = clocks.soonest(entry.matter)
        entry.matter.save(update_fields=["due_at"])
