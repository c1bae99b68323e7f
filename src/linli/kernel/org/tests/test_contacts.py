from datetime import UTC, date, datetime

import pytest
from django.db import connection

from linli.kernel.errors import NotFound
from linli.kernel.org import masking, queries, sealing
from linli.kernel.org.commands import contacts
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.commands.contacts import ContactRefused
from linli.kernel.org.models import Actor, Change, Contact, Reading
from linli.kernel.org.sealing import Keyring, SealBroken

AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
OLD, NEW = "1:" + "ab" * 32, "2:" + "cd" * 32


@pytest.fixture
def keys(settings):
    """Lets a test change the master keys."""
    yield sealing.use_keys
    sealing.use_keys(settings.LINLI_KEYS)


@pytest.fixture
def fang(town):
    person = Actor.objects.create(kind="resident")
    contacts.keep_contact(person, name="王芳", phone="138-1234-5678", email="fang@example.cn")
    return person


def read(person, field, reader, purpose="电话回访"):
    return contacts.read_contact(person, field, purpose=purpose, actor=reader, at=AT)


def test_nothing_of_a_contact_is_stored_in_plain(fang):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name_enc || phone_enc || email_enc || phone_index || data_key_enc FROM org_contact")
        stored = bytes(cursor.fetchone()[0])

    for plain in ("王芳", "13812345678", "5678", "example"):
        assert plain.encode() not in stored


def test_a_contact_is_masked_until_somebody_reads_it_for_a_purpose(town, fang):
    shown = queries.masked([fang.pk])[fang.pk]

    assert (shown.name, shown.phone, shown.email) == ("王*", "138****5678", "f***@example.cn")
    assert read(fang, "phone", town.xu) == "138-1234-5678"
    reading = Reading.objects.get()
    assert (reading.reader, reading.actor, reading.field, reading.purpose) == (town.xu, fang, "phone", "电话回访")


def test_reading_without_a_purpose_or_a_post_that_may_is_refused_and_shows_nothing(town, fang):
    with pytest.raises(ContactRefused) as refused:
        read(fang, "phone", town.xu, purpose=" ")
    with pytest.raises(RightRefused):
        read(fang, "phone", town.zhao)

    assert refused.value.field == "purpose"
    assert not Reading.objects.exists()


def test_people_read_their_own_contact_and_fields_that_do_not_exist_are_refused(town, fang):
    assert read(fang, "name", fang, purpose="本人查看") == "王芳"
    with pytest.raises(ContactRefused):
        read(fang, "data_key", town.xu)


def test_a_caller_is_found_by_number_however_it_is_written_and_the_search_is_kept(town, fang):
    found = contacts.find_by_phone("+86 138 1234 5678", purpose="来电查询", actor=town.chen, at=AT)

    assert found == [fang]
    assert Reading.objects.get().field == "phone_search"
    assert contacts.find_by_phone("138", purpose="来电查询", actor=town.chen, at=AT) == []
    with pytest.raises(RightRefused):
        contacts.find_by_phone("13812345678", purpose="来电查询", actor=town.hua, at=AT)


def test_erasing_destroys_the_key_so_that_old_copies_cannot_be_read(town, fang):
    copy = Contact.objects.get(actor=fang)

    contacts.erase_contact(fang, actor=town.guan, at=AT, reason="本人申请")

    left = Contact.objects.get(actor=fang)
    assert bytes(left.data_key_enc) == bytes(left.phone_enc) == b""
    assert queries.masked([fang.pk])[fang.pk].erased
    with pytest.raises(NotFound):
        read(fang, "phone", town.xu)
    with pytest.raises(SealBroken):
        sealing.unseal(sealing.new_data_key(), bytes(copy.phone_enc), "phone")
    assert Change.objects.get(verb="erase_contact").reason == "本人申请"


def test_only_the_person_or_the_security_administrator_erases(town, fang):
    with pytest.raises(RightRefused):
        contacts.erase_contact(fang, actor=town.lin, at=AT, reason="误操作")

    contacts.erase_contact(fang, actor=fang, at=AT, reason="本人申请")


def test_keys_are_rotated_in_portions_and_people_are_found_all_the_while(town, keys):
    keys(OLD)
    made = [Actor.objects.create(kind="resident") for _ in range(3)]
    for n, person in enumerate(made):
        contacts.keep_contact(person, phone=f"1381234567{n}")
    keys(f"{OLD},{NEW}")

    left = contacts.rotate_keys(limit=2, actor=town.guan, at=AT)

    assert left == 1
    for n, person in enumerate(made):
        assert contacts.find_by_phone(f"1381234567{n}", purpose="来电查询", actor=town.chen, at=AT) == [person]
    assert contacts.rotate_keys(limit=2, actor=town.guan, at=AT) == 0
    keys(NEW)
    assert read(made[2], "phone", town.xu) == "13812345672"
    assert contacts.find_by_phone("13812345670", purpose="来电查询", actor=town.chen, at=AT) == [made[0]]


def test_keys_are_rotated_by_the_security_administrator_alone(town):
    with pytest.raises(RightRefused):
        contacts.rotate_keys(actor=town.root, at=AT)


def test_contacts_kept_beyond_their_time_are_erased_in_portions(town, fang):
    for day in (date(2026, 6, 1), date(2026, 6, 2), date(2026, 8, 1)):
        contacts.keep_contact(Actor.objects.create(kind="resident"), phone="13900000000", keep_until=day)

    erased = [contacts.erase_expired(on=date(2026, 7, 1), limit=1, actor=town.guan, at=AT) for _ in range(3)]

    assert erased == [1, 1, 0]
    assert Contact.objects.filter(erased_at=None).count() == 2


def test_messages_go_to_the_sealed_number_and_else_to_the_account(town, fang):
    town.hua.account.phone = "13700000000"
    town.hua.account.save()

    assert queries.address_for_delivery(fang.pk, "phone") == "138-1234-5678"
    assert queries.address_for_delivery(town.hua.pk, "phone") == "13700000000"
    assert queries.address_for_delivery(Actor.objects.create(kind="resident").pk, "phone") == ""


def test_a_sealed_field_opens_only_with_its_key_for_its_purpose():
    key = sealing.new_data_key()
    sealed = sealing.seal(key, b"secret", "name")

    assert sealing.unseal(key, sealed, "name") == b"secret"
    for wrong in ((sealing.new_data_key(), sealed, "name"), (key, sealed, "phone"), (key, sealed[:-1], "name")):
        with pytest.raises(SealBroken):
            sealing.unseal(*wrong)


def test_a_wrapped_key_needs_its_own_master_key():
    old, new = Keyring(OLD), Keyring(f"{OLD},{NEW}")
    wrapped = old.wrap(b"k" * 32)

    assert new.newest == 2
    assert new.unwrap(wrapped, 1) == b"k" * 32
    with pytest.raises(SealBroken):
        new.unwrap(wrapped, 2)
    with pytest.raises(SealBroken):
        Keyring(NEW).unwrap(wrapped, 1)
    with pytest.raises(ValueError, match="64"):
        Keyring("1:abcd")


def test_the_same_contact_seals_differently_each_time_but_is_found_alike():
    one, two = sealing.seal_contact("王芳", "13812345678"), sealing.seal_contact("王芳", "１３８１２３４５６７８")

    assert one.name_enc != two.name_enc
    assert one.data_key_enc != two.data_key_enc
    assert one.phone_index == two.phone_index
    assert one.email_enc == b""


@pytest.mark.parametrize(
    ("kind", "plain", "shown"),
    [
        ("name", "欧阳小明", "欧阳**"),
        ("name", "王芳", "王*"),
        ("name", "李", "李*"),
        ("phone", "13812345678", "138****5678"),
        ("phone", "021-12345678", "021-****5678"),
        ("phone", "110", "***"),
        ("email", "zhang@example.cn", "z****@example.cn"),
        ("identity", "11010519491231002X", "110***********002X"),
        ("plate", "沪A12345", "沪A***45"),
        ("address", "仙霞路100弄3号502室", "仙霞路***"),
        ("name", "", ""),
    ],
)
def test_personal_data_is_masked_by_the_rules(kind, plain, shown):
    assert masking.MASKS[kind](plain) == shown
