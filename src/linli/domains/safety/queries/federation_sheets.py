"""A federation's directory and its notices as spreadsheets."""

from django.utils.translation import gettext as _

from linli.domains.safety.models import Federation
from linli.domains.safety.queries import federations
from linli.kernel.catalog.sheets import write_rows


def directory(federation: Federation) -> bytes:
    """The members of now; contacts as the page shows them, sealed ones masked."""
    heads = [_("职务"), _("楼宇或商场"), _("类别"), _("成员单位"), _("地址"), _("联系人"), _("联系电话"), _("入会日期")]
    rows = [
        [one.post_label, one.site, one.kind, one.body, one.address, one.contact, one.phone, one.since.isoformat()]
        for one in federations.member_lines(federation)
        if one.until is None
    ]
    return write_rows(heads, rows, kind="xlsx", title=_("成员名录"))
