"""The responsibility matrix, and the forms by which a responsibility is set, handed over, ended, opened."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import responsibilities as commands
from linli.domains.safety.queries import responsibility_matrix as queries
from linli.domains.safety.queries import site_choices
from linli.domains.safety.queries.responsibility_holders import holder_of, outside_of
from linli.domains.safety.queries.site_choices import RESPONSIBILITIES
from linli.domains.safety.web.site_asked import narrow_of, want_labels
from linli.domains.safety.web.site_forms import HoldForm, PurposeForm
from linli.domains.safety.web.small_form import small_form
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import ReasonForm, blame
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def matrix(request: ActorRequest) -> HttpResponse:
    """Objects × the five, blanks counted."""
    narrow = narrow_of(request)
    found = queries.matrix(
        request.actor, narrow, at=timezone.now(), after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    wants = [(name, want_labels()[name]) for name in ("crowded", "blanks")]
    return page(
        request, "safety/sites/matrix.html", found=found, labels=queries.labels(), narrow=narrow, tab="matrix",
        keyset=lists.Keyset(found.rows, found.after, found.before), query=request.GET.urlencode(),
        chips=lists.chips(request, "want", wants, is_many=True, label=_("只看")),
    )  # fmt: skip


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    content = queries.as_sheet(request.actor, narrow_of(request), at=timezone.now())
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="responsibilities.xlsx"',
                                             "Cache-Control": "no-store"},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def hand(request: ActorRequest, code: str, kind: str) -> HttpResponse:
    """Say who holds it from today."""
    site = site_choices.kept_site(code, actor=request.actor)
    now, label = timezone.now(), _label(kind)
    before = holder_of(site.pk, kind, on=timezone.localdate(now))
    form = HoldForm(site_choices.units_for(site), site_choices.people_for(site, at=now), request.POST or None)
    form.fields["reason"].required = before.state != "none"
    return small_form(
        request, form,
        lambda given: commands.hand(
            site.pk, kind, form.held, reason=given["reason"], actor=request.actor, at=timezone.now()
        ),
        title=label, back=_page(code), done=_("已明确：%(step)s") % {"step": label}, lead=site.name,
        template="safety/sites/hold.html", before=before,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, code: str, kind: str) -> HttpResponse:
    site = site_choices.kept_site(code, actor=request.actor)
    label = _label(kind)
    return small_form(
        request, ReasonForm(request.POST or None),
        lambda given: commands.end(
            site.pk, kind, reason=given["reason"], actor=request.actor, at=timezone.now()
        ),
        title=_("解除责任"), back=_page(code), done=_("已解除，列为空缺。"), lead=f"{site.name} · {label}",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def contact(request: ActorRequest, code: str, row_id: int) -> HttpResponse:
    """Name and phone of an outside holder in plain, for a purpose; the reading is kept."""
    person = outside_of(code, row_id, actor=request.actor, at=timezone.now())
    form = PurposeForm(request.POST or None)
    opened: dict[str, str] = {}
    if form.is_valid():
        try:
            for field in ("name", "phone"):
                opened[field] = commands.open_contact(
                    row_id, field, purpose=form.cleaned_data["purpose"], actor=request.actor, at=timezone.now()
                )
        except Refused as refusal:
            opened = {}
            blame(form, refusal)
    answer = page(
        request, "safety/sites/contact.html", status=422 if form.errors else 200, form=form, person=person,
        opened=opened, back=_page(code),
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _label(kind: str) -> str:
    label = dict(RESPONSIBILITIES).get(kind)
    if label is None:
        raise NotFound
    return str(label)


def _page(code: str) -> str:
    return reverse("safety:site", args=[code])
