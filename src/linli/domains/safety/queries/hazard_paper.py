"""The notice to put a hazard right (整改通知书): on a page to be printed, and as a PDF made here."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.queries.hazard_page import Fact, five_of, plan_of
from linli.domains.safety.queries.hazards import HazardNotFound, get_hazard
from linli.domains.safety.queries.printed import Sheet
from linli.kernel.org.models import Actor


@dataclass(frozen=True, slots=True)
class Paper:
    """What the notice says."""

    number: str
    notice_number: str
    issuer: str
    body: str
    site: str
    address: str
    category: str
    grade: str
    basis: str
    item: str
    text: str
    control: str
    facts: tuple[Fact, ...]
    due_on: date | None
    issued_at: datetime

    @property
    def lines(self) -> list[str]:
        return lines(self)


def paper(number: str, *, actor: Actor) -> Paper:
    """The notice of a hazard that has one. Raises HazardNotFound."""
    hazard = get_hazard(number, actor=actor)
    issued = hazard.matter.entries.filter(step="notify").order_by("-seq").values_list("taken_at", flat=True).first()
    if not hazard.notice_number or issued is None:
        raise HazardNotFound(number)
    place = getattr(hazard.matter, "place", None)
    return Paper(
        number=number, notice_number=hazard.notice_number, issuer=hazard.matter.home.name, body=hazard.body,
        site=hazard.object.site.name if hazard.object else "", address=place.address if place else "",
        category=hazard.category, grade=str(hazard.get_grade_display()), basis=hazard.grade_basis,
        item=hazard.item.basis if hazard.item else "", text=hazard.text, control=hazard.control,
        facts=(*five_of(hazard), *plan_of(hazard)), due_on=hazard.due_on, issued_at=issued,
    )  # fmt: skip


def as_pdf(notice: Paper, *, at: datetime) -> bytes:
    """The notice on A4, made here without asking anybody else for anything."""
    sheet = Sheet(_("隐患整改通知书"), notice.notice_number, at=at)
    for line in lines(notice):
        sheet.line_of(line)
        sheet.ln(1)
    sheet.ln(8)
    for left, right in (
        (_("签发单位（盖章）：%(who)s") % {"who": notice.issuer}, _("签收人：")),
        ("", _("签收日期：")),
    ):
        sheet.cell(w=sheet.epw * 0.6, h=9, text=left)
        sheet.cell(w=sheet.epw * 0.4, h=9, text=right, new_x="LMARGIN", new_y="NEXT")
    return sheet.bytes()


def lines(notice: Paper) -> list[str]:
    """The sentences of the notice, in order."""
    where = "，".join(part for part in (notice.site, notice.address) if part)
    due = notice.due_on.isoformat() if notice.due_on else "—"
    said = [
        _("%(body)s：") % {"body": notice.body},
        _("经查，%(where)s存在下列隐患：%(text)s") % {"where": where, "text": notice.text},
        _("类别：%(category)s；等级：%(grade)s；判定依据：%(basis)s。")
        % {"category": notice.category, "grade": notice.grade, "basis": notice.basis},
    ]
    if notice.item:
        said.append(_("检查依据：%(basis)s。") % {"basis": notice.item})
    said.append(_("请于%(day)s前完成整改，并将整改情况书面反馈；整改完成后由我们复查。") % {"day": due})
    said += [f"{fact.label}：{fact.value}" for fact in notice.facts if fact.value]
    if notice.control:
        said.append(_("整改完成前的临时管控措施：%(what)s") % {"what": notice.control})
    said.append(_("签发日期：%(day)s") % {"day": timezone.localdate(notice.issued_at).isoformat()})
    return said
