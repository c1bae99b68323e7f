"""Who reports from a terminal, of which kind, and what a card reader hands over."""

import pytest

from linli.domains.cases.models import Case
from linli.domains.field.tests.phone import Phone
from linli.domains.organisation.queries.standing import INFORMANTS
from linli.kernel.org import fresh
from linli.kernel.org.models import Account, Actor, Change, Contact, Post
from linli.kernel.org.queries.contacts import masked
from tests.town import IN_GRID, SINCE

LON, LAT = IN_GRID
NUMBER = "11010519491231002X"
"""The example of the standard; nobody's."""
SOURCES = {
    "urban_management": "12", "police": "11", "auxiliary": "12", "unit": "18", "property": "18", "resident": "03",
    "volunteer": "19",
}  # fmt: skip


@pytest.mark.spec("001g-22")
def test_information_officers_of_all_kinds_report_from_a_phone_and_are_counted_by_source(town, client):
    for code, title in INFORMANTS:
        person = Actor.objects.create(kind="staff", name=f"信息员{code}")
        Account.objects.create(actor=person, username=code)
        Post.objects.create(
            actor=person, unit=town.grid, over=town.grid, role="informant", title=str(title), since=SINCE
        )
        fresh.forget()
        phone = Phone(client, person)
        made = phone.command("case.report", text=f"{title}看到的", lon=LON, lat=LAT)

        told = phone.answers(made)[0]

        assert told["state"] == "accepted"
        case = Case.objects.get(pk=made["id"])
        assert case.source == SOURCES[code]
        assert case.matter.entries.get(seq=1).actor == person
    client.force_login(town.qian.account)
    desk = client.get("/desk/supervision").content.decode()
    assert all(name in desk for name in ("综合执法巡查", "志愿者上报", "企事业单位、物业上报"))


@pytest.mark.spec("004-80")
def test_a_card_read_at_a_terminal_leaves_a_sealed_contact_and_its_purpose_and_no_number(phone, town):
    made = phone.command("reader.read", purpose="流动人口走访登记", name="王小明", number=NUMBER, phone="13800001234")

    told = phone.answers(made)[0]

    assert told["state"] == "accepted"
    assert NUMBER not in str(told)
    assert "王小明" not in str(told)
    contact = Contact.objects.get(actor=made["id"])
    assert NUMBER.encode() not in bytes(contact.name_enc) + bytes(contact.phone_enc)
    assert contact.keep_until is not None
    assert masked([contact.actor_id])[contact.actor_id].phone.endswith("1234")
    assert Change.objects.get(verb="read_card").reason == "流动人口走访登记"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "王", "number": NUMBER}, "purpose"),
        ({"purpose": "走访", "name": "王", "number": "110105194912310021"}, "number"),
        ({"purpose": "走访", "name": "王", "number": "110105194902310020"}, "number"),
        ({"purpose": "走访", "name": "王", "portrait": "…"}, ""),
    ],
)
def test_a_card_is_not_taken_without_purpose_with_a_wrong_number_or_with_more_than_is_asked_for(phone, said, field):
    told = phone.answers(phone.command("reader.read", **said))[0]

    assert (told["state"], told["field"]) == ("refused", field)
    assert not Contact.objects.exists()
