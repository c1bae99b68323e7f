"""Run every bench, each in a process of its own, one after the other, and say what each printed.

    python -m bench [NAME …]

Without names all of them run; ``million`` takes long. Benches that read real data say so when it is not there.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ALL = {
    "locate": "positions to grids, one by one and in bulk",
    "suggest": "categories from words",
    "intake": "a report over HTTP against pgbench",
    "take": "a step over HTTP against pgbench sending the same statements",
    "importing": "bulk import against bare COPY and INSERT … SELECT",
    "tasks": "a downward task, checked against what is admitted, against one that needs no check",
    "plan": "the year plan of a street, counting and checking items",
    "lists": "an item among 100,000 by two characters",
    "duties": "what was missed, one's own duties and figures among a million occurrences",
    "patrols": "the patrol log and coverage among a million lines",
    "sync": "the morning sync of 1,342 phones while reports come in",
    "field_open": "the field app on a cheap phone and a slow line",
    "million": "workbench, map, search and clocks among a million matters",
}


def main(names: list[str]) -> int:
    """Returns how many failed. Unknown names are refused before anything runs."""
    if unknown := set(names) - set(ALL):
        sys.stderr.write(f"no bench {', '.join(sorted(unknown))}; there are {', '.join(ALL)}\n")
        return 2
    failed = 0
    for name in names or ALL:
        sys.stdout.write(f"\n== {name}: {ALL[name]}\n")
        sys.stdout.flush()
        done = subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False)
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
