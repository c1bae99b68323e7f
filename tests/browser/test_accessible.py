"""Every page of residents against WCAG 2.2 AA by axe-core: both themes, elder mode, phone and desk, both languages.

A machine finds about half of what hinders people; keys and sizes are walked in the other browser tests.
"""

from datetime import timedelta

import pytest

from linli.domains.cases.tests.residents import case_of, closed, filled, photograph, proof
from linli.domains.cases.tests.test_loop import go, to_handling
from linli.kernel.flow.models import Matter
from tests.browser.conftest import DESK, PHONE
from tests.lacking import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASK = """
    rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']}).then(
        found => found.violations.flatMap(
            rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`)))
"""
LOOKS = [
    pytest.param({"width": PHONE, "theme": "light"}, id="phone-light"),
    pytest.param({"width": PHONE, "theme": "dark"}, id="phone-dark"),
    pytest.param({"width": PHONE, "theme": "light", "elder": "1"}, id="elder-light"),
    pytest.param({"width": DESK, "theme": "dark", "elder": "3"}, id="elder-dark"),
]
PAGES = ["/", "/report", "/follow", "/mine", "/open", "/committee", "/sign-in/phone", "/sign-in", "/not-there"]


def faults(page):
    """What axe finds wrong on the page as it stands."""
    page.wait_for_load_state("networkidle")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(ASK, RULES)


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_for_everybody_breaks_a_rule(visit, town, client, look, troubles):
    closed(proof(client.post("/report", filled())), town)
    found = {path: faults(visit(path, **look)) for path in PAGES}

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert [said for said in troubles if "404" not in said] == []
    troubles.clear()


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_of_ones_own_report_breaks_a_rule(visit, town, client, look):
    """The receipt, the way of an open case, and of a closed one that may be rated or done again; all unfolded."""
    under_way = proof(client.post("/report", filled(photo=photograph(), phone="13912345678")))
    begun = Matter.objects.get(number=under_way["number"]).opened_at
    go(case_of(under_way), town, *to_handling(town), at=begun + timedelta(minutes=1))
    ended = proof(client.post("/report", filled(text="路灯不亮", seen="1")))
    closed(ended, town)

    found = []
    for path, given in (("/report/received", under_way), ("/follow", under_way), ("/follow", ended)):
        page = visit(f"{path}?number={given['number']}&code={given['code']}", **look)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        found += faults(page)
    public = visit(f"/open/{ended['number']}", **look)
    found += faults(public)

    assert found == []


@pytest.mark.parametrize("look", LOOKS)
def test_no_question_of_the_report_breaks_a_rule(visit, town, look):
    page = visit("/report", **look)
    found = faults(page)
    page.locator("[data-step=photo] [data-next]").click()
    page.locator("[data-step=place] [data-next]").click()
    found += faults(page)
    page.get_by_role("button", name="在地图上选").click()
    page.locator(".maplibregl-canvas").wait_for()
    found += faults(page)
    page.locator("[name=address]").fill("柳树路 5 号")
    page.locator("[data-step=place] [data-next]").click()
    page.locator("[name=text]").fill("柳树路 5 号门口井盖没了")
    page.locator("#around .ll-choose").wait_for()
    found += faults(page)
    page.locator("[data-step=words] [data-next]").click()
    page.locator("[data-send]").wait_for()
    found += faults(page)

    assert found == []


def test_a_report_is_made_with_the_keyboard_alone(visit, town):
    page = visit("/", width=DESK)

    def until(wanted, key="Tab", most=40):
        for _press in range(most):
            page.keyboard.press(key)
            if page.evaluate("wanted => document.activeElement?.matches(wanted) ?? false", wanted):
                return
        raise AssertionError(f"{wanted} cannot be reached by {key}")

    until(".ll-tile.is-main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report")
    page.locator("[data-step=photo] [data-next]").wait_for()
    until("[data-step=photo] [data-next]")
    page.keyboard.press("Enter")
    until("[name=address]")
    page.keyboard.type("柳树路 5 号")
    page.keyboard.press("Enter")
    until("[name=text]")
    page.keyboard.type("柳树路 5 号门口井盖没了")
    until("[data-step=words] [data-next]")
    page.keyboard.press("Enter")
    page.locator("[data-send]").wait_for()
    until("[data-send]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/received**")

    assert Matter.objects.filter(flow="case").count() == 1


def test_the_skip_link_is_the_first_thing_the_keyboard_meets(visit, town):
    page = visit("/open", width=DESK)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
