"""Whom and what a step may name: units and people with what they have in hand, categories, reasons, callers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.cases.models import Case, Occurrence
from linli.domains.cases.queries import wording
from linli.kernel.catalog import queries as catalog
from linli.kernel.flow.models import Matter
from linli.kernel.org.directory import Directory, directory
from linli.kernel.org.models import Post
from linli.kernel.org.queries.contacts import masked
from linli.kernel.org.scope import below
from linli.kernel.org.tree import Node
from linli.kernel.text import search_keys

SHOWN = 24
"""Most units or people offered at once; more are found by name."""
TAKERS = ("department", "line", "office", "centre", "station", "committee", "grid", "team", "company", "association")
"""Kinds of units that can hold a case."""
DEPARTMENTS = ("department", "line", "office", "company")
WORKERS = ("handler", "grid_officer", "grid_head", "grid_deputy", "unit_head", "committee_worker", "liaison",
           "informant")  # fmt: skip

REASONS = {
    "reject": "reasons_refuse", "return": "reasons_return", "void": "reasons_void", "reopen": "reasons_reopen",
    "fail_check": "reasons_rework", "rework": "reasons_rework", "redispatch": "reasons_transfer",
    "arbitrate": "reasons_transfer", "extend": "reasons_extend", "hold": "reasons_suspend", "ask_for": "reasons_extend",
    "refuse": "reasons_decline",
}  # fmt: skip
"""Step → the list of usual reasons, offered beside free words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose. ``load`` is how many open matters it holds, None where that says nothing."""

    value: str
    label: str
    hint: str = ""
    load: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    label: str | Promise
    choices: tuple[Choice, ...]


def unit_groups(case: Case, step: str, *, text: str = "") -> list[Group]:
    """Units that may be named with ``step``, the suggested ones first; with ``text`` those whose name has it."""
    units = directory()
    found = _searched(case.matter, units, step, text) if text else _usual(case, units, step)
    load = unit_loads([node.id for _label, nodes in found for node in nodes])
    shown: set[int] = set()
    groups = []
    for label, nodes in found:
        fresh = [node for node in dict.fromkeys(nodes) if node.id not in shown][:SHOWN]
        shown.update(node.id for node in fresh)
        if fresh:
            why = case.why if label is SUGGESTED else ""
            groups.append(Group(label, tuple(_unit(node, units, load, why) for node in fresh)))
    return groups


SUGGESTED = gettext_lazy("按派遣规则")
FOUND = gettext_lazy("查到的单位")
Found = list[tuple[str | Promise, list[Node]]]


def _usual(case: Case, units: Directory, step: str) -> Found:
    matter = case.matter
    where = matter.area.unit_id if matter.area else matter.home_id
    if step == "forward":
        return [(gettext_lazy("下级单位"), _open(units.tree.below(matter.unit.path)[1:], TAKERS))]
    street = units.tree.below(units.unit(matter.home_id).path)
    suggested = [units.unit(case.lead_id)] if case.lead_id else []
    departments = _departments(units, matter.home_id)
    teams = _open(street, ("team",))
    own = [node for node in units.up(where) if node.kind in TAKERS]
    beside = [n for n in _open(street, ("grid", "committee")) if n.id not in {o.id for o in own}]
    if step == "invite":
        return [(gettext_lazy("部门"), departments), (gettext_lazy("街道内设机构"), _open(street, ("office",)))]
    return [
        (SUGGESTED, suggested),
        (gettext_lazy("所在网格与社区"), own),
        (gettext_lazy("队伍"), teams),
        (gettext_lazy("部门"), departments),
        (gettext_lazy("其他网格与社区"), beside),
    ]


def _departments(units: Directory, home_id: int) -> list[Node]:
    top = units.up(home_id)[-1]
    return _open((n for n in units.tree.below(top.path) if n.home_id == top.id or n.kind == "line"), DEPARTMENTS)


def _open(nodes: Iterable[Node], kinds: Sequence[str]) -> list[Node]:
    return [node for node in nodes if node.valid_to is None and node.kind in kinds]


def _searched(matter: Matter, units: Directory, step: str, text: str) -> Found:
    root = units.unit(matter.unit_id) if step == "forward" else units.up(matter.home_id)[-1]
    kinds = DEPARTMENTS if step == "invite" else TAKERS
    wanted = text.strip().lower()
    found = [node for node in _open(units.tree.below(root.path), kinds) if _is_called(node.name, wanted)]
    return [(FOUND, sorted(found, key=lambda node: (not node.name.startswith(text), len(node.name)))[:SHOWN])]


def _is_called(name: str, wanted: str) -> bool:
    if wanted in name.lower():
        return True
    return wanted.isascii() and any(wanted in key for key in search_keys(name))


def _unit(node: Node, units: Directory, load: dict[int, int], why: str) -> Choice:
    above = units.tree.by_id.get(node.parent_id) if node.parent_id else None
    return Choice(str(node.id), node.name, why or (above.name if above else ""), load.get(node.id, 0))


def unit_loads(keys: Iterable[int]) -> dict[int, int]:
    """How many open cases each unit holds; one query."""
    rows = Matter.objects.filter(unit__in=list(keys), closed_at=None, flow="case").values("unit_id")
    return dict(rows.annotate(n=Count("id")).values_list("unit_id", "n"))


def people_groups(case: Case, step: str, *, text: str = "") -> list[Group]:
    """People that may be named with ``step``, those with the least in hand first; three queries at most."""
    posts = Post.objects.filter(_holders(case.matter, step), until=None, actor__kind="staff")
    if text:
        posts = posts.filter(actor__name__contains=text)
    found = list(posts.select_related("actor", "unit").order_by("actor_id", "id")[: 4 * SHOWN])
    return [Group(_("可以经办的人"), tuple(_people(found)))] if found else []


def _holders(matter: Matter, step: str) -> Q:
    home = matter.home.path
    match step:
        case "ask_check":
            return Q(role="verifier") & _over(home)
        case "ask_verification":
            inside = below([home], path="unit__path")
            return (Q(role="verifier") & _over(home)) | (Q(role__in=("grid_officer", "committee_worker")) & inside)
        case "instruct":
            return Q(role__in=WORKERS) & below([home], path="unit__path")
        case _:
            return Q(role__in=WORKERS) & below([matter.unit.path], path="unit__path")


def _over(path: str) -> Q:
    """Posts whose subtree holds the unit at ``path``."""
    ids = path.split(".")[:-1]
    above = [".".join(ids[: n + 1]) + "." for n in range(len(ids))]
    return Q(over__path__in=above)


def _people(posts: Sequence[Post]) -> list[Choice]:
    by_actor: dict[UUID, Post] = {}
    for post in posts:
        by_actor.setdefault(post.actor_id, post)
    load = people_loads(by_actor)
    made = [
        Choice(str(key), post.actor.name, f"{wording.role(post.role)} · {post.unit.name}", load.get(key, 0))
        for key, post in by_actor.items()
    ]
    return sorted(made, key=lambda choice: (choice.load or 0, choice.label))[:SHOWN]


def people_loads(keys: Iterable[UUID]) -> dict[UUID, int]:
    """How many open matters each person has in hand; one query."""
    rows = Matter.objects.filter(assignee__in=list(keys), closed_at=None).values("assignee_id")
    return dict(rows.annotate(n=Count("id")).values_list("assignee_id", "n"))


def category_groups(suggested: Sequence[str]) -> list[Group]:
    """All matters by class, the suggested ones first."""
    groups = []
    if known := [entry for code in suggested if (entry := catalog.item("matters", code))]:
        groups.append(Group(_("推荐"), tuple(Choice(e.code, f"{e.code} {e.name}") for e in known)))
    by_class: dict[str, list[Choice]] = {}
    names: dict[str, str] = {}
    for entry in catalog.items("matters"):
        if entry.kind == "class":
            names[entry.code] = f"{entry.code} {entry.name}"
        else:
            by_class.setdefault(entry.parent_code, []).append(Choice(entry.code, f"{entry.code} {entry.name}"))
    groups += [Group(names.get(code, code), tuple(choices)) for code, choices in by_class.items()]
    return groups


def category_classes() -> list[tuple[str, str]]:
    """The classes of matters, for a filter."""
    return [(entry.code, entry.name) for entry in catalog.items("matters", kind="class")]


def conditions() -> list[tuple[str, str]]:
    """Filing conditions, by their names as limits know them."""
    return [(entry.name, entry.name) for entry in catalog.items("conditions")]


def reasons_for(step: str) -> list[str]:
    """Usual reasons of ``step``, in words; empty where there is no list."""
    return [entry.name for entry in catalog.items(REASONS[step])] if step in REASONS else []


def waiting_callers(case: Case) -> list[tuple[str, str]]:
    """Callers who still wait for an answer, masked."""
    found = list(Occurrence.objects.filter(matter=case.matter, answered_at=None).order_by("at", "id"))
    contacts = masked([one.actor_id for one in found])
    return [(str(one.actor_id), _caller(n, contacts.get(one.actor_id))) for n, one in enumerate(found, start=1)]


def _caller(number: int, contact: object) -> str:
    name, phone = getattr(contact, "name", ""), getattr(contact, "phone", "")
    return " ".join(filter(None, (_("第 %(n)d 位") % {"n": number}, name, phone)))


def liaisons(case: Case) -> list[Choice]:
    """Liaisons of the linked departments of the district (001g-19)."""
    units = directory()
    top = units.up(case.matter.home_id)[-1]
    posts = Post.objects.filter(below([top.path], path="unit__path"), role="liaison", until=None)
    found = posts.select_related("actor", "unit").order_by("unit__name", "id")[: 8 * SHOWN]
    return [Choice(f"{post.unit_id}:{post.actor_id}", f"{post.unit.name} · {post.actor.name}") for post in found]
