"""An item as one row of a table: read from the columns of a spreadsheet, written into the same columns again."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.catalog.commands import Said
from linli.kernel.catalog.models import Wording, WorkList
from linli.kernel.catalog.terms import (
    DECISIONS,
    FREQUENCIES,
    LOAD_KINDS,
    PUBLIC_CLASSES,
    Layer,
    Part,
    Stand,
    Terms,
    TermsRefused,
    check,
    read,
    stored,
)
from linli.kernel.org.models import Unit

JOIN, STEP = "；", "＞"
_SPLIT, _STEPS = re.compile(r"[；;]"), re.compile(r"[＞>]")
_LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*(d|h|个工作日|工作日|小时)")
LONGEST_LINK = 40

COLUMNS: dict[str, str | Promise] = {
    "no": gettext_lazy("编号"),
    "name": gettext_lazy("名称"),
    "class": gettext_lazy("类别"),
    "content": gettext_lazy("内容"),
    "public_class": gettext_lazy("三公类别"),
    "department": gettext_lazy("区级牵头部门"),
    "office": gettext_lazy("街道牵头科室"),
    "centre": gettext_lazy("街道中心"),
    "committee": gettext_lazy("居(村)委会"),
    "co": gettext_lazy("配合单位"),
    "duties": gettext_lazy("各层职责"),
    "bases": gettext_lazy("依据"),
    "people": gettext_lazy("参与人员"),
    "money_yuan": gettext_lazy("年度经费(元)"),
    "things": gettext_lazy("物资场所"),
    "categories": gettext_lazy("案件类别"),
    "conditions": gettext_lazy("办理条件"),
    "limit": gettext_lazy("办理时限"),
    "frequency": gettext_lazy("频次"),
    "hours": gettext_lazy("每次工时"),
    "forms": gettext_lazy("每次表单数"),
    "load_kind": gettext_lazy("负担类型"),
    "evidence": gettext_lazy("佐证材料"),
    "guide": gettext_lazy("办事步骤"),
    "keywords": gettext_lazy("别名与关键词"),
    "decision": gettext_lazy("能否用印"),
    "instead": gettext_lazy("应由何处出具"),
    "papers": gettext_lazy("所需材料"),
    "approval": gettext_lazy("批准方式"),
    "reason": gettext_lazy("理由"),
    "links": gettext_lazy("关联条目"),
    "is_key": gettext_lazy("重点项目"),
    "duty_class": gettext_lazy("职责类型"),
    "sunset": gettext_lazy("到期评估日"),
    "source": gettext_lazy("来源"),
    "confidence": gettext_lazy("可信度"),
}
"""Code of a column → how people call it, in the order of a spreadsheet. Either name is understood."""

APPROVALS: dict[str, str | Promise] = {
    "vote": gettext_lazy("会议表决"),
    "director": gettext_lazy("主任批准"),
    "two_committees": gettext_lazy("两委共同批准"),
    "none": gettext_lazy("无须批准"),
}
PARTS: dict[str, str | Promise] = {"lead": gettext_lazy("负责"), "assist": gettext_lazy("协助")}


@dataclass(frozen=True, slots=True)
class Places:
    """How units are called in the cells of one list: by key, by code or by name.

    departments, bodies  key → name; a department's code is ``district`` + "-" + key
    """

    district: str
    departments: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, tuple[Layer, str]] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)

    def department(self, said: str) -> str | None:
        """Code of the department called ``said``; a key alone names the one of this district, known yet or not."""
        if said in self.codes:
            return self.codes[said]
        key = said.removeprefix(f"{self.district}-")
        return f"{self.district}-{key}" if re.fullmatch(r"[a-z]{2,6}", key) and key not in self.bodies else None

    def body(self, said: str) -> tuple[Layer, str] | None:
        """Layer and key of the street's body called ``said``."""
        if said in self.bodies:
            return self.bodies[said][0], said
        named = (key for key, (_layer, name) in self.bodies.items() if name == said)
        key = next(named, None)
        return (self.bodies[key][0], key) if key else None


BODIES: dict[str, tuple[Layer, str]] = {
    "dzb": ("office", "党政办公室"),
    "djb": ("office", "社区党建办公室"),
    "glb": ("office", "社区管理办公室"),
    "fwb": ("office", "社区服务办公室"),
    "pab": ("office", "社区平安办公室"),
    "zzb": ("office", "社区自治办公室"),
    "fzb": ("office", "社区发展办公室"),
    "jdb": ("office", "综合监督办公室"),
    "slzx": ("centre", "社区事务受理服务中心"),
    "dqzx": ("centre", "党群服务中心"),
    "centre": ("centre", "城运中心"),
    "whzx": ("centre", "社区文化活动中心"),
    "zzzx": ("centre", "社会治安综合治理中心"),
    "shzx": ("centre", "社区生活服务中心"),
}
"""The eight offices and six centres of a street (000-23): end of the code → layer and name without the street's."""


def places_of(worklist: WorkList) -> Places:
    """The names units go by in ``worklist``: departments of its district, bodies of a street. One SQL statement."""
    root = int(worklist.unit.path.split(".", 1)[0])
    units = list(Unit.objects.filter(path__startswith=f"{root}.", kind="department"))
    district = Unit.objects.get(pk=root)
    short = {unit.code: _short(unit.name, district.name) for unit in units}
    codes = {name: unit.code for unit in units for name in (unit.code, unit.name, short[unit.code])}
    prefix = district.division_code[:6] or district.code
    codes |= {unit.code.rpartition("-")[2]: unit.code for unit in units if unit.code.startswith(f"{prefix}-")}
    return Places(prefix, short, BODIES, codes)


def _short(name: str, district: str) -> str:
    """Without the district's name: 长宁区民政局 is 民政局, 长宁区委组织部 is 区委组织部."""
    rest = name.removeprefix(district)
    return f"区{rest}" if rest.startswith("委") else rest


@dataclass(frozen=True, slots=True)
class Read:
    """``no`` as the row says it: a number within the list, a whole item number, or ""."""

    no: str
    said: Said


def values(row: Mapping[str, str]) -> dict[str, str]:
    """``row`` under the codes of its columns, whichever way the header names them; others are left out."""
    names = {str(label): code for code, label in COLUMNS.items()}
    found = {names.get(head.strip(), head.strip()): (cell or "").strip() for head, cell in row.items() if head}
    return {code: cell for code, cell in found.items() if code in COLUMNS}


def read_row(row: Mapping[str, str], places: Places, *, lists: Mapping[str, str] | None = None) -> Read:
    """One item from the cells of a row, named by the codes of ``COLUMNS``; a column that is missing says nothing.

    lists  how another list is called in links (``cn_duties:37``) → its code
    Raises TermsRefused; its field is the column.
    """
    name = row.get("name", "").strip()
    if not name:
        raise TermsRefused(_("请填写名称。"), field="name")
    if len(name) > 120:
        raise TermsRefused(_("名称不能超过%(most)d个字。") % {"most": 120}, field="name")
    terms = check(_terms(row, places, lists or {}))
    return Read(
        row.get("no", ""),
        Said(
            title=name, heading=row.get("class", "")[:60], keywords=many(row.get("keywords", "")),
            terms=stored(terms), source=row.get("source", "")[:200], confidence=row.get("confidence", "")[:10],
        ),
    )  # fmt: skip


def _terms(row: Mapping[str, str], places: Places, lists: Mapping[str, str]) -> Terms:
    get = row.get
    amount, base = limit(get("limit", ""))
    return Terms(
        content=get("content", ""),
        public_class=_code(row, "public_class", PUBLIC_CLASSES),
        duty_class=get("duty_class", ""),
        stands=_stands(row, places),
        people=get("people", ""),
        budget_fen=round(_number(row, "money_yuan") * 100),
        things=many(get("things", "")),
        categories=many(get("categories", "")),
        links=tuple(_link(text, lists) for text in many(get("links", ""))),
        bases=many(get("bases", "")),
        conditions=get("conditions", ""),
        limit_amount=amount,
        limit_base=base,
        frequency=_code(row, "frequency", {code: name for code, (name, _n) in FREQUENCIES.items()}) or "on_demand",
        minutes=round(_number(row, "hours") * 60),
        forms=round(_number(row, "forms")),
        load_kind=_code(row, "load_kind", LOAD_KINDS) or "task",
        evidence=many(get("evidence", "")),
        guide=tuple(step.strip() for step in _STEPS.split(get("guide", "")) if step.strip()),
        is_key=get("is_key", "") in ("1", "是", "true", "True"),
        sunset=get("sunset", ""),
        decision=_code(row, "decision", DECISIONS),
        instead=get("instead", ""),
        papers=many(get("papers", "")),
        approval=_code(row, "approval", APPROVALS),
        reason=get("reason", ""),
    )


def many(cell: str) -> tuple[str, ...]:
    """The values joined in one cell."""
    return tuple(part.strip() for part in _SPLIT.split(cell) if part.strip())


def limit(cell: str) -> tuple[float, str]:
    """Amount and base of ``5d`` (working days) or ``24h`` (hours, day and night). Raises TermsRefused."""
    if not cell.strip():
        return 0, ""
    found = _LIMIT.fullmatch(cell.strip())
    if found is None:
        raise TermsRefused(_("时限请写作5d(工作日)或24h(连续小时)。"), field="limit")
    amount = float(found[1])
    return (amount * 60, "continuous") if found[2] in ("h", "小时") else (amount, "working_days")


def written_limit(terms: Terms) -> str:
    if not terms.limit_amount:
        return ""
    unit, per = ("d", 1) if terms.limit_base == "working_days" else ("h", 60)
    return f"{terms.limit_amount / per:g}{unit}"


def _code(row: Mapping[str, str], column: str, known: Mapping[str, str | Promise]) -> str:
    said = row.get(column, "")
    if not said or said in known:
        return said
    for code, label in known.items():
        if str(label) == said:
            return code
    raise TermsRefused(_("“%(value)s”不是可选的值。") % {"value": said}, field=column)


def _number(row: Mapping[str, str], column: str) -> float:
    said = row.get(column, "").replace(",", "")
    try:
        return float(said) if said else 0
    except ValueError:
        raise TermsRefused(_("“%(value)s”不是数。") % {"value": said}, field=column) from None


def _link(text: str, lists: Mapping[str, str]) -> str:
    listed, colon, no = text.partition(":")
    if not colon:
        return text[:LONGEST_LINK]
    if listed not in lists or not no.isdigit():
        raise TermsRefused(_("“%(value)s”没有对应的清单条目。") % {"value": text}, field="links")
    return f"{lists[listed]}-{int(no):04}"


def _stands(row: Mapping[str, str], places: Places) -> tuple[Stand, ...]:
    found = []
    for column in ("department", "office", "centre"):
        found += [_stand(said, column, "lead", places) for said in many(row.get(column, ""))]
    said = row.get("committee", "")
    part = {str(label): code for code, label in PARTS.items()}.get(said, said)
    if part not in ("", "none", *PARTS):
        raise TermsRefused(_("“%(value)s”不是可选的值。") % {"value": said}, field="committee")
    if part in PARTS:
        found.append(Stand("committee", part="lead" if part == "lead" else "co"))
    found += [_stand(said, "co", "co", places) for said in many(row.get("co", ""))]
    return _with_duties(tuple(dict.fromkeys(found)), row.get("duties", ""), places)


def _with_duties(stands: tuple[Stand, ...], cell: str, places: Places) -> tuple[Stand, ...]:
    """Each part with what the cell says it does: ``社区服务办公室：窗口收件；…``."""
    words: dict[str, str] = {}
    for line in many(cell):
        name, colon, duty = line.replace(":", "：").partition("：")
        if not colon or not duty.strip():
            raise TermsRefused(_("各层职责请写作“单位：职责”。"), field="duties")
        words[name.strip()] = duty.strip()[:200]
    found = tuple(Stand(s.layer, s.unit, s.office, s.part, words.pop(name_of(s, places), "")) for s in stands)
    if words:
        raise TermsRefused(_("“%(names)s”不在牵头和配合单位里。") % {"names": "、".join(words)}, field="duties")
    return found


def _stand(said: str, column: str, part: Part, places: Places) -> Stand:
    body = places.body(said) if column != "department" else None
    if body is not None:
        return Stand(body[0], office=body[1], part=part)
    code = places.department(said) if column in ("department", "co") else None
    if code is None:
        raise TermsRefused(_("没有叫“%(value)s”的单位。") % {"value": said}, field=column)
    return Stand("department", unit=code, part=part)


def write_row(code: str, wording: Wording, places: Places) -> dict[str, str]:
    """The cells of one item, as ``read_row`` understands them."""
    terms = read(wording.terms)
    plain = {
        "no": code, "name": wording.title, "class": wording.heading, "content": terms.content, "people": terms.people,
        "conditions": terms.conditions, "limit": written_limit(terms), "instead": terms.instead,
        "reason": terms.reason, "duty_class": terms.duty_class, "sunset": terms.sunset, "source": wording.source,
        "confidence": wording.confidence, "keywords": JOIN.join(wording.keywords), "guide": STEP.join(terms.guide),
    }  # fmt: skip
    joined = {name: JOIN.join(getattr(terms, name)) for name in ("bases", "things", "categories", "evidence", "links")}
    return {
        **dict.fromkeys(COLUMNS, ""),
        **plain,
        **joined,
        **_numbers(terms),
        **_labels(terms),
        **_units(terms, places),
    }


def _numbers(terms: Terms) -> dict[str, str]:
    return {
        "money_yuan": f"{terms.budget_fen / 100:.15g}" if terms.budget_fen else "",
        "hours": f"{terms.minutes / 60:.10g}" if terms.minutes else "",
        "forms": str(terms.forms) if terms.forms else "",
        "is_key": "1" if terms.is_key else "",
        "papers": JOIN.join(terms.papers),
    }


def _labels(terms: Terms) -> dict[str, str]:
    tables: tuple[tuple[str, Mapping[str, str | Promise]], ...] = (
        ("public_class", PUBLIC_CLASSES),
        ("frequency", {code: name for code, (name, _n) in FREQUENCIES.items()}),
        ("load_kind", LOAD_KINDS),
        ("decision", DECISIONS),
        ("approval", APPROVALS),
    )
    return {name: str(labels.get(getattr(terms, name), getattr(terms, name))) for name, labels in tables}


def _units(terms: Terms, places: Places) -> dict[str, str]:
    def named(chosen: Callable[[Stand], bool]) -> str:
        return JOIN.join(name_of(stand, places) for stand in terms.stands if chosen(stand))

    committee = next((s for s in terms.stands if s.layer == "committee" and not s.unit), None)

    def leading(layer: str) -> str:
        return named(lambda stand: stand.layer == layer and stand.part == "lead")

    cells = {layer: leading(layer) for layer in ("department", "office", "centre")}
    cells["co"] = named(lambda s: s.layer != "committee" and s.part == "co")
    cells["duties"] = JOIN.join(f"{name_of(s, places)}：{s.duty}" for s in terms.stands if s.duty)
    cells["committee"] = str(PARTS["lead" if committee.part == "lead" else "assist"]) if committee else ""
    return cells


def name_of(stand: Stand, places: Places) -> str:
    """What a unit is called in a cell."""
    if stand.layer == "committee" and not stand.unit:
        return str(COLUMNS["committee"])
    if stand.office:
        return places.bodies.get(stand.office, ("", stand.office))[1]
    return places.departments.get(stand.unit, stand.unit)
