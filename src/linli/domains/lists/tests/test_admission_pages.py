"""The pages of admission, walked by those who use them: clerk, reviewers, committee, stranger."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.commands import applying, levels
from linli.domains.lists.models import Application, Prohibition
from linli.domains.lists.queries.application_page import found_of
from linli.domains.lists.queries.applying_choices import choices
from linli.domains.lists.queries.review_levels import Level, levels_of
from linli.domains.lists.tests.admitting import again, agree, applied, assist_list, newcomer, wish
from linli.kernel.catalog.models import Admission
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(client):
    """Signs somebody in and hands back their browser."""

    def enter(actor):
        client.force_login(actor.account)
        return client

    return enter


@pytest.fixture
def now():
    return timezone.now()


def typed(town, now, **given):
    return {
        "title": "协助开展独居老人燃气安全上门核查", "why": "入户需要居委会陪同", "worklist": assist_list(town, now).pk,
        "area": [town.district.pk], "kind": "regular", "valid_from": "2026-12-01", "load_kind": "inspection",
        "frequency": "quarterly", "hours": "3", "people": "2", "sheets": "1", "collects": ["elderly"],
    } | given  # fmt: skip


@pytest.mark.spec("000-26")
def test_a_clerk_checks_drafts_and_submits_and_two_levels_decide_on_their_pages(town, kinds, browse, now):
    west = newcomer("西审", "admission_reviewer", town.west)
    clerk = browse(town.tang)

    checked = clerk.post(reverse("lists:apply"), typed(town, now, check="1"))
    assert "老年人与独居老人" in checked.content.decode()
    assert not Application.objects.exists()
    saved = clerk.post(reverse("lists:apply"), typed(town, now))
    application = Application.objects.get()
    number = Matter.objects.get(pk=application.pk).number
    assert saved.url == reverse("lists:application", args=[number])
    clerk.post(reverse("lists:submit_application", args=[number]))

    for reviewer in (town.zhu, town.wu, west):
        desk = browse(reviewer).get(reverse("lists:admission"))
        (line,) = desk.context["matters"].rows
        answer = browse(reviewer).post(reverse("lists:verdict", args=[line.number, "agree"]), {"note": "同意"})
        assert answer.status_code == 302

    shown = browse(town.ma).get(reverse("lists:application", args=[number]))
    assert "已准入" in shown.content.decode()
    assert Admission.objects.filter(kind="regular").count() == 2


def test_a_draft_shows_the_hours_of_all_its_people_and_offers_what_is_barred_in_its_district(town, kinds, browse, now):
    west = Unit.objects.create(
        code="other", name="西城区", kind="district", level="town", tree="territorial", valid_from="2020-01-01"
    )
    today = timezone.localdate()
    barred = (("here", town.district, None), ("ending", None, 9), ("there", west, None), ("over", None, 0))
    for code, area, end in barred:
        Prohibition.objects.create(
            duty_class=code, name=code, unit_kind="committee", area=area, valid_from=today - timedelta(days=9),
            valid_to=None if end is None else today + timedelta(days=end),
        )  # fmt: skip
    application = applying.draft(wish(town, now), key=uuid4(), actor=town.tang, at=now)

    drafted = found_of(application, at=now).hours
    applying.submit(application, actor=town.tang, at=now)

    assert drafted == found_of(again(application.pk), at=now).hours > 0
    assert [code for code, _name in choices(town.tang, at=now).duty_classes] == ["", "ending", "here"]


def test_a_form_sent_twice_makes_one_application(town, kinds, browse, now):
    given = typed(town, now, key="019ccc00-0000-7000-8000-00000000b001")
    for _sent in range(2):
        browse(town.tang).post(reverse("lists:apply"), given)

    assert Application.objects.count() == 1


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(town, kinds, browse, now):
    answer = browse(town.tang).post(reverse("lists:apply"), typed(town, now, kind="trial", title="核查燃气"))

    assert answer.status_code == 422
    assert answer.context["form"].errors["valid_to"]
    assert "核查燃气" in answer.content.decode()


def test_a_draft_is_changed_and_withdrawn_with_a_reason(town, kinds, browse, now):
    browse(town.tang).post(reverse("lists:apply"), typed(town, now))
    number = Matter.objects.get(flow="admission").number

    browse(town.tang).post(reverse("lists:revise_application", args=[number]), typed(town, now, title="协助燃气核查"))
    refused = browse(town.tang).post(reverse("lists:withdraw_application", args=[number]), {"reason": ""})
    browse(town.tang).post(reverse("lists:withdraw_application", args=[number]), {"reason": "改由系统比对"})

    assert Application.objects.get().said["title"] == "协助燃气核查"
    assert refused.status_code == 422
    assert Matter.objects.get(flow="admission").state == "withdrawn"


@pytest.mark.spec("001a-02")
def test_a_committee_is_asked_and_answers_on_its_page(town, kinds, browse, now):
    application = applied(town, now)
    review = Matter.objects.get(parent=application.pk)
    browse(town.zhu).post(
        reverse("lists:verdict", args=[review.number, "invite"]), {"units": [town.committee.pk], "note": "人手够吗"}
    )
    asked = Matter.objects.get(parent=review)

    seen = browse(town.ma).get(reverse("lists:opinion", args=[asked.number]))
    browse(town.ma).post(reverse("lists:opinion", args=[asked.number]), {"stance": "against", "note": "人手不够"})

    assert "人手够吗" in seen.content.decode()
    assert "人手不够" in browse(town.zhu).get(reverse("lists:review", args=[review.number])).content.decode()


def test_a_street_reviewer_finds_no_form_on_the_review_of_the_district(town, kinds, browse, now):
    review = Matter.objects.get(parent=applied(town, now).pk)

    shown = browse(town.ding).get(reverse("lists:review", args=[review.number]))
    refused = browse(town.ding).post(reverse("lists:verdict", args=[review.number, "agree"]), {"note": "同意"})

    assert not shown.context["shown"].may_decide
    assert refused.status_code == 422


def test_a_stranger_finds_neither_application_nor_review_before_it_is_decided(town, kinds, browse, now):
    application = applied(town, now, area=[town.street])
    review = Matter.objects.get(parent=application.pk)

    for who in (town.zhou, town.ma, town.chen):
        assert browse(who).get(reverse("lists:application", args=[application.matter.number])).status_code == 404
        assert browse(who).get(reverse("lists:review", args=[review.number])).status_code == 404


def test_only_who_applies_finds_the_form(town, kinds, browse):
    assert browse(town.ma).get(reverse("lists:apply")).status_code == 404
    assert browse(town.tang).get(reverse("lists:apply")).status_code == 200


@pytest.mark.spec("000-26")
def test_the_levels_are_set_on_a_page_by_the_district_only(town, kinds, browse):
    given = {"l1-unit_kind": "street", "l1-name": "街道审核", "l1-opinions": "1", "l1-days": "5"}
    given |= {"l2-unit_kind": "", "l3-unit_kind": "", "reason": "先由街道一级审核"}

    answer = browse(town.zhu).post(reverse("lists:admission_levels"), given)

    assert answer.status_code == 302
    assert levels_of(town.district) == (Level(1, "street", "街道审核", 1, 5),)
    assert browse(town.wu).get(reverse("lists:admission_levels")).status_code == 404


def test_what_ends_within_thirty_days_stands_under_its_own_tab_and_can_be_renewed_or_ended(town, kinds, browse, now):
    levels.set_levels(town.district, [Level(0, "street", "街道审核", 0, 5)], reason="试行", actor=town.zhu, at=now)
    until = timezone.localdate() + timedelta(days=10)
    application = applied(town, now, area=[town.street], kind="trial", valid_from=timezone.localdate(), valid_to=until)
    agree(application, town.street, town.wu, now)
    admission = Admission.objects.get()

    (line,) = browse(town.wu).get(reverse("lists:admission") + "?tab=ending").context["admitted"].rows
    renewing = browse(town.tang).get(reverse("lists:apply") + f"?renews={admission.pk}")
    ended = browse(town.wu).post(reverse("lists:end_admission", args=[admission.pk]), {"reason": "由系统代替"})

    assert (line.left, line.kind) == (10, "trial")
    assert renewing.context["form"]["title"].value() == "协助开展独居老人燃气安全上门核查"
    assert ended.status_code == 302
    assert not browse(town.wu).get(reverse("lists:admission") + "?tab=ending").context["admitted"].rows
