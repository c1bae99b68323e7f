"""A code that proves that somebody was there, and secrets that outlive a change of master keys."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from linli.kernel.devices import commands, secrets
from linli.kernel.devices.models import Device
from linli.kernel.devices.presence import PREFIX, code_of, who_is_here
from linli.kernel.devices.refusals import DeviceRefused
from linli.kernel.org import sealing

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def phone(town):
    return commands.enrol(device=uuid4(), name="a", app="1", actor=town.ma, at=NOON)


def shown(phone, at, *, device=None):
    minute = int(at.timestamp() // 60)
    code = code_of(phone.presence, phone.device.pk, minute)
    return f"{PREFIX}:{device or phone.device.pk}:{minute}:{code}"


def test_the_code_on_a_phone_says_who_holds_it_for_some_minutes(phone, town):
    text = shown(phone, NOON)

    assert who_is_here(text, taken_at=NOON + 10 * A_MINUTE).actor == town.ma
    with pytest.raises(DeviceRefused):
        who_is_here(text, taken_at=NOON + 11 * A_MINUTE)


@pytest.mark.parametrize("spoil", [
    lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"), lambda text: text.replace(PREFIX, "HERE"),
    lambda text: text + ":x", lambda text: "", lambda text: f"{PREFIX}:1:2:3",
])  # fmt: skip
def test_any_other_code_proves_nothing(phone, spoil):
    with pytest.raises(DeviceRefused):
        who_is_here(spoil(shown(phone, NOON)), taken_at=NOON)


def test_the_code_of_another_phone_proves_nothing(phone, town):
    other = commands.enrol(device=uuid4(), name="b", app="1", actor=town.hua, at=NOON)

    with pytest.raises(DeviceRefused):
        who_is_here(shown(phone, NOON, device=other.device.pk), taken_at=NOON)


def test_a_stopped_phone_proves_what_was_before_and_nothing_after(phone, town):
    commands.revoke(phone.device.pk, reason="丢了", forgets=True, actor=town.guan, at=NOON + A_MINUTE)

    assert who_is_here(shown(phone, NOON), taken_at=NOON).actor == town.ma
    with pytest.raises(DeviceRefused):
        who_is_here(shown(phone, NOON + 2 * A_MINUTE), taken_at=NOON + 2 * A_MINUTE)


def test_secrets_are_sealed_anew_under_the_newest_key_and_stay_the_same(phone, town):
    try:
        sealing.use_keys(f"{settings.LINLI_KEYS},{max(sealing.keyring().numbers) + 1}:{'ab' * 32}")

        left = commands.rewrap(limit=10)

        kept = Device.objects.get(pk=phone.device.pk)
        assert left == 0
        assert secrets.key_no(bytes(kept.escrow_enc)) == sealing.keyring().newest
        assert secrets.opened(bytes(kept.escrow_enc)) == phone.escrow
    finally:
        sealing.use_keys(settings.LINLI_KEYS)
