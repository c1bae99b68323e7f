"""Who may propose that a hazard be listed, and when."""

from django.utils.translation import gettext_lazy as _

from linli.domains.safety.flow import LISTING
from linli.domains.safety.flow.hazard import OFFICE
from linli.domains.safety.models import Hazard
from linli.kernel.flow.access import open_steps
from linli.kernel.flow.definition import Step
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor

OPEN = ("graded", "notified", "rectifying")
"""States of a hazard in which it may be proposed."""
PROPOSE = Step("propose_listing", OPEN, "", OFFICE, _("提请挂牌督办"))
"""Who may propose: the same as run hazards. Not a step of the hazard's own, since it opens a matter under it."""


def is_ripe(hazard: Hazard, matter: Matter) -> bool:
    return matter.state in OPEN and hazard.grade == Hazard.Grade.MAJOR


def has_open(matter: Matter) -> bool:
    """Whether a listing of the hazard waits or runs."""
    return Matter.objects.filter(parent=matter, flow=LISTING.code, closed_at=None).exists()


def may_propose(actor: Actor, hazard: Hazard) -> bool:
    matter = hazard.matter
    return is_ripe(hazard, matter) and bool(open_steps([PROPOSE], matter, actor)) and not has_open(matter)
