"""One place, one plan: the desk, a version, two side by side, drafting, approving, drills."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import plans as commands
from linli.domains.safety.queries import plan_desk, plan_page
from linli.domains.safety.queries.site_choices import kept_site
from linli.domains.safety.web.plan_forms import ApproveForm, DrillForm, PlanForm
from linli.domains.safety.web.small_form import small_form
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.org.http import ActorRequest
from linli.kernel.org.keys import new_key
from linli.kernel.text.numbers import whole
from linli.web import lists
from linli.web.desk import ReasonForm, blame, go
from linli.web.pages import page
from linli.web.uploads import Received, files_of

ATTACHED = ("plan", gettext_lazy("方案附件（平面图等）"))


@require_GET
def desk(request: ActorRequest) -> HttpResponse:
    """Plans by what has to be done about them."""
    asked = request.GET.get("tab", "missing")
    tab = asked if asked in plan_desk.TABS else "missing"
    found = plan_desk.desk(request.actor, tab, at=timezone.now(), after=request.GET.get("after", ""))
    tabs = [(code, label, found.counts[code]) for code, label in plan_desk.TABS.items()]
    return page(
        request, "safety/sites/plans.html", keyset=lists.Keyset(found.rows, found.after), tabs=tabs, shown=tab,
        tab="plans",
    )  # fmt: skip


@require_GET
def show(request: ActorRequest, code: str, no: int) -> HttpResponse:
    """A version, as read at the desk."""
    return page(request, "safety/sites/plan.html", found=_found(request, code, no))


@require_GET
def wall(request: ActorRequest, code: str, no: int) -> HttpResponse:
    """A version in large type, to be printed and put up."""
    return page(request, "safety/sites/plan_wall.html", found=_found(request, code, no))


@require_GET
def compare(request: ActorRequest, code: str) -> HttpResponse:
    """Two versions side by side."""
    left, right = whole(request.GET.get("left", "")), whole(request.GET.get("right", ""))
    if left is None or right is None:
        raise NotFound
    site, parts = plan_page.compare(code, left, right, actor=request.actor, at=timezone.now())
    return page(request, "safety/sites/plan_compare.html", site=site, parts=parts, left=left, right=right)


@require_http_methods(["GET", "POST"])
def draft(request: ActorRequest, code: str) -> HttpResponse:
    """A new version, beginning with the words of the last; or the open draft, to be changed."""
    site = kept_site(code, actor=request.actor)
    form = PlanForm(request.POST or None, initial={"id": new_key(), **plan_page.words_of(site.pk)})
    received: list[Received] = []
    if form.is_valid():
        try:
            file, received = _file(request)
            no = commands.save_draft(
                site.pk, form.drafted(file), key=form.cleaned_data["id"] or new_key(), actor=request.actor,
                at=timezone.now(),
            ).no  # fmt: skip
        except Refused as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("草稿已保存，请负责人审批。"))
            return go(request, reverse("safety:plan", args=[code, no]))
    return page(
        request, "safety/sites/form.html", status=422 if form.is_bound else 200, form=form, title=_("起草方案"),
        back=reverse("safety:site", args=[code]), lead=site.name, kinds=(ATTACHED,), received=received,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def approve(request: ActorRequest, code: str, no: int) -> HttpResponse:
    found = _found(request, code, no)
    if not found.may_approve:
        raise NotFound
    today = timezone.localdate()
    form = ApproveForm(request.POST or None, initial={"valid_to": today.replace(year=today.year + 1, day=1)})
    return small_form(
        request, form,
        lambda given: commands.approve(
            found.plan.pk, valid_to=given["valid_to"], actor=request.actor, at=timezone.now()
        ),
        title=_("批准执行"), back=_page(code, no), done=_("方案已批准执行。"), lead=f"{found.site.name} v{no}",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, code: str, no: int) -> HttpResponse:
    found = _found(request, code, no)
    if not found.may_end:
        raise NotFound
    return small_form(
        request, ReasonForm(request.POST or None),
        lambda given: commands.withdraw(
            found.plan.pk, reason=given["reason"], actor=request.actor, at=timezone.now()
        ),
        title=_("撤回方案"), back=_page(code, no), done=_("方案已撤回。"), lead=f"{found.site.name} v{no}",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def drill(request: ActorRequest, code: str, no: int) -> HttpResponse:
    """Write down a drill of the plan."""
    found = _found(request, code, no)
    if not found.may_keep:
        raise NotFound
    form = DrillForm(request.POST or None, initial={"id": new_key()})
    return small_form(
        request, form,
        lambda given: commands.record_drill(
            found.plan.pk, form.drilled(None), key=given["id"] or new_key(), actor=request.actor, at=timezone.now()
        ),
        title=_("登记演练"), back=_page(code, no), done=_("演练已登记。"), lead=f"{found.site.name} v{no}",
    )  # fmt: skip


@require_GET
def file(request: ActorRequest, code: str, no: int, variant: str) -> FileResponse:
    """The file of a version."""
    found = _found(request, code, no)
    if found.plan.file_id is None:
        raise NotFound
    served = open_served(found.plan.file_id, variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer


def _file(request: ActorRequest) -> tuple[UUID | None, list[Received]]:
    files, received = files_of(request, ("plan",), at=timezone.now())
    return (files[0].file_id if files else None), received


def _found(request: ActorRequest, code: str, no: int) -> plan_page.PlanPage:
    return plan_page.plan_page(code, no, actor=request.actor, at=timezone.now())


def _page(code: str, no: int) -> str:
    return reverse("safety:plan", args=[code, no])
