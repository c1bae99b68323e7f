"""Receiving, keeping, holding and erasing files."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image

from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence import commands, deployed, jobs, originals, queries
from linli.kernel.evidence.models import BasisDocument, File
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
LATER = NOON + timedelta(days=30)
SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def served(serve):
    """The served copy as a picture."""

    def _served(file: File, variant: str = "view") -> Image.Image:
        return Image.open(io.BytesIO(serve(file, variant)[1]))

    return _served


def objects(store: Path) -> int:
    return sum(path.is_file() for path in store.rglob("*"))


def test_a_photo_tells_where_and_when_it_was_taken_and_its_copy_does_not(receive, made, served):
    file = receive(made.picture(exif=made.exif()))

    assert (round(file.taken_lon, 4), round(file.taken_lat, 4)) == (121.4287, 31.2201)
    assert file.taken_at == NOON
    assert dict(served(file).getexif()) == {}
    assert dict(served(file, "thumb").getexif()) == {}


def test_a_photo_held_sideways_is_served_upright(receive, made, served):
    file = receive(made.picture(size=(80, 40), exif=made.exif(turned=6)))

    assert (file.width, file.height) == (40, 80)
    assert served(file).size == (40, 80)


def test_a_large_photo_is_served_at_2560_and_320_pixels(receive, made, served):
    file = receive(made.picture(size=(4000, 1000)))

    assert (file.width, file.height) == (4000, 1000)
    assert served(file).size == (2560, 640)
    assert served(file, "thumb").size == (320, 80)


def test_a_photo_from_an_iphone_is_served_as_jpeg(receive, serve, served):
    file = receive((SAMPLES / "gps.heic").read_bytes(), "IMG_0001.HEIC")

    assert file.content_type == "image/heic"
    assert (round(file.taken_lon, 4), round(file.taken_lat, 4)) == (121.4287, 31.2201)
    assert file.taken_at == NOON
    assert (served(file).format, served(file).size) == ("JPEG", (48, 32))
    assert serve(file)[0].disposition == 'inline; filename="IMG_0001.jpg"'


def test_an_animation_is_served_as_its_first_picture(receive, made, served):
    second = Image.new("RGB", (64, 48), "red")
    file = receive(made.picture("GIF", save_all=True, append_images=[second]))

    assert getattr(served(file), "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("form", "mode", "expected"),
    [
        ("PNG", "RGBA", "WEBP"),
        ("PNG", "L", "JPEG"),
        ("JPEG", "CMYK", "JPEG"),
        ("WEBP", "RGB", "JPEG"),
        ("PNG", "P", "JPEG"),
        ("AVIF", "RGB", "JPEG"),
        ("PNG", "I;16", "JPEG"),
        ("PNG", "1", "JPEG"),
    ],
)
def test_every_form_of_photo_is_served_in_one_of_two(receive, made, form, mode, expected, served):
    file = receive(made.picture(form, mode=mode))

    assert served(file).format == expected


@pytest.mark.parametrize("nonsense", [(31, 13, float("nan")), (91, 0, 0), (-1, 0, 0)])
def test_a_position_that_cannot_be_is_not_kept(receive, made, nonsense):
    lat = tuple(0 if part != part else abs(part) for part in nonsense)
    file = receive(made.picture(exif=made.exif(lat=(0, 0, 0) if lat[0] < 90 else lat, at="2026:13:45 99:00:00")))

    assert file.taken_at is None
    assert file.taken_lat is None or abs(file.taken_lat) <= 90


def test_a_video_is_served_without_place_device_and_hidden_tracks(receive, made, serve):
    content = made.video()

    file = receive(content, "现场.mp4")

    stream = serve(file)[1]
    assert (round(file.taken_lon, 4), round(file.taken_lat, 4), file.taken_at) == (121.4287, 31.2201, NOON)
    assert len(stream) == len(content)
    assert b"31.2201" not in stream
    assert b"Sample phone" not in stream
    assert b"secret track" not in stream
    assert stream.endswith(b"frames" * 99)
    assert b"soun" in stream


@pytest.mark.parametrize(("brand", "content_type"), [(b"qt  ", "video/quicktime"), (b"3gp5", "video/3gpp")])
def test_videos_of_other_phones_are_taken(receive, made, brand, content_type):
    assert receive(made.video(brand=brand)).content_type == content_type


@pytest.mark.parametrize(
    ("main_part", "suffix"), [("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("OFD.xml", "ofd")]
)
def test_a_document_is_handed_over_as_an_attachment_under_its_true_suffix(
    receive, made, main_part, suffix, served, serve
):
    file = receive(made.office(main_part), "方案.html")

    answer, _content = serve(file)
    assert answer.disposition.startswith("attachment;")
    assert answer.disposition.endswith(f".{suffix}")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with pytest.raises(NotFound):
        queries.open_served(file.pk, variant="thumb")


def test_a_pdf_and_an_old_office_file_are_taken(receive):
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument\0".encode("utf-16-le")

    assert receive(b"%PDF-1.7\n1 0 obj\n%%EOF\n").content_type == "application/pdf"
    assert receive(old).content_type == "application/msword"


def test_the_original_is_kept_sealed_and_can_be_proved(receive, made, store):
    content = made.picture(exif=made.exif())
    file = receive(content)

    sealed = (store / file.original_key).read_bytes()
    assert content[:64] not in sealed
    assert b"".join(originals.opened(io.BytesIO(sealed))) == content
    assert queries.is_original_intact(file.pk)


@pytest.mark.parametrize(
    "harm", [lambda s: s[:-1], lambda s: s[:100] + bytes([s[100] ^ 1]) + s[101:], lambda s: s[:77], lambda _s: b""]
)
def test_a_sealed_original_that_was_touched_is_noticed(receive, made, store, harm):
    file = receive(made.picture())
    path = store / file.original_key

    path.write_bytes(harm(path.read_bytes()))

    assert not queries.is_original_intact(file.pk)


def test_a_long_original_cannot_lose_or_swap_its_pieces():
    content = bytes(range(256)) * 3_000
    sealed = b"".join(originals.sealed([content[:500_000], content[500_000:]]))
    piece, start = originals.PIECE_BYTES + originals.TAG_BYTES, originals.HEADER_BYTES

    assert b"".join(originals.opened(io.BytesIO(sealed))) == content
    for harmed in (
        sealed[: start + piece],
        sealed[:start] + sealed[start + piece :],
        sealed[:start]
        + sealed[start + piece : start + 2 * piece]
        + sealed[start : start + piece]
        + sealed[start + 2 * piece :],
    ):
        with pytest.raises(originals.SealBroken):
            list(originals.opened(io.BytesIO(harmed)))


def test_sent_again_under_the_same_id_the_first_answer_comes_back(receive, made, store):
    key = new_key()
    first = receive(made.picture(), file_id=key)
    before = objects(store)

    again = receive(made.picture(), file_id=key)

    assert again.pk == first.pk == key
    assert File.objects.count() == 1
    assert objects(store) == before


def test_an_id_used_for_another_file_or_by_another_person_is_refused(receive, made):
    key = new_key()
    receive(made.picture(), file_id=key)
    other = Actor.objects.create(kind="staff", name="周")

    with pytest.raises(commands.FileRefused, match="已用于另一个文件"):
        receive(made.picture(size=(9, 9)), file_id=key)
    with pytest.raises(commands.FileRefused, match="已用于另一个文件"):
        receive(made.picture(), file_id=key, actor=other)


def test_the_same_content_is_stored_once(receive, made, store):
    first = receive(made.picture(exif=made.exif()))
    before = objects(store)

    second = receive(made.picture(exif=made.exif()), "copy.jpg")

    assert second.pk != first.pk
    assert second.served_key == first.served_key
    assert (second.taken_at, second.width) == (first.taken_at, first.width)
    assert objects(store) == before


def test_after_retention_only_the_hash_is_left(receive, made, store, django_capture_on_commit_callbacks, served):
    file = receive(made.picture(exif=made.exif()), retained_until=LATER)

    with django_capture_on_commit_callbacks(execute=True):
        assert commands.erase_expired(at=LATER - timedelta(seconds=1)) == 0
        assert commands.erase_expired(at=LATER) == 1

    file.refresh_from_db()
    assert (file.erased_at, file.original_name, file.taken_lon) == (LATER, "", None)
    assert len(file.sha256) == 64
    assert objects(store) == 0
    with pytest.raises(NotFound):
        queries.open_served(file.pk)


def test_a_file_under_legal_hold_outlives_its_retention(receive, made):
    file = receive(made.picture(), retained_until=LATER)
    commands.hold(file.pk, reason="行政诉讼")

    assert commands.erase_expired(at=LATER) == 0
    commands.release(file.pk)
    assert commands.erase_expired(at=LATER) == 1


def test_a_hold_needs_a_reason_and_a_file(receive, made):
    with pytest.raises(commands.HoldRefused):
        commands.hold(receive(made.picture()).pk, reason=" ")
    with pytest.raises(NotFound):
        commands.hold(new_key(), reason="诉讼")


def test_retention_can_be_moved_by_what_the_file_belongs_to(receive, made):
    file = receive(made.picture(), retained_until=NOON + timedelta(days=7))

    commands.retain([file.pk], until=None)

    assert commands.erase_expired(at=LATER) == 0


def test_bytes_shared_with_a_file_still_kept_stay(receive, made, django_capture_on_commit_callbacks, served):
    receive(made.picture(), retained_until=LATER)
    kept = receive(made.picture())

    with django_capture_on_commit_callbacks(execute=True):
        assert commands.erase_expired(at=LATER) == 1

    assert served(kept).size == (64, 48)
    assert queries.is_original_intact(kept.pk)


def test_old_objects_without_a_row_are_swept_and_others_stay(receive, made, store):
    file = receive(made.picture())
    lost = receive(made.picture(size=(9, 9)))
    File.objects.filter(pk=lost.pk).delete()

    assert commands.sweep_orphans(at=datetime.now(UTC)) == 0
    assert commands.sweep_orphans(at=datetime.now(UTC) + timedelta(days=2)) == 3

    assert objects(store) == 3
    assert queries.is_original_intact(file.pk)


def test_names_are_freed_from_folders_and_control_characters(receive, made):
    assert receive(made.picture(), "C:\\photos\\..\\x\x00\r\n.jpg").original_name == "x.jpg"
    assert receive(made.picture(), "../../").original_name == "file.jpg"


def test_facts_and_hashes_cost_one_query_each(receive, made, django_assert_num_queries):
    ids = [receive(made.picture(size=(n, n))).pk for n in range(8, 12)]

    with django_assert_num_queries(2):
        facts = queries.files(ids)
        hashes = queries.hashes_of(ids[::-1])

    assert [facts[key].sha256 for key in reversed(ids)] == hashes
    with pytest.raises(NotFound):
        queries.hashes_of([*ids, new_key()])


def test_a_basis_document_is_found_while_in_force(hua):
    commands.register_basis(
        kind="policy",
        title="网格化管理办法",
        number="沪府办〔2024〕12号",
        issuer="市政府办公厅",
        valid_from=date(2024, 1, 1),
        valid_to=date(2027, 1, 1),
        actor=hua,
        at=NOON,
    )

    [found] = queries.basis_documents(on=date(2026, 1, 1), text="12号")
    assert queries.get_basis(found.id).title == "网格化管理办法"
    assert queries.basis_documents(on=date(2027, 1, 1)) == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("kind", {"kind": "?"}),
        ("title", {"title": " "}),
        ("valid_to", {"valid_from": date(2026, 1, 1), "valid_to": date(2025, 1, 1)}),
    ],
)
def test_a_basis_document_that_makes_no_sense_is_refused(hua, field, wrong):
    with pytest.raises(Refused) as refused:
        commands.register_basis(**{"kind": "law", "title": "条例", "actor": hua, "at": NOON, **wrong})

    assert refused.value.field == field
    assert not BasisDocument.objects.exists()


def test_a_number_is_registered_once(hua):
    commands.register_basis(kind="law", title="条例", number="1号", actor=hua, at=NOON)

    with pytest.raises(Refused, match="已经登记"):
        commands.register_basis(kind="law", title="另一条例", number="1号", actor=hua, at=NOON)


def test_nothing_works_before_the_store_is_named(monkeypatch):
    monkeypatch.setattr(deployed, "_now", [])

    with pytest.raises(RuntimeError):
        deployed.deployed()


def test_hash_is_what_sha256sum_says(receive, made):
    content = made.picture()

    assert receive(content).sha256 == hashlib.sha256(content).hexdigest()


def test_the_worker_erases_and_sweeps_by_the_calendar(receive, made):
    receive(made.picture(), retained_until=NOON)

    assert jobs.erase_expired(timestamp=0) == 1
    assert jobs.sweep_orphans(timestamp=0) == 0


def test_two_people_sending_the_same_photo_at_once_share_one_copy(transactional_db, store, made):
    content = made.picture(size=(640, 480))
    hua = Actor.objects.create(kind="staff", name="华")

    def send(_turn: int) -> str:
        try:
            return commands.receive(io.BytesIO(content), name="x.jpg", actor=hua, at=NOON).served_key
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(send, range(4)))

    assert len(keys) == 1
    assert File.objects.count() == 4
    assert objects(store) == 3


def test_one_id_sent_many_times_at_once_is_one_file(transactional_db, store, made):
    key, content = new_key(), made.picture()
    hua = Actor.objects.create(kind="staff", name="华")

    def send(_turn: int) -> str:
        try:
            return commands.receive(io.BytesIO(content), name="x.jpg", actor=hua, at=NOON, file_id=key).sha256
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))

    assert File.objects.get().pk == key
    assert objects(store) == 3
