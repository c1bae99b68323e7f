"""The demonstration leaves phones in every state, and something in the ledger of what came late."""

import random
from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from linli.config.demo import safety_phones
from linli.domains.cases.commands import Given, Report, act, report
from linli.domains.cases.models import Case
from linli.domains.field.queries import late, phones
from linli.kernel.devices.models import Device
from linli.kernel.org import fresh
from linli.kernel.org.models import Account, Actor, Post
from tests.town import IN_GRID, SINCE


def test_phones_stand_in_every_state_and_a_second_time_nothing_is_added(town):
    now = timezone.now()
    for n in range(8):
        officer = Actor.objects.create(kind="staff", name=f"网格员{n}")
        Account.objects.create(actor=officer, username=f"officer{n}")
        Post.objects.create(actor=officer, unit=town.grid, over=town.grid, role="grid_officer", since=SINCE)
    fresh.forget()
    begun = now - timedelta(days=8)
    case = Case.objects.get(pk=report(Report(text="井盖没了", lon=IN_GRID[0], lat=IN_GRID[1]), at=begun).id)
    for who, name, given in (
        ("chen", "accept", Given(fields={"category": "01001"})), ("chen", "file", Given()),
        ("lin", "dispatch", Given(unit=town.team.pk)), ("zhao", "take_over", Given(assignee=town.zhao.pk)),
    ):  # fmt: skip
        act(case, name, given, actor=getattr(town, who), at=begun)
    district = SimpleNamespace(root=town.district)

    made = safety_phones.fill(district, random.Random(3), now)
    again = safety_phones.fill(district, random.Random(3), now)

    rows, _after = phones.in_charge(town.guan, at=now)
    asked = late.wanted(None, None, "", "", at=now)
    assert (made, again) == (9, 0)
    assert {"used", "silent", "ended", "revoked", "forgetting"} <= {row.state for row in rows}
    assert late.page(town.li, asked, at=now)[0]
    assert not Device.objects.filter(sent__state="refused").exists()
