"""Teams and volunteers, the guard unit moved by the centre, joint patrols, and all of it on phones."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.safety.commands import deploying, field_patrols, joining, recording, teams
from linli.domains.safety.commands.deploying import Given, Order
from linli.domains.safety.commands.joining import Asked, JointRefused
from linli.domains.safety.commands.recording import Noted, Written
from linli.domains.safety.commands.teams import NewMember, NewTeam
from linli.domains.safety.models import Deployment, JointPatrol, LogEntry, Patrol
from linli.domains.safety.queries import field_patrols as phone
from linli.domains.safety.queries import patrol_orders, patrol_reach
from linli.domains.safety.tests.patrolling import MINUTE, NINE, NOON, begin, end, log, round_on, route, site
from linli.kernel.devices.verbs import Made
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow.commands import StepRefused
from linli.kernel.flow.models import Clock
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.org.models import Contact, Reading


@pytest.fixture
def armlets(town):
    return teams.found(NewTeam("red_armlet", "柳树红袖章", town.ma.pk), unit=town.committee, actor=town.bao, at=NOON)


@pytest.fixture
def guards(town):
    new = NewTeam("guard", "特保一中队", town.meng.pk, "东街安保公司", timezone.localdate() + timedelta(days=400))
    return teams.found(new, unit=town.guard, actor=town.fu, at=NOON)


@pytest.fixture
def volunteer(town, armlets):
    new = NewMember(name="王桂兰", phone="13800138000", task="一号楼")
    return teams.add_member(armlets, new, key=uuid4(), actor=town.bao, at=NOON)


@pytest.mark.spec("001a-34")
def test_a_volunteers_name_and_phone_are_sealed_and_shown_only_for_a_purpose_that_is_kept(town, volunteer, client):
    assert volunteer.actor.name == "王**"
    assert Contact.objects.get(actor=volunteer.actor).phone_enc
    client.force_login(town.ma.account)
    page = client.get(reverse("safety:team", args=[volunteer.team_id])).content.decode()
    assert "王桂兰" not in page
    assert "13800138000" not in page
    read = reverse("safety:read_team_member", args=[volunteer.team_id, volunteer.pk, "phone"])

    assert client.post(read, {"purpose": ""}).status_code == 422
    assert "13800138000" in client.post(read, {"purpose": "今晚换班"}).content.decode()

    assert Reading.objects.get().purpose == "今晚换班"


@pytest.mark.spec("001a-34", "000-54")
def test_a_volunteers_round_is_written_down_by_another_and_says_so(town, armlets, volunteer):
    spot = site(town)
    made = route(
        town, [spot], kind="team", team=armlets.pk, unit=town.committee, holder=volunteer.actor, by=town.bao,
        name="晚巡",
    )  # fmt: skip
    noted = [Noted(spot.pk, "problem", "灭火器过期")]
    written = Written(made.pk, NINE, NINE + 40 * MINUTE, volunteer.actor_id, noted, people=3)

    patrol = recording.write_down(written, key=uuid4(), actor=town.ma, at=NINE + timedelta(days=1))

    assert (patrol.actor, patrol.filed_by, patrol.people) == (volunteer.actor, town.ma, 3)
    assert patrol.log.get().is_late_sync
    assert round_on(made).state == "due"
    with pytest.raises(NotFound):
        recording.write_down(written, key=uuid4(), actor=town.zhou, at=NINE + timedelta(days=1))


@pytest.mark.spec("002-39", "000-54")
def test_a_day_of_a_building_book_written_by_hand_counts_and_says_that_it_came_late(town, volunteer):
    building = site(town, name="一号楼")
    made = route(
        town, [], kind="building", building=building.pk, unit=town.committee, holder=volunteer.actor, by=town.bao,
        name="一号楼日巡",
    )  # fmt: skip

    written = Written(made.pk, NINE, NINE + 30 * MINUTE, volunteer.actor_id, [Noted(building.pk)])
    recording.write_down(written, key=uuid4(), actor=town.ma, at=NINE + timedelta(hours=9))

    done = round_on(made)
    assert (done.state, done.is_late_sync, done.done_by, done.filed_by) == ("done", True, volunteer.actor, town.ma)


@pytest.mark.spec("001a-34")
def test_what_a_team_reports_becomes_a_case_of_the_grid_from_volunteers(town, armlets, client):
    spot = site(town)
    patrol = begin(town.ma, timezone.now() - timedelta(hours=1), kind="team", team=armlets.pk, unit=town.grid.pk)
    entry = log(patrol, spot, timezone.now(), condition="problem", note="楼道堆物堵门")
    client.force_login(town.ma.account)

    client.post(reverse("safety:report_entry", args=[entry.pk]))

    case = entry.follows.get().matter.case
    assert case.source == "19"
    assert case.matter.area == town.areas["grid"]
    assert "柳树红袖章巡逻发现" in case.matter.title


def test_a_team_is_changed_and_dissolved_with_a_reason_and_not_by_a_stranger(town, armlets):
    with pytest.raises(Refused):
        teams.end(armlets, reason="x", actor=town.zhou, at=NOON)
    with pytest.raises(Refused):
        teams.end(armlets, reason=" ", actor=town.bao, at=NOON)

    teams.end(armlets, reason="并入平安联盟", actor=town.bao, at=NOON)

    armlets.refresh_from_db()
    assert armlets.end_reason == "并入平安联盟"


def sent(town, guards, **more):
    fields = {"team": guards.pk, "task": "商圈人流疏导", "place": "天街广场", "people": 6} | more
    return deploying.order(Order(**fields), key=uuid4(), actor=town.lin, at=NOON)


@pytest.mark.spec("001g-21")
def test_the_centre_moves_the_guard_unit_and_every_hop_is_timed(town, guards):
    order = sent(town, guards)
    assert set(Clock.objects.filter(matter=order.matter).values_list("kind", flat=True)) == {"answer", "arrive"}

    deploying.act(order, "receive", Given(), actor=town.meng, at=NOON + 4 * MINUTE)
    deploying.act(order, "arrive", Given(), actor=town.meng, at=NOON + 20 * MINUTE)
    deploying.act(order, "report", Given("人流已疏散"), actor=town.meng, at=NOON + 90 * MINUTE)

    done = Deployment.objects.get()
    assert (done.matter.state, done.report, done.arrived_at) == ("reported", "人流已疏散", NOON + 20 * MINUTE)
    assert not Clock.objects.filter(stopped_at=None).exists()


@pytest.mark.spec("001g-21")
def test_a_team_on_its_way_is_sent_elsewhere_or_called_back_by_the_centre_alone(town, guards):
    order = sent(town, guards)
    deploying.act(order, "receive", Given(), actor=town.meng, at=NOON + MINUTE)
    with pytest.raises(StepRefused):
        deploying.act(order, "redirect", Given("别处更急", fields={"place": "地铁口"}), actor=town.meng, at=NOON)

    deploying.act(
        order, "redirect", Given("别处更急", fields={"place": "地铁口"}), actor=town.lin, at=NOON + 5 * MINUTE
    )
    order.refresh_from_db()
    assert (order.place, order.matter.state) == ("地铁口", "ordered")

    deploying.act(order, "recall", Given("警报解除"), actor=town.gao, at=NOON + 9 * MINUTE)
    order.matter.refresh_from_db()
    assert order.matter.state == "recalled"


def test_a_team_whose_contract_is_over_cannot_be_sent_nor_by_who_does_not_command(town, guards):
    with pytest.raises(Refused):
        deploying.order(Order(guards.pk, "巡逻", "广场", 2), key=uuid4(), actor=town.hua, at=NOON)
    guards.contract_to = NOON.date() - timedelta(days=1)
    guards.save()

    with pytest.raises(Refused, match="合同"):
        sent(town, guards)


@pytest.mark.spec("001g-21")
def test_a_guard_receives_and_arrives_on_the_phone(town, guards):
    order = sent(town, guards)
    (work,) = [one for one in phone.work(town.meng, NOON) if one.kind == "deployment"]
    assert [step for _verb, step, _label, _needs in work.steps] == ["receive", "arrive"]

    done = field_patrols.step_deployment(made(town.meng, "deployment.step", work.about, step="receive"))

    assert done.facts["state"] == "moving"
    with pytest.raises(NotFound):
        field_patrols.step_deployment(made(town.zhou, "deployment.step", order.matter.number, step="arrive"))


def asked(town, **more):
    fields = {
        "grid": town.grid.pk,
        "purpose": "沿街餐饮燃气",
        "wanted_from": NINE,
        "wanted_to": NINE + timedelta(hours=3),
    }
    return joining.ask(Asked(**(fields | more)), key=uuid4(), actor=town.tang, at=NOON)


MEET = {"meets_at": "2026-03-03T09:30", "meeting_place": "网格工作站", "people": "网格员2人"}


@pytest.mark.spec("001g-20")
def test_a_department_asks_the_grid_arranges_both_record_and_it_is_over(town):
    joint = asked(town)
    joining.act(joint, "arrange", Given(fields=MEET), actor=town.wang, at=NOON)
    patrol = begin(town.hua, joint=joint.pk)
    end(patrol, NINE + 60 * MINUTE)

    joining.act(joint, "record_grid", Given("走了12家，2家软管老化"), actor=town.hua, at=NINE)
    joint.matter.refresh_from_db()
    assert joint.matter.state == "arranged"
    joining.act(joint, "record_department", Given("已责令更换"), actor=town.deng, at=NINE)

    done = JointPatrol.objects.get()
    assert done.matter.state == "recorded"
    assert (done.grid_record, done.department_record) == ("走了12家，2家软管老化", "已责令更换")
    assert Patrol.objects.get().unit == town.grid


@pytest.mark.spec("001g-20")
def test_both_record_on_the_phone_each_with_their_own_step(town):
    joint = asked(town)
    joining.act(joint, "arrange", Given(fields=MEET), actor=town.wang, at=NOON)
    (of_grid,) = [one for one in phone.work(town.hua, NOON) if one.kind == "joint_patrol"]
    (of_department,) = [one for one in phone.work(town.deng, NOON) if one.kind == "joint_patrol"]
    assert [step[1] for step in of_grid.steps] == ["record_grid"]
    assert [step[1] for step in of_department.steps] == ["record_department"]

    field_patrols.record_joint(made(town.hua, "joint.record", of_grid.about, step="record_grid", note="已巡"))

    assert JointPatrol.objects.get().grid_record == "已巡"


def test_only_departments_ask_and_only_grids_of_their_district(town):
    with pytest.raises(JointRefused):
        joining.ask(Asked(town.grid.pk, "x", NINE, NINE + MINUTE), key=uuid4(), actor=town.hua, at=NOON)
    with pytest.raises(JointRefused):
        asked(town, grid=town.committee.pk)
    with pytest.raises(JointRefused):
        asked(town, wanted_to=NINE - MINUTE)


def test_a_joint_patrol_asked_for_again_is_the_first_and_nobody_elses_key(town):
    said, key = Asked(town.grid.pk, "查消防", NINE, NINE + MINUTE), uuid4()
    first = joining.ask(said, key=key, actor=town.tang, at=NOON)

    assert joining.ask(said, key=key, actor=town.tang, at=NOON) == first
    with pytest.raises(ResentDifferentlyRefused):
        joining.ask(said, key=key, actor=town.du, at=NOON)


def made(actor, name, about="", at=NOON, **fields):
    return Made(uuid4(), name, actor, about, fields, (), None, at, at, is_late=False)


@pytest.mark.spec("000-51", "000-54")
def test_a_whole_walk_comes_from_a_phone(town):
    spot = site(town)
    path = route(town, [spot])
    heard = NINE + timedelta(hours=3)

    def tell(name, minute, **fields):
        command = Made(uuid4(), name, town.hua, "", fields, (), None, NINE + minute * MINUTE, heard, is_late=False)
        return command, field_patrols.VERBS[name](command)

    started, _done = tell("patrol.begin", 0, route=path.pk)
    key = str(started.id)
    _line, done = tell("patrol.log", 5, patrol=key, tag=f"https://linli.example/s/{spot.tag}", condition="fine")
    assert done.facts["proof"] == "code"
    points = [[n, (NINE.timestamp() + 60 * n) * 1000, 121.405 + n * 0.0002, 31.21, 8] for n in range(1, 9)]
    assert tell("patrol.track", 6, patrol=key, points=points)[1].facts == {"kept": 8}
    tell("patrol.end", 9, patrol=key, metres=150)

    assert round_on(path).state == "done"
    assert LogEntry.objects.get().is_late_sync
    assert Patrol.objects.get().ended_at == NINE + 9 * MINUTE
    assert phone.routes_of([path.duty_id])[path.duty_id]["points"][0]["site"] == str(spot.pk)


def test_pages_of_teams_orders_and_joint_patrols_open_and_their_steps_are_taken(town, guards, client):
    client.force_login(town.lin.account)
    said = {"team": guards.pk, "task": "巡逻", "place": "广场", "people": "3", "lon": "121.405", "lat": "31.21"}
    answer = client.post(reverse("safety:order_guard"), said)
    assert answer.status_code == 302, answer.content.decode()
    number = Deployment.objects.get().matter.number
    assert "广场" in client.get(reverse("safety:guard")).content.decode()
    client.force_login(town.meng.account)
    assert "收到出动" in client.get(answer.url).content.decode()
    assert client.post(reverse("safety:deployment_step", args=[number, "receive"])).status_code == 302
    client.force_login(town.du.account)
    assert client.get(reverse("safety:ask_joint")).status_code == 200
    later = timezone.localtime() + timedelta(days=1)
    wanted = {"grid": town.grid.pk, "purpose": "燃气", "wanted_from": f"{later:%Y-%m-%dT09:00}",
              "wanted_to": f"{later:%Y-%m-%dT11:00}"}  # fmt: skip
    joint = client.post(reverse("safety:ask_joint"), wanted)
    assert joint.status_code == 302, joint.content.decode()
    client.force_login(town.wang.account)
    assert "安排联合巡查" in client.get(joint.url).content.decode()
    step = reverse("safety:joint_step", args=[JointPatrol.objects.get().matter.number, "arrange"])
    assert client.get(step).status_code == 200
    assert client.post(step, {"meets_at": f"{later:%Y-%m-%dT09:30}"}).status_code == 422
    assert client.post(step, MEET | {"meets_at": f"{later:%Y-%m-%dT09:30}"}).status_code == 302
    client.force_login(town.zhou.account)
    assert client.get(answer.url).status_code == 404
    assert client.get(joint.url).status_code == 404


def test_a_team_is_founded_and_led_on_the_page(town, client):
    client.force_login(town.bao.account)
    new = reverse("safety:found_team") + f"?unit={town.committee.pk}"
    assert client.get(new).status_code == 200
    answer = client.post(new, {"name": "平安联盟", "kind": "alliance", "leader": str(town.ma.pk)})
    key = patrol_reach.visible_teams(town.bao).get().pk
    assert client.get(reverse("safety:add_team_member", args=[key])).status_code == 200
    member = {"command": str(uuid4()), "name": "李大爷", "phone": "13900139000"}
    for _n in range(2):
        assert client.post(reverse("safety:add_team_member", args=[key]), member).status_code == 302
    page = client.get(answer.url).content.decode()
    assert page.count("李**") == 1
    assert patrol_orders.may_order(town.bao, None) is False
