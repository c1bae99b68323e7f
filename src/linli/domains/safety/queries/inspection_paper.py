"""The record of an inspection (检查记录表) as a PDF: each item with what it showed, the signature, the number."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.queries.inspections import FindingLine, InspectionPage, inspection_page
from linli.domains.safety.queries.printed import FONT, Sheet
from linli.kernel.errors import NotFound
from linli.kernel.evidence.queries import open_served
from linli.kernel.org.models import Actor

WIDTHS = (9, 62, 17, 48, 12, 27)
SIGNATURE_MM = 45


def as_pdf(key: UUID, *, actor: Actor, at: datetime) -> bytes:
    """The record on A4, made here without asking anybody else for anything. Raises InspectionNotFound."""
    found = inspection_page(key, actor=actor)
    sheet = Sheet(_("检查记录表"), found.number, at=at, by=actor.name, margin=17)
    sheet.facts(_facts(found))
    heads = (_("序号"), _("检查内容"), _("结果"), _("情况"), _("照片"), _("转为隐患"))
    sheet.rows(heads, _rows(found), WIDTHS)
    _signed(sheet, found)
    return sheet.bytes()


def _facts(found: InspectionPage) -> Iterator[tuple[str, str]]:
    row = found.row
    proof = row.proof
    if found.distance_m is not None:
        proof += " · " + _("距场所 %(n)s 米") % {"n": round(found.distance_m)}
    yield _("场所"), f"{row.site}（{row.site_code}，{row.site_kind}）"
    yield _("检查时间"), _moment(row.taken_at) + (" · " + _("补传") if row.is_late else "")
    yield _("检查人"), f"{row.who}（{row.unit}）"
    yield _("检查类型"), row.kind
    yield _("专项检查"), row.campaign
    yield _("陪同"), found.with_whom
    yield _("到场证明"), proof
    yield _("结果"), _("合格 %(passed)d 项，不合格 %(failed)d 项，不涉及 %(skipped)d 项；照片 %(photos)d 张") % {
        "passed": row.passed, "failed": row.failed, "skipped": row.skipped, "photos": found.photos,
    }  # fmt: skip
    yield _("说明"), found.note


def _rows(found: InspectionPage) -> Iterator[tuple[str, ...]]:
    lines = [line for _group, lines in found.groups for line in lines]
    for n, line in enumerate(lines, 1):
        yield str(n), _what(line), line.result_label, line.note, str(len(line.photos) or ""), line.hazard


def _what(line: FindingLine) -> str:
    basis = f"（{line.basis}）" if line.basis else ""
    return f"{line.group}｜{line.text}{basis}"


def _signed(sheet: Sheet, found: InspectionPage) -> None:
    """The signature given on the phone, else lines to sign on; kept together on one page."""
    if sheet.will_page_break(34):
        sheet.add_page()
    sheet.set_font(FONT, size=10.5)
    sheet.ln(6)
    sheet.cell(w=sheet.epw / 2, h=9, text=_("检查人签名："))
    sheet.cell(w=sheet.epw / 2, h=9, text=_("被检查单位签名："), new_x="LMARGIN", new_y="NEXT")
    if found.signature is None:
        return
    try:
        with open_served(found.signature).stream as stream:
            sheet.image(stream, x=sheet.l_margin + sheet.epw / 2, w=SIGNATURE_MM, h=16, keep_aspect_ratio=True)
    except NotFound:
        sheet.cell(w=sheet.epw, h=8, align="R", text=_("签名图像已按期限清除"))


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
