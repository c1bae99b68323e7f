"""What phones do with inspections and hazards, through the table that commands from phones go through."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from linli.domains.safety.models import Hazard, Inspection
from linli.domains.safety.queries import checklists
from linli.domains.safety.tests import hazarding
from linli.domains.safety.tests.hazarding import find, notified, rectified, state_of, today
from linli.kernel.devices import verbs
from linli.kernel.devices.verbs import FieldRefused, Made
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow.models import Entry
from linli.kernel.org.keys import new_key
from tests.evidence import photo


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


def send(who, name, *, about="", files=(), key=None, ago=timedelta(), is_late=False, seen=None, **fields):
    now = timezone.now()
    made = Made(key or new_key(), name, who, about, fields, tuple(files), seen, now - ago, now, is_late)
    return verbs.verb(name)(made)


def all_passed(site, *failed, files=()):
    items = checklists.items_for(site.kind_id, today())
    return [
        {"code": one.code, "result": "failed" if one.code in failed else "passed", "note": "锁着" if one.code in failed
         else "", "files": [str(file) for file in files] if one.code in failed else []}
        for one in items
    ]  # fmt: skip


def test_a_checklist_filled_in_without_network_is_filed_with_its_true_time(town, sites):
    shot = photo(town.hua, "before")
    key, items = new_key(), all_passed(sites.eatery, "XF01", files=[shot.file_id])
    given = {"tag": f"https://linli.example/s/{sites.eatery.tag}", "kind": "daily", "items": items, "ago":
             timedelta(hours=3), "key": key}  # fmt: skip

    done = send(town.hua, "inspection.file", **given)

    filed = Inspection.objects.get(pk=key)
    assert (filed.failed, filed.proof, done.facts["failed"]) == (1, "code", 1)
    assert timezone.now() - filed.taken_at > timedelta(hours=2)
    hazard = Hazard.objects.get(inspection=filed)
    assert hazard.matter.attachments.filter(file=shot.file_id, kind="before").exists()


def test_a_malformed_checklist_is_refused_in_words(town, sites):
    for items in ("all", [1], [{"code": "XF01"}], [{"code": "XF01", "result": "fine"}]):
        with pytest.raises(Refused):
            send(town.hua, "inspection.file", site=str(sites.eatery.pk), items=items)
    with pytest.raises(FieldRefused):
        send(town.hua, "inspection.file", tag="nothing", items=[])
    assert not Inspection.objects.exists()


def test_a_hazard_is_reported_and_mended_on_the_spot_from_a_phone(town, sites):
    found = send(
        town.hua, "hazard.report", site=str(sites.eatery.pk), item="XF01", text="后门上锁", files=[photo(town.hua)],
        proposed_major="住人",
    )  # fmt: skip
    pictures = [photo(town.hua, "before", seed=1), photo(town.hua, "after", seed=2)]
    mended = send(
        town.hua, "hazard.report", text="插线板串接", category="用电安全", lon=121.405, lat=31.21, on_spot=True,
        outcome="已拆除", files=pictures,
    )  # fmt: skip

    one, other = (Hazard.objects.get(matter__number=done.number) for done in (found, mended))
    assert (one.proposed_major, one.matter.state, one.matter.attachments.get().kind) == ("住人", "found", "before")
    assert (other.on_spot, other.matter.state) == (True, "rectified")


@pytest.mark.spec("000-53")
def test_a_hazard_is_taken_over_put_right_and_rechecked_by_another_from_their_phones(town, sites):
    hazard = notified(town, sites.eatery)
    number = hazard.matter.number

    send(town.wang, "hazard.step", about=number, step="take_over")
    done = send(
        town.wang, "hazard.step", about=number, step="rectify", outcome="已清空", files=[photo(town.wang, "after")]
    )
    with pytest.raises(Refused, match="分离"):
        send(town.wang, "hazard.step", about=number, step="pass_recheck", note="好了")
    send(town.hua, "hazard.step", about=number, step="pass_recheck", note="好了")

    assert done.facts["state"] == "rectified" and state_of(hazard) == "rechecked"


def test_steps_of_the_desk_are_not_taken_from_a_phone_nor_by_a_stranger(town, sites):
    hazard = notified(town, sites.eatery)

    for step in ("strike_off", "extend", "grade_major"):
        with pytest.raises(FieldRefused):
            send(town.fu, "hazard.step", about=hazard.matter.number, step=step, note="试")
    with pytest.raises(NotFound):
        send(town.zhou, "hazard.step", about=hazard.matter.number, step="take_over")


def test_what_was_put_right_before_its_day_counts_as_in_time_only_when_the_claim_is_believed(town, sites):
    believed, late = (notified(town, sites.eatery, at=timezone.now() - timedelta(days=6)) for _n in range(2))
    for hazard, is_late in ((believed, False), (late, True)):
        send(
            town.wang, "hazard.step", about=hazard.matter.number, step="rectify", outcome="已清空",
            files=[photo(town.wang, "after", seed=str(hazard.pk))], ago=timedelta(days=3), is_late=is_late,
        )  # fmt: skip
        hazard.refresh_from_db()

    right, wrong = (timezone.localdate(one.rectified_at) for one in (believed, late))
    assert right <= believed.due_on < wrong
    assert Entry.objects.get(matter=late.matter, step="rectify").is_late


def test_phones_take_along_what_can_be_done_and_the_checklists(town, sites):
    waiting, mine = rectified(town, sites.eatery), notified(town, sites.eatery)
    find(town.fu, sites.mall)
    now = timezone.now()

    of_hua = {one.about: one for one in verbs.work_of(town.hua, now) if one.kind == "hazard"}
    of_wang = {one.about: one for one in verbs.work_of(town.wang, now) if one.kind == "hazard"}
    lists = verbs.sources()["checklists"](town.hua, now)

    assert {step[1] for step in of_hua[waiting.matter.number].steps} >= {"pass_recheck", "fail_recheck"}
    rectify = next(step for step in of_wang[mine.matter.number].steps if step[1] == "rectify")
    assert rectify[0] == "hazard.step" and rectify[3] == ("outcome", "after")
    assert waiting.matter.number not in {about for about, one in of_wang.items() if "pass_recheck" in str(one.steps)}
    assert len(lists) >= 60 and {"code", "group", "text", "kinds", "method", "angle", "basis"} <= set(lists[0])
    assert all(isinstance(photo_id, UUID) for one in of_hua.values() for photo_id in one.photos)
