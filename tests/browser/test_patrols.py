"""Patrols in a real browser, on a desk and on a phone: the log, a walk with its map, coverage, a book with gaps."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from linli.domains.safety.commands import covering, deploying, tracking
from linli.domains.safety.commands import teams as founding
from linli.domains.safety.commands.deploying import Order
from linli.domains.safety.commands.teams import NewTeam
from linli.domains.safety.commands.tracking import Step
from linli.domains.safety.models import SafetyObject
from linli.domains.safety.tests.patrolling import MINUTE, NOON, begin, end, key, log, route, site
from tests.browser.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(town):
    """A route with a walk of yesterday, somebody out now, ground cut into cells, an order to the guard unit."""
    now = timezone.now()
    spots = [site(town, n, name=name) for n, name in enumerate(("消防控制室", "电动车充电棚", "地下车库"))]
    for spot, target in zip(spots, ("source", "point", "key_place"), strict=True):
        SafetyObject.objects.create(site=spot, home=town.street, target=target, made_by=town.wang, made_at=NOON)
    made = route(town, spots[:2])
    patrol = begin(town.hua, now - timedelta(days=1), route=made.pk)
    log(patrol, spots[0], patrol.began_at + MINUTE, lon=spots[0].lon, lat=spots[0].lat, site=spots[0].pk,
        tag=spots[0].tag)  # fmt: skip
    log(patrol, spots[1], patrol.began_at + 5 * MINUTE, condition="problem", note="充电线乱拉，灭火器压力不足",
        site=spots[1].pk,
        lon=spots[1].lon, lat=spots[1].lat)  # fmt: skip
    tracking.track(
        patrol.pk, [Step(n, patrol.began_at + n * MINUTE, 121.405, 31.21 + n * 0.0003) for n in range(1, 12)],
        actor=town.hua, at=now,
    )  # fmt: skip
    end(patrol, patrol.began_at + 20 * MINUTE, metres=420.0)
    out = begin(town.hua, now - timedelta(minutes=10))
    log(out, lon=121.406, lat=31.211, at=now - timedelta(minutes=5))
    covering.lay_cells(town.street)
    covering.walk([(121.405, 31.21 + n * 0.0004) for n in range(12)], at=now)
    guards = founding.found(
        NewTeam("guard", "特保一中队", town.meng.pk, "东街安保公司", timezone.localdate() + timedelta(days=20)),
        unit=town.guard, actor=town.fu, at=now,
    )  # fmt: skip
    order = deploying.order(Order(guards.pk, "商圈人流疏导", "天街广场", 6), key=key(), actor=town.lin, at=now)
    book = route(town, [], kind="building", building=spots[2].pk, holder=town.ma, unit=town.committee, by=town.bao,
                 name="车库日巡")  # fmt: skip
    return {"walk": patrol.pk, "route": made.pk, "team": guards.pk, "order": order.matter.number, "book": book.pk}


def is_too_wide(page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


PAGES = (
    ("wang", "patrols/plan"), ("wang", "patrols/targets"), ("wang", "patrols/routes/{route}"), ("wang", "patrols/log"),
    ("hua", "patrols/walks/{walk}"), ("wang", "patrols/live"), ("wang", "patrols/coverage"), ("wang", "patrols/missed"),
    ("bao", "patrols/books?month=2026-03"), ("bao", "patrols/books/{book}?month=2026-03"),
    ("fu", "teams"), ("fu", "teams/{team}"), ("lin", "guard"), ("lin", "guard/orders/{order}"),
    ("wang", "patrols/routes/new?unit=9"), ("du", "joint"), ("du", "joint/new"),
)  # fmt: skip


@pytest.mark.parametrize(("width", "theme"), [(PHONE, "light"), (DESK, "dark")])
def test_every_page_of_patrols_fits_and_the_browser_complains_of_nothing(visit, scene, town, width, theme):
    for who, path in PAGES:
        address = path.format(**scene).replace("unit=9", f"unit={town.grid.pk}")
        page = visit(f"/desk/safety/{address}", as_=who, width=width, theme=theme)
        assert page.locator("h1").inner_text(), path
        assert not is_too_wide(page), path
        page.context.close()


@pytest.mark.spec("000-51")
def test_the_log_is_narrowed_by_its_chips_and_leads_to_the_walk(visit, scene):
    page = visit("/desk/safety/patrols/log", as_="wang", width=PHONE)
    page.get_by_role("link", name="发现问题").click()
    page.wait_for_url("**condition=problem**")
    expect(page.locator("tr[data-id]")).to_have_count(1)

    page.locator("tr[data-id] a.ll-title").click()

    page.wait_for_url("**/walks/**")
    expect(page.locator("main")).to_contain_text("充电线乱拉")
