"""The findings of a check-up as a workbook."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from linli.domains.lists.queries import findings
from linli.domains.lists.queries.findings import Asked
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org.models import Actor

MOST_PAGES = 400


def write(asked: Asked, *, actor: Actor) -> bytes:
    """All findings asked for, page after page, at most 20,000."""
    heads = [
        _("编号"),
        _("名称"),
        _("清单"),
        _("规则"),
        _("情况"),
        _("相近事项"),
        _("发现时间"),
        _("搁置理由"),
        _("搁置到"),
    ]
    return write_rows(heads, _rows(asked, actor), kind="xlsx", title=_("清单体检"))


def _rows(asked: Asked, actor: Actor) -> Iterator[list[str]]:
    after = ""
    for _nth in range(MOST_PAGES):
        page = findings.listed(asked, actor=actor, after=after)
        for line in page.rows:
            until = line.aside_until.isoformat() if line.aside_until else ""
            yield [
                line.code, line.title, line.list_name, line.rule_label, line.detail, line.other,
                line.found_at.strftime("%Y-%m-%d"), line.aside, until,
            ]  # fmt: skip
        after = page.after
        if not after:
            return
