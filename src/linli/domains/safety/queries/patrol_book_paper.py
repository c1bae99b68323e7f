"""The patrol book of a building (楼栋巡查档案) of a month as a PDF, the days that are missing among the others."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.queries.patrol_books import BookPage, Leaf, Line, Month, book_page
from linli.domains.safety.queries.printed import FONT, Sheet
from linli.kernel.org.models import Actor

WIDTHS = (26, 26, 34, 94)


def as_pdf(key: int, month: Month, *, actor: Actor, at: datetime) -> bytes:
    """The book on A4, made here without asking anybody else for anything. Raises RouteNotFound."""
    found = book_page(key, month, actor=actor)
    sheet = Sheet(_("楼栋巡查档案"), f"{found.book.building} {month.first:%Y-%m}", at=at, by=actor.name, margin=15)
    sheet.facts(_facts(found))
    rows = list(_rows(found))
    sheet.rows((_("日期"), _("时间"), _("巡逻人"), _("巡逻情况")), rows, WIDTHS)
    if not rows:
        sheet.set_font(FONT, size=10.5)
        sheet.line_of(_("本月没有安排，也没有人记。"), height=10)
    return sheet.bytes()


def _facts(found: BookPage) -> Iterator[tuple[str, str]]:
    book = found.book
    yield _("楼栋"), "，".join(part for part in (book.building, book.address) if part)
    yield _("所属"), book.unit
    yield _("责任人"), f"{book.who} · {found.when}"
    yield _("本月"), _("已记 %(kept)d 天，缺 %(missing)d 天") % {"kept": book.kept, "missing": book.missing}


def _rows(found: BookPage) -> Iterator[tuple[str, ...]]:
    for leaf in found.leaves:
        day = leaf.on.isoformat()
        for n, line in enumerate(leaf.lines):
            yield day if n == 0 else "", _span(line), _who(line), _seen(line)
        if leaf.is_wanted and not leaf.lines:
            yield day, "", "", _missing(leaf)


def _missing(leaf: Leaf) -> str:
    return _("缺：没有人记") if leaf.is_missing else leaf.state


def _span(line: Line) -> str:
    ends = f"–{timezone.localtime(line.ended_at):%H:%M}" if line.ended_at else ""
    return f"{timezone.localtime(line.began_at):%H:%M}{ends}"


def _who(line: Line) -> str:
    parts = [line.who]
    if line.people > 1:
        parts.append(_("等 %(n)s 人") % {"n": line.people})
    if line.filed_by:
        parts.append(_("%(who)s 代录") % {"who": line.filed_by})
    return " ".join(parts)


def _seen(line: Line) -> str:
    seen = [f"{row.condition} {row.site}" + (f"：{row.note}" if row.note else "") for row in line.seen]
    return "\n".join([*seen, line.note] if line.note else seen)
