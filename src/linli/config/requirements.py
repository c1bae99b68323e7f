"""``linli spec``: which requirements of spec/ids.csv the tests show, by capability, and which not yet."""

import argparse
import ast
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SHOWN_CLASS = "S"
"""Requirements that software can show; the other classes are the town's own business."""


@dataclass(frozen=True)
class Requirement:
    """One line of spec/ids.csv."""

    id: str
    kind: str
    capability: str
    phrase: str


def show(arguments: list[str]) -> int:
    """Print the table; fails when a test names an id there is none of."""
    parser = argparse.ArgumentParser(prog="linli spec")
    parser.add_argument("capability", nargs="*", help="only these, such as C03; without, all that have a test")
    parser.add_argument("--all", action="store_true", help="every capability")
    options = parser.parse_args(arguments)
    known, marked = requirements(), shown()
    wanted = options.capability or sorted({line.capability for line in known.values() if line.kind == SHOWN_CLASS})
    for capability in wanted:
        lines = [one for one in known.values() if one.capability == capability and one.kind == SHOWN_CLASS]
        if options.capability or options.all or any(line.id in marked for line in lines):
            _print(capability, lines, marked)
    unknown = sorted(set(marked) - set(known))
    for name in unknown:
        sys.stderr.write(f"{', '.join(marked[name])}: there is no requirement {name}\n")
    return 1 if unknown else 0


def requirements() -> dict[str, Requirement]:
    """Every requirement by its id."""
    with (ROOT / "spec" / "ids.csv").open(encoding="utf-8", newline="") as lines:
        found = [Requirement(row["id"], row["class"], row["owner"], row["phrase"]) for row in csv.DictReader(lines)]
    return {one.id: one for one in found}


def shown() -> dict[str, list[str]]:
    """Ids in ``@pytest.mark.spec(…)`` and the tests that carry them, read from the source without running it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for folder in (ROOT / "tests", ROOT / "src"):
        for path in sorted(folder.rglob("test_*.py")):
            for name, test in _marks(ast.parse(path.read_text(encoding="utf-8"))):
                found[name].append(f"{path.relative_to(ROOT)}::{test}")
    return dict(found)


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        decorators = getattr(node, "decorator_list", [])
        for call in [inner for one in decorators for inner in ast.walk(one) if isinstance(inner, ast.Call)]:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "spec":
                for argument in call.args:
                    if isinstance(argument, ast.Constant):
                        yield str(argument.value), getattr(node, "name", "")


def _print(capability: str, lines: list[Requirement], marked: dict[str, list[str]]) -> None:
    done = [line for line in lines if line.id in marked]
    sys.stdout.write(f"{capability}: {len(done)} of {len(lines)} shown by tests\n")
    for line in lines:
        tests = marked.get(line.id, [])
        more = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
        where = f"{tests[0]}{more}" if tests else "—"
        sys.stdout.write(f"  {'✓' if tests else '·'} {line.id:<8} {line.phrase}  {where}\n")
    sys.stdout.write("\n")
