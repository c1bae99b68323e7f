"""The register of a month: complete, in order, masked; as a sheet, and as a PDF with its font within."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from linli.domains.lists.queries import seal_print, seal_register
from linli.domains.lists.queries.seal_register import Month, figures, month_of, register
from linli.domains.lists.tests.stamping import NOON, ask, publish_list, put_seal, step

MARCH = Month(2026, 3)
NEXT_MONTH = NOON + timedelta(days=31)


@pytest.fixture
def desk(town):
    publish_list(town)
    put_seal(town)
    return town


@pytest.fixture
def month(desk):
    """Three numbers of March, one of them annulled; two refusals; one number of April."""
    for n, paper in enumerate(("居务公开公示件", "账目公开", "公示栏更新")):
        use = ask(desk, paper, copies=n + 1, name="欧阳小明", phone="13812345678", item="")
        step(use, "approve", desk.bao)
        step(use, "stamp", desk.yin)
    step(use, "annul", desk.bao, note="盖错位置")
    ask(desk, "亲属关系证明", files=[])
    ask(desk, "健身卡转让担保", files=[])
    later = ask(desk, "活动告知书", at=NEXT_MONTH)
    step(later, "stamp", desk.yin, at=NEXT_MONTH)
    return desk


def words_of(page) -> str:
    """What a page says, without blanks and without the zero bytes the reader leaves between two-byte codes."""
    return "".join(char for char in page.extract_text() if char.isprintable() and not char.isspace())


@pytest.mark.spec("000-29")
def test_the_register_has_every_number_of_the_month_in_order_with_who_agreed_and_who_stamped(month):
    found = register(month.ma, month.committee, MARCH)

    assert [line.log for line in found.lines] == ["2026-0001", "2026-0002", "2026-0003"]
    assert {(line.approvers, line.keeper, line.applicant) for line in found.lines} == {("包主任", "尹章", "欧阳**")}
    assert [line.is_annulled for line in found.lines] == [False, False, True]
    assert (found.copies, found.refused) == (3, 2)


def test_the_register_takes_few_statements_however_long_it_is(month):
    with CaptureQueriesContext(connection) as caught:
        register(month.ma, month.committee, MARCH)

    assert len(caught) <= 5


@pytest.mark.spec("000-29")
def test_the_pdf_opens_with_the_chinese_words_and_the_font_within(month):
    found = register(month.ma, month.committee, MARCH)

    made = PdfReader(io.BytesIO(seal_print.as_pdf(found, made_by="马莲", at=NOON)))

    said = words_of(made.pages[0])
    assert ("柳树居委会用印登记簿2026年3月" in said, "居务公开公示件" in said, "2026-0003" in said) == (
        True,
        True,
        True,
    )
    assert ("欧阳**" in said, "13812345678" in said, "马莲于2026-03-0212:00生成" in said) == (True, False, True)
    fonts = [font.get_object() for font in made.pages[0]["/Resources"]["/Font"].values()]
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(one.get_object()) for one in descriptors)


def test_a_long_register_goes_on_over_numbered_pages_with_its_headings(month):
    found = register(month.ma, month.committee, MARCH)
    long = seal_register.Register(found.unit, found.month, found.lines * 40, 3, 2)

    made = PdfReader(io.BytesIO(seal_print.as_pdf(long, made_by="马莲", at=NOON)))

    pages = [words_of(page) for page in made.pages]
    assert len(pages) > 2
    assert all("登记号" in page for page in pages[:-1])
    assert pages[1].endswith(f"2/{len(pages)}")


@pytest.mark.spec("000-29")
def test_the_register_leaves_as_a_sheet_and_as_a_pdf_over_its_page(month, client):
    client.force_login(month.ma.account)
    query = {"month": "2026-03", "unit": month.committee.pk}

    page = client.get(reverse("lists:seal_register"), query).content.decode()
    sheet = client.get(reverse("lists:seal_register_sheet"), query)
    pdf = client.get(reverse("lists:seal_register_pdf"), query)

    rows = list(load_workbook(io.BytesIO(sheet.content)).worksheets[0].iter_rows(values_only=True))
    assert ("2026-0001" in page, len(rows)) == (True, 4)
    assert (rows[1][0], rows[1][3], rows[1][10]) == ("2026-0001", "居务公开公示件", "欧阳**")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


def test_the_register_of_another_unit_is_not_there(month, client):
    client.force_login(month.ma.account)

    for name in ("seal_register", "seal_register_sheet", "seal_register_pdf"):
        assert client.get(reverse(f"lists:{name}"), {"unit": month.west_committee.pk}).status_code == 404


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-02", Month(2026, 2)), ("2027-01", MARCH), ("", MARCH), ("2026-13", MARCH), ("x", MARCH),
        ("0001-01", Month(2000, 1)),
    ],
)  # fmt: skip
def test_a_month_is_read_from_the_address_and_never_lies_ahead(text, month):
    assert month_of(text, at=NOON) == month


@pytest.mark.spec("000-29")
def test_stamps_and_refusals_are_counted_by_month_line_keeper_and_reason(month):
    found = figures(month.li, unit=None, upto=Month(2026, 4))

    assert [(one.stamped, one.refused) for one in found.months[-2:]] == [(2, 2), (1, 0)]
    assert dict(found.reasons) == {"清单列明不能盖": 1, "不在清单": 1}
    assert found.keepers == (("尹章", 3, 4),)
    assert {(one.label, one.stamped, one.refused) for one in found.lines} >= {
        ("居务公开公示件", 2, 0), ("不在清单", 0, 1), ("亲属关系证明", 0, 1),
    }  # fmt: skip
    assert [(one.label, one.stamped) for one in found.units] == [("柳树居委会", 3)]
