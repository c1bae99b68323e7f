"""Whatever happens on the way, phones and server agree in the end; ``make crash`` does it 1,000 times and for real."""

import random

from linli.domains.cases.commands import Given, Report, act, report
from linli.domains.cases.models import Case
from linli.domains.field.tests.phone import Phone as Enrolled
from linli.kernel.devices.models import Sent
from linli.kernel.flow.models import Entry, Receipt
from linli.kernel.org.models import Actor
from tests.running.phones import Phone, differences, walk
from tests.town import IN_GRID

ROUNDS = 30


def task(town, actor: Actor, at) -> str:
    case = Case.objects.get(pk=report(Report(text="井盖没了", lon=IN_GRID[0], lat=IN_GRID[1]), at=at).id)
    for who, name, given in (
        ("chen", "accept", Given(fields={"category": "01001"})), ("chen", "file", Given()),
        ("lin", "dispatch", Given(unit=town.grid.pk)), ("wang", "assign", Given(assignee=actor.pk)),
    ):  # fmt: skip
        act(case, name, given, actor=getattr(town, who), at=at)
    return case.matter.number


def test_after_cuts_kills_and_things_sent_again_in_any_order_each_command_was_done_once(town, client):
    luck = random.Random(7)

    def ask(method, path, body, headers):
        answer = client.generic(method, path, body, content_type=headers["Content-Type"], headers=headers)
        return answer.status_code, answer.content

    phones = []
    for actor in (town.hua, town.wang):
        enrolled = Enrolled(client, actor)
        tasks = [task(town, actor, enrolled.now()) for _ in range(6)]
        phones.append(Phone(enrolled.token, tasks, luck, ask))

    walk(phones, ROUNDS, luck, meanwhile=lambda _number: None)

    sent = {row.pk: (row.state, row.answer["number"]) for row in Sent.objects.all()}
    made = Entry.objects.filter(step="open", matter__in=list(sent)).values_list("matter_id", flat=True)
    steps = Receipt.objects.filter(command__in=list(sent)).exclude(matter__in=list(sent)).values_list("command")
    assert len(sent) > ROUNDS / 2
    assert {state for state, _number in sent.values()} == {"accepted", "refused"}
    assert differences(phones, sent, counted(made), counted(key for (key,) in steps)) == []


def counted(keys):
    found = {}
    for key in keys:
        found[key] = found.get(key, 0) + 1
    return found
