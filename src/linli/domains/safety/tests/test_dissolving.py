"""A federation is dissolved: what is open is named, ended or handed on first, and all that was stays readable."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.commands import dissolving, federating, federation_meetings, incidents
from linli.domains.safety.commands.federating import FederationRefused
from linli.domains.safety.commands.incidents import IncidentRefused
from linli.domains.safety.models import AnswerStep, Federation, Member, NoticeAnswer
from linli.domains.safety.tests.federating_town import FOUNDED, NOON, answer_of, building, district, told
from linli.kernel.meetings import commands as meetings
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.models import Change, Post, Unit

TODAY = timezone.localdate(NOON)


@pytest.fixture
def here(town):
    return district(town)


def dissolve(here, *, actor=None, reason="商圈改造，并入新的联合会", on=TODAY, to=None):
    return dissolving.dissolve(here.federation, on=on, reason=reason, to=to, actor=actor or here.town.fu, at=NOON)


def fulfil(notice):
    """Every member promises, does it and is confirmed."""
    for answer in NoticeAnswer.objects.filter(notice=notice):
        NoticeAnswer.objects.filter(pk=answer.pk).update(state="confirmed")


@pytest.mark.spec("000-44")
def test_a_federation_with_nothing_open_ends_and_what_it_was_stays(here, town):
    notice = told(here)
    fulfil(notice)

    ended = dissolve(here)

    assert (ended.dissolved_on, ended.dissolved_why, ended.dissolved_by) == (TODAY, "商圈改造，并入新的联合会", town.fu)
    assert set(Member.objects.values_list("until", "end_reason")) == {(TODAY, "联合会解散")}
    assert Unit.objects.get(pk=town.federation.pk).valid_to == TODAY
    assert not Post.objects.filter(over=town.federation, until=None).exists()
    assert Change.objects.filter(verb="dissolve", actor=town.fu).count() == 1
    assert AnswerStep.objects.filter(answer__notice=notice, verb="told").count() == 3


@pytest.mark.spec("000-44")
def test_what_is_open_is_named_and_is_ended_or_handed_on_first(here, town):
    told(here, title="夜间入室盗窃")
    called = federation_meetings.call(
        here.federation, title="一季度例会", starts_at=NOON + timedelta(days=9), place="天街大厦", points=["通报"],
        actor=town.fu, at=NOON,
    )  # fmt: skip
    with pytest.raises(FederationRefused, match="一季度例会"):
        dissolve(here, to=town.street)
    meetings.cancel(called.pk, reason="联合会解散", actor=town.fu, at=NOON)
    with pytest.raises(FederationRefused, match="夜间入室盗窃，3个成员"):
        dissolve(here)
    with pytest.raises(FederationRefused, match="本街道"):
        dissolve(here, to=town.west)

    assert dissolve(here, to=town.office).handed_to == town.office

    assert set(NoticeAnswer.objects.values_list("state", flat=True)) == {"handed_on"}
    assert set(AnswerStep.objects.filter(verb="handed_on").values_list("note", flat=True)) == {town.office.name}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"reason": " "}, "理由"), ({"reason": "找13812345678"}, "个人信息"), ({"on": FOUNDED}, "成立"),
     ({"on": TODAY + timedelta(days=1)}, "今天以前")],
)  # fmt: skip
def test_it_needs_a_reason_and_a_day_between_its_founding_and_today(here, wrong, said):
    with pytest.raises(FederationRefused, match=said):
        dissolve(here, **wrong)


@pytest.mark.parametrize(
    ("since", "until", "on", "is_refused"),
    [(5, None, 5, True), (5, None, 4, False), (30, 3, 4, True), (30, 3, 3, False), (30, -9, 0, False)],
)
def test_posts_held_already_are_not_shortened_or_unmade_by_an_earlier_day(here, town, since, until, on, is_refused):
    """All in days before today."""
    ended = None if until is None else TODAY - timedelta(days=until)
    post = Post.objects.create(actor=town.hua, unit=town.federation, over=town.federation, role="liaison",
                               since=TODAY - timedelta(days=since), until=ended)  # fmt: skip

    if is_refused:
        with pytest.raises(FederationRefused, match="任职"):
            dissolve(here, on=TODAY - timedelta(days=on))
    else:
        dissolve(here, on=TODAY - timedelta(days=on))

    assert Post.objects.filter(pk=post.pk).exists()


def test_who_still_has_it_open_from_before_neither_tells_nor_calls(here, town):
    notice = told(here)
    dissolve(here, to=town.street)

    assert here.federation.dissolved_on is None
    with pytest.raises(IncidentRefused):
        told(here)
    with pytest.raises(IncidentRefused, match="已解散"):
        incidents.record_recurrence(notice, here.tower, happened_on=TODAY, note="又发生", actor=town.fu, at=NOON)
    with pytest.raises(federation_meetings.FederationMeetingRefused, match="已解散"):
        federation_meetings.call(
            here.federation, title="二季度例会", starts_at=NOON + timedelta(days=9), place="天街大厦", points=["通报"],
            actor=town.fu, at=NOON,
        )  # fmt: skip


def test_only_who_founds_or_leads_it_dissolves_it(here, town):
    for stranger in (town.zhou, here.mei, town.hua):
        with pytest.raises(RightRefused):
            dissolve(here, actor=stranger)
    assert dissolve(here, actor=town.kong).dissolved_by == town.kong
    with pytest.raises(IntegrityError), transaction.atomic():
        Federation.objects.update(dissolved_why="")


def test_nothing_more_is_done_with_one_that_is_dissolved(here, town):
    notice = told(here)
    dissolve(here, to=town.street)
    here.federation.refresh_from_db()
    notice.refresh_from_db()

    with pytest.raises(FederationRefused, match="已解散"):
        federating.join(here.federation, building(town, "新楼", n=5), body="物业", since=date(2026, 3, 1),
                        contact=federating.Reach(), actor=town.fu, at=NOON)  # fmt: skip
    with pytest.raises(FederationRefused, match="已解散"):
        dissolve(here)
    with pytest.raises(IncidentRefused):
        told(here)
    with pytest.raises(IncidentRefused, match="已解散"):
        incidents.record_recurrence(notice, here.tower, happened_on=TODAY, note="又发生", actor=town.fu, at=NOON)
    with pytest.raises(IncidentRefused):
        incidents.answer(answer_of(notice, here.tower), "read", actor=here.mei, at=NOON)


@pytest.mark.spec("000-44")
def test_it_is_dissolved_on_its_page_and_read_afterwards(here, town, client):
    told(here)
    client.force_login(town.fu.account)
    page = reverse("safety:federation", args=[town.federation.pk])
    address = reverse("safety:dissolve_federation", args=[town.federation.pk])
    assert address in client.get(page).content.decode()
    assert "夜间入室盗窃，3个成员" in client.get(address).content.decode()
    given = {"on": str(timezone.localdate()), "reason": "并入新的联合会"}

    kept = client.post(address, given)
    assert (kept.status_code, "并入新的联合会" in kept.content.decode()) == (422, True)
    assert client.post(address, given | {"to": town.street.pk}).status_code == 302

    shown = client.get(page).content.decode()
    assert "并入新的联合会" in shown and "天街大厦物业" in shown and address not in shown
    assert "解散" in client.get(reverse("safety:federations")).content.decode()
    assert client.get(address).status_code == 404
    client.force_login(town.zhou.account)
    assert client.get(page).status_code == 404
