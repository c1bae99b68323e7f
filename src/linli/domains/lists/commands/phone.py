"""Tasks of lists on phones: taken on, reported with what came of them, refused."""

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.domains.lists.commands.task_steps import Given, act
from linli.domains.lists.queries.phone_work import STEPS
from linli.domains.lists.queries.tasks import get_task
from linli.kernel.devices.reading import Fields
from linli.kernel.devices.telling import moved
from linli.kernel.devices.verbs import Done, FieldRefused, Made, Verb


def step_task(made: Made) -> Done:
    """``task.step``: accept, report or refuse. Raises FieldRefused for the steps of those who gave it."""
    fields = Fields(made.fields)
    name = fields.text("step", limit=40, needed=True)
    if name not in STEPS:
        raise FieldRefused(_("这一步不能在这里办。"), field="step")
    task = get_task(made.about, actor=made.actor)
    given = Given(
        note=fields.text("note", limit=2000), files=made.files, seen=made.seen, command=made.id,
        is_late=made.is_late, arrived_at=made.at, fields=_spent(fields),
    )  # fmt: skip
    entry = act(task, name, given, actor=made.actor, at=made.taken_at)
    return moved(task.matter, entry, url=reverse("lists:task", args=[task.matter.number]))


def _spent(fields: Fields) -> dict[str, str]:
    hours = fields.number("hours_spent", least=0, most=10_000)
    return {} if hours is None else {"hours_spent": f"{hours:g}"}


VERBS: dict[str, Verb] = {"task.step": step_task}
