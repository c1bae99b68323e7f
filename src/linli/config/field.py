"""Where phones reach the domains: what may be asked from one, whose work it shows, what it takes along."""

from linli.domains.cases.commands import phone as cases
from linli.domains.cases.queries import phone_sources as case_sources
from linli.domains.cases.queries import phone_work as case_work
from linli.domains.field.commands import cards, telling
from linli.domains.field.queries import sources
from linli.domains.lists.commands import phone as lists
from linli.domains.lists.queries import phone_work as list_work
from linli.domains.safety.commands import field_duties, field_hazards, field_patrols, field_visits
from linli.domains.safety.queries import field_duties as duty_sources
from linli.domains.safety.queries import field_hazards as hazard_work
from linli.domains.safety.queries import field_patrols as patrol_work
from linli.domains.safety.queries import field_roads, field_sites
from linli.domains.safety.queries import field_visits as visit_sources
from linli.kernel.devices.verbs import Source, Verb, WorkSource

VERBS: dict[str, Verb] = {
    **cases.VERBS,
    **{name: field_patrols.with_log(cases.VERBS[name]) for name in ("case.report", "case.settle")},
    **lists.VERBS,
    **telling.VERBS,
    **cards.VERBS,
    **field_visits.VERBS,
    **field_patrols.VERBS,
    **field_duties.VERBS,
    **field_hazards.VERBS,
    "hazard.report": field_patrols.with_log(field_hazards.VERBS["hazard.report"]),
}
"""Command's name → what carries it out, in a transaction that keeps its answer too."""

WORK: list[WorkSource] = [case_work.work, list_work.work, patrol_work.work, hazard_work.work]
"""What gives a person's open work, at most 200 each."""

SOURCES: dict[str, Source] = {
    "categories": case_sources.categories,
    "area": sources.area,
    "roads": field_roads.roads,
    "messages": sources.notices,
    "sites": field_sites.sites,
    "people": sources.people,
    **visit_sources.SOURCES,
    **duty_sources.SOURCES,
    **hazard_work.SOURCES,
}
"""Name → what the phone takes along under it: plain JSON values, bounded. ``work`` is made of ``WORK``."""
