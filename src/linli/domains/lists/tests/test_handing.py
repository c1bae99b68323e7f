"""A matter handed to an organisation: decided by another, contracted, handed over, and looked after in time."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.commands import handing as commands
from linli.domains.lists.commands.handing import Proposed
from linli.domains.lists.commands.task_steps import Given
from linli.domains.lists.models import Handing, Monitoring
from linli.domains.lists.queries import handings
from linli.kernel.catalog.commands import Said
from linli.kernel.flow.commands import StepRefused
from linli.kernel.flow.models import Matter
from linli.kernel.org.keys import new_key


@pytest.fixture
def item(town, publish_items):
    (made,) = publish_items("station", town.street, town.tao, Said("长者日托看护", "民生关爱"))
    return made


@pytest.fixture
def handed(town, item):
    """One that is being carried out, looked at every month since the first of March."""
    now = timezone.now()
    made = commands.propose(
        Proposed(item, "暖邻服务中心", "association", "需要专业社工", "monthly"), key=new_key(), actor=town.tao, at=now
    )
    commands.act(made, "decide", Given(note="同意"), actor=town.li, at=now)
    contract = {"contract_no": "ZY-001", "amount_yuan": "96000", "since": "2026-03-01", "until": "2027-02-28"}
    commands.act(made, "contract", Given(fields=contract), actor=town.tao, at=now)
    commands.act(made, "hand_over", Given(note="钥匙和名册已交"), actor=town.tao, at=now)
    return Handing.objects.select_related("matter").get(pk=made.pk)


@pytest.mark.spec("004-18")
def test_from_proposal_to_monitoring_on_its_pages(town, item, client):
    client.force_login(town.tao.account)
    address = reverse("lists:propose_handing") + f"?item={item.code}"
    form = {"to_name": "暖邻服务中心", "to_kind": "association", "monitor_every": "quarterly", "reason": "需要专业社工",
            "command": str(new_key())}  # fmt: skip
    client.post(address, form)
    client.post(address, form)
    made = Handing.objects.select_related("matter").get()
    contract = {"contract_no": "ZY-001", "amount_yuan": "96000", "since": "2026-03-01", "until": "2027-02-28"}
    look = {"on": "2026-06-01", "is_kept": "0", "note": "人手不足", "command": str(new_key())}

    for who, step, given in (
        (town.li, "decide", {"note": "同意"}),
        (town.tao, "contract", contract),
        (town.tao, "hand_over", {"note": "钥匙和名册已交"}),
        (town.qian, "monitor", look),
        (town.qian, "monitor", look),
        (town.li, "end", {"note": "合同期满"}),
    ):
        client.force_login(who.account)
        answer = client.post(reverse("lists:handing_step", args=[made.matter.number, step]), given)
        assert answer.status_code == 302, (step, answer.content.decode()[-3000:])

    shown = client.get(reverse("lists:handing", args=[made.matter.number])).content.decode()
    made.refresh_from_db()
    assert Matter.objects.get(pk=made.pk).state == "ended"
    assert (made.contract_no, made.amount_fen, made.until) == ("ZY-001", 9_600_000, date(2027, 2, 28))
    assert Monitoring.objects.get().is_kept is False
    assert "人手不足" in shown
    assert "没有按合同履行" in shown


@pytest.mark.spec("004-18")
def test_the_next_look_is_due_a_month_after_the_last_and_then_stands_on_the_overdue_list(town, handed, client):
    client.force_login(town.tao.account)
    row = handings.listed(town.tao, on=date(2026, 3, 15))[0][0]
    commands.act(
        handed, "monitor", Given(note="正常", fields={"on": "2026-03-31", "is_kept": "1"}), actor=town.qian,
        at=timezone.now(),
    )  # fmt: skip
    after = handings.listed(town.tao, on=date(2026, 4, 30))[0][0]
    late = handings.listed(town.tao, late=True, on=date(2026, 5, 1))[0]
    shown = client.get(reverse("lists:handings") + "?look=late").content.decode()

    assert (row.next_on, row.is_late) == (date(2026, 4, 1), False)
    assert (after.next_on, after.is_late) == (date(2026, 4, 30), False)
    assert [one.number for one in late] == [handed.matter.number]
    assert handed.matter.number in shown
    assert "逾期" in shown


def test_who_proposed_does_not_decide_and_a_contract_has_a_number_and_a_term(town, item):
    now = timezone.now()
    made = commands.propose(
        Proposed(item, "暖邻服务中心", "association", "需要"), key=new_key(), actor=town.tao, at=now
    )
    with pytest.raises(StepRefused):
        commands.act(made, "decide", Given(note="同意"), actor=town.tao, at=now)
    commands.act(made, "decide", Given(note="同意"), actor=town.li, at=now)
    for fields, field in (
        ({}, "contract_no"),
        ({"contract_no": "A", "since": "2026-03-01", "until": "2026-03-01"}, "until"),
        ({"contract_no": "A", "since": "三月", "until": "2026-04-01"}, "since"),
    ):
        with pytest.raises(StepRefused) as refused:
            commands.act(made, "contract", Given(fields=fields), actor=town.tao, at=now)
        assert refused.value.field == field


def test_one_item_is_handed_to_one_at_a_time_and_a_stranger_finds_nothing(town, handed, client):
    client.force_login(town.zhou.account)
    with pytest.raises(commands.HandingRefused):
        commands.propose(
            Proposed(handed.item, "别家", "company", "更便宜"), key=new_key(), actor=town.tao,
            at=timezone.now() + timedelta(days=1),
        )  # fmt: skip
    number = handed.matter.number

    assert client.get(reverse("lists:handing", args=[number])).status_code == 404
    assert client.get(reverse("lists:handing_step", args=[number, "monitor"])).status_code == 404
    assert number not in client.get(reverse("lists:handings")).content.decode()
