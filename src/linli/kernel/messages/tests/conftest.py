"""People to be told, and a way out that remembers what left."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from linli.kernel.messages import adapters
from linli.kernel.messages.models import Preference
from linli.kernel.org import sealing
from linli.kernel.org.models import Account, Actor, Contact

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


class Out:
    """Everything that left; ``trouble`` is raised instead while it is set."""

    def __init__(self) -> None:
        self.sent: list[adapters.Outgoing] = []
        self.trouble: Exception | None = None

    def __call__(self, message: adapters.Outgoing) -> None:
        if self.trouble:
            raise self.trouble
        self.sent.append(message)


@pytest.fixture
def out() -> Iterator[Out]:
    """Stands for every channel."""
    before, way = dict(adapters._adapters), Out()
    adapters._adapters.update(dict.fromkeys(adapters.CHANNELS, way))
    yield way
    adapters._adapters.clear()
    adapters._adapters.update(before)


@pytest.fixture
def resident(db: None) -> Actor:
    """A resident who left a phone number."""
    actor = Actor.objects.create(kind="resident")
    kept = sealing.seal_contact(name="王芳", phone="13812345678")
    Contact.objects.create(
        actor=actor, name_enc=kept.name_enc, phone_enc=kept.phone_enc, phone_index=kept.phone_index,
        data_key_enc=kept.data_key_enc, key_no=kept.key_no,
    )  # fmt: skip
    return actor


@pytest.fixture
def reachable(town):
    """Give somebody of the town a phone, a mailbox and wishes."""

    def _reachable(actor: Actor, **wishes: object) -> Actor:
        phone = f"1390000000{Account.objects.exclude(phone='').count() + 1}"
        Account.objects.filter(actor=actor).update(phone=phone, email=f"{actor.name}@example.cn")
        Preference.objects.create(actor=actor, **wishes)
        return actor

    return _reachable
