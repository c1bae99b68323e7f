"""A federation of 17 office buildings and 3 malls in the cast's street: members, two meetings and one called, notices.

Names of buildings and people are invented.
"""

import random
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from linli.config.demo.territory import CAST_STREETS, District
from linli.domains.safety.commands import federating, federation_meetings, incidents
from linli.domains.safety.commands.federating import Reach
from linli.domains.safety.commands.incidents import Said
from linli.domains.safety.models import Federation, IncidentNotice, Member, NoticeAnswer
from linli.kernel.duties.commands import make_ahead
from linli.kernel.flow.models import Matter
from linli.kernel.flow.system import system_actor
from linli.kernel.meetings import commands as meetings
from linli.kernel.meetings.commands import series
from linli.kernel.meetings.models import Meeting
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.registry import commands as registry
from linli.kernel.registry.models import Site

FOUNDED = date(2012, 5, 18)
TOWERS = (
    "云杉大厦", "合欢国际中心", "梧桐广场写字楼", "银杏商务楼", "海棠中心", "香樟大厦", "紫藤国际", "白玉兰商务中心",
    "丁香大厦", "水杉科创楼", "石榴金融大厦", "蜡梅商务楼", "金桂中心", "木棉国际大厦", "红枫大厦", "青松商务广场",
    "碧桃中心",
)  # fmt: skip
MALLS = ("百合天地购物中心", "四季生活广场", "鸢尾百货")
PEOPLE = ("王建国", "李秀英", "周海燕", "陈志强", "吴美玲", "郑小东", "沈国华", "钱晓燕", "孙立军", "赵文静")
MINUTES = "通报近期警情和隐患；各成员介绍了技防、人防做法；复查了上次会议决定的落实情况。"
LESSONS = ("门磁报警要接到值班室，只在门口响没有用。", "车库充电区断电保护比人盯更有效。")
POINTS = ("通报隐患和警情", "交流技防、人防对策", "复查上次会议决定")


class Cast(NamedTuple):
    """Who runs the federation: the street's safety officer, its leader, and the chair who signs in."""

    officer: Actor
    leader: Actor
    chair: Actor


class Happened(NamedTuple):
    kind: str
    title: str
    text: str
    technical: str
    human: str
    by: str
    days_ago: int
    watch_days: int


NOTICES = (
    Happened("theft", "夜间从消防通道入室盗窃", "凌晨有人从未锁的消防通道进入办公区，盗走笔记本电脑，涉及两个楼层。",
             "消防通道加装门磁，报警接到值班室", "夜间巡逻由一班加到两班，逐层签到", "派出所", 130, 90),
    Happened("fire", "地下车库电动自行车充电起火", "车库内飞线充电引燃杂物，物业用灭火器扑灭，没有人员受伤。",
             "充电区加装喷淋和断电保护", "每两小时巡查一次车库，劝离违规充电", "消防救援站", 45, 90),
    Happened("fraud", "冒充物业收取押金的诈骗", "有人冒充物业工作人员到商户收取“装修押金”，已有一家受骗。",
             "前台电子屏滚动提示", "逐户发放提示单，收费一律走对公账户", "派出所", 2, 60),
)  # fmt: skip


def fill(district: District, chance: random.Random, at: datetime) -> int:
    """The federation as of ``at``; how many members it has. A second time nothing."""
    street = next(one for one in district.streets if one.code == CAST_STREETS[district.plan.code])
    unit = district.federations.get(street.pk)
    if unit is None or Federation.objects.filter(pk=unit.pk).exists() or (cast := _cast(street, unit)) is None:
        return 0
    federation = federating.found(
        street, name="", founded_on=FOUNDED, purpose="互通隐患、互帮互助、自我管理，共同提升商圈安全。", unit=unit,
        actor=cast.leader, at=at - timedelta(days=200),
    )  # fmt: skip
    sites = _sites(district, street, chance, at - timedelta(days=199))
    members = [_member(n, site, federation, cast, at - timedelta(days=198)) for n, site in enumerate(sites)]
    _meetings(federation, cast, at)
    for happened in NOTICES:
        _notice(happened, federation, cast, chance, at)
    return len(members)


def _cast(street: Unit, unit: Unit) -> Cast | None:
    found = {
        role: Post.objects.filter(over=over, role=role, until=None).select_related("actor").order_by("pk").first()
        for role, over in (("safety_officer", street), ("leader", street), ("unit_head", unit))
    }
    people = [post.actor for post in found.values() if post is not None]
    return Cast(*people) if len(people) == len(found) else None


def _sites(district: District, street: Unit, chance: random.Random, at: datetime) -> list[Site]:
    """Its buildings, spread over the grids of the street."""
    registry.load_kinds()
    grids = [
        grid for committee in district.committees.get(street.pk, []) for grid in district.grids.get(committee.pk, [])
    ]
    spots = [district.points[grid.pk][0] for grid in grids if district.points.get(grid.pk)]
    named = [("office_building", name) for name in TOWERS] + [("mall", name) for name in MALLS]
    road = f"{street.name.removesuffix('街道')}大道"
    return [
        registry.register(
            kind, name, *spots[n % len(spots)], address=f"{road}{chance.randrange(10, 990)}号", actor=system_actor(),
            at=at, key=new_key(),
        )
        for n, (kind, name) in enumerate(named)
    ]  # fmt: skip


def _member(n: int, site: Site, federation: Federation, cast: Cast, at: datetime) -> Member:
    """The first is the chair's, who signs in; the others are reached by telephone, one by nobody yet."""
    contact = Reach(name=PEOPLE[n % len(PEOPLE)], phone=f"138{n:04d}{(n * 7919) % 10_000:04d}")
    if n == 0:
        contact = Reach(cast.chair)
    elif n == 11:
        contact = Reach()
    body = f"{site.name}物业管理处" if n < len(TOWERS) else f"{site.name}安全部"
    post = {0: "chair", 1: "deputy", 2: "secretary"}.get(n, "member")
    since = FOUNDED if n < 12 else date(2016 + n % 6, 3, 1)
    return federating.join(
        federation, site, body=body, since=since, contact=contact, post=post, actor=cast.officer, at=at
    )  # fmt: skip


def _meetings(federation: Federation, cast: Cast, at: datetime) -> None:
    """Every three months: two were held, the third is called for nine days from now."""
    third = timezone.localdate(at) + timedelta(days=9)
    day = min(third.day, 28)
    days = [_months_before(third.replace(day=day), months) for months in (6, 3)]
    begun = timezone.make_aware(datetime.combine(days[0] - timedelta(days=10), time(9)))
    running = federation_meetings.begin(
        federation, every_months=3, starts_on=days[0], opens=time(14), place="云杉大厦三楼会议室", points=POINTS,
        actor=cast.chair, at=begun,
    )  # fmt: skip
    for n, on in enumerate(days):
        before = timezone.make_aware(datetime.combine(on - timedelta(days=12), time(9)))
        make_ahead(at=before, only=[running.duty_id])
        series.call_due(at=before, only=running.pk)
        meeting = Meeting.objects.filter(series=running, state="planned").order_by("starts_at").first()
        if meeting is not None:
            _hold(n, meeting, federation, cast)
    make_ahead(at=at, only=[running.duty_id])
    series.call_due(at=at, only=running.pk)


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, day.day)


def _hold(n: int, meeting: Meeting, federation: Federation, cast: Cast) -> None:
    after = meeting.starts_at + timedelta(hours=2)
    people = list(meeting.attendances.values_list("actor_id", flat=True))
    absent = {key: "出差" for key in people[-2:] if key != cast.chair.pk}
    came = [key for key in people if key not in absent]
    meetings.record_attendance(meeting.pk, attended=came, absent=absent, actor=cast.chair, at=after)
    meetings.write_minutes(meeting.pk, text=MINUTES, actor=cast.chair, at=after)
    meetings.note_lesson(meeting.pk, text=LESSONS[n], matter_ids=[], actor=cast.chair, at=after)
    texts = (("各楼消防通道加装门磁", "建立联合会值班联络群"), ("统一设置车库集中充电区", "节前开展一次联合夜查"))[n]
    for number, text in enumerate(texts):
        decision = meetings.decide(
            meeting.pk, text=text, unit=federation.unit, due_on=(after + timedelta(days=(30, 45)[number])).date(),
            actor=cast.chair, at=after,
        )  # fmt: skip
        if decision.matter is not None and (n == 0 or number == 1):
            _carry_out(decision.matter, cast, after + timedelta(days=20))


def _carry_out(matter: Matter, cast: Cast, at: datetime) -> None:
    meetings.finish(matter, note="各成员单位已完成", actor=cast.chair, at=at)
    meetings.confirm(matter, actor=cast.leader, at=at + timedelta(days=2))


def _notice(happened: Happened, federation: Federation, cast: Cast, chance: random.Random, at: datetime) -> None:
    begun = at - timedelta(days=happened.days_ago)
    said = Said(
        happened.kind, happened.title, happened.text, (begun - timedelta(days=1)).date(), happened.technical,
        happened.human, happened.watch_days, happened.by,
    )  # fmt: skip
    notice = incidents.tell(federation, said, key=new_key(), actor=cast.officer, at=begun)
    for n, row in enumerate(notice.answers.select_related("member").order_by("pk")):
        _answer(n, row, happened, cast, begun, at)
    if happened.days_ago == 45:
        _happened_again(notice, cast, at - timedelta(days=8))


def _answer(n: int, row: NoticeAnswer, happened: Happened, cast: Cast, begun: datetime, at: datetime) -> None:
    """The oldest notice is answered by all, the middle one by most, the newest by a few."""
    far = {130: 4, 45: (4, 4, 3, 2, 2, 1)[n % 6], 2: (1, 0, 0)[n % 3]}[happened.days_ago]
    steps = ("phoned", "promised", "done", "confirmed")[:far]
    for number, verb in enumerate(steps):
        name = "read" if verb == "phoned" and n == 0 else verb
        actor = cast.chair if (verb == "confirmed") != (n == 0) else cast.officer
        incidents.answer(
            row, name, note=happened.technical if n % 2 else happened.human,
            due_on=(begun + timedelta(days=(20, 60)[n % 2])).date(), actor=actor,
            at=min(begun + timedelta(days=(0, 2, 15, 18)[number], hours=2 + n % 5), at),
        )  # fmt: skip


def _happened_again(notice: IncidentNotice, cast: Cast, at: datetime) -> None:
    again = notice.answers.filter(state="confirmed").select_related("member").order_by("pk").last()
    if again is not None:
        incidents.record_recurrence(
            notice,
            again.member,
            happened_on=at.date(),
            note="车库西侧再次飞线充电冒烟，及时断电",
            actor=cast.officer,
            at=at,
        )
