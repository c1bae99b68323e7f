"""A committee worker registers a shop on the phone; the safety officer sees it in the colour of its risk."""

import pytest

from linli.domains.safety.commands import objects, risks
from linli.domains.safety.commands.objects import Watched
from linli.domains.safety.commands.risks import Assessed
from linli.domains.safety.tests.sites_town import NOON
from linli.kernel.registry.models import Site
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser


def test_a_shop_is_registered_on_the_phone_and_shown_in_the_colour_of_its_risk(town, visit) -> None:
    page = visit(
        "/desk/safety/sites/new", as_="ma", width=PHONE, geolocation={"longitude": 121.405, "latitude": 31.21},
        permissions=["geolocation"],
    )  # fmt: skip
    page.select_option("#id_kind", "small_eatery")
    page.get_by_label("用气方式").select_option("瓶装气")
    page.get_by_label("名称").fill("长河面馆")
    page.get_by_role("button", name="用当前位置").click()
    page.wait_for_function("document.querySelector('[name=lon]').value !== ''")
    page.get_by_role("button", name="登记").last.click()
    page.get_by_role("heading", name="长河面馆").wait_for()
    site = Site.objects.get()
    objects.watch(site.pk, Watched(target="point"), actor=town.fu, at=NOON)
    said = Assessed("后厨明火", "lec", 6, 15, "熄火断气再离岗", "店主", 6)
    risks.assess(site.pk, said, actor=town.fu, at=NOON)

    desk = visit("/desk/safety/risks?colour=red", as_="fu")

    assert site.attributes == {"gas": "瓶装气"}
    desk.get_by_role("link", name="后厨明火").wait_for()
    desk.locator(".ll-map-note", has_text="本视野内 1 件").wait_for()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
