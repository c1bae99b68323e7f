"""What grid officers and all the others do on their phones: reporting, settling on the spot, taking steps."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.domains.cases.commands.acting import Given, act
from linli.domains.cases.commands.children import act_on_child
from linli.domains.cases.commands.raising import start_major, take_report
from linli.domains.cases.commands.reporting import Report, Taken
from linli.domains.cases.queries import beginning
from linli.domains.cases.queries.case_page import matter_numbered
from linli.domains.cases.queries.seeing import get_case
from linli.kernel.devices.reading import Fields
from linli.kernel.devices.telling import moved
from linli.kernel.devices.verbs import Done, FieldRefused, Made, Verb
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.org import queries as org
from linli.kernel.org.scope import Held


def report_found(made: Made) -> Done:
    """``case.report``: found on the way and passed on."""
    taken = _taken(made, _report(made, _post(made)))
    return _done(_("已上报，编号 %(number)s。"), taken)


def settle(made: Made) -> Done:
    """``case.settle``: found and settled in one go, proved by a photo before and one after (001g-11)."""
    fields = Fields(made.fields)
    given = replace(
        _report(made, _post(made)), on_spot=True, outcome=fields.text("outcome", limit=2000, needed=True)
    )  # fmt: skip
    return _done(_("当场处置已登记，编号 %(number)s。"), _taken(made, given))


def _post(made: Made) -> Held | None:
    """The post it was done from: the one named, else the first that reports at all."""
    held = org.posts_of(made.actor, made.taken_at) or org.posts_of(made.actor, made.at)
    wanted = Fields(made.fields).whole("post", most=2**53)
    return next((one for one in held if one.id == wanted), held[0] if held else None)


def _report(made: Made, post: Held | None) -> Report:
    fields = Fields(made.fields)
    lon, lat, accuracy_m = fields.position()
    return Report(
        id=made.id, text=fields.text("text", limit=4000, needed=True), lon=lon, lat=lat, accuracy_m=accuracy_m,
        address=fields.text("address", limit=200), area_unit=beginning.area_of(post),
        category=fields.text("category", limit=20), small_kind=fields.text("small_kind", limit=20),
        is_pressing=fields.flag("is_pressing"), source=beginning.source_of(post), channel="field",
        found_level=beginning.level_of(post), is_self_found=True,
        occurred_at=None if made.is_late else made.taken_at, files=made.files,
    )  # fmt: skip


def _taken(made: Made, given: Report) -> Taken:
    post = _post(made)
    return take_report(
        given, role=beginning.role_of(post), actor=made.actor, at=made.at, taken_at=made.taken_at,
        is_late=made.is_late,
    )  # fmt: skip


def _done(words: str, taken: Taken) -> Done:
    return Done(words % {"number": taken.number}, taken.number, reverse("cases:case", args=[taken.number]))


def step_case(made: Made) -> Done:
    """``case.step``: any step of a case or of a co-handling under one that is open to the person now."""
    fields = Fields(made.fields)
    name = fields.text("step", limit=40, needed=True)
    if Matter.objects.filter(number=made.about, flow="co_handling").exists():
        return _step_child(made, "co_handling")
    case = get_case(made.about, actor=made.actor)
    entry = act(case, name, _given(made, fields), actor=made.actor, at=made.taken_at)
    return _moved(case.matter, entry, "cases:case")


def _given(made: Made, fields: Fields) -> Given:
    more = {name: fields.text(name, limit=2000) for name in ("outcome",)}
    lon, lat, accuracy_m = fields.position()
    where = {"lon": lon, "lat": lat, "accuracy_m": accuracy_m}
    more |= {name: str(value) for name, value in where.items() if value is not None}
    return Given(
        note=fields.text("note", limit=2000), files=made.files, seen=made.seen, command=made.id,
        is_late=made.is_late, arrived_at=made.at, fields={name: text for name, text in more.items() if text},
    )  # fmt: skip


def _moved(matter: Matter, entry: Entry, page: str) -> Done:
    return moved(matter, entry, url=reverse(page, args=[matter.number]))


def step_instruction(made: Made) -> Done:
    """``instruction.step``: received, arrived, fed back (001g-31)."""
    return _step_child(made, "instruction")


def step_major(made: Made) -> Done:
    """``major.step``: one hop on, or more known (004-82)."""
    return _step_child(made, "major")


def _step_child(made: Made, kind: str) -> Done:
    fields = Fields(made.fields)
    matter = matter_numbered(made.about, actor=made.actor)
    if matter.flow != kind:
        raise FieldRefused(_("这一步不能在这里办。"), field="about")
    name = fields.text("step", limit=40, needed=True)
    entry = act_on_child(matter, name, _given(made, fields), actor=made.actor, at=made.taken_at)
    return _moved(matter, entry, "cases:matter")


def raise_major(made: Made) -> Done:
    """``major.raise``: the four-hour alarm; counted from when it was known, heard of at once or not (004-82)."""
    fields = Fields(made.fields)
    number = fields.text("case", limit=40)
    case = get_case(number, actor=made.actor) if number else None
    known_at = min(fields.moment("known_at") or made.taken_at, made.taken_at)
    matter = start_major(
        text=fields.text("text", limit=4000, needed=True), unit_id=_grid(made),
        known_at=made.at if made.is_late else known_at, case=case, key=made.id, actor=made.actor, at=made.at,
        files=made.files,
    )  # fmt: skip
    words = _("四小时急报已发出，编号 %(number)s。") % {"number": matter.number}
    return Done(words, matter.number, reverse("cases:matter", args=[matter.number]))


def _grid(made: Made) -> int:
    """Where it happened: the grid of the position, when it lies within the person's posts; else that of the post."""
    lon, lat, _accuracy = Fields(made.fields).position()
    if lon is not None and lat is not None:
        found = org.locate(lon, lat)
        if (
            found.unit_id is not None
            and not found.outside
            and org.covers(made.actor).reaches(org.node_of(found.unit_id).path)
        ):
            return found.unit_id
    post = _post(made)
    if post is None:
        raise FieldRefused(_("您没有在任的岗位。"))
    return post.over_id


VERBS: dict[str, Verb] = {
    "case.report": report_found,
    "case.settle": settle,
    "case.step": step_case,
    "instruction.step": step_instruction,
    "major.raise": raise_major,
    "major.step": step_major,
}
