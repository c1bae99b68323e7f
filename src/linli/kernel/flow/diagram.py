"""A flow as a Mermaid diagram, for docs/flows/*.md and for people who do not read Python."""

from linli.kernel.flow.definition import Flow, Step


def mermaid(flow: Flow) -> str:
    begins = [f"    [*] --> {state}" for state in (flow.start, *flow.also_starts_in)]
    names = [f'    state "{flow.label_of(state)}" as {state}' for state in flow.states if state in flow.used_states]
    moves = [_arrow(step, source) for step in flow.steps for source in step.source if step.leads_to(source) != source]
    ends = [f"    {state} --> [*]" for state in flow.states if state in flow.used_states and not flow.steps_from(state)]
    return "\n".join(["stateDiagram-v2", *names, *begins, *moves, *ends])


def _arrow(step: Step, source: str) -> str:
    return f"    {source} --> {step.leads_to(source)}: {step.label}"


def table(flow: Flow) -> str:
    """Every step with who may take it, what it needs and which clocks it moves, as a Markdown table."""
    rows = [
        "| 步骤 | 代码 | 从 | 到 | 谁可以办 | 必填 | 不得由办过下列步骤的人办 | 时限 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for s in flow.steps:
        moved = [f"+{k}" for k in s.starts] + [f"−{k}" for k in s.stops]
        moved += [f"⏸{k}" for k in s.holds] + [f"▶{k}" for k in s.resumes]
        rows.append(
            f"| {s.label} | {s.name} | {', '.join(s.source)} | {s.target or '不变'} | {', '.join(map(str, s.who))} "
            f"| {', '.join(s.needs)} | {', '.join(s.not_by)} | {' '.join(moved)} |"
        )
    return "\n".join(rows)


def page(flow: Flow) -> str:
    head = f"# {flow.label} (`{flow.code}`, v{flow.version})\n\nGenerated from the flow table; do not edit.\n"
    return f"{head}\n```mermaid\n{mermaid(flow)}\n```\n\n{table(flow)}\n"
