"""The answer to a step taken on a phone, the same for every kind of work."""

from django.utils.translation import gettext as _

from linli.kernel.devices.verbs import Done
from linli.kernel.flow import registry
from linli.kernel.flow.models import Entry, Matter


def moved(matter: Matter, entry: Entry, *, url: str) -> Done:
    """What the step was, where the matter stands now, and what the phone has seen of it with that."""
    flow = registry.flow(matter.flow).at(matter.flow_version)
    step = flow.step(entry.step)
    words = _("“%(step)s”已办。") % {"step": step.label if step else entry.step}
    facts = {"state": entry.target, "state_label": str(flow.label_of(entry.target)), "seen": entry.seq}
    return Done(words, matter.number, url, facts)
