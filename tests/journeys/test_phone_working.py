"""What is done on phones: settling on the spot, instructions, orders, the four-hour alarm, tasks, messages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from linli.domains.cases.commands import Given, Report, act, report
from linli.domains.cases.models import Case
from linli.domains.field.tests.phone import Phone
from linli.domains.lists.commands import tasks
from linli.domains.lists.commands.tasks import Giving
from linli.domains.lists.tests.tasking import docked
from linli.kernel.flow.models import Clock, Entry, Matter
from linli.kernel.messages import commands as messages
from linli.kernel.messages.models import Notice
from linli.kernel.org.keys import new_key
from tests.town import IN_GRID

LON, LAT = IN_GRID


def now():
    return datetime.now(UTC)


@pytest.fixture
def case(town):
    """Sent to Zhao's team."""
    at = now() - timedelta(hours=2)
    made = Case.objects.get(pk=report(Report(text="井盖没了", lon=LON, lat=LAT), at=at).id)
    for who, name, given in (
        ("chen", "accept", Given(fields={"category": "01001"})), ("chen", "file", Given()),
        ("lin", "dispatch", Given(unit=town.team.pk)),
    ):  # fmt: skip
        act(made, name, given, actor=getattr(town, who), at=at)
    return made


def work(phone, **wanted):
    found = phone.send().json()["fresh"]["work"]["value"]
    return [one for one in found if all(one[name] == value for name, value in wanted.items())]


def step(phone, one, name, **more):
    verb = next(step["verb"] for step in one["steps"] if step["step"] == name)
    return phone.command(verb, one["about"], seen=one["seen"], step=name, **more)


@pytest.mark.spec("001g-11")
def test_found_and_settled_in_one_go_needs_a_photo_before_and_one_after(phone):
    before, after = phone.put("before")[0], phone.put("after")[0]
    said = {"text": "小广告", "lon": LON, "lat": LAT, "outcome": "已清除"}

    half = phone.command("case.settle", files=[before], **said)
    whole = phone.command("case.settle", files=[before, after], **said)
    told = phone.answers(half, whole)

    assert [one["state"] for one in told] == ["refused", "accepted"]
    assert told[0]["field"] == "files"
    case = Case.objects.get(pk=whole["id"])
    assert (case.matter.state, case.outcome) == ("on_spot", "已清除")


@pytest.mark.spec("001g-31")
def test_an_instruction_reaches_the_terminal_and_arrival_and_feedback_come_back(phone, town, case):
    act(case, "instruct", Given(note="去看一下", assignee=town.hua.pk), actor=town.lin, at=now() - timedelta(hours=1))
    one = work(phone, kind="instruction")[0]

    first = step(phone, one, "receive", ago=timedelta(minutes=40))
    second = phone.command(
        "instruction.step", one["about"], step="arrive", after=first["id"], ago=timedelta(minutes=35)
    )
    third = phone.command("instruction.step", one["about"], step="feed_back", note="已围挡", after=second["id"])
    told = phone.answers(first, second, third)

    assert [answer["state"] for answer in told] == ["accepted"] * 3
    matter = Matter.objects.get(number=one["number"])
    assert matter.state == "fed_back"
    arrived = matter.entries.get(step="arrive")
    assert timedelta(minutes=34) < arrived.recorded_at - arrived.taken_at < timedelta(hours=1)
    assert Clock.objects.get(matter=matter, kind="arrive").stopped_at == arrived.taken_at


@pytest.mark.spec("004-85")
def test_an_order_given_to_grid_and_person_is_done_from_the_phone(town, client, case):
    act(case, "redispatch", Given(unit=town.grid.pk, note="网格直接办"), actor=town.lin, at=now())
    act(case, "assign", Given(assignee=town.hua.pk), actor=town.wang, at=now())
    phone = Phone(client, town.hua)
    one = work(phone, kind="case")[0]
    after = phone.put("after")[0]

    first = step(phone, one, "take_over")
    second = phone.command(
        "case.step", one["about"], step="feed_back", outcome="已补", files=[after], after=first["id"]
    )
    told = phone.answers(first, second)

    assert [answer["state"] for answer in told] == ["accepted"] * 2
    case.matter.refresh_from_db()
    assert case.matter.state == "done"


def test_how_far_away_somebody_arrived_stays_in_the_journal_and_is_shown_to_staff(town, client, case):
    phone = Phone(client, town.zhao)
    first = step(phone, work(phone, kind="case")[0], "take_over")
    there = {"lon": LON + 0.00031234567, "lat": LAT, "accuracy_m": 8}
    second = phone.command("case.step", case.matter.number, after=first["id"], step="arrive", **there)
    blind = phone.command("case.step", case.matter.number, after=second["id"], step="arrive", lon=None, lat=None)

    told = phone.answers(first, second, blind)

    assert [one["state"] for one in told] == ["accepted"] * 3
    arrivals = [entry.changes for entry in case.matter.entries.filter(step="arrive").order_by("seq")]
    assert arrivals == [{"arrived": {"distance_m": 30, "accuracy_m": 8.0}}, {}]
    client.force_login(town.lin.account)
    page = client.get(reverse("cases:case", args=[case.matter.number])).content.decode()
    assert "距案件地点约 30 米 · 误差约 8 米" in page


@pytest.mark.spec("004-82")
def test_the_four_hour_alarm_is_counted_from_when_it_was_known_and_every_hop_is_timed(phone, town, client):
    known = timedelta(minutes=20)
    made = phone.command("major.raise", ago=known, text="燃气泄漏", lon=LON, lat=LAT)
    number = phone.answers(made)[0]["number"]
    hop = phone.command("major.step", number, step="to_station")
    head = Phone(client, town.ma)

    phone.answers(hop)
    head.answers(head.command("major.step", number, step="to_street"))

    matter = Matter.objects.get(number=number)
    chain = Clock.objects.get(matter=matter, kind="chain")
    assert matter.state == "at_street"
    assert abs((chain.due_at - now()) - (timedelta(hours=4) - known)) < timedelta(seconds=30)
    assert list(Clock.objects.filter(matter=matter, stopped_at__isnull=False).values_list("kind", flat=True)) == [
        "hop_grid", "hop_station",
    ]  # fmt: skip


def test_work_is_marked_so_that_it_is_sent_only_when_it_changed(phone, case):
    mark = {"work": phone.send().json()["fresh"]["work"]["etag"]}

    assert "work" not in phone.send(have=mark).json()["fresh"]


def test_a_step_on_what_somebody_moved_meanwhile_is_a_conflict_that_names_them(town, client, case):
    phone = Phone(client, town.zhao)
    one = work(phone, kind="case")[0]
    act(case, "redispatch", Given(unit=town.grid.pk, note="另派"), actor=town.lin, at=now())
    act(case, "redispatch", Given(unit=town.team.pk, note="派回"), actor=town.lin, at=now())

    told = phone.answers(step(phone, one, "take_over"))[0]

    assert told["state"] == "conflict"
    assert "林静" in told["message"]


def test_what_lies_outside_ones_posts_is_not_found(client, town, case):
    phone = Phone(client, town.jiang)

    told = phone.answers(phone.command("case.step", case.matter.number, step="take_over"))[0]

    assert told["state"] == "refused"
    assert not Entry.objects.filter(matter=case.matter, actor=town.jiang).exists()


def test_messages_come_along_and_are_read_on_the_phone_too(phone, town, case):
    messages.notify([town.hua], "instruction", {}, matter_id=case.pk, at=now())
    notice = Notice.objects.filter(actor=town.hua).first()
    assert notice is not None
    shown = phone.send().json()["fresh"]["messages"]["value"]

    phone.answers(phone.command("message.read", ids=[notice.pk]))

    assert [one["read"] for one in shown] == [False]
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_the_territory_and_its_neighbours_come_along(phone):
    told = phone.send().json()["fresh"]["area"]["value"]

    names = {feature["properties"]["name"]: feature["properties"]["mine"] for feature in told["areas"]["features"]}
    assert names["柳树第七网格"] is True
    assert names["柳树第八网格"] is False


@pytest.mark.spec("003-30")
def test_a_task_is_accepted_and_reported_with_the_photo_its_list_asks_for(client, town, publish_items):
    listed = docked(town, publish_items, now() - timedelta(days=1))
    tasks.give(Giving(listed.visit, [town.committee.pk]), key=new_key(), actor=listed.luo, at=now())
    phone = Phone(client, town.ma)

    told = phone.answers(step(phone, work(phone, kind="task")[0], "accept", note=""))
    one = work(phone, kind="task")[0]
    asks = next(offer["needs"] for offer in one["steps"] if offer["step"] == "report")
    told += phone.answers(step(phone, one, "report", files=[phone.put()[0]], note="十二户都走过了"))

    assert [answer["state"] for answer in told] == ["accepted"] * 2, told
    assert asks == ["note", "report"]
    assert Matter.objects.get(number=one["number"]).state == "reported"
