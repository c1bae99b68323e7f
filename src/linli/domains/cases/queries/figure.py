"""The flow of a matter as a drawing: its states and moves, where it has been, where it is."""

from collections.abc import Iterable
from typing import Any

from linli.kernel.flow import registry
from linli.kernel.flow.models import Matter


def figure_of(matter: Matter, been: Iterable[str]) -> dict[str, Any]:
    """States and moves of the flow's version, in the form ``<linli-flow>`` takes."""
    flow = registry.flow(matter.flow).at(matter.flow_version)
    moves = [
        {"source": source, "target": step.leads_to(source), "label": str(step.label)}
        for step in flow.steps
        for source in step.source
        if step.leads_to(source) != source
    ]
    return {
        "start": flow.start,
        "now": matter.state,
        "been": sorted(set(been)),
        "states": [{"code": code, "label": str(label)} for code, label in flow.states.items()],
        "steps": moves,
    }
