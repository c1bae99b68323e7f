"""What a case is about when it comes to a committee: a resident's own asking, or a catalogue number on its list."""

from linli.domains.cases.models import Case, ResidentSource
from linli.kernel.flow.mandates import About
from linli.kernel.flow.models import Matter


def about(matter: Matter) -> About:
    """Of a case, or of what proceeds beside one. Two SQL statements."""
    case = Case.objects.filter(pk__in=[key for key in (matter.pk, matter.parent_id) if key]).first()
    if case is None:
        return About()
    is_residents = ResidentSource.objects.filter(pk=case.source).exists()
    return About(case.source if is_residents else "", (case.category,) if case.category else ())
