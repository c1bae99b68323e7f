"""Patrols, deployments and joint patrols as phones tell of them."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.domains.safety.commands import deploying, following, joining, tracking, walking
from linli.domains.safety.commands.deploying import Given
from linli.domains.safety.commands.walking import Begun, Ended, Seen
from linli.domains.safety.models import Route
from linli.domains.safety.queries.field_patrols import DEPLOYMENT_STEPS, JOINT_STEPS
from linli.domains.safety.queries.patrol_matters import get_deployment, get_joint
from linli.kernel.devices.reading import Fields
from linli.kernel.devices.telling import moved
from linli.kernel.devices.verbs import Done, FieldRefused, Made, Verb
from linli.kernel.errors import NotFound, Refused


def begin(made: Made) -> Done:
    """``patrol.begin``: the walk has the key of the command."""
    fields = Fields(made.fields)
    route = fields.whole("route", most=2**53)
    begun = Begun(
        made.id, fields.text("kind", limit=10) or _kind_of(route), made.taken_at, route=route,
        occurrence=fields.key("occurrence"), team=fields.whole("team", most=2**53), joint=_joint(fields, made),
        unit=fields.whole("unit", most=2**53), people=fields.whole("people", most=walking.MOST_PEOPLE) or 1,
        is_late=made.is_late,
    )  # fmt: skip
    patrol = walking.begin(begun, actor=made.actor, at=made.at)
    return Done(_("巡查已开始。"), url=_url(patrol.pk), facts={"patrol": str(patrol.pk), "unit": patrol.unit.name})


def _kind_of(route: int | None) -> str:
    found = Route.objects.filter(pk=route).values_list("kind", flat=True).first() if route else None
    return found or Route.Kind.GRID


def _joint(fields: Fields, made: Made) -> UUID | None:
    """By its key or by the number the phone shows."""
    text = fields.text("joint", limit=40)
    if not text:
        return None
    with suppress(ValueError):
        return UUID(text)
    key: UUID = get_joint(text, actor=made.actor).pk
    return key


def log(made: Made) -> Done:
    """``patrol.log``: the line has the key of the command."""
    fields = Fields(made.fields)
    lon, lat, accuracy_m = fields.position()
    seen = Seen(
        made.id, _patrol(fields), made.taken_at, condition=fields.text("condition", limit=10) or "fine",
        tag=fields.text("tag", limit=200), site=fields.key("site"), lon=lon, lat=lat, accuracy_m=accuracy_m,
        note=fields.text("note", limit=walking.NOTE), files=made.files, is_late=made.is_late,
    )  # fmt: skip
    entry = walking.log(seen, actor=made.actor, at=made.at)
    facts = {
        "proof": entry.proof, "distance_m": entry.distance_m, "is_late_sync": entry.is_late_sync,
        "proof_label": str(entry.get_proof_display()),
    }  # fmt: skip
    return Done(
        _("已记入巡查日志：%(proof)s。") % {"proof": facts["proof_label"]}, url=_url(entry.patrol_id), facts=facts
    )


def track(made: Made) -> Done:
    """``patrol.track``: positions on the way, thinned here once more."""
    fields = Fields(made.fields)
    steps = tracking.steps_from(fields.items("points", most=tracking.MOST_AT_ONCE))
    kept = tracking.track(_patrol(fields), steps, actor=made.actor, at=made.at)
    return Done(_("轨迹已收到。"), facts={"kept": kept})


def end(made: Made) -> Done:
    """``patrol.end``."""
    fields = Fields(made.fields)
    ended = Ended(
        _patrol(fields), made.taken_at, fields.number("metres", least=0, most=10_000_000),
        fields.text("note", limit=walking.NOTE),
    )  # fmt: skip
    patrol = walking.end(ended, actor=made.actor, at=made.at)
    return Done(_("巡查已结束。"), url=_url(patrol.pk))


def _patrol(fields: Fields) -> UUID:
    key = fields.key("patrol")
    if key is None:
        raise FieldRefused(_("请填写必填的内容。"), field="patrol")
    return key


def _url(patrol: UUID) -> str:
    return reverse("safety:walk", args=[patrol])


def step_deployment(made: Made) -> Done:
    """``deployment.step``: received, there, done."""
    name = _step(made, DEPLOYMENT_STEPS)
    deployment = get_deployment(made.about, actor=made.actor)
    entry = deploying.act(deployment, name, _given(made), actor=made.actor, at=made.taken_at)
    return moved(deployment.matter, entry, url=reverse("safety:deployment", args=[made.about]))


def record_joint(made: Made) -> Done:
    """``joint.record``: what the grid, or the department, found; ``step`` says which."""
    name = _step(made, JOINT_STEPS)
    joint = get_joint(made.about, actor=made.actor)
    entry = joining.act(joint, name, _given(made), actor=made.actor, at=made.taken_at)
    return moved(joint.matter, entry, url=reverse("safety:joint", args=[made.about]))


def _step(made: Made, known: frozenset[str]) -> str:
    name = Fields(made.fields).text("step", limit=40, needed=True)
    if name not in known:
        raise FieldRefused(_("这一步不能在这里办。"), field="step")
    return name


def _given(made: Made) -> Given:
    return Given(
        note=Fields(made.fields).text("note", limit=1000), files=made.files, seen=made.seen, command=made.id,
        is_late=made.is_late, arrived_at=made.at,
    )  # fmt: skip


def with_log(verb: Verb) -> Verb:
    """``verb`` that opens a matter, linked with the line of the patrol log named in ``fields.log``."""

    @wraps(verb)
    def linked(made: Made) -> Done:
        done = verb(made)
        key = Fields(made.fields).key("log")
        if key is not None:
            # What was reported stands, whatever became of the line it is said to come from.
            with suppress(Refused, NotFound):
                following.follow(key, made.id, actor=made.actor, at=made.at)
        return done

    return linked


VERBS: dict[str, Callable[[Made], Done]] = {
    "patrol.begin": begin,
    "patrol.log": log,
    "patrol.track": track,
    "patrol.end": end,
    "deployment.step": step_deployment,
    "joint.record": record_joint,
}
