"""What would put a finding right: the change that a check-up proposes, to be examined and approved like any other."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.lists.models import Finding, Ground, MoveKind, Stand, Standing
from linli.domains.lists.queries.check_rules import THRESHOLDS
from linli.domains.lists.queries.rows import BODIES
from linli.kernel.catalog.commands import Said
from linli.kernel.catalog.models import Wording, WorkItem
from linli.kernel.catalog.terms import LAYERS
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org.models import Unit
from linli.kernel.text.likeness import likeness_to

MERE_ALIKE = 0.3
"""Likeness from which on a duty and a matter are proposed to belong together (default)."""


@dataclass(frozen=True, slots=True)
class Correction:
    """The line proposed. ``said`` None retires the item, by ``move`` to ``to_item`` or ``to_text``."""

    said: Said | None
    reason: str
    move: str = ""
    to_item: WorkItem | None = None
    to_text: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of the change as shown before it is drafted."""

    part: str
    before: str
    after: str


def said_now(item: int) -> Said | None:
    """What the item says last; None when it has left the list."""
    row = Wording.objects.filter(item=item, until_no=None).first()
    if row is None:
        return None
    return Said(row.title, row.heading, tuple(row.keywords), dict(row.terms), row.position, row.source, row.confidence)


def correction(finding: Finding, said: Said, *, today: date) -> Correction:
    """What the rule suggests for an item that says ``said``; where it can suggest nothing, ``said`` itself."""
    made: Callable[[Finding, Said, date], Correction] = _MADE[finding.rule]
    return made(finding, said, today)


def _owner(finding: Finding, said: Said, _today: date) -> Correction:
    """The body that leads most of what stands under the same heading."""
    near = _neighbours(finding.item.standing)
    rows = Stand.objects.filter(item__in=near, part="lead").exclude(layer="department", unit=None, office="")
    wanted = [row for row in rows.select_related("unit") if row.layer == "office"] or list(rows)
    reason = _("体检：没有责任单位，按同类事项补上")
    if not wanted:
        return Correction(said, reason)
    counts = Counter((row.layer, row.unit.code if row.unit else "", row.office) for row in wanted)
    (layer, unit, office), _count = counts.most_common(1)[0]
    stand = {"layer": layer} | ({"unit": unit} if unit else {}) | ({"office": office} if office else {})
    return Correction(_with(said, stands=[*said.terms.get("stands", ()), stand]), reason)


def _basis(finding: Finding, said: Said, today: date) -> Correction:
    """The document that most of what stands under the same heading rests on."""
    near = Ground.objects.filter(item__in=_neighbours(finding.item.standing)).exclude(basis__valid_to__lte=today)
    counts = Counter(near.values_list("basis__code", flat=True))
    reason = _("体检：没有依据，按同类事项补上，请核对")
    if not counts:
        return Correction(said, reason)
    return Correction(_with(said, bases=[counts.most_common(1)[0][0]]), reason)


def _expired(finding: Finding, said: Said, today: date) -> Correction:
    codes = list(said.terms.get("bases", ()))
    gone = set(BasisDocument.objects.filter(code__in=codes, valid_to__lte=today).values_list("code", flat=True))
    kept = [code for code in codes if code not in gone]
    return Correction(_with(said, bases=kept), _("体检：移除已失效的依据，请补充现行依据"))


def _unused(_finding: Finding, _said: Said, _today: date) -> Correction:
    return Correction(None, _("体检：上清单满一年没有执行"), MoveKind.ABOLISH)


def _late(_finding: Finding, said: Said, _today: date) -> Correction:
    reason = _("体检：近一年大多逾期，放宽时限一半，请核对力量配置")
    amount = said.terms.get("limit_amount", 0)
    return Correction(_with(said, limit_amount=amount + max(1, round(amount / 2))) if amount else said, reason)


def _double(finding: Finding, said: Said, _today: date) -> Correction:
    if finding.other is None or finding.other.worklist_id != finding.worklist_id:
        return Correction(said, _("体检：与另一清单的事项相近，请核对"))
    return Correction(
        None, _("体检：与%(code)s重复，并入") % {"code": finding.other.code}, MoveKind.MERGE, finding.other
    )


def _shorter(_finding: Finding, said: Said, _today: date) -> Correction:
    title, content = int(THRESHOLDS["title"]), int(THRESHOLDS["content"])
    terms: dict[str, Any] = {}
    if len(said.terms.get("content", "")) > content:
        terms["content"] = said.terms["content"][:content]
    if guide := said.terms.get("guide"):
        terms["guide"] = [step[: int(THRESHOLDS["step"])] for step in guide[: int(THRESHOLDS["steps"])]]
    return Correction(replace(_with(said, **terms), title=said.title[:title]), _("体检：过长，已按上限截短，请改写"))


def _ended(_finding: Finding, said: Said, _today: date) -> Correction:
    reason = _("体检：到期（%(day)s）未评估，退出") % {"day": said.terms.get("sunset", "")}
    return Correction(None, reason, MoveKind.ABOLISH)


def _prohibited(_finding: Finding, _said: Said, _today: date) -> Correction:
    return Correction(None, _("体检：属禁止交给这一层级的职责"), MoveKind.RECOVER, to_text=_("区级主管部门"))


def _link(finding: Finding, said: Said, _today: date) -> Correction:
    """The duty or matter of the same unit that is most like it."""
    own = finding.item.standing
    others = Standing.objects.filter(
        unit=own.unit_id, kind={"duties": "matters", "matters": "duties"}.get(own.kind, ""), wording__isnull=False
    )
    alike = likeness_to(own.title)
    scores = [(alike(title), code) for code, title in others.values_list("code", "title")]
    best = max(scores, default=(0.0, ""))
    reason = _("体检：补上职责与事项的对应关系，请核对")
    if best[0] < MERE_ALIKE:
        return Correction(said, reason)
    return Correction(_with(said, links=[*said.terms.get("links", ()), best[1]]), reason)


_MADE: Mapping[str, Callable[[Finding, Said, date], Correction]] = {
    "no_owner": _owner, "no_basis": _basis, "basis_expired": _expired, "never_done": _unused, "always_late": _late,
    "double": _double, "over_long": _shorter, "sunset": _ended, "prohibited": _prohibited, "unlinked": _link,
}  # fmt: skip


def _neighbours(row: Standing) -> list[int]:
    """Items of the same list under the same heading."""
    near = Standing.objects.filter(worklist=row.worklist_id, heading=row.heading, wording__isnull=False)
    return list(near.exclude(pk=row.pk).values_list("pk", flat=True)[:200])


def _with(said: Said, **terms: Any) -> Said:
    return replace(said, terms={**said.terms, **terms})


_PARTS: Mapping[str, str | Promise] = {
    "stands": gettext_lazy("责任单位"), "bases": gettext_lazy("依据"), "limit_amount": gettext_lazy("时限"),
    "content": gettext_lazy("内容"), "guide": gettext_lazy("指引"), "links": gettext_lazy("关联事项"),
}  # fmt: skip


def differences(before: Said, made: Correction) -> list[Difference]:
    """Part by part what the correction would change; a retirement is one line."""
    if made.said is None:
        to = made.to_item.code if made.to_item else made.to_text
        return [Difference(_("在清单上"), before.title, f"{MoveKind(made.move).label} {to}".strip())]
    parts = [Difference(_("名称"), before.title, made.said.title)] if made.said.title != before.title else []
    for name, label in _PARTS.items():
        old, new = before.terms.get(name), made.said.terms.get(name)
        if (old or None) != (new or None):
            parts.append(Difference(str(label), _words(name, old), _words(name, new)))
    return parts


def _words(name: str, value: Any) -> str:
    if not value:
        return "—"
    if name == "stands":
        return "；".join(_body(stand) for stand in value)
    if name == "bases":
        return "；".join(BasisDocument.objects.filter(code__in=value).values_list("title", flat=True)) or "—"
    return "；".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def _body(stand: Mapping[str, str]) -> str:
    name = Unit.objects.filter(code=stand.get("unit", "")).values_list("name", flat=True).first()
    layer = dict(LAYERS).get(stand.get("layer", ""), "")  # type: ignore[call-overload]  # an unknown layer has no name
    body = name or BODIES.get(stand.get("office", ""), ("", stand.get("office", "")))[1]
    role = _("（协办）") if stand.get("part") == "co" else ""
    return f"{layer}：{body}{role}" if body else f"{layer}{role}"
