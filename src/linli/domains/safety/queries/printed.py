"""What the papers of safety share: A4, an open Chinese font within, the name and the number of the page at the foot."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from itertools import zip_longest
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from fpdf import FPDF, FontFace
from fpdf.enums import MethodReturnValue, TableBordersLayout

FONT = "noto"
GREY = (238, 244, 244)
LINE_MM, PADDING_MM = 5.5, 1
MOST_LINES = 25
"""Lines of a cell in one row of a table: a row has to fit on a page."""


@cache
def font() -> Path:
    """Where the font lies: Noto Sans SC, under the Open Font License, installed with the program."""
    with as_file(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as path:
        return path


class Sheet(FPDF):
    """Pages with a heading on the first and, where ``by`` is said, who made them and their number at the foot."""

    def __init__(self, title: str, under: str, *, at: datetime, by: str = "", margin: float = 22) -> None:
        super().__init__(format="A4")
        self.foot = ""
        if by:
            when = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
            self.foot = f"{under} · " + _("%(who)s 于 %(when)s 生成") % {"who": by, "when": when}
        self.add_font(FONT, fname=font())
        self.set_margins(margin, 20)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_title(f"{title} {under}")
        self.set_lang("zh-CN")
        self.set_creation_date(at)
        self.add_page()
        self.set_font(FONT, size=20)
        self.line_of(title, height=12, align="C")
        self.set_font(FONT, size=11)
        self.line_of(under, height=8, align="C")
        self.ln(3)

    def footer(self) -> None:
        if not self.foot:
            return
        self.set_y(-14)
        self.set_font(FONT, size=8)
        self.cell(w=self.epw * 0.8, text=self.foot)
        self.cell(w=self.epw * 0.2, text=f"{self.page_no()}/{{nb}}", align="R")

    def line_of(self, text: str, *, height: float = 7.5, align: str = "L") -> None:
        """A paragraph over the whole width."""
        self.multi_cell(w=0, h=height, text=text, align=align, new_x="LMARGIN", new_y="NEXT")

    def facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """What is said at the head, a line each; what is empty is left out."""
        self.set_font(FONT, size=10.5)
        for label, value in facts:
            if value:
                self.line_of(f"{label}：{value}", height=7)
        self.ln(2)

    def rows(self, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
        """A ruled table whose headings come again on each page. ``widths`` in shares.

        What is too long for a row goes on in rows below it, in which the other cells are empty.
        """
        self.set_font(FONT, size=9.5)
        shares = [self.epw * width / sum(widths) for width in widths]
        fitting = [row for texts in rows for row in self._fitting(texts, shares)]
        with self.table(
            col_widths=tuple(widths), line_height=LINE_MM, borders_layout=TableBordersLayout.ALL, text_align="LEFT",
            padding=PADDING_MM, headings_style=FontFace(emphasis="", fill_color=GREY), repeat_headings=1,
        ) as table:  # fmt: skip
            for texts in (heads, *fitting):
                row = table.row()
                for text in texts:
                    row.cell(text)

    def _fitting(self, texts: Sequence[str], widths: Sequence[float]) -> list[tuple[str, ...]]:
        pieces = [self._pieces(text, width) for text, width in zip(texts, widths, strict=True)]
        return list(zip_longest(*pieces, fillvalue=""))

    def _pieces(self, text: str, width: float) -> list[str]:
        """``text`` in parts that are no higher than a row may be, in a cell ``width`` mm wide."""
        if len(text) < MOST_LINES:
            return [text]
        lines = self.multi_cell(
            w=width, h=LINE_MM, text=text, align="LEFT", padding=PADDING_MM, dry_run=True,
            output=MethodReturnValue.LINES,
        )  # fmt: skip
        if not isinstance(lines, list) or len(lines) <= MOST_LINES:
            return [text]
        return ["\n".join(lines[n : n + MOST_LINES]) for n in range(0, len(lines), MOST_LINES)]

    def bytes(self) -> bytes:
        return bytes(self.output())
