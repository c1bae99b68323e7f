"""Whatever page it comes from: what is given to a committee from above is on its list, or cites what is."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.commands import ItemChange, Said
from linli.kernel.catalog.models import Admission, ListKind
from linli.kernel.flow.models import Declined, Mandate, Matter
from linli.kernel.meetings import commands as meetings
from linli.kernel.meetings.commands import Point
from linli.kernel.org.keys import new_key
from tests.town import IN_GRID

ABOUT_PATHS = Said("协助楼道堆物劝导", "环境", (), {"minutes": 30, "categories": ["01001"]})
ABOUT_FAIRS = Said("协助组织邻里节", "自治", (), {"minutes": 120})


@pytest.fixture
def admitted(town):
    """Two items on the district's list of what committees assist with; only the first covers the category."""
    row = {"code": "assist", "name": "协助清单", "bearer": "committee", "is_binding": True, "prefix": "XZ"}
    catalog.set_kinds([row])
    worklist = catalog.open_list(ListKind.objects.get(), town.district, name="协助清单", at=timezone.now())
    changes = [ItemChange("add", said=ABOUT_PATHS), ItemChange("add", said=ABOUT_FAIRS)]
    since = timezone.localdate() - timedelta(days=1)
    _version, items = catalog.publish_list(
        worklist, changes, valid_from=since, reason="初版", actor=town.jin, at=timezone.now()
    )
    return [Admission.objects.get(item=item) for item in items]


@pytest.fixture
def filed(town, admitted):
    """``filed("01001", actor=…)``: a case reported and filed, ready to be dispatched."""

    def bring(category, *, actor=None, source="03"):
        now = timezone.now()
        said = commands.Report(text="楼道堆了旧家具", lon=IN_GRID[0], lat=IN_GRID[1], source=source)
        case = Case.objects.select_related("matter").get(pk=commands.report(said, at=now, actor=actor).id)
        act(case, "accept", Given(fields={"category": category}), actor=town.chen, at=now)
        act(case, "file", Given(), actor=town.chen, at=now)
        return case

    return bring


def step_page(case, name):
    return reverse("cases:step", args=[case.matter.number, name])


def holder(case):
    return Matter.objects.get(pk=case.pk).unit_id


@pytest.mark.spec("000-27")
@pytest.mark.spec("001a-01")
def test_an_inspectors_case_goes_to_a_committee_only_under_an_item_which_the_form_then_offers(
    town, filed, client, admitted
):
    case = filed("02001", actor=town.chen, source="11")
    client.force_login(town.lin.account)
    form = {"unit": town.committee.pk, "command": str(new_key())}

    refused = client.post(step_page(case, "dispatch"), form)
    words = refused.content.decode()
    before = holder(case)
    taken = client.post(step_page(case, "dispatch"), {**form, "command": str(new_key()), "admission": admitted[1].pk})

    assert refused.status_code == 422
    assert "清单上没有这件事" in words
    assert ABOUT_FAIRS.title in words
    assert before != town.committee.pk
    assert Declined.objects.get().bearer_id == town.committee.pk
    assert taken.status_code == 302
    assert holder(case) == town.committee.pk
    assert Mandate.objects.get(matter=case.pk).admission == admitted[1]


@pytest.mark.spec("000-27")
def test_a_category_an_admitted_item_covers_needs_no_choosing(town, filed, client, admitted):
    case = filed("01001", actor=town.chen, source="11")
    client.force_login(town.lin.account)

    taken = client.post(step_page(case, "dispatch"), {"unit": town.committee.pk, "command": str(new_key())})

    assert taken.status_code == 302
    assert Mandate.objects.get(matter=case.pk).admission == admitted[0]


def test_a_residents_own_case_is_never_held_up_and_the_form_asks_nothing_more(town, filed, client, admitted):
    case = filed("02001")
    client.force_login(town.lin.account)

    form = client.get(step_page(case, "dispatch")).content.decode()
    taken = client.post(step_page(case, "dispatch"), {"unit": town.committee.pk, "command": str(new_key())})

    assert "引用的准入事项" not in form
    assert taken.status_code == 302, [
        line for line in taken.content.decode().splitlines() if 'role="alert"' in line or "error" in line
    ]
    assert Mandate.objects.get(matter=case.pk).exempt == "source"


def test_a_refused_sending_from_the_dispatch_desk_is_kept_though_all_else_is_undone(town, filed, client, admitted):
    case = filed("02001", actor=town.chen, source="11")
    client.force_login(town.lin.account)

    answer = client.post(reverse("cases:send"), {"case": [case.matter.number], "member": f"unit:{town.committee.pk}"})

    assert "清单上没有这件事" in answer.content.decode()
    assert holder(case) != town.committee.pk
    assert Declined.objects.get().actor_id == town.lin.pk


def test_co_handling_by_a_committee_cites_what_is_chosen_on_the_page(town, filed, client, admitted):
    case = filed("02001", actor=town.chen, source="11")
    act(case, "dispatch", Given(unit=town.team.pk), actor=town.lin, at=timezone.now())
    act(case, "take_over", Given(), actor=town.zhao, at=timezone.now())
    client.force_login(town.lin.account)
    form = {"units": [town.committee.pk], "note": "请一起劝导"}

    refused = client.post(step_page(case, "link_units"), {**form, "command": str(new_key())})
    taken = client.post(step_page(case, "link_units"), {**form, "command": str(new_key()), "admission": admitted[1].pk})

    assert refused.status_code == 422
    assert ABOUT_FAIRS.title in refused.content.decode()
    assert taken.status_code == 302
    child = Matter.objects.get(parent=case.pk, flow="co_handling")
    assert Mandate.objects.get(matter=child).admission == admitted[1]


@pytest.mark.spec("000-27")
def test_what_a_meeting_decides_for_a_committee_cites_an_item_on_the_page_of_the_meeting(town, client, admitted):
    now = timezone.now()
    meeting = meetings.call(
        kind="case_discussion", title="环境整治碰头", unit=town.centre, starts_at=now - timedelta(hours=1),
        place="二楼", agenda=[Point("楼道", None)], invited=[], actor=town.gao, at=now - timedelta(hours=2),
    )  # fmt: skip
    meetings.record_attendance(meeting.pk, attended=[town.gao.pk], absent={}, actor=town.gao, at=now)
    client.force_login(town.gao.account)
    address = reverse("organisation:decide", args=[meeting.pk])
    due = timezone.localdate() + timedelta(days=9)
    form = {"decision-text": "月底前清一遍", "decision-unit": town.committee.pk, "decision-due_on": due.isoformat()}

    refused = client.post(address, form)
    taken = client.post(address, {**form, "decision-admission": admitted[1].pk})

    assert refused.status_code == 422
    assert ABOUT_FAIRS.title in refused.content.decode()
    assert Declined.objects.count() == 1
    assert taken.status_code == 302
    assert Mandate.objects.get().admission == admitted[1]
