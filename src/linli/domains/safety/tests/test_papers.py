"""Papers that leave as PDF: the record of an inspection, the patrol book of a building, the notice of a hazard."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PageObject, PdfReader

from linli.domains.safety.commands import inspecting
from linli.domains.safety.commands.inspecting import Inspected, Result
from linli.domains.safety.models import Inspection
from linli.domains.safety.queries import checklists, inspections
from linli.domains.safety.tests import hazarding, patrolling
from linli.domains.safety.tests.hazarding import notified, today
from linli.kernel.duties import commands as duties
from linli.kernel.org.keys import new_key
from tests.evidence import photo


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


def words_of(pdf: PdfReader) -> str:
    """All that is drawn, without spaces and line ends: where a line breaks is the paper's business.

    Read by the font's own table of letters: extract_text() takes the codes of a font with a table of its own for
    single bytes, which is wrong from the 257th letter on.
    """
    return "".join("".join(drawn_on(page)) for page in pdf.pages).replace(" ", "")


def drawn_on(page: PageObject) -> Iterator[str]:
    (font,) = (one.get_object() for one in page["/Resources"]["/Font"].values())
    table = dict(re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>", font["/ToUnicode"].get_data().upper()))
    for operands, operator in page.get_contents().operations:
        if operator not in (b"Tj", b"TJ"):
            continue
        parts = operands[0] if operator == b"TJ" else operands
        raw = b"".join(part.original_bytes for part in parts if hasattr(part, "original_bytes"))
        codes = (b"%04X" % int.from_bytes(raw[n : n + 2]) for n in range(0, len(raw), 2))
        yield "".join(chr(int(table[code], 16)) for code in codes)


def read(client, who, name, *args, query=""):
    client.force_login(who.account)
    answer = client.get(reverse(f"safety:{name}", args=args) + query)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.content))


def filed(town, site, *, signature=None, note="后门上锁") -> Inspection:
    """A checklist of which one item failed, with a photo of it."""
    items = checklists.items_for(site.kind_id, today())
    results = [
        Result(one.code, "failed", note, [photo(town.hua, "before").file_id])
        if one.code == "XF01"
        else Result(one.code, "passed")
        for one in items
    ]
    said = Inspected(site, results, with_whom="店长", signature=signature, tag=site.tag)
    return inspecting.file_inspection(said, key=new_key(), actor=town.hua, at=timezone.now())


@pytest.mark.spec("000-53")
def test_the_record_of_an_inspection_leaves_with_its_items_its_number_and_the_hazard_it_led_to(town, sites, client):
    made = filed(town, sites.eatery)
    found = inspections.inspection_page(made.pk, actor=town.fu)

    said = words_of(read(client, town.fu, "inspection_pdf", made.pk))

    hazard = made.findings.get(item="XF01").hazard.matter.number
    lines = [line for _group, group_lines in found.groups for line in group_lines]
    assert [line.text for line in lines if "".join(line.text.split()) not in said] == []
    assert all(
        word in said for word in ("检查记录表", found.number, "老灶头面馆", "后门上锁", hazard, "照片1张", "店长")
    )


def test_a_signature_given_on_the_phone_is_on_the_paper(town, sites, client):
    unsigned = filed(town, sites.eatery)
    signed = filed(town, sites.eatery, signature=photo(town.hua, "signature").file_id)

    drawn = [
        sum(len(page.images) for page in read(client, town.fu, "inspection_pdf", one.pk).pages)
        for one in (unsigned, signed)
    ]

    assert drawn == [0, 1]


@pytest.mark.spec("002-39")
def test_the_patrol_book_of_a_building_leaves_with_the_days_that_are_missing(town, client):
    building = patrolling.site(town, name="柳树苑3号楼")
    made = patrolling.route(town, [], kind="building", building=building.pk, holder=town.ma, unit=town.committee,
                            name="3号楼日巡", by=town.bao)  # fmt: skip
    patrolling.walk(town.ma, [building], route=made.pk)
    duties.miss_due(at=patrolling.NINE + timedelta(days=3))

    said = words_of(read(client, town.bao, "patrol_book_pdf", made.pk, query="?month=2026-03"))

    assert all(word in said for word in ("楼栋巡查档案", "柳树苑3号楼2026-03", "马莲", "已记1天，缺2天", "2026-03-03"))
    assert said.count("缺：没有人记") == 2


def test_the_notice_of_a_hazard_can_be_read_as_a_file(town, sites, client):
    hazard = notified(town, sites.eatery)
    hazard.refresh_from_db()

    said = words_of(read(client, town.fu, "hazard_notice_pdf", hazard.matter.number))

    assert all(word in said for word in (hazard.notice_number, "老灶头面馆", "清空通道堆物", "签收人"))


def test_papers_of_next_door_are_not_there(town, sites, client):
    made, hazard = filed(town, sites.eatery), notified(town, sites.mall)
    building = patrolling.site(town, name="柳树苑3号楼")
    book = patrolling.route(town, [], kind="building", building=building.pk, unit=town.committee, by=town.bao,
                            holder=town.ma)  # fmt: skip
    client.force_login(town.zhou.account)

    for name, key in (
        ("inspection_pdf", made.pk),
        ("hazard_notice_pdf", hazard.matter.number),
        ("patrol_book_pdf", book.pk),
    ):
        assert client.get(reverse(f"safety:{name}", args=[key])).status_code == 404


def test_what_is_longer_than_a_page_goes_on_in_further_rows_of_the_table(town, sites, client):
    building = patrolling.site(town, name="柳树苑3号楼")
    book = patrolling.route(town, [], kind="building", building=building.pk, holder=town.ma, unit=town.committee,
                            name="3号楼日巡", by=town.bao)  # fmt: skip
    walked = patrolling.begin(town.ma, route=book.pk)
    for n in range(8):
        patrolling.log(walked, building, patrolling.NINE + n * patrolling.MINUTE, note=f"第{n}处" + "楼道堆物" * 240)
    patrolling.end(walked, patrolling.NINE + 9 * patrolling.MINUTE)
    broken = filed(town, sites.eatery, note="\n".join(f"{n}行" for n in range(100)))

    said = words_of(read(client, town.bao, "patrol_book_pdf", book.pk, query="?month=2026-03"))
    lines = words_of(read(client, town.fu, "inspection_pdf", broken.pk))

    assert (said.count("堆"), [n for n in range(8) if f"第{n}处" not in said]) == (8 * 240, [])
    assert [n for n in range(100) if f"{n}行" not in lines] == []
