"""Lists that change: versions approved and published, one to come, one waiting, one being drawn up, one refused."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from linli.config.demo.territory import District
from linli.domains.lists.commands import moving, proposing
from linli.domains.lists.commands.changing import merged
from linli.domains.lists.commands.proposing import Given, Going, Line
from linli.domains.lists.models import Proposal
from linli.kernel.catalog.commands import Said
from linli.kernel.catalog.models import Wording, WorkList
from linli.kernel.catalog.terms import read, stored
from linli.kernel.org.models import Actor, Post

SPACE = UUID("0b1d8a36-52a7-4a86-9d5e-6a3c0f2f9e11")
ONE_STEP = {"310105": "internal", "440304": "extra_service"}
TWO_STEPS = {"310105": "duties", "440304": "station"}
ADDED = {
    "internal": Said("政务新媒体值守", "公文与会务", ("公众号", "留言"), stored(read({
        "content": "每日查看居民留言，登记后转承办科室并跟踪答复", "stands": [{"layer": "office", "office": "dzb"}],
        "people": "宣传干部；值班人员", "frequency": "daily", "minutes": 60, "load_kind": "ledger",
        "guide": ["查看留言", "登记转办", "跟踪答复", "月末汇总"], "evidence": ["转办登记"],
    })), source="演示", confidence="demo"),
    "extra_service": Said("社区共享工具间", "便民生活", ("借工具", "共享"), stored(read({
        "content": "提供梯子、电钻等工具借用，登记归还", "stands": [{"layer": "centre", "office": "shzx"}],
        "people": "社区工作者；志愿者", "frequency": "on_demand", "minutes": 15, "things": ["工具间"],
        "guide": ["登记", "借出", "归还检查"],
    })), source="演示", confidence="demo"),
}  # fmt: skip


def fill(district: District, chance: random.Random, at: datetime) -> None:
    """Simulated changes of two lists of the district; a second time changes nothing."""
    code = district.plan.code
    if (functions := _list(district, "functions")) is not None:
        moving.record_returns(functions, source="社区工作站", reason="依法回归居委会职能(演示)")
    if (one := _list(district, ONE_STEP[code])) is not None:
        _simple(one, ADDED[ONE_STEP[code]], at)
    if (two := _list(district, TWO_STEPS[code])) is not None:
        _thorough(two, at)


def _list(district: District, kind: str) -> WorkList | None:
    lists = WorkList.objects.filter(kind=kind, unit__path__startswith=district.root.path)
    return lists.select_related("kind", "unit").order_by("id").first()


def _simple(worklist: WorkList, added: Said, at: datetime) -> None:
    """Published 40 days ago with an item that leaves and one that comes; another version takes effect in 20 days."""
    first, second, third, *_rest = _wordings(worklist)
    _change(worklist, "按上半年执行情况修订(演示)", [
        Line(None, added, "居民留言增多，须有人值守" if worklist.kind_id == "internal" else "居民议事提出的需求"),
        Line(second.item, _said(second, content="（简化）"), "减少一次填报"),
        Line(third.item, None, "与前一项内容重合，合并办理", Going("merge", item=first.item)),
    ], at - timedelta(days=40), ("publish",))  # fmt: skip
    _change(worklist, "年度版：自下月起执行(演示)", [Line(first.item, _said(first, content="，当日办结"), "提高时效")],
            at - timedelta(days=3), ("publish",), days=20)  # fmt: skip


def _thorough(worklist: WorkList, at: datetime) -> None:
    """Approved by two in turn; one that waits for the second, one refused, one being drawn up."""
    one, two, three, four, *_rest = _wordings(worklist)[20:]
    for reason, wording, days, steps in (
        ("按条例修订表述(演示)", one, 30, ("second", "publish")),
        ("补充办理时限(演示)", two, 2, ("second",)),
        ("增加考核频次(演示)", three, 12, ("refuse",)),
    ):
        lines = [Line(wording.item, _said(wording, content="，结果向居民公布"), "与现行规定一致")]
        _change(worklist, reason, lines, at - timedelta(days=days), steps)
    lines = [Line(four.item, _said(four, content="，可网上办理"), "方便居民")]
    _change(worklist, "方便居民的几处修改(演示)", lines, at - timedelta(days=1), None)


def _wordings(worklist: WorkList) -> list[Wording]:
    return list(Wording.objects.filter(worklist=worklist, until_no=None).select_related("item").order_by("position"))


def _said(wording: Wording, *, content: str) -> Said:
    """What the item says, with something added to its content."""
    wording = Wording.objects.select_related("item").get(item=wording.item, until_no=None)
    terms = dict(wording.terms) | {"content": f"{wording.terms.get('content', '')}{content}"}
    return merged(Said(wording.title, wording.heading, wording.keywords, terms), wording, {"content": ""})


def _change(
    worklist: WorkList, reason: str, lines: Sequence[Line], at: datetime, steps: Sequence[str] | None, *, days: int = 0
) -> None:  # fmt: skip
    """A proposal by the list's keeper, taken through ``steps`` by approvers in turn; None leaves it a draft."""
    key = uuid5(SPACE, f"{worklist.code}/{reason}")
    if Proposal.objects.filter(pk=key).exists():
        return
    keeper, *approvers = _people(worklist)
    valid_from = at.date() + timedelta(days=days) if days else None
    proposal = proposing.draft(worklist, reason=reason, actor=keeper, at=at, key=key, valid_from=valid_from)
    proposing.put_lines(proposal, lines, actor=keeper)
    if steps is None:
        return
    proposing.act(proposal, "submit", Given("请审批"), actor=keeper, at=at + timedelta(hours=1))
    for no, (step, actor) in enumerate(zip(steps, approvers, strict=False), start=1):
        note = "现有频次已足够，增加考核会加重基层负担" if step == "refuse" else "同意"
        proposing.act(proposal, step, Given(note), actor=actor, at=at + timedelta(hours=1 + 4 * no))


def _people(worklist: WorkList) -> list[Actor]:
    """A keeper and those who approve, all over the list's unit, the nearest first."""
    above = [int(key) for key in reversed(worklist.unit.path.rstrip(".").split("."))]
    posts = Post.objects.filter(over__in=above, role__in=("list_keeper", "list_approver"), until=None)
    found = sorted(posts.select_related("actor"), key=lambda post: (above.index(post.over_id), post.pk))
    keepers = [post.actor for post in found if post.role == "list_keeper"]
    return [keepers[0], *(post.actor for post in found if post.role == "list_approver")]
