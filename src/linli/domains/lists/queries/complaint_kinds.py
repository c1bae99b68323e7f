"""What may be complained of, and who has to do with complaints."""

from linli.domains.lists.models import Complaint
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.roles import having

KINDS = tuple(Complaint.Kind.choices)
RIGHT = "complain_burden"
READERS = having(RIGHT) | having("review_admission") | {"leader", "unit_head", "department_clerk", "supervisor"}


def may_complain(actor: Actor) -> bool:
    return org.holds_right(actor, RIGHT) is not None


def may_read(actor: Actor) -> bool:
    """Those who complain, who answer, and who may have been complained of."""
    return any(held.role in READERS for held in org.posts_of(actor))
