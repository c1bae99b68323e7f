"""A file sent ahead is kept once it is attached, whichever way it got there."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence.models import File
from linli.kernel.flow.models import Attachment, Matter

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
A_DAY = timedelta(days=1)


@pytest.fixture
def ahead(town) -> File:
    """A photo sent before its case, to be erased after a day."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(buffer, "JPEG")
    buffer.seek(0)
    return evidence.receive(buffer, name="x.jpg", actor=town.hua, at=NOON, retained_until=NOON + A_DAY)


@pytest.fixture
def matter(town) -> Matter:
    return Matter.objects.create(
        number="C-1", title="x", flow="case", flow_version=1, state="reported", home=town.street, unit=town.grid,
        opened_at=NOON,
    )  # fmt: skip


def test_an_attached_file_outlives_the_day_it_was_sent_with(ahead, matter):
    Attachment.objects.create(matter=matter, file=ahead, kind="before", seq=1)

    assert evidence.erase_expired(at=NOON + 2 * A_DAY) == 0


def test_a_file_never_attached_goes(ahead):
    assert evidence.erase_expired(at=NOON + 2 * A_DAY) == 1


def test_an_erased_file_cannot_be_attached(ahead, matter):
    evidence.erase_expired(at=NOON + 2 * A_DAY)

    with pytest.raises(IntegrityError, match="erased"), transaction.atomic():
        Attachment.objects.create(matter=matter, file=ahead, kind="before", seq=1)
