"""Notices to all members: told, read, promised, done, confirmed by another; recurrence counted truthfully (000-46)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.commands import federating, incidents
from linli.domains.safety.commands.incidents import IncidentRefused, Said
from linli.domains.safety.models import AnswerStep, IncidentNotice, NoticeAnswer
from linli.domains.safety.queries import incidents as queries
from linli.domains.safety.tests.federating_town import NOON, answer_of, district, told
from linli.kernel.errors import NotFound
from linli.kernel.messages.models import Notice
from linli.kernel.org.keys import new_key
from tests.evidence import jpeg

DUE = (NOON + timedelta(days=10)).date()


@pytest.fixture
def here(town):
    return district(town)


@pytest.fixture
def enter(client):
    def sign_in(actor):
        client.force_login(actor.account)
        return client

    return sign_in


def go_on(notice, member, *verbs, actor, at=NOON):
    """Take these steps with a member's answer."""
    for verb in verbs:
        incidents.answer(answer_of(notice, member), verb, note="加装红外报警", due_on=DUE, actor=actor, at=at)
    return answer_of(notice, member)


@pytest.mark.spec("000-46")
def test_every_member_is_told_at_once_and_those_without_a_sign_in_are_listed_for_phoning(here, town):
    notice = told(here)

    page = queries.notice_page(notice, actor=town.fu, at=NOON)
    assert page.line.members == page.line.unread == 3
    assert [one.body for one in page.to_phone] == ["广场物业"]
    assert page.to_phone[0].phone == "138****5678"
    assert set(Notice.objects.filter(code="incident").values_list("actor__name", flat=True)) == {"梅联", "孔会"}


@pytest.mark.spec("000-46")
def test_a_member_reads_promises_a_measure_with_a_day_does_it_and_another_confirms(here, town):
    notice = told(here)

    done = go_on(notice, here.tower, "read", "promised", "done", actor=here.mei)
    with pytest.raises(IncidentRefused):
        incidents.answer(done, "confirmed", actor=here.mei, at=NOON)
    confirmed = incidents.answer(done, "confirmed", note="现场看过", actor=town.kong, at=NOON)

    assert (confirmed.state, confirmed.measure, confirmed.due_on) == ("confirmed", "加装红外报警", DUE)
    verbs = AnswerStep.objects.filter(answer=confirmed).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["told", "read", "promised", "done", "confirmed"]


def test_who_wrote_it_down_as_done_for_a_member_does_not_confirm_it(here, town):
    notice = told(here)

    done = go_on(notice, here.plaza, "phoned", "promised", "done", actor=town.fu)

    with pytest.raises(IncidentRefused):
        incidents.answer(done, "confirmed", actor=town.fu, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeAnswer.objects.filter(pk=done.pk).update(confirmed_by=town.fu)
    assert incidents.answer(done, "confirmed", actor=town.kong, at=NOON).state == "confirmed"


@pytest.mark.spec("000-46")
def test_a_call_is_ticked_off_and_the_member_is_no_longer_to_be_phoned(here, town):
    notice = told(here)

    row = go_on(notice, here.plaza, "phoned", actor=town.fu)

    assert (row.state, row.phoned_at) == ("read", NOON)
    assert queries.notice_page(notice, actor=town.fu, at=NOON).to_phone == ()


def test_done_and_found_wanting_it_goes_back_with_a_reason(here, town):
    notice = told(here)
    done = go_on(notice, here.tower, "promised", "done", actor=here.mei)

    with pytest.raises(IncidentRefused):
        incidents.answer(done, "sent_back", actor=town.fu, at=NOON)
    back = incidents.answer(done, "sent_back", note="探头没有联网", actor=town.fu, at=NOON)

    assert (back.state, back.done_at) == ("promised", None)


def test_steps_out_of_their_order_are_refused_and_one_taken_twice_counts_once(here, town):
    notice = told(here)

    for verb in ("done", "confirmed", "sent_back"):
        with pytest.raises(IncidentRefused):
            incidents.answer(answer_of(notice, here.tower), verb, note="x", actor=town.fu, at=NOON)
    go_on(notice, here.tower, "read", "read", actor=here.mei)

    assert AnswerStep.objects.filter(answer__member=here.tower, verb="read").count() == 1


@pytest.mark.parametrize("days", [-1, 400])
def test_a_promise_has_a_day_ahead_and_within_a_year(here, days):
    notice = told(here)

    with pytest.raises(IncidentRefused):
        incidents.answer(
            answer_of(notice, here.tower), "promised", note="装门禁", due_on=(NOON + timedelta(days=days)).date(),
            actor=here.mei, at=NOON,
        )  # fmt: skip


def test_a_member_does_not_answer_for_another(here, town):
    notice = told(here)

    with pytest.raises(NotFound):
        incidents.answer(answer_of(notice, here.plaza), "read", actor=here.mei, at=NOON)
    with pytest.raises(NotFound):
        incidents.answer(answer_of(notice, here.tower), "phoned", actor=here.mei, at=NOON)
    with pytest.raises(NotFound):
        incidents.answer(answer_of(notice, here.tower), "read", actor=town.zhou, at=NOON)


@pytest.mark.spec("000-46")
def test_what_was_promised_and_not_done_by_its_day_is_listed_as_overdue(here):
    notice = told(here)
    go_on(notice, here.tower, "promised", actor=here.mei)

    before = queries.overdue(here.federation, at=NOON + timedelta(days=10))
    (late,) = queries.overdue(here.federation, at=NOON + timedelta(days=13))

    assert before == []
    assert (late.body, late.days) == ("天街大厦物业", 3)
    lines, _more = queries.page_of(here.federation, at=NOON + timedelta(days=13), only="overdue")
    assert [line.overdue for line in lines] == [1]


@pytest.mark.spec("000-46")
def test_a_recurrence_is_counted_and_reopens_the_measures_of_the_member_it_happened_at(here, town):
    notice = told(here)
    go_on(notice, here.tower, "promised", "done", actor=here.mei)
    go_on(notice, here.tower, "confirmed", actor=town.kong)
    later = NOON + timedelta(days=20)

    for _twice in range(2):
        incidents.record_recurrence(
            notice, here.tower, happened_on=later.date(), note="又从同一通道进入", actor=town.fu, at=later
        )

    row = answer_of(notice, here.tower)
    page = queries.notice_page(notice, actor=town.fu, at=later)
    assert (row.state, row.reopened, row.confirmed_at, row.due_on) == ("read", 1, None, None)
    assert page.line.watch.recurrences == 1
    assert page.line.watch.look == "late"
    assert Notice.objects.filter(code="incident", actor=town.kong).count() == 2


@pytest.mark.spec("000-46")
def test_no_recurrence_is_claimed_only_once_the_watch_is_over(here, town):
    notice = told(here, watch_days=30)

    during = queries.figures(here.federation, at=NOON + timedelta(days=29))
    after = queries.figures(here.federation, at=NOON + timedelta(days=31))
    watch = queries.notice_page(notice, actor=town.fu, at=NOON + timedelta(days=31)).line.watch

    assert (during.watched, during.share) == (0, None)
    assert (after.watched, after.clean, after.recurrences, after.share) == (1, 1, 0, 1.0)
    assert (watch.is_over, watch.look) == (True, "ok")


def test_what_happens_after_the_watch_is_a_notice_of_its_own(here, town):
    notice = told(here, watch_days=5)

    with pytest.raises(IncidentRefused):
        incidents.record_recurrence(
            notice, here.tower, happened_on=(NOON + timedelta(days=6)).date(), note="再次发生", actor=town.fu,
            at=NOON + timedelta(days=6),
        )  # fmt: skip


@pytest.mark.spec("000-46")
def test_any_member_may_tell_the_others_and_nobody_outside(here, town):
    assert told(here, actor=here.mei).made_by == here.mei
    with pytest.raises(IncidentRefused):
        told(here, actor=town.zhou)
    with pytest.raises(IncidentRefused):
        told(here, actor=town.hua)


@pytest.mark.parametrize(
    "wrong",
    [{"text": "嫌疑人电话13812345678"}, {"title": " "}, {"technical": "", "human": ""}, {"kind": "gossip"},
     {"watch_days": 0}, {"happened_on": (NOON + timedelta(days=2)).date()}, {"by": "民警 13812345678"}],
)  # fmt: skip
def test_a_notice_says_what_happened_and_what_helps_and_names_nobody(here, wrong):
    with pytest.raises(IncidentRefused):
        told(here, **wrong)


def test_sent_twice_with_one_key_it_is_one_notice(here, town):
    said, key = Said("theft", "盗窃", "夜间入室", NOON.date(), technical="门磁"), new_key()

    first, again = (incidents.tell(here.federation, said, key=key, actor=town.fu, at=NOON) for _n in range(2))

    assert first.pk == again.pk
    with pytest.raises(IncidentRefused, match="别的记录"):
        incidents.tell(here.federation, said, key=key, actor=here.mei, at=NOON)
    assert NoticeAnswer.objects.count() == 3


def test_notices_and_steps_only_grow(here):
    notice = told(here)

    for row in (IncidentNotice.objects.filter(pk=notice.pk), AnswerStep.objects.all()):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            row.delete()


def test_who_left_before_is_not_told(here, town):
    federating.leave(here.plaza, on=NOON.date(), reason="改作住宅", actor=town.fu, at=NOON)

    assert told(here).answers.count() == 2


@pytest.mark.spec("000-46")
def test_what_worked_is_found_by_two_characters_and_what_recurred_is_not_praised(here, town):
    notice = told(here)
    for member, actor in ((here.tower, here.mei), (here.plaza, town.fu)):
        go_on(notice, member, "promised", "done", actor=actor)
        go_on(notice, member, "confirmed", actor=town.kong)
    incidents.record_recurrence(
        notice, here.plaza, happened_on=NOON.date(), note="又发生", actor=town.fu, at=NOON + timedelta(hours=1)
    )

    found = queries.experience(here.federation, "红外")

    assert [one.where for one in found] == ["天街大厦物业 · 夜间入室盗窃"]
    assert queries.experience(here.federation, "消防") == []


def test_the_list_asks_a_fixed_number_of_questions(here, django_assert_num_queries):
    for n in range(6):
        told(here, title=f"通报{n}")

    with django_assert_num_queries(3):
        lines, more = queries.page_of(here.federation, at=NOON)

    assert (len(lines), more) == (6, "")


@pytest.fixture
def today(here):
    return told(here, at=timezone.now())


def test_a_member_answers_by_the_page_and_a_wrong_answer_says_why(here, enter, today):
    browser, row = enter(here.mei), answer_of(today, here.tower)

    def post(verb, **given):
        return browser.post(reverse("safety:answer_notice", args=[today.pk, row.pk, verb]), given, follow=True)

    refused = post("promised", note="装门禁", due_on="昨天")
    kept = post("promised", note="装门禁", due_on=str(timezone.localdate() + timedelta(days=5)))

    assert "完成日期" in refused.content.decode()
    assert "装门禁" in kept.content.decode()
    assert answer_of(today, here.tower).state == "promised"
    assert post("dissolve").status_code == 404


def test_a_notice_is_told_by_the_form_with_a_file(here, enter):

    browser, address = enter(here.mei), reverse("safety:tell_federation", args=[here.federation.pk])
    given = {
        "kind": "fraud", "title": "冒充客服", "text": "冒充平台客服要求转账", "human": "前台张贴提示", "watch_days": 30,
        "happened_on": str(timezone.localdate()), "by": "派出所", "key": str(new_key()),
    }  # fmt: skip

    refused = browser.post(address, {**given, "human": ""})
    browser.post(address, {**given, "file": SimpleUploadedFile("a.jpg", jpeg("a"), "image/jpeg")})
    notice = IncidentNotice.objects.get(title="冒充客服")
    file = browser.get(reverse("safety:notice_file", args=[notice.pk]))

    assert refused.status_code == 422
    assert file.status_code == 200
    assert file.getvalue()[:2] == b"\xff\xd8"


def test_a_recurrence_is_recorded_by_the_page(here, town, enter, today):
    browser, address = enter(town.fu), reverse("safety:recur_notice", args=[today.pk])
    given = {"again-member": here.tower.pk, "again-happened_on": str(timezone.localdate()), "again-note": "又发生"}

    refused = browser.post(address, {**given, "again-note": " "})
    browser.post(address, given)

    assert refused.status_code == 422
    assert "复发1起" in browser.get(reverse("safety:notice", args=[today.pk])).content.decode()


def test_notices_of_a_federation_next_door_are_not_there(here, town, enter, today):
    browser = enter(town.zhou)

    assert browser.get(reverse("safety:notice", args=[today.pk])).status_code == 404
    assert browser.get(reverse("safety:federation_notices", args=[here.federation.pk])).status_code == 404
    assert browser.post(reverse("safety:recur_notice", args=[today.pk])).status_code == 404
