"""Without network a phone goes on with what the flow says comes next; the server still decides about each step."""

from linli.domains.field.tests.phone import Phone
from tests.journeys.test_phone_working import case, step, work

__all__ = ["case"]


def names(steps):
    return {one["step"] for one in steps}


def test_a_phone_is_told_what_comes_after_a_step_as_far_as_its_own_steps_lead(town, client, case):
    phone = Phone(client, town.zhao)

    then = work(phone)[0]["then"]

    assert names(then["take_over"]) >= {"arrive", "note_progress", "feed_back", "return"}
    assert names(then["arrive"]) == names(then["take_over"])
    assert then["feed_back"] == []
    assert next(one for one in then["take_over"] if one["step"] == "feed_back")["needs"] == ["outcome", "after"]


def test_nobody_is_told_that_they_may_check_what_they_have_done(town, client, case):
    phone = Phone(client, town.zhao)

    then = work(phone)[0]["then"]

    assert "pass_check" not in {name for after in then.values() for name in names(after)}


def test_steps_made_in_a_row_without_network_arrive_in_one_contact(town, client, case):
    phone = Phone(client, town.zhao)
    one = work(phone)[0]

    first = step(phone, one, "take_over")
    second = phone.command("case.step", one["about"], after=first["id"], step="arrive")
    proof = phone.put("after")[0]
    third = phone.command(
        "case.step", one["about"], after=second["id"], files=[proof], step="feed_back", outcome="已补盖"
    )
    told = phone.answers(first, second, third)

    assert [answer["state"] for answer in told] == ["accepted"] * 3
    case.matter.refresh_from_db()
    assert case.matter.state == "done"
