"""Phones of the demonstration: in use, with a clock that is off, silent, stopped, to be cleared; and what came late."""

import random
from datetime import datetime, timedelta
from itertools import count

from linli.config.demo.territory import District
from linli.kernel.devices import commands
from linli.kernel.devices.models import Device
from linli.kernel.flow.models import Matter
from linli.kernel.flow.system import system_actor
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Post

WORKERS, OFFICERS = 10, 8
DELAYS = (timedelta(minutes=1), timedelta(minutes=25), timedelta(hours=3), timedelta(hours=29))
WORDS = ("到场核对，正在处理", "已围挡，等材料", "地下车库没有信号，回来补传", "与物业约好明早施工")
MODELS = ("华为畅享 60", "红米 12C", "荣耀 X50", "vivo Y36", "天翼铂顿 10")


def fill(district: District, chance: random.Random, at: datetime) -> int:
    """Phones of people at work and of grid officers; how many. A second time nothing."""
    inside = {"unit__path__startswith": district.root.path}
    if Device.objects.filter(actor__in=Post.objects.filter(**inside).values("actor")).exists():
        return 0
    rows = Matter.objects.filter(flow="case", state="handling", assignee__isnull=False, **inside)
    rows = rows.select_related("assignee").order_by("-opened_at")
    at_work = {matter.assignee: matter for matter in rows[: WORKERS * 3] if matter.assignee}
    for n, (person, matter) in enumerate(list(at_work.items())[:WORKERS]):
        _works(person, matter, n, chance, at)
    posts = Post.objects.filter(role="grid_officer", until=None, **inside).select_related("actor").order_by("id")
    others = [post.actor for post in posts[: OFFICERS * 2] if post.actor not in at_work][:OFFICERS]
    for n, person in enumerate(others):
        _rests(person, n, chance, at)
    return len(at_work) + len(others)


def _works(person: Actor, matter: Matter, n: int, chance: random.Random, at: datetime) -> None:
    """Remarks on the person's case, some told at once, some hours or more than a day later; each third clock off."""
    off = timedelta(minutes=7) if n % 3 == 2 else timedelta(seconds=chance.randrange(-20, 20))
    device = _phone(person, at - timedelta(days=20), chance)
    numbers = count(1)
    for days_ago in (5, 2, 0):
        now = at - timedelta(days=days_ago, minutes=chance.randrange(40))
        delay = chance.choice(DELAYS)
        if now - delay <= matter.opened_at:
            continue
        said = commands.Arrived(
            id=new_key(), no=next(numbers), name="case.step", taken_at=now + off - delay, about=matter.number,
            fields={"step": "note_progress", "note": chance.choice(WORDS)},
        )  # fmt: skip
        commands.receive(commands.Sending(device, now + off, now), [said], app="1.0")


def _rests(person: Actor, n: int, chance: random.Random, at: datetime) -> None:
    """In use, silent for days, run out, stopped, lost."""
    begun = at - timedelta(days=40 if n == 2 else 12)
    device = _phone(person, begun, chance)
    last = at - timedelta(days=9 if n == 1 else 0, hours=chance.randrange(1, 20))
    commands.receive(commands.Sending(device, last, last), [], app="1.0", waiting=4 if n == 1 else 0)
    if n == 3:
        commands.revoke(device.pk, reason="换了新手机", forgets=False, actor=person, at=last)
    if n == 4:
        commands.revoke(device.pk, reason="巡查途中遗失", forgets=True, actor=system_actor(), at=last)


def _phone(person: Actor, at: datetime, chance: random.Random) -> Device:
    return commands.enrol(device=new_key(), name=chance.choice(MODELS), app="1.0", actor=person, at=at).device
