"""The register as a PDF: lying A4, an open Chinese font embedded with only the glyphs used, numbered pages."""

from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout

from linli.domains.lists.queries.seal_register import Register, cells, headers

FONT = "noto"
WIDTHS = (15, 23, 24, 32, 36, 25, 28, 22, 18, 14, 13, 9, 9, 9)
"""Of the columns, in millimetres; together the width between the margins."""
GREY = (238, 244, 244)


class _Paper(FPDF):
    """Pages with the register's name and their number at the foot."""

    def __init__(self, title: str, made: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self.foot, self.made = title, made
        self.add_font(FONT, fname=font())
        self.add_font(FONT, "B", fname=font())
        self.set_margins(10, 10)
        self.set_auto_page_break(auto=True, margin=14)
        self.set_title(title)
        self.set_lang("zh-CN")

    def footer(self) -> None:
        self.set_y(-11)
        self.set_font(FONT, size=7)
        self.cell(w=self.epw / 2, text=f"{self.foot} · {self.made}")
        self.cell(w=self.epw / 2, text=f"{self.page_no()}/{{nb}}", align="R")


@cache
def font() -> Path:
    """Where the font lies: Noto Sans SC, under the Open Font License, installed with the program."""
    with as_file(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as path:
        return path


def as_pdf(found: Register, *, made_by: str, at: datetime) -> bytes:
    """The register on paper, made here, without asking anybody else for anything."""
    made = _("%(who)s 于 %(when)s 生成") % {
        "who": made_by, "when": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
    }  # fmt: skip
    paper = _Paper(found.title, made)
    paper.set_creation_date(at)
    paper.add_page()
    paper.set_font(FONT, size=15)
    paper.cell(w=0, h=9, text=found.title, align="C", new_x="LMARGIN", new_y="NEXT")
    paper.set_font(FONT, size=8)
    summary = _("盖章%(n)d件、%(copies)d份；不予盖章%(refused)d件。申请人只显示姓氏。") % {
        "n": sum(not line.is_annulled for line in found.lines), "copies": found.copies, "refused": found.refused,
    }  # fmt: skip
    paper.cell(w=0, h=6, text=summary, align="C", new_x="LMARGIN", new_y="NEXT")
    paper.ln(1)
    _table(paper, found)
    if not found.lines:
        paper.cell(w=0, h=10, text=_("本月没有用印。"), align="C", new_x="LMARGIN", new_y="NEXT")
    _signatures(paper)
    return bytes(paper.output())


def _table(paper: FPDF, found: Register) -> None:
    paper.set_font(FONT, size=7)
    with paper.table(
        col_widths=WIDTHS, line_height=4, borders_layout=TableBordersLayout.ALL, text_align="LEFT", padding=0.8,
        headings_style=FontFace(emphasis="BOLD", fill_color=GREY), repeat_headings=1,
    ) as table:  # fmt: skip
        for texts in (headers(), *(cells(line) for line in found.lines)):
            row = table.row()
            for text in texts:
                row.cell(text)


def _signatures(paper: FPDF) -> None:
    paper.ln(6)
    paper.set_font(FONT, size=9)
    for label in (_("保管人："), _("审批人："), _("日期：")):
        paper.cell(w=paper.epw / 3, h=8, text=label)
