"""A duty reported as done from a phone."""

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.domains.safety.commands import duties
from linli.kernel.devices.reading import Fields
from linli.kernel.devices.verbs import Done, FieldRefused, Made, Verb


def done(made: Made) -> Done:
    """``duty.done``: {occurrence, note}, with photos. Judged by its true time within the limits (000-54)."""
    fields = Fields(made.fields)
    key = fields.key("occurrence")
    if key is None:
        raise FieldRefused(_("没有这项排班。"), field="occurrence")
    one = duties.report_done(
        key, note=fields.text("note", limit=400), files=made.files, done_at=made.taken_at, filed_at=made.at,
        is_late=made.is_late, actor=made.actor,
    )  # fmt: skip
    words = {
        "done": _("“%(title)s”已完成。"),
        "late": _("“%(title)s”已记为迟到完成。"),
    }[one.state]
    facts = {"state": one.state, "is_late_sync": one.is_late_sync}
    return Done(words % {"title": one.duty.title}, url=reverse("safety:duty_time", args=[one.pk]), facts=facts)


VERBS: dict[str, Verb] = {"duty.done": done}
