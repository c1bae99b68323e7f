"""A year closed stays as it was; years stand beside each other; honours; the overview and the money."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.commands import archiving, planning
from linli.domains.lists.commands.archiving import Awarded, YearRefused
from linli.domains.lists.commands.planning import Planned, PlanRefused
from linli.domains.lists.models import Honour, PlanLine, YearResult
from linli.domains.lists.queries import years
from linli.kernel.catalog.commands import Said

START = datetime(2024, 1, 8, 2, tzinfo=UTC)
AFTER = datetime(2026, 1, 8, 2, tzinfo=UTC)


@pytest.fixture
def items(town, publish_items):
    said = (
        Said("防汛演练", "平安建设", terms={"frequency": "yearly", "budget_fen": 10_000_00}),
        Said("老旧小区改造", "城市建设", terms={"frequency": "quarterly", "is_key": True}),
    )
    return publish_items("duties", town.street, town.tao, *said, at=START)


@pytest.fixture
def worked(town, items):
    """One thing done in 2024 and late; two done in 2025, one in time; one never."""
    for due, done in (("2024-05-10", "2024-06-01"), ("2025-05-10", "2025-05-09"), ("2025-06-10", "2025-07-01"),
                      ("2025-09-10", None)):  # fmt: skip
        day = date.fromisoformat(due)
        line = planning.add_line(town.street, items[0].pk, Planned("演练", day), reason="", actor=town.tao, at=START)
        if done:
            planning.finish_line(line.pk, on=date.fromisoformat(done), result="已演练", actor=town.tao, at=AFTER)
    return items


def close(town, year, **more):
    return archiving.close_year(
        town.street, year, reason="年度总结", actor=more.pop("actor", town.tao), at=more.pop("at", AFTER), **more
    )


@pytest.mark.spec("000-14")
def test_a_closed_year_keeps_what_was_planned_done_in_time_and_late(town, worked):
    count = close(town, 2025)

    result = YearResult.objects.get(item=worked[0], year=2025)
    assert count == 2
    assert (result.planned, result.done, result.on_time, result.overdue) == (3, 2, 1, 1)
    assert (result.title, result.heading, result.budget_fen) == ("防汛演练", "平安建设", 10_000_00)


@pytest.mark.spec("000-14")
def test_nobody_rewrites_or_adds_to_a_closed_year(town, worked):
    close(town, 2025)
    again = close(town, 2025)
    statements = (
        "update lists_yearresult set done = 99",
        "delete from lists_yearresult",
        "insert into lists_yearresult (item_id, worklist_id, year, title, heading, planned, done, on_time, overdue,"
        " budget_fen, paid_fen, note, closed_by_id, closed_at) select item_id, worklist_id, 2025, 'x', '', 1, 1, 1, 0,"
        " 0, 0, '', closed_by_id, closed_at from lists_yearresult limit 1",
    )

    assert again == 0
    for statement in statements:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.spec("000-14")
def test_no_line_of_a_closed_year_is_changed_or_done_any_more(town, worked):
    line = PlanLine.objects.get(item=worked[0], year=2025, done_on=None)
    close(town, 2025)

    with pytest.raises(PlanRefused, match="已封存"):
        planning.finish_line(line.pk, on=date(2025, 12, 1), result="补登", actor=town.tao, at=AFTER)
    many = planning.finish_lines({line.pk: date(2025, 12, 1)}, result="补登", actor=town.tao, at=AFTER)

    assert many == 0


@pytest.mark.parametrize(
    ("year", "more", "why"),
    [
        (2026, {}, "还没有结束"),
        (2027, {"is_early": True}, "还没有开始"),
        (2025, {"reason": " "}, "写明说明"),
    ],
)
def test_a_year_is_closed_only_after_its_end_or_knowingly(town, items, year, more, why):
    with pytest.raises(YearRefused, match=why):
        archiving.close_year(town.street, year, actor=town.tao, at=AFTER, **({"reason": "总结"} | more))


def test_the_running_year_is_closed_early_when_that_is_confirmed(town, items):
    assert close(town, 2026, is_early=True) == 2


def test_somebody_who_does_not_keep_the_lists_closes_nothing(town, items):
    with pytest.raises(YearRefused, match="不能封存"):
        close(town, 2025, actor=town.ma)


@pytest.mark.spec("000-14")
def test_years_are_compared_by_heading_and_by_item(town, worked):
    close(town, 2024)
    close(town, 2025)

    by_heading = years.compare(town.street, [2025, 2024], by="heading")
    by_item = years.compare(town.street, [2025, 2024], by="item", heading="平安建设")

    assert by_heading.years == [2025, 2024]
    row = next(row for row in by_heading.rows if row.label == "平安建设")
    assert [result.done for result in row.results] == [2, 1]
    assert row.change == 1
    assert [row.label for row in by_item.rows] == ["防汛演练"]


@pytest.mark.spec("000-14")
def test_honours_are_registered_once_and_taken_back_with_a_reason(town, items):
    awarded = Awarded(2025, "平安示范街道", "东城区委", item=items[0])

    honour = archiving.register_honour(town.street, awarded, actor=town.tao, at=AFTER)
    again = archiving.register_honour(town.street, awarded, actor=town.tao, at=AFTER)
    with pytest.raises(YearRefused, match="理由"):
        archiving.take_back_honour(honour, reason=" ", actor=town.tao, at=AFTER)
    archiving.take_back_honour(honour, reason="登记错年度", actor=town.tao, at=AFTER)

    assert honour.pk == again.pk
    assert Honour.objects.get().taken_back_by == town.tao


@pytest.fixture
def enter(client):
    def sign_in(actor):
        client.force_login(actor.account)
        return client

    return sign_in


@pytest.mark.spec("000-14")
def test_the_page_of_years_closes_compares_and_hands_out_a_sheet(town, worked, enter):
    browser = enter(town.tao)

    closed = browser.post(reverse("lists:close_year"), {"year": 2025, "reason": "年度总结"})
    page = browser.get(reverse("lists:years")).content.decode()
    compared = browser.get(reverse("lists:compare_years"), {"years": "2025", "by": "item"}).content.decode()

    assert closed.status_code == 302
    assert "年度总结" in page
    assert "防汛演练" in compared
    assert browser.get(reverse("lists:years_sheet"), {"years": "2025"}).status_code == 200


def test_an_honour_is_registered_on_its_form_and_a_wrong_number_is_told_beside_its_field(town, items, enter):
    browser, given = enter(town.tao), {"year": 2025, "title": "示范街道", "awarded_by": "区委"}

    refused = browser.post(reverse("lists:register_honour"), given | {"item": "JD-0"})
    browser.post(reverse("lists:register_honour"), given | {"item": items[0].code})

    assert refused.status_code == 422
    assert Honour.objects.get().item == items[0]
    assert "示范街道" in browser.get(reverse("lists:years")).content.decode()


@pytest.mark.spec("000-14")
def test_others_look_at_the_years_of_their_street_but_do_not_close_them_and_strangers_see_nothing(
    town, items, enter
):  # fmt: skip
    assert enter(town.ma).get(reverse("lists:years"), {"unit": town.street.pk}).status_code == 200
    assert enter(town.ma).get(reverse("lists:close_year"), {"unit": town.street.pk}).status_code == 404
    assert enter(town.zhou).get(reverse("lists:years"), {"unit": town.street.pk}).status_code == 404


@pytest.mark.spec("000-06")
def test_the_overview_shows_the_four_qualities_and_leads_on(town, items, enter):
    page = enter(town.li).get(reverse("lists:overview")).content.decode()

    assert all(word in page for word in ("全痕迹", "强监管", "精体检", "快更新"))
    assert reverse("lists:worklist", args=[items[0].worklist.code]) in page


@pytest.mark.spec("000-13")
def test_the_money_page_shows_use_and_lists_what_stands_out(town, items, enter):
    browser = enter(town.li)

    everything = browser.get(reverse("lists:money")).content.decode()
    over = browser.get(reverse("lists:money"), {"only": "over"}).content.decode()

    assert "10,000.00" in everything
    assert "防汛演练" not in over
    assert browser.get(reverse("lists:money_sheet")).status_code == 200


def test_the_keeper_has_the_executions_counted_from_the_overview(town, worked, enter):
    answer = enter(town.tao).post(reverse("lists:count_executions"), {"unit": town.street.pk})

    assert answer.status_code == 302
    worked[0].standing.refresh_from_db()
    assert worked[0].standing.year == timezone.localdate().year
