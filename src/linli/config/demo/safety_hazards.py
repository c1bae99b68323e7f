"""Inspections of the last two months, hazards in every state, listed major ones, a campaign half done."""

import hashlib
import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from linli.config.demo.territory import CAST_STREETS, District
from linli.domains.cases.models import Case
from linli.domains.safety.commands import campaigns, hazard_steps, hazards, inspecting, listings
from linli.domains.safety.commands.campaigns import NewCampaign
from linli.domains.safety.commands.hazard_steps import Given
from linli.domains.safety.commands.hazards import Found
from linli.domains.safety.commands.inspecting import Inspected, Result
from linli.domains.safety.commands.listings import Proposed
from linli.domains.safety.models import Campaign, CheckItem, Hazard, Inspection, Listing
from linli.domains.safety.queries import checklists
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.commands import GivenFile
from linli.kernel.flow.system import system_actor
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.registry.models import Site

DAYS = 60
INSPECTED = 24
WAYS = (
    "found", "found", "found_major", "graded", "notified", "rectifying", "late", "late", "rectified", "rechecked",
    "struck_off", "struck_off", "struck_off", "struck_off", "repeat", "on_spot", "refuted", "handed_on",
)  # fmt: skip
WORDS = {
    "XF01": "安全出口被货物堵住", "XF03": "灭火器压力不足", "XF04": "楼道里电动车充电", "XF06": "楼道堆放旧家具",
    "XF11": "应急照明不亮", "XF14": "油烟管道积油较厚", "YD01": "插线板串接，线路裸露", "YD02": "配电箱周围堆放纸箱",
    "RQ01": "燃气软管老化开裂", "RQ02": "后厨存放三只瓶装气", "TZ01": "电梯检验标志过期", "FX01": "店招支架松动",
    "SP01": "货架上有过期食品", "TY01": "安全责任公示牌缺失", "RM01": "高峰时段无限流措施",
}  # fmt: skip
FIVE = {
    "body": "经营单位", "person": "店长", "measures": "当日清理到位，更换失效器材，安排专人每日查看",
    "funds_yuan": "1200",
    "contingency": "整改完成前安排专人看守，备足灭火器材", "control": "暂停相关区域使用，设置警示",
}  # fmt: skip
PLAN = {
    "plan_goals": "三十天内消除隐患", "plan_methods": "拆除隔断，恢复疏散通道，重做线路",
    "plan_funds": "经营单位自筹十二万元", "plan_bodies": "经营单位牵头，物业配合",
    "plan_dates": "第一周拆除，第三周施工，第四周验收", "plan_safety": "施工期间停业，动火审批，专人监护",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crew:
    """Who does what here."""

    street: Unit
    officer: Actor
    second: Actor
    office: Unit
    leader: Actor
    verifier: Actor
    pictures: tuple[GivenFile, GivenFile]


@transaction.atomic
def fill(district: District, chance: random.Random, at: datetime) -> int:
    """The hazards of the cast's street as they stand at ``at``; how many. A second time nothing."""
    street = next(one for one in district.streets if one.code == CAST_STREETS[district.plan.code])
    crew = _crew(street, at)
    sites = list(
        Site.objects.filter(unit__path__startswith=street.path, safety__isnull=False, unit__kind="grid")
        .select_related("kind", "unit", "safety").order_by("code")
    )  # fmt: skip
    if crew is None or not sites or Hazard.objects.filter(matter__home=street).exists():
        return 0
    chance.shuffle(sites)
    _inspections(crew, sites, chance, at)
    for n, way in enumerate(WAYS):
        _one(crew, sites[n % len(sites)], way, chance, at)
    _listed(crew, [site for site in sites if site.kind_id in ("mall", "market", "hotel", "office_building")], at)
    return Hazard.objects.filter(matter__home=street).count()


def _crew(street: Unit, at: datetime) -> Crew | None:
    officer, leader = _holder(street, "safety_officer"), _holder(street, "leader")
    verifier = _holder(street, "verifier")
    office = Unit.objects.filter(parent=street, kind="office", code__endswith="-pab").first()
    second = _holder(office, "unit_head") if office else None
    if officer is None or leader is None or verifier is None or second is None or office is None:
        return None
    before, after = _picture("before", (150, 90, 80), at), _picture("after", (120, 170, 130), at)
    return Crew(street, officer, second, office, leader, verifier, (before, after))


def _holder(unit: Unit, role: str) -> Actor | None:
    post = Post.objects.filter(over=unit, role=role, until=None).select_related("actor").order_by("id").first()
    return post.actor if post else None


def _picture(kind: str, shade: tuple[int, int, int], at: datetime) -> GivenFile:
    """A drawn picture that stands for a photo."""
    drawn = Image.new("RGB", (480, 360), (222, 226, 222))
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((160, 60, 320, 330), outline=(70, 70, 70), width=6)
    if kind == "before":
        pen.rectangle((120, 220, 260, 330), fill=shade)
        pen.rectangle((230, 250, 370, 330), fill=shade)
    else:
        pen.rectangle((175, 75, 305, 325), fill=shade)
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=70)
    raw = out.getvalue()
    file = evidence.receive(
        io.BytesIO(raw), name=f"{kind}.jpg", claimed_sha256=hashlib.sha256(raw).hexdigest(), actor=system_actor(),
        at=at,
    )  # fmt: skip
    return GivenFile(file.pk, file.sha256, kind)


def _inspections(crew: Crew, sites: Sequence[Site], chance: random.Random, at: datetime) -> None:
    """Of the last two months, some of them for the campaign before the holidays, which is half done."""
    begun = at - timedelta(days=12)
    given = NewCampaign(
        crew.street.pk, "岁末年初消防安全专项检查", timezone.localdate(begun),
        timezone.localdate(at + timedelta(days=18)), ("mall", "market", "small_eatery", "small_shop", "hotel"), "消防",
        "查疏散、查用电用气、查值守；不合格的当场下单，节前复查一遍。",
    )  # fmt: skip
    campaign = campaigns.begin(given, key=new_key(), actor=crew.officer, at=begun)
    closed = NewCampaign(
        crew.street.pk, "汛期地下空间专项检查", timezone.localdate(at - timedelta(days=50)),
        timezone.localdate(at + timedelta(days=1)), ("underground", "parking", "flood_point"), "防汛",
    )  # fmt: skip
    over = campaigns.begin(closed, key=new_key(), actor=crew.officer, at=at - timedelta(days=50))
    for n, site in enumerate(sites[: 2 * INSPECTED]):
        kinds = ("mall", "market", "small_eatery", "small_shop", "hotel")
        if site.kind_id in kinds and n % 2:
            _inspect(crew, site, chance, at - timedelta(days=n % 11, hours=3), campaign=campaign)
        elif site.kind_id in ("underground", "parking", "flood_point"):
            _inspect(crew, site, chance, at - timedelta(days=20 + n % 20), campaign=over)
        elif n < INSPECTED:
            _inspect(crew, site, chance, at - timedelta(days=1 + chance.randrange(DAYS), hours=n % 6))
    campaigns.close(
        over.pk, summary="地下空间逐一查过，挡水板、排水泵均已试运行，发现的问题已下发整改。", actor=crew.officer,
        at=at - timedelta(days=5),
    )  # fmt: skip


def _inspect(
    crew: Crew, site: Site, chance: random.Random, at: datetime, campaign: Campaign | None = None
) -> Inspection | None:
    who = _holder(site.unit, "grid_officer") or crew.officer
    items = checklists.items_for(site.kind_id, timezone.localdate(at))
    if not items:
        return None
    bad = chance.choice([item.code for item in items if item.code in WORDS] or [""]) if chance.random() < 0.35 else ""
    results = [
        Result(item.code, "failed" if item.code == bad else "passed", WORDS[item.code] if item.code == bad else "")
        for item in items
    ]  # fmt: skip
    is_scanned = chance.random() < 0.6
    given = Inspected(
        site, results, kind="special" if campaign else "daily", campaign=campaign.pk if campaign else None,
        tag=site.tag if is_scanned else "", with_whom="店长", lon=None if is_scanned else site.lon + 0.0001,
        lat=None if is_scanned else site.lat, accuracy_m=12,
    )  # fmt: skip
    return inspecting.file_inspection(given, key=new_key(), actor=who, at=at)


def _one(crew: Crew, site: Site, way: str, chance: random.Random, at: datetime) -> None:
    """One hazard, taken as far as ``way`` says."""
    age = {"found": 0, "found_major": 0, "graded": 1, "notified": 2, "late": 12}.get(way, chance.randrange(6, 40))
    begun = at - timedelta(days=age, hours=chance.randrange(1, 6))
    if way == "repeat":
        first = _found(crew, site, chance, begun - timedelta(days=60))
        _through(crew, site, first, "struck_off", begun - timedelta(days=60), at)
        _through(crew, site, _found(crew, site, chance, begun, item=first.item), "notified", begun, at)
        return
    _through(crew, site, _found(crew, site, chance, begun, way=way), way, begun, at)


def _found(
    crew: Crew, site: Site, chance: random.Random, at: datetime, *, way: str = "", item: CheckItem | None = None
) -> Hazard:
    who = _holder(site.unit, "grid_officer") or crew.officer
    items = [one for one in checklists.items_for(site.kind_id, timezone.localdate(at)) if one.code in WORDS]
    chosen = item or chance.choice(items)
    found = Found(
        text=WORDS[chosen.code], item=chosen, site=site, files=crew.pictures if way == "on_spot" else crew.pictures[:1],
        source=chance.choice(("patrol", "patrol", "superior", "self")), on_spot=way == "on_spot",
        outcome="已当场清理" if way == "on_spot" else "",
        proposed_major="通道完全堵死，且有人住在店内" if way == "found_major" else "",
    )  # fmt: skip
    return hazards.find(found, key=new_key(), actor=who, at=at)


ORDER = ("graded", "notified", "rectifying", "rectified", "rechecked", "struck_off")


def _through(crew: Crew, site: Site, hazard: Hazard, way: str, begun: datetime, at: datetime) -> None:
    """Step by step to where it stands; ``late``: under way, its day past."""
    if way in ("refuted", "handed_on"):
        name, note = ("refute", "现场复核，通道宽度符合要求") if way == "refuted" else ("hand_on", "属市容问题")
        _step(hazard, name, crew.officer, begun + timedelta(hours=5), note=note)
        Case.objects.filter(matter__linked_from__matter=hazard.pk).update(is_demo=True)
        return
    if way not in ORDER and way != "late":
        return
    unit, head = _doer(crew, site)
    far = ORDER.index("rectifying" if way == "late" else way)
    basis = {"grade_basis": hazard.item.basis if hazard.item else "现场核实"}
    _step(hazard, "grade_general", crew.officer, begun + timedelta(hours=3), note="已核实", fields=basis)
    if far < 1:
        return
    due = {"due_on": timezone.localdate(begun + timedelta(days=5)).isoformat()}
    _step(hazard, "notify", crew.officer, begun + timedelta(hours=5), unit=unit, fields=FIVE | due)
    if far >= 2:
        _step(hazard, "take_over", head, begun + timedelta(hours=9))
    if far >= 3:
        done, after = begun + timedelta(days=4 if hazard.pk.int % 3 else 7), crew.pictures[1:]
        _step(hazard, "rectify", head, min(done, at), files=after, fields={"outcome": "已整改到位，安排专人每日查看"})
    if far >= 4:
        _step(hazard, "pass_recheck", crew.verifier, min(begun + timedelta(days=8), at), note="现场复查合格")
    if far >= 5:
        _step(hazard, "strike_off", crew.officer, min(begun + timedelta(days=8, hours=3), at))


def _doer(crew: Crew, site: Site) -> tuple[Unit, Actor]:
    """Who sees to it: the grid of the place by its head, else the office."""
    head = _holder(site.unit, "grid_head")
    return (site.unit, head) if head else (crew.office, crew.second)


def _step(
    hazard: Hazard, name: str, who: Actor, at: datetime, *, note: str = "", unit: Unit | None = None,
    files: Sequence[GivenFile] = (), fields: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    given = Given(note=note, unit=unit.pk if unit else None, files=files, fields=fields or {})
    hazard_steps.act(hazard, name, given, actor=who, at=at)


def _listed(crew: Crew, sites: Sequence[Site], at: datetime) -> None:
    """Three major ones: overdue on the board, delisted, and one proposed that waits for the leader."""
    for site, way in zip(sites, ("overdue", "delisted", "proposed"), strict=False):
        begun = at - timedelta(days={"overdue": 45, "delisted": 55, "proposed": 2}[way])
        hazard = _major(crew, site, begun)
        listing = listings.propose(
            hazard,
            Proposed("street", f"{site.kind.name}内疏散通道被隔断占用，消防设施失效", timezone.localdate(
                begun + timedelta(days=30)), crew.street.pk),
            key=new_key(), actor=crew.officer, at=begun + timedelta(hours=6),
        )  # fmt: skip
        if way != "proposed":
            _supervise(crew, site, hazard, listing, begun, is_over=way == "delisted")


def _major(crew: Crew, site: Site, begun: datetime) -> Hazard:
    who = _holder(site.unit, "grid_officer") or crew.second
    found = Found(
        text="二楼疏散通道被隔断占用，喷淋被遮挡", item=CheckItem.objects.get(pk="XF01"), site=site,
        files=crew.pictures[:1], proposed_major="疏散通道被永久隔断，需停业施工才能恢复",
    )  # fmt: skip
    hazard = hazards.find(found, key=new_key(), actor=who, at=begun)
    basis = {"grade_basis": "疏散通道被占用且需局部停业治理"}
    _step(hazard, "grade_major", crew.officer, begun + timedelta(hours=4), note="现场核实", fields=basis)
    return hazard


def _supervise(crew: Crew, site: Site, hazard: Hazard, listing: Listing, begun: datetime, *, is_over: bool) -> None:
    unit, head = _doer(crew, site)
    moves = [("list", crew.leader, 1, ""), ("report_up", crew.officer, 2, ""),
             ("supervise", crew.officer, 12, "到现场督办，隔断已拆除三成")]  # fmt: skip
    _moves(listing, moves[:1], begun)
    due = {"due_on": timezone.localdate(begun + timedelta(days=28)).isoformat()}
    _step(hazard, "notify", crew.officer, begun + timedelta(days=1, hours=2), unit=unit, fields=FIVE | PLAN | due)
    _step(hazard, "take_over", head, begun + timedelta(days=1, hours=5))
    _moves(listing, moves[1:], begun)
    if is_over:
        outcome = {"outcome": "隔断已拆除，通道恢复，喷淋重新测试合格"}
        _step(hazard, "rectify", head, begun + timedelta(days=26), files=crew.pictures[1:], fields=outcome)
        _step(hazard, "pass_recheck", crew.verifier, begun + timedelta(days=27), note="通道净宽符合要求")
        last = [("ask_delisting", crew.officer, 28, "复查合格，申请摘牌"), ("delist", crew.leader, 29, "")]
        _moves(listing, last, begun)
        _step(hazard, "strike_off", crew.officer, begun + timedelta(days=29, hours=3))


def _moves(listing: Listing, moves: Sequence[tuple[str, Actor, int, str]], begun: datetime) -> None:
    for name, who, days, note in moves:
        listings.act(listing, name, Given(note=note), actor=who, at=begun + timedelta(days=days))
