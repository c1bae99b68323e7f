"""The demonstration: both districts, with something on the desk of everybody one can sign in as."""

import pytest
from django.utils import timezone

from linli.config.demo import command
from linli.domains.cases.models import Case, Major, Shift
from linli.domains.cases.queries import workbench
from linli.domains.organisation.models import GridGroup
from linli.kernel.flow.models import Matter
from linli.kernel.meetings.models import Meeting
from linli.kernel.org import queries as org
from linli.kernel.org.models import Account, Area, Unit

pytestmark = [pytest.mark.data, pytest.mark.django_db]

TABS = {
    "operator": {"intake", "closing", "register", "area"},
    "duty-chief": {"returned", "asks"},
    "dispatcher": {"dispatch"},
    "verifier": {"check"},
    "revisitor": {"revisit"},
    "handler": {"unit"},
    "team-head": {"unit"},
    "dept-handler": {"unit"},
    "committee": {"area"},
    "grid-head": {"unit"},
    "supervisor": {"area"},
    "leader": {"area"},
    "officer": {"mine"},
    "district-leader": {"area"},
}


@pytest.fixture
def demo(tmp_path, monkeypatch):
    monkeypatch.setenv("LINLI_DATA", str(tmp_path))
    command.main(["--cases", "2"])


def test_the_demonstration_leaves_something_to_do_on_every_desk_and_is_loaded_once(demo):
    districts = Unit.objects.filter(kind="district")
    assert sorted(d.name for d in districts) == ["福田区", "长宁区"]
    assert [Unit.objects.filter(kind="street", parent=d).count() for d in districts] == [10, 10]
    assert set(Case.objects.values_list("is_demo", flat=True)) == {True}
    assert Area.objects.filter(unit__kind="grid").exclude(schematic=True).count() == 0
    assert Major.objects.count() == Meeting.objects.exclude(kind__in=("federation", "briefing")).count() == 2
    assert Shift.objects.count() == 4
    assert GridGroup.objects.count() == Unit.objects.filter(kind="grid").count()
    assert {who: lacks for who in TABS if (lacks := _lacking(f"cn-{who}", TABS[who]))} == {}
    assert {who: lacks for who in TABS if (lacks := _lacking(f"ft-{who}", TABS[who]))} == {}

    opened = list(Matter.objects.filter(flow="case").order_by("-id").values_list("opened_at", flat=True))
    assert opened == sorted(opened, reverse=True)
    before, meetings = Matter.objects.count(), Meeting.objects.count()
    command.main(["--cases", "2"])

    assert Matter.objects.count() == before
    assert Meeting.objects.count() == meetings


def _lacking(username, wanted):
    """Those tabs of ``wanted`` that are empty for this person."""
    actor = Account.objects.get(username=username).actor
    at = timezone.now()
    counts = workbench.live_counts(actor, org.posts_of(actor, at)[0], at=at)
    return {tab for tab in wanted if not counts.get(f"tab-{tab}")}
