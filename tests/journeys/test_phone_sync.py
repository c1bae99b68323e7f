"""One contact of a phone: commands in their order, each once; answers; what waits; what is refused."""

from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote
from uuid import uuid4

import pytest

from linli.domains.cases.models import Case
from linli.kernel.devices.models import Sent
from linli.kernel.evidence.models import File
from tests.evidence import jpeg
from tests.town import IN_GRID

LON, LAT = IN_GRID


def report(phone, text="路面破损", **more):
    return phone.command("case.report", text=text, lon=LON, lat=LAT, accuracy_m=8, address="东街 1 号", **more)


def test_a_report_made_without_network_arrives_with_its_photo_and_its_own_time(phone):
    photo, response = phone.put()
    made = report(phone, ago=timedelta(hours=3), files=[photo])

    told = phone.answers(made)[0]

    assert response.status_code == 201
    assert told["state"] == "accepted"
    case = Case.objects.get(pk=made["id"])
    assert (case.source, case.channel, case.matter.number) == ("02", "field", told["number"])
    first = case.matter.entries.get(seq=1)
    assert first.files == [photo["sha256"]]
    assert timedelta(hours=2, minutes=59) < first.recorded_at - first.taken_at < timedelta(hours=3, minutes=1)


def test_a_command_sent_again_is_given_its_first_answer_and_changes_nothing(phone):
    made = report(phone)

    first, second = phone.answers(made)[0], phone.answers(made)[0]

    assert first == second
    assert Case.objects.count() == 1


def test_the_same_id_with_another_content_is_refused_and_the_first_answer_stays(phone):
    made = report(phone)
    phone.answers(made)

    changed = phone.answers({**made, "fields": {**made["fields"], "text": "别的事"}})[0]

    assert changed["state"] == "refused"
    assert Sent.objects.get(pk=made["id"]).state == "accepted"


def test_a_command_waits_for_its_photo_and_for_the_one_before_it(phone):
    early = {"id": str(uuid4()), "sha256": "0" * 64, "kind": "report"}
    first = report(phone, files=[early])
    second = report(phone, text="后一件", after=first["id"])

    states = [one["state"] for one in phone.answers(first, second)]

    assert states == ["wait", "wait"]
    assert not Sent.objects.exists()


def test_one_that_is_refused_does_not_stop_the_next_but_what_builds_upon_it(phone):
    bad = report(phone, text="")
    upon = report(phone, text="接着", after=bad["id"])
    good = report(phone, text="另一件")

    told = phone.answers(good, upon, bad)

    assert [one["state"] for one in told] == ["accepted", "refused", "refused"]
    assert told[2]["field"] == "text"
    assert told[1]["message"].startswith("前一步未受理")


def test_nonsense_is_told_by_its_own_id_and_the_rest_is_taken(phone):
    good, odd = report(phone), {**report(phone), "taken_at": "yesterday"}

    told = {one["id"]: one["state"] for one in phone.answers(odd, good)}

    assert told == {odd["id"]: "refused", good["id"]: "accepted"}


def test_an_unknown_command_is_refused_in_words(phone):
    assert "不认识" in phone.answers(phone.command("case.fly"))[0]["message"]


def test_a_photo_sent_again_is_known_and_another_under_its_number_is_not_taken(phone):
    given, first = phone.put(seed="one")

    again = phone.put(seed="one", key=given["id"])[1]
    other = phone.put(seed="two", key=given["id"])[1]

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)


@pytest.mark.parametrize("count", [51])
def test_more_than_a_contact_may_bring_is_refused_before_anything_is_done(phone, count):
    made = [report(phone) for _ in range(count)]

    assert phone.send(*made).status_code == 422
    assert not Case.objects.exists()


@pytest.mark.spec("000-54")
@pytest.mark.parametrize(("hours", "is_late"), [(5, False), (30, True)])
def test_the_journal_keeps_the_true_time_and_marks_what_lies_beyond_the_limits(phone, hours, is_late):
    made = report(phone, ago=timedelta(hours=hours))

    told = phone.answers(made)[0]

    first = Case.objects.get(pk=made["id"]).matter.entries.get(seq=1)
    assert told["is_late"] is first.is_late is is_late
    assert abs(first.recorded_at - first.taken_at - timedelta(hours=hours)) < timedelta(minutes=2)


def test_a_file_keeps_its_name_which_a_header_carries_percent_encoded(phone):
    raw, key = jpeg("named"), uuid4()
    sent = {
        "Authorization": f"Device {phone.token}",
        "X-Sha256": sha256(raw).hexdigest(),
        "X-Name": quote("井盖.jpg\0"),
    }

    answer = phone.client.put(f"/api/v1/field/files/{key}", data=raw, content_type="image/jpeg", headers=sent)

    assert answer.status_code == 201
    assert File.objects.get(pk=key).original_name == "井盖.jpg"


def test_what_was_refused_and_is_sent_again_counts_from_its_first_time(phone):
    """A walk whose beginning was refused is sent once more as a whole, after other things that were done later."""
    hour = timedelta(hours=1)
    refused = phone.command("patrol.begin", ago=2 * hour, kind="nonsense")
    line = phone.command("patrol.log", ago=2 * hour, after=refused["id"], patrol=refused["id"])
    later = report(phone)
    told = phone.answers(refused, line, later)

    again = {**phone.command("patrol.begin", kind="grid"), "taken_at": refused["taken_at"]}
    again_line = phone.command("patrol.log", after=again["id"], patrol=again["id"], lon=LON, lat=LAT)
    again_line["taken_at"] = line["taken_at"]
    anew = phone.answers(again, again_line)

    assert [one["state"] for one in told] == ["refused", "refused", "accepted"]
    # The beginning says another kind now, yet it is the same deed of the same time.
    assert [(one["state"], one["is_late"]) for one in anew] == [("accepted", False)] * 2


def test_a_clock_set_back_is_not_excused_by_anything_else_that_was_refused(phone):
    refused = phone.command("patrol.begin", ago=timedelta(hours=2), kind="nonsense")
    phone.answers(refused, report(phone))

    back = {**report(phone), "taken_at": refused["taken_at"]}

    assert phone.answers(back)[0]["is_late"] is True
