"""Seals at work: in the cast's street a few committees register seals, ask for stamps, stamp, refuse, take one out."""

import hashlib
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from linli.config.demo.territory import CAST_STREETS, District
from linli.domains.lists.commands import outings, sealing, seals
from linli.domains.lists.commands.outings import Outing
from linli.domains.lists.commands.sealing import Asked, Given
from linli.domains.lists.commands.seals import NewSeal
from linli.domains.lists.models import Seal, SealOut, SealUse
from linli.domains.lists.queries import seal_lookup
from linli.domains.lists.queries.seal_lookup import Line
from linli.domains.lists.queries.seal_print import font
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.given import GivenFile
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Post, Unit

COMMITTEES = 3
DENIED = ("亲属关系证明", "居民财产证明", "无犯罪记录证明", "证件遗失证明", "死亡证明")
OFF_LIST = ("宠物寄养担保书", "健身卡转让说明")
NAMES = (("王建国", "13800001111"), ("李秀英", "13900002222"), ("", ""), ("周海燕", ""), ("", ""))
"""Invented people for whom something is stamped; "" for the committee's own papers."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One committee with its people, and the two pictures that stand for all its paper."""

    unit: Unit
    worker: Actor
    head: Actor
    keeper: Actor
    leader: Actor
    lines: Sequence[Line]
    chance: random.Random
    draft: GivenFile
    stamped: GivenFile


def fill(district: District, chance: random.Random, at: datetime) -> int:
    """Seals and requests of the last two months up to ``at``; returns how many requests. A second time nothing."""
    street = next(one for one in district.streets if one.code == CAST_STREETS[district.plan.code])
    lines = [line for line in seal_lookup.whole_list(units=[district.root.pk]) if not line.is_denied]
    committees = district.committees.get(street.pk, [])[:COMMITTEES]
    if not lines or not committees or Seal.objects.filter(unit=committees[0]).exists():
        return 0
    return sum(_committee(n, unit, street, lines, chance, at) for n, unit in enumerate(committees))


def _committee(
    n: int, unit: Unit, street: Unit, lines: Sequence[Line], chance: random.Random, at: datetime
) -> int:  # fmt: skip
    people = [_holder(unit, role) for role in ("committee_worker", "committee_head", "seal_keeper")]
    leader = _holder(street, "leader")
    if leader is None or None in people:
        return 0
    worker, head, keeper = (person for person in people if person is not None)
    begun = at - timedelta(days=62)
    draft, stamped = _picture(worker, "draft", begun), _picture(keeper, "stamped", begun)
    scene = Scene(unit, worker, head, keeper, leader, lines, chance, draft, stamped)
    _seal(scene, f"{unit.name}公章", "official", at=begun)
    made = _history(scene, 12 if n == 0 else 4, begun=begun, at=at)
    if n == 0:
        _waiting(scene, at)
        _outing(scene, at)
    return made


def _holder(unit: Unit, role: str) -> Actor | None:
    post = Post.objects.filter(over=unit, role=role, until=None).select_related("actor").order_by("id").first()
    return post.actor if post else None


def _seal(scene: Scene, name: str, kind: str, *, at: datetime) -> Seal:
    given = NewSeal(name, kind, scope="按用印清单", place="二楼档案柜", keeper=scene.keeper.pk)
    return seals.register(given, unit=scene.unit, actor=scene.head, at=at)


def _history(scene: Scene, count: int, *, begun: datetime, at: datetime) -> int:
    """Finished requests in the order of their days, every fourth day or so one that is refused."""
    step = (at - begun) / (count + 2)
    for n in range(count):
        then = begun + step * (n + 1)
        if n % 4 == 3:
            _ask(scene, scene.chance.choice(DENIED + OFF_LIST), None, then)
            continue
        use = _ask(scene, "", scene.lines[(n * 5) % len(scene.lines)], then)
        _agree(scene, use, then)
        _take(use, "stamp", scene.keeper, then + timedelta(hours=2), scene)
        if n == 6:
            _take(use, "annul", scene.head, then + timedelta(hours=3), scene, note="盖章位置有误，重新办理")
        else:
            _take(use, "give_back", scene.worker, then + timedelta(hours=3), scene)
    return count


def _waiting(scene: Scene, at: datetime) -> None:
    """What lies on the desk: two to approve, one to stamp, one to give back."""
    by_head = [line for line in scene.lines if line.approval == "director"]
    for n, steps in enumerate(((), (), ("approve",), ("approve", "stamp"))):
        use = _ask(scene, "", by_head[(n * 3 + 1) % len(by_head)], at - timedelta(hours=5 - n))
        for name in steps:
            _take(use, name, scene.head if name == "approve" else scene.keeper, at - timedelta(hours=1), scene)


def _outing(scene: Scene, at: datetime) -> None:
    """A second seal that should have been back an hour ago."""
    seal = _seal(scene, f"{scene.unit.name}居务监督专用章", "special", at=at - timedelta(days=40))
    then = at - timedelta(hours=6)
    asked = Outing(new_key(), seal.pk, "到街道办理居务公开联合盖章", scene.head.pk, at - timedelta(hours=1))
    out: SealOut = outings.ask(asked, actor=scene.worker, at=then)
    for name, who in (("approve", scene.head), ("take_out", scene.keeper)):
        outings.take(out, name, Given(), actor=who, at=then + timedelta(minutes=20))


def _ask(scene: Scene, paper: str, line: Line | None, at: datetime) -> SealUse:
    name, phone = scene.chance.choice(NAMES)
    asked = Asked(
        new_key(), paper or (line.title if line else ""), "按清单用印，随附材料（演示）", line.code if line else "",
        copies=scene.chance.randint(1, 3), pages=scene.chance.randint(1, 4),
        resolution="第二季度居民代表会议决议" if line and line.approval == "vote" else "", name=name, phone=phone,
        files=[scene.draft] if line else (),
    )  # fmt: skip
    return sealing.ask(asked, unit=scene.unit, actor=scene.worker, at=at)


def _agree(scene: Scene, use: SealUse, at: datetime) -> None:
    if use.approval == "two_committees":
        _take(use, "second", scene.leader, at + timedelta(minutes=40), scene)
    if use.matter.state == "asked":
        _take(use, "approve", scene.head, at + timedelta(hours=1), scene)


def _take(use: SealUse, name: str, who: Actor, at: datetime, scene: Scene, *, note: str = "") -> None:
    if use.refused_as:
        return
    files = [scene.stamped] if name == "stamp" else ()
    given = Given(note=note, files=files, copies=use.copies, pages=use.pages)
    sealing.take(SealUse.objects.get(pk=use.pk), name, given, actor=who, at=at)


def _picture(actor: Actor, kind: str, at: datetime) -> GivenFile:
    """A drawn sheet, received once for each committee."""
    raw = _drawn(stamped=kind == "stamped")
    digest = hashlib.sha256(raw).hexdigest()
    file = evidence.receive(io.BytesIO(raw), name=f"{kind}.jpg", claimed_sha256=digest, actor=actor, at=at)
    return GivenFile(file.pk, file.sha256, kind)


@cache
def _drawn(*, stamped: bool) -> bytes:
    image = Image.new("RGB", (720, 960), (252, 252, 250))
    pen = ImageDraw.Draw(image)
    pen.text((360, 110), "（演示文稿）", fill=(40, 40, 44), font=ImageFont.truetype(str(font()), 44), anchor="mm")
    for y in range(200, 760, 44):
        pen.line((90, y, 630 - (y * 7) % 160, y), fill=(150, 150, 155), width=6)
    if stamped:
        pen.ellipse((400, 660, 600, 860), outline=(196, 40, 40), width=9)
        star = ImageFont.truetype(str(font()), 40)
        pen.text((500, 760), "演示用章", fill=(196, 40, 40), font=star, anchor="mm")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
