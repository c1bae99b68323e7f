"""Where phones reach the domains: what may be asked from one, whose work it shows, what it takes along."""

from linli.domains.cases.commands import phone as cases
from linli.kernel.devices.verbs import Source, Verb, WorkSource

VERBS: dict[str, Verb] = {
    **cases.VERBS,
}
"""Command's name → what carries it out, in a transaction that keeps its answer too."""

WORK: list[WorkSource] = []
"""What gives a person's open work, at most 200 each."""

SOURCES: dict[str, Source] = {}
"""Name → what the phone takes along under it: plain JSON values, bounded. ``work`` is made of ``WORK``."""
