"""Admission at work: applications at every stage, emergencies, refused orders, complaints, and what was asked."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from linli.config.demo.territory import CAST_STREETS, District
from linli.domains.lists.commands import applying, complaining, emergencies, reviewing, tasks
from linli.domains.lists.commands.applying import Wish
from linli.domains.lists.commands.complaining import Grief
from linli.domains.lists.commands.emergencies import Declared
from linli.domains.lists.commands.reviewing import Verdict
from linli.domains.lists.commands.tasks import Giving
from linli.domains.lists.flow import TASK
from linli.domains.lists.models import Application, Opinion, Review
from linli.kernel.catalog.models import Admission, WorkItem, WorkList
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import open_matter
from linli.kernel.flow.mandates import OffListRefused
from linli.kernel.flow.models import Declined
from linli.kernel.ledger import commands as ledger
from linli.kernel.ledger.models import Account
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post, Unit

SPACE = UUID("6d1f0f5e-3a54-4f0a-9c1e-2b7c5f0a7d11")
FUNDED = ("mz", "ws", "xf", "sf")
ALLOTTED_FEN = 200_000_000
ORDERS = (
    "填报经济指标日报", "代收物业服务费", "统计居民车辆信息台账", "协助查处占道经营并开具处罚单",
    "参加部门考核迎检布置会场", "下载指定应用并截图上报", "组织居民观看部门宣传直播", "为部门出具工作证明",
)  # fmt: skip
"""What is tried outside the lists, as committees tell of it."""
SCENES: tuple[dict[str, Any], ...] = (
    {"key": "mz", "title": "协助开展独居老人居家安全评估", "content": "每季陪同评估机构上门一次",
     "frequency": "quarterly", "hours": 2, "times": 4, "forms": 1, "kind": "trial", "collects": ("elderly",),
     "money_fen": 120_000, "why": "评估机构入户需要熟悉情况的社区工作者陪同", "days_ago": 80, "ends_in": 20,
     "stage": "admitted", "conditions": "与日常探访合并进行，不另建台账", "load_kind": "inspection"},
    {"key": "ws", "title": "协助组织家庭医生签约宣传", "content": "每月一次在小区提供场地并张贴通知",
     "frequency": "monthly", "hours": 2, "times": 12, "forms": 0, "why": "签约服务进小区需要居委会提供场地",
     "days_ago": 60, "stage": "admitted", "load_kind": "meeting"},
    {"key": "xf", "title": "协助高层住宅消防设施月度巡查", "content": "每月陪同微型消防站巡查一次并拍照",
     "frequency": "monthly", "hours": 3, "times": 12, "forms": 1, "collects": ("fire_units",), "money_fen": 60_000,
     "why": "高层住宅多，部门人手不足以每月到场", "days_ago": 12, "stage": "street", "load_kind": "inspection"},
    {"key": "sf", "title": "协助登记社区矫正对象走访情况", "content": "每月走访后填写登记表", "frequency": "monthly",
     "hours": 1.5, "times": 12, "forms": 2, "collects": ("disputes",), "why": "居委会熟悉对象家庭情况",
     "days_ago": 6, "stage": "opinion", "load_kind": "form"},
    {"key": "tj", "title": "协助按月填报小微企业用工数据", "content": "每月汇总辖区企业用工人数",
     "frequency": "monthly", "hours": 6, "times": 12, "forms": 3, "collects": ("enterprises", "employment"),
     "why": "及时掌握用工变化", "days_ago": 40, "stage": "refused", "load_kind": "form"},
    {"key": "mz", "title": "协助核对高龄津贴发放名单", "content": "每半年核对一次名单", "frequency": "halfyearly",
     "hours": 4, "times": 2, "forms": 1, "collects": ("elderly",), "why": "名单变动需要社区核对",
     "days_ago": 2, "bases": (), "stage": "draft", "load_kind": "form"},
)  # fmt: skip


@dataclass
class _Stage:
    district: District
    street: Unit
    worklist: WorkList
    chance: random.Random
    at: datetime
    accounts: dict[str, Account] = field(default_factory=dict)

    def ago(self, days: float) -> datetime:
        return self.at - timedelta(days=days)

    def key(self, name: str) -> UUID:
        return uuid5(SPACE, f"{self.district.plan.code} {name}")


def fill(district: District, chance: random.Random, at: datetime) -> int:
    """Let admission work in the street with the cast; returns how many applications. A second time nothing."""
    worklist = WorkList.objects.filter(unit=district.root, kind="assist").select_related("kind", "unit").first()
    street = next(unit for unit in district.streets if unit.code == CAST_STREETS[district.plan.code])
    if worklist is None or Application.objects.filter(worklist=worklist).exists():
        return 0
    stage = _Stage(district, street, worklist, chance, at)
    _fund(stage)
    made = sum(_applied(stage, n, scene) for n, scene in enumerate(SCENES))
    _give(stage)
    _order_outside(stage)
    _declare(stage)
    _complain(stage)
    return made


def _holder(role: str, over: Unit) -> Actor | None:
    post = Post.objects.filter(role=role, over=over, until=None).select_related("actor").order_by("id").first()
    return post.actor if post else None


def _fund(stage: _Stage) -> None:
    """The year's money of the departments that apply, out of which it moves with the matter."""
    year, begun = timezone.localdate(stage.at).year, stage.ago(110)
    for key in FUNDED:
        unit = stage.district.departments.get(key)
        clerk = _holder("department_clerk", unit) if unit else None
        if unit is None or clerk is None:
            continue
        said: Mapping[str, Any] = {"year": year, "actor": clerk, "at": begun}
        source = ledger.open_account(
            f"{year}/{unit.code}/source", name=f"{unit.name}年度预算", unit=unit, kind="source", **said
        )
        held = ledger.open_account(
            f"{year}/{unit.code}/held", name=f"{unit.name}社区工作经费", unit=unit, kind="held", **said
        )
        lines = {source: -ALLOTTED_FEN, held: ALLOTTED_FEN}
        ledger.book(stage.key(f"fund {key}"), "allocate", lines, text="年初预算下达（演示）", actor=clerk, at=begun)
        stage.accounts[key] = held


def _applied(stage: _Stage, n: int, scene: Mapping[str, Any]) -> int:
    unit = stage.district.departments.get(scene["key"])
    clerk = _holder("department_clerk", unit) if unit else None
    reviewer = _holder("admission_reviewer", stage.district.root)
    if unit is None or clerk is None or reviewer is None:
        return 0
    at = stage.ago(scene["days_ago"])
    application = applying.draft(_wish(stage, scene, at), key=stage.key(f"apply {n}"), actor=clerk, at=at)
    if scene["stage"] == "draft":
        return 1
    applying.submit(application, actor=clerk, at=at + timedelta(hours=2))
    _district_decides(stage, application, scene, reviewer, at + timedelta(days=1))
    if scene["stage"] == "admitted":
        _street_decides(stage, application, scene, at + timedelta(days=3))
    return 1


def _wish(stage: _Stage, scene: Mapping[str, Any], at: datetime) -> Wish:
    taken = ("title", "content", "why", "frequency", "hours", "times", "forms", "load_kind")
    account = stage.accounts.get(scene["key"])
    money = scene.get("money_fen", 0) if account else 0
    ends = timezone.localdate(stage.at) + timedelta(days=scene["ends_in"]) if "ends_in" in scene else None
    return Wish(
        worklist=stage.worklist, area=[stage.street], kind=scene.get("kind", "regular"), heading="准入新增",
        valid_from=timezone.localdate(at), valid_to=ends, people=2, collects=scene.get("collects", ()),
        money_fen=money, money_from=account.code if account and money else "", limit=(10, "working_days"),
        bases=scene.get("bases", ("jwh", "sqjf")),
        **{name: scene[name] for name in taken},
    )  # fmt: skip


def _district_decides(
    stage: _Stage, application: Application, scene: Mapping[str, Any], reviewer: Actor, at: datetime
) -> None:
    review = Review.objects.get(matter__parent=application.pk)
    committee = stage.district.committees[stage.street.pk][0]
    if scene["stage"] == "refused":
        reviewing.decline(review, "数据已在市场主体库和就业系统中，不得要求居委会重复填报", actor=reviewer, at=at)
        return
    if scene["stage"] in ("opinion", "street"):
        reviewing.invite(review, [committee], "人手是否够，能否与现有工作合并", actor=reviewer, at=at)
    if scene["stage"] == "opinion":
        return
    head = _holder("committee_head", committee)
    asked = Opinion.objects.filter(matter__parent=review.pk).first()
    if asked is not None and head is not None:
        reviewing.give_opinion(asked, "if", "可与网格巡查合并，须减少一张表", actor=head, at=at + timedelta(hours=5))
    reviewing.agree(review, Verdict("确需社区协助，同意"), actor=reviewer, at=at + timedelta(days=1))


def _street_decides(stage: _Stage, application: Application, scene: Mapping[str, Any], at: datetime) -> None:
    reviewer = _holder("admission_reviewer", stage.street)
    review = Review.objects.filter(matter__parent=application.pk, matter__unit=stage.street).first()
    if reviewer is None or review is None:
        return
    committees = len(stage.district.committees[stage.street.pk])
    money = application.money_fen * committees
    said = Verdict("同意，按条件执行", scene.get("conditions", "每次不超过两人"), money_fen=money)
    reviewing.agree(review, said, actor=reviewer, at=at)


def _give(stage: _Stage) -> None:
    """What was asked in the last months: by the leader of the street, of a few committees at a time."""
    leader = _holder("leader", stage.street)
    if leader is None:
        return
    post = next((held for held in org.posts_of(leader) if held.over_id == stage.street.pk), None)
    items = list(
        WorkItem.objects.filter(worklist=stage.worklist, standing__wording__isnull=False, standing__minutes__gt=0)
        .select_related("standing").order_by("serial")[:40]
    )  # fmt: skip
    committees = [unit.pk for unit in stage.district.committees[stage.street.pk][:6]]
    for n, item in enumerate(stage.chance.sample(items, min(12, len(items)))):
        chosen = stage.chance.sample(committees, min(len(committees), stage.chance.randint(1, 4)))
        try:
            tasks.give(
                Giving(item, chosen), key=stage.key(f"give {n}"), actor=leader, at=stage.ago(100 - 8 * n), post=post
            )
        except Refused:
            continue  # the docking table sends this one through an office


def _order_outside(stage: _Stage) -> None:
    """Orders that the system refused, each kept with its reason."""
    bodies = [unit for (street, _key), unit in stage.district.bodies.items() if street == stage.street.pk]
    heads = [(unit, head) for unit in bodies if (head := _holder("unit_head", unit)) is not None]
    committees = stage.district.committees[stage.street.pk][:5]
    for n, title in enumerate(ORDERS):
        if not heads:
            return
        _unit, head = stage.chance.choice(heads)
        try:
            open_matter(
                TASK, title=title, home=stage.street, unit=stage.chance.choice(committees), actor=head,
                at=stage.ago(105 - 12 * n),
            )  # fmt: skip
        except OffListRefused:
            continue


def _declare(stage: _Stage) -> None:
    """One emergency that was justified, one that waits to be."""
    leader, reviewer = _holder("leader", stage.street), _holder("admission_reviewer", stage.street)
    committees: Sequence[Unit] = stage.district.committees[stage.street.pk]
    if leader is None or reviewer is None:
        return
    before = stage.ago(70)
    typhoon = Declared("台风期间转移低洼处居民", "气象台发布台风红色预警，须当夜转移", committees[:4], 7)
    made = emergencies.declare(typhoon, key=stage.key("typhoon"), actor=leader, at=before)
    emergencies.ratify(made, "情况属实，事后已备案", actor=reviewer, at=before + timedelta(days=2))
    water = Declared("主管爆裂停水期间为独居老人送水", "自来水主管爆裂，预计停水两天", committees[:2], 5)
    pending = emergencies.declare(water, key=stage.key("water"), actor=leader, at=stage.ago(0.5))
    admission = Admission.objects.filter(decision=pending.pk).first()
    if admission is not None:
        giving = Giving(None, [admission.unit_id], "为独居老人送水", "逐户敲门，每户两桶", admission=admission.pk)
        post = next((held for held in org.posts_of(leader) if held.over_id == stage.street.pk), None)
        tasks.give(giving, key=stage.key("water task"), actor=leader, at=stage.ago(0.4), post=post)


def _complain(stage: _Stage) -> None:
    committee = stage.district.committees[stage.street.pk][0]
    worker, reviewer = _holder("committee_worker", committee), _holder("admission_reviewer", stage.district.root)
    office = stage.district.bodies.get((stage.street.pk, "pab"))
    if worker is None or reviewer is None or office is None:
        return
    declined = Declined.objects.filter(bearer=committee).first()
    first = Grief("off_list", "口头要求填报清单外台账，系统拒绝后又在工作群里催", office, declined=declined)
    told = complaining.complain(first, key=stage.key("complaint 1"), actor=worker, at=stage.ago(30))
    complaining.look_into(told, actor=reviewer, at=stage.ago(29))
    complaining.answer(told, upheld=True, text="情况属实，已约谈并要求停止", actor=reviewer, at=stage.ago(27))
    second = Grief("forms", "同一份人员名单本月被要了三次，格式各不相同", stage.street)
    complaining.complain(second, key=stage.key("complaint 2"), actor=worker, at=stage.ago(1))
