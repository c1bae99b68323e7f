"""Who is told what, in which words."""

import json
from datetime import UTC, datetime, time, timedelta

import psycopg
import pytest
from django.db import connection

from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Matter
from linli.kernel.messages import commands, queries
from linli.kernel.messages.kinds import KINDS
from linli.kernel.messages.models import Channel, Delivery, Notice, Preference
from linli.kernel.messages.wordings import LANGUAGES, filled, shipped, slots

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
FACTS = {"number": "C-1", "title": "地砖破损", "unit": "联勤队", "due": datetime(2026, 3, 2, 9, 30, tzinfo=UTC)}


def subjects(actor) -> list[str]:
    return [line.subject for line in queries.notices_of(actor)]


def test_people_named_are_told_in_their_language(town):
    Preference.objects.create(actor=town.hua, language="en")

    commands.notify([town.hua, town.wang], "dispatched", FACTS, at=NOON)

    [english], [chinese] = queries.notices_of(town.hua), queries.notices_of(town.wang)
    assert english.body == "“地砖破损” (C-1) has been dispatched to 联勤队; please finish it by 03-02 17:30."
    assert chinese.body == "“地砖破损”（C-1）已派给联勤队，请在03-02 17:30前办结。"


def test_whoever_holds_the_role_nearest_to_the_unit_is_told(town):
    """The street's dispatcher and duty chief, not the district's chief above them, nor the other street's."""
    event = {"kind": "returned", "unit_ids": [town.grid.pk], "roles": ["dispatcher", "duty_chief"], "context": FACTS}

    assert commands.fan_out([event], at=NOON) == 2

    assert set(Notice.objects.values_list("actor__name", flat=True)) == {"林静", "高远"}


def test_a_post_that_ended_is_not_told(town):
    town.lin.posts.update(until="2026-03-02")

    event = {"kind": "returned", "unit_ids": [town.grid.pk], "roles": ["dispatcher"], "context": FACTS}

    assert commands.fan_out([event], at=NOON) == 0


def test_each_is_told_once_and_not_of_their_own_doing(town):
    event = {
        "kind": "urged", "actor_ids": [town.lin.pk, town.gao.pk], "unit_ids": [town.street.pk, town.grid.pk],
        "roles": ["dispatcher"], "but_not": [town.gao.pk], "context": FACTS,
    }  # fmt: skip

    assert commands.fan_out([event], at=NOON) == 1

    assert len(subjects(town.lin)) == 1
    assert subjects(town.gao) == []


def test_who_is_both_assignee_and_head_hears_of_one_thing_once(town):
    unit = {"kind": "urged", "unit_ids": [town.grid.pk], "roles": ["grid_head"], "context": FACTS, "once": "17"}
    assignee = {"kind": "urged", "actor_ids": [town.wang.pk, town.hua.pk], "context": FACTS, "once": "17"}
    another = {**assignee, "once": "18"}

    commands.fan_out([unit, assignee, another], at=NOON)

    assert (len(subjects(town.wang)), len(subjects(town.hua))) == (2, 2)


def test_the_number_of_statements_does_not_grow_with_events_and_people(town, resident, django_assert_num_queries):
    everybody = [actor.pk for actor in town.people.values()] + [resident.pk]
    events = [
        {"kind": kind, "actor_ids": everybody, "unit_ids": [town.grid.pk], "roles": ["grid_head"], "context": FACTS}
        for kind in ("filed", "warning", "overdue", "closed")
    ] * 25
    commands.fan_out(events[:1], at=NOON)

    with django_assert_num_queries(9):  # savepoint 2, posts, wishes, people, wordings, numbers, notices, announcement
        commands.fan_out([events[1]], at=NOON)
    with django_assert_num_queries(10):  # and deliveries
        commands.fan_out(events, at=NOON)

    assert Notice.objects.count() == len(everybody) * (1 + 1 + 100)


def test_a_resident_gets_the_turns_of_the_case_by_sms_and_nothing_else(resident, out):
    commands.notify([resident], "closed", {**FACTS, "result": "已修复"}, at=NOON)
    commands.notify([resident], "accepted", FACTS, at=NOON)

    [delivery] = Delivery.objects.all()
    assert (delivery.channel, delivery.body) == ("sms", "您反映的C-1已办结：已修复。")


def test_staff_get_urgent_messages_by_sms_and_others_as_they_wish(reachable, town):
    reachable(town.hua)
    reachable(town.wang, by_email=True)

    commands.notify([town.hua, town.wang], "overdue", FACTS, at=NOON)
    commands.notify([town.hua, town.wang], "dispatched", FACTS, at=NOON)

    ways = list(Delivery.objects.order_by("id").values_list("actor__name", "channel", "code"))
    assert ways == [("花开", "sms", "overdue"), ("王格", "email", "overdue"), ("王格", "sms", "overdue"),
                    ("王格", "email", "dispatched")]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "sent"), [("22:30", "2026-03-03 07:00"), ("03:00", "2026-03-02 07:00"), ("12:00", "2026-03-02 12:00")]
)
def test_in_quiet_hours_only_urgent_messages_are_sent(reachable, town, told, sent):
    reachable(town.hua, by_sms=True, quiet_from=time(22), quiet_until=time(7))
    at = datetime.fromisoformat(f"2026-03-02 {told}+08:00")

    commands.notify([town.hua], "dispatched", FACTS, at=at)
    commands.notify([town.hua], "overdue", FACTS, at=at)

    usual, urgent = Delivery.objects.order_by("id")
    assert usual.next_try_at == datetime.fromisoformat(f"{sent}+08:00")
    assert urgent.next_try_at == at


def test_a_group_gets_a_broadcast_once(town):
    event = {"kind": "major_hop", "actor_ids": [town.li.pk, town.gao.pk], "context": FACTS, "broadcast": ["wecom"]}

    commands.fan_out([event], at=NOON)

    [delivery] = Delivery.objects.filter(channel="wecom")
    assert delivery.actor is None


def test_open_pages_hear_of_it_once_it_is_true(transactional_db):
    from linli.kernel.org.models import Actor

    actor = Actor.objects.create(kind="staff", name="华")
    parameters = {
        k: v
        for k, v in connection.get_connection_params().items()
        if k in {"host", "port", "user", "password", "dbname"}
    }
    with psycopg.connect(**parameters, autocommit=True) as listener:
        listener.execute("listen linli_live")

        commands.notify([actor], "dispatched", FACTS, at=NOON)

        [heard] = listener.notifies(timeout=5, stop_after=1)
    assert json.loads(heard.payload) == {"to": [f"actor:{actor.pk}"], "event": "unread", "content": {}}


def test_the_badge_costs_one_statement_and_follows_reading(town, django_assert_num_queries):
    for _ in range(3):
        commands.notify([town.hua, town.wang], "dispatched", FACTS, at=NOON)
    first = queries.notices_of(town.hua)[0]

    assert commands.mark_read(actor=town.hua, notice_ids=[first.id], at=NOON) == 1
    with django_assert_num_queries(1):
        assert queries.unread_count(town.hua) == 2
    assert commands.mark_read(actor=town.hua, at=NOON) == 2
    assert queries.unread_count(town.hua) == 0
    assert queries.unread_count(town.wang) == 3


def test_nobody_marks_the_notices_of_others(town):
    commands.notify([town.hua], "dispatched", FACTS, at=NOON)
    [line] = queries.notices_of(town.hua)

    assert commands.mark_read(actor=town.wang, notice_ids=[line.id], at=NOON) == 0


def test_notices_come_in_pages_with_their_matter(town, django_assert_num_queries):
    matter = Matter.objects.create(
        number="C-1", title="x", flow="case", flow_version=1, state="filed", home=town.street, unit=town.grid,
        opened_at=NOON,
    )  # fmt: skip
    for _ in range(60):
        commands.notify([town.hua], "dispatched", FACTS, at=NOON, matter_id=matter.pk)

    with django_assert_num_queries(1):
        page = queries.notices_of(town.hua)
    rest = queries.notices_of(town.hua, before=page[-1].id)

    assert (len(page), len(rest)) == (50, 10)
    assert (page[0].matter_id, page[0].matter_flow) == (matter.pk, "case")


def test_every_kind_is_worded_in_both_languages_and_names_only_what_it_knows():
    for kind in KINDS:
        for language in LANGUAGES:
            for length in ("long", "short"):
                subject, body = shipped()[kind.code, language, length]
                assert subject
                assert body
                assert slots(subject + body) <= set(kind.fields), (kind.code, language)
            assert len(filled(shipped()[kind.code, language, "short"][1], queries.SAMPLE)) <= 160


def test_a_sample_fills_every_name():
    assert {name for kind in KINDS for name in kind.fields} <= set(queries.SAMPLE)


def test_a_local_wording_is_used_and_can_be_taken_back(town):
    keeper = town.lin
    keeper.posts.update(role="list_keeper")
    commands.edit_template(
        code="dispatched", channel="in_app", language="zh-hans", subject="派单{number}", body="请办：{title}",
        actor=keeper, at=NOON,
    )  # fmt: skip
    commands.notify([town.hua], "dispatched", FACTS, at=NOON)
    assert subjects(town.hua) == ["派单C-1"]
    assert queries.get_wording(code="dispatched", channel="in_app", language="zh-hans", actor=keeper, at=NOON).is_local

    commands.restore_template(code="dispatched", channel="in_app", language="zh-hans", actor=keeper, at=NOON)
    commands.notify([town.hua], "dispatched", FACTS, at=NOON + timedelta(hours=1))

    assert subjects(town.hua)[0] == "新任务 C-1"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("body", {"body": "{phone}"}),
        ("subject", {"subject": "{nothing}"}),
        ("body", {"body": " "}),
        ("subject", {"subject": ""}),
        ("body", {"body": "长" * 1001}),
        ("body", {"channel": "sms", "body": "长" * 301}),
        ("code", {"code": "unknown"}),
    ],
)
def test_a_wording_that_would_not_work_is_refused(town, field, wrong):
    town.lin.posts.update(role="list_keeper")
    fine = {"code": "filed", "channel": "in_app", "language": "zh-hans", "subject": "x", "body": "y"}

    with pytest.raises(commands.WordingRefused) as refused:
        commands.edit_template(**{**fine, **wrong}, actor=town.lin, at=NOON)

    assert refused.value.field == field


def test_a_dispatcher_may_neither_see_nor_change_wordings(town):
    with pytest.raises(NotFound):
        queries.wordings(actor=town.lin, at=NOON)
    with pytest.raises(NotFound):
        commands.edit_template(
            code="filed", channel="in_app", language="en", subject="x", body="y", actor=town.lin, at=NOON
        )


def test_the_page_of_wordings_lists_every_message_in_every_channel(town):
    town.lin.posts.update(role="list_keeper")

    lines = queries.wordings(actor=town.lin, at=NOON)

    assert len(lines) == len(KINDS) * len(Channel.values) * 2


def test_a_wording_cannot_reach_into_what_it_is_given():
    text = "{number.__class__} {0} {{number}} {number!r} %(number)s ${number}"

    assert filled(text, {"number": "C-1"}) == "{number.__class__} {0} {C-1} {number!r} %(number)s $C-1"


def test_what_nobody_gave_is_shown_as_a_dash():
    assert filled("{reason}", {}) == "—"


def test_a_preview_shows_the_wording_with_made_up_facts():
    assert queries.preview(subject="{number}", body="{due}前") == ("20260302-00017", "03-02 17:30前")


def test_a_preference_is_kept_and_its_quiet_hours_must_be_whole(town):
    commands.set_preference(actor=town.hua, language="en", by_email=True, by_sms=False)
    assert queries.preference_of(town.hua).language == "en"
    assert queries.preference_of(town.wang).language == "zh-hans"

    with pytest.raises(commands.Refused) as refused:
        commands.set_preference(actor=town.hua, language="en", by_email=True, by_sms=False, quiet_from=time(22))
    assert refused.value.field == "quiet_until"
