"""What may be asked of a committee, for a case that no resident brought: offered when it is to be sent to one."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from linli.domains.cases.queries.mandating import about
from linli.domains.cases.queries.picking import Choice, Group
from linli.kernel.catalog.admitted import Admitted, admitted_for
from linli.kernel.catalog.models import Admission
from linli.kernel.flow.mandates import is_bound
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory


def admission_groups(matter: Matter, units: Iterable[int], *, at: datetime) -> list[Group]:
    """What may be asked of those of ``units`` that are committees: what covers the case first, emergencies apart.

    Empty for a resident's case, which no list holds up, and where none of the units is bound by a list.
    """
    known = directory().tree.by_id
    bound = [unit for unit in map(org.kept_unit, (key for key in units if key in known)) if is_bound(unit)]
    if not bound:
        return []
    case = about(matter)
    if case.source:
        return []
    found = admitted_for(bound[0], at=at)
    fitting = [one for one in found if any(w.startswith(c) for w in case.categories for c in one.categories)]
    urgent = [one for one in found if one.kind == Admission.Kind.EMERGENCY]
    others = [one for one in found if one not in fitting and one not in urgent]
    groups = ((_("与本案类别相符"), fitting), (_("其他已准入事项"), others), (_("应急下派（须补办准入）"), urgent))
    return [Group(label, tuple(_choice(one) for one in ones)) for label, ones in groups if ones]


def _choice(one: Admitted) -> Choice:
    return Choice(str(one.id), " ".join(filter(None, (one.code, one.title))))
