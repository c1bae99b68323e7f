from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.calendar import queries as calendar
from linli.kernel.catalog import commands, queries
from linli.kernel.catalog.limits import Asked, Rule, Rules
from linli.kernel.catalog.models import TimeLimit
from linli.kernel.catalog.tests.conftest import AT
from linli.kernel.errors import Refused
from linli.kernel.org.models import Unit

pytestmark = pytest.mark.django_db
MONDAY = datetime.fromisoformat("2026-11-23T09:30:00+08:00")


def limit(code, condition="", units=(), **options):
    found = queries.limit_for(code, condition, units, MONDAY, **options)
    return found.amount, found.base


@pytest.fixture
def street(db):
    return Unit.objects.create(
        code="T-LIM", name="试验街道", kind="street", path="990001.", valid_from=date(2020, 1, 1)
    )


def test_a_missing_manhole_cover_is_due_within_hours_day_and_night():
    found = queries.limit_for("01001", "缺失/移位", (), MONDAY)

    assert (found.amount, found.base) == (120, "continuous")
    assert calendar.due(MONDAY, found.amount, found.base) == MONDAY + timedelta(hours=2)
    assert "01001 供水井盖异常 × 缺失/移位" in queries.explain(found)
    assert "2小时" in queries.explain(found)
    assert "参考值" in queries.explain(found)


def test_the_condition_decides_between_the_limits_of_one_number():
    assert limit("01001", "破损变形") == (240, "working_minutes")
    assert limit("01001", "弹跳异响") == (2, "working_days")


def test_without_a_condition_the_longest_is_taken_and_marked():
    found = queries.limit_for("01001", "", (), MONDAY)

    assert (found.amount, found.base, found.open) == (5, "working_days", True)
    assert "条件未定" in queries.explain(found)


def test_a_number_without_own_limit_falls_back_to_the_general_one():
    assert limit("01055") == (5, "working_days")
    assert limit("01055", stage="accept") == (30, "continuous")


def test_a_stage_without_any_row_has_no_limit():
    assert queries.limit_for("01001", "", (), MONDAY, "no_such_stage") is None


def test_an_override_of_an_area_wins_in_that_area_only(street, keeper):
    commands.set_limit(
        "01001",
        amount=1,
        base="working_days",
        condition="破损变形",
        unit=street,
        valid_from=date(2026, 11, 1),
        actor=keeper,
        at=AT,
    )

    assert limit("01001", "破损变形", (street.pk,)) == (1, "working_days")
    assert limit("01001", "破损变形") == (240, "working_minutes")
    assert limit("01001", "破损变形", (street.pk + 1,)) == (240, "working_minutes")


def test_an_override_without_condition_holds_for_every_condition_there(street, keeper):
    commands.set_limit(
        "01001", amount=60, base="continuous", unit=street, valid_from=date(2026, 11, 1), actor=keeper, at=AT
    )

    assert limit("01001", "缺失/移位", (street.pk,)) == (60, "continuous")
    assert limit("01001", "", (street.pk,)) == (60, "continuous")


def test_a_new_limit_holds_from_its_first_day_and_the_old_until_then(keeper):
    commands.set_limit(
        "01001",
        amount=1,
        base="working_days",
        condition="破损变形",
        valid_from=date(2026, 12, 1),
        actor=keeper,
        at=AT,
    )

    assert limit("01001", "破损变形") == (240, "working_minutes")
    after = queries.limit_for("01001", "破损变形", (), MONDAY + timedelta(days=8))
    assert (after.amount, after.base) == (1, "working_days")
    assert "参考值" not in queries.explain(after)


def test_a_class_can_have_a_limit_of_its_own(keeper):
    commands.set_limit("01", amount=3, base="working_days", valid_from=date(2026, 1, 1), actor=keeper, at=AT)

    assert limit("01055") == (3, "working_days")


def test_an_emergency_shortens_the_limit():
    subsided = "周边路面破损/高差"

    assert limit("01001", subsided, emergency="3") == (2.5, "working_days")
    assert "50%" in queries.explain(queries.limit_for("01001", subsided, (), MONDAY, emergency="3"))
    assert limit("01001", subsided, emergency="1") == (120, "continuous")


def test_an_emergency_never_lengthens_a_limit():
    assert limit("90001", "破损变形", emergency="2") == (15, "continuous")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"code": "01001", "amount": 0}, "大于零"),
        ({"code": "01001", "amount": 251}, "一年"),
        ({"code": "99999", "amount": 1}, "没有编号"),
        ({"code": "01001", "amount": 1, "condition": "破损变形", "valid_from": date(2000, 1, 1)}, "须更晚"),
    ],
)
def test_an_impossible_limit_is_refused(keeper, arguments, message):
    code = arguments.pop("code")
    arguments = {"base": "working_days", "valid_from": date(2026, 12, 1), **arguments}

    with pytest.raises(Refused, match=message):
        commands.set_limit(code, actor=keeper, at=AT, **arguments)


def test_the_database_refuses_to_rewrite_a_limit():
    for change in ({"amount": 1}, {"condition": "x"}):
        with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
            TimeLimit.objects.filter(code="01001").update(**change)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        TimeLimit.objects.filter(code="01001").delete()


rules = st.lists(
    st.builds(
        Rule,
        row=st.integers(1, 99),
        code=st.sampled_from(("01001", "01", "")),
        condition=st.sampled_from(("", "a", "b")),
        stage=st.just("handle"),
        emergency=st.sampled_from(("", "1")),
        unit_id=st.sampled_from((None, 1, 2, 3)),
        unit_kind=st.just(""),
        amount=st.integers(1, 9),
        base=st.sampled_from(("continuous", "working_days")),
        close_condition=st.just(""),
        valid_from=st.just(date(2026, 1, 1)),
        valid_to=st.sampled_from((None, date(2026, 6, 1))),
        verified=st.just(True),
        source=st.just(""),
        confidence=st.just(""),
    ),
    max_size=12,
)


@given(rules, st.sampled_from(("", "a")), st.sampled_from(((), (1, 2))), st.sampled_from(("", "1")))
def test_no_fitting_row_is_ever_more_specific_than_the_chosen_one(rows, condition, units, emergency):
    asked = Asked(("01001", "01", ""), condition, units, date(2026, 7, 1), "handle", emergency)

    chosen = Rules(rows).choose(asked, {})

    fitting = [
        row
        for row in rows
        if row.valid_to is None
        and (row.unit_id is None or row.unit_id in units)
        and (not condition or row.condition in ("", condition))
        and row.emergency in ("", emergency)
    ]
    assert (chosen is None) == (not fitting)
    if chosen and not emergency:
        best = min(asked.codes.index(row.code) for row in fitting)
        assert asked.codes.index(chosen.rule.code) == best
    if chosen and emergency:
        assert all(
            Rules([row]).choose(asked, {}).rough_minutes >= chosen.rough_minutes
            for row in fitting
            if row == chosen.rule
        )


@pytest.mark.parametrize(
    ("text", "condition"), [("井盖不见了", "缺失/移位"), ("井盖裂了", "破损变形"), ("井盖松动，车过就响", "弹跳异响")]
)
def test_the_words_put_the_likeliest_filing_condition_first(text, condition):
    found = queries.suggest_conditions("01001", text, date(2026, 11, 22))

    assert found[0] == condition
    assert len(found) == 4
