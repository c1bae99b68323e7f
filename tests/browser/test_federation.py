"""A member's contact on a phone: hears of an incident, reads it and promises a measure."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.models import NoticeAnswer
from linli.domains.safety.tests.federating_town import district, told
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.spec("000-46")
def test_a_member_reads_a_notice_on_the_phone_and_promises_what_to_do_by_when(town, visit):
    here = district(town)
    notice = told(here, at=timezone.now())
    day = timezone.localdate() + timedelta(days=7)

    page = visit(reverse("safety:federation", args=[here.federation.pk]), as_="member-梅联", width=PHONE)
    page.get_by_role("link", name="夜间入室盗窃").click()
    row = page.locator(".ll-answer[open]")
    row.get_by_label("采取什么措施").fill("消防通道加装门磁")
    row.get_by_label("完成日期").fill(day.isoformat())
    row.get_by_role("button", name="承诺措施").click()
    page.get_by_text("已登记。").wait_for()

    kept = NoticeAnswer.objects.get(notice=notice, member=here.tower)
    assert (kept.state, kept.measure, kept.due_on) == ("promised", "消防通道加装门磁", day)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
