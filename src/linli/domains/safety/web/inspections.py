"""Inspections: filing a checklist at the desk, reading and printing one, the list, the checklists, campaigns."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import inspecting
from linli.domains.safety.commands.inspecting import Inspected, Result
from linli.domains.safety.queries import inspection_paper, inspections
from linli.domains.safety.queries.inspections import KINDS, RESULTS, Narrow
from linli.domains.safety.web.hazard_forms import words
from linli.domains.safety.web.hazards import key_of, pdf, position_of, spreadsheet
from linli.kernel.errors import Refused
from linli.kernel.evidence.queries import open_served
from linli.kernel.flow.given import GivenFile
from linli.kernel.org.http import ActorRequest
from linli.kernel.org.keys import new_key
from linli.web import lists
from linli.web.desk import blame, go
from linli.web.pages import page
from linli.web.uploads import Received, files_of


class FileForm(forms.Form):
    """What is said of an inspection beside its items."""

    kind = forms.ChoiceField(label=gettext_lazy("检查类型"), choices=KINDS)
    campaign = forms.ChoiceField(label=gettext_lazy("专项检查"), required=False)
    with_whom = forms.CharField(
        label=gettext_lazy("陪同人（写职务）"), max_length=80, required=False,
        help_text=gettext_lazy("不写姓名，如：店长、物业经理。"),
    )  # fmt: skip
    note = words(gettext_lazy("说明"), 1000, help_text=gettext_lazy("超过三成的检查项填“不涉及”时，须写明原因。"))

    def __init__(self, campaigns: tuple[tuple[str, str], ...], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["campaign"].choices = [("", "—"), *campaigns]  # type: ignore[attr-defined]  # a choice field


def narrow_of(request: ActorRequest) -> Narrow:
    asked = request.GET
    shown = asked.getlist("only")
    return Narrow(
        kind=asked.get("kind", "")[:10], failed="failed" in shown, late="late" in shown, unproven="unproven" in shown,
        campaign=key(asked.get("campaign", "")), since=day_of(asked.get("since", "")),
        until=day_of(asked.get("until", "")),
    )  # fmt: skip


def key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


@require_GET
def listed(request: ActorRequest) -> HttpResponse:
    found = inspections.listed(request.actor, narrow_of(request), after=request.GET.get("after", ""))
    kinds = lists.chips(request, "kind", KINDS, everything=_("全部类型"))
    only = lists.chips(
        request, "only", [("failed", _("有不合格")), ("unproven", _("到场未证实")), ("late", _("补传"))], is_many=True
    )
    return page(
        request, "safety/inspections/list.html", keyset=lists.Keyset(found.rows, found.after), kinds=kinds, only=only,
        query=request.GET.urlencode(),
    )  # fmt: skip


@require_GET
def sheet(request: ActorRequest) -> HttpResponse:
    return spreadsheet(inspections.write(request.actor, narrow_of(request)), "inspections.xlsx")


@require_GET
def show(request: ActorRequest, key: UUID) -> HttpResponse:
    found = inspections.inspection_page(key, actor=request.actor)
    return page(request, "safety/inspections/inspection.html", found=found)


@require_GET
def record_pdf(request: ActorRequest, key: UUID) -> HttpResponse:
    """The record of an inspection (检查记录表) as a file."""
    return pdf(inspection_paper.as_pdf(key, actor=request.actor, at=timezone.now()), f"inspection-{key.hex[-8:]}")


@require_GET
def file(request: ActorRequest, key: UUID, file_id: UUID, variant: str) -> FileResponse:
    """A photo of an inspection, for those who may see it."""
    served = open_served(inspections.file_on(key, file_id, actor=request.actor), variant=variant)
    answer = FileResponse(served.stream, content_type=served.content_type)
    for header, value in served.headers.items():
        answer[header] = value
    return answer


@require_http_methods(["GET", "POST"])
def begin(request: ActorRequest, code: str) -> HttpResponse:
    """The checklist of a site; posted, it is filed and what failed became hazards."""
    now, received = timezone.now(), list[Received]()
    offered = inspections.offered(code, actor=request.actor, at=now)
    codes = [item.code for _group, items in offered.groups for item in items]
    form = FileForm(offered.campaigns, request.POST or None, initial={"kind": "daily"})
    if form.is_valid():
        try:
            given, received = files_of(request, [f"photo_{code}" for code in codes], at=now)
            inspected = _inspected(request, offered, form.cleaned_data, codes, given)
            made = inspecting.file_inspection(inspected, key=key_of(request), actor=request.actor, at=now)
        except Refused as refusal:
            blame(form, refusal)
        else:
            done = _("检查已归档，%(n)d 项不合格已转为隐患。") if made.failed else _("检查已归档，全部合格。")
            messages.success(request, done % {"n": made.failed} if made.failed else done)
            return go(request, reverse("safety:inspection", args=[made.pk]))
    return page(
        request, "safety/inspections/file.html", status=422 if form.is_bound else 200, offered=offered, form=form,
        received=received, groups=_kept(request, offered), results=RESULTS,
        key=request.POST.get("command") or new_key(),
    )  # fmt: skip


def _inspected(
    request: ActorRequest, offered: inspections.Offered, values: dict[str, Any], codes: list[str],
    given: list[GivenFile],
) -> Inspected:  # fmt: skip
    results = [
        Result(
            code, request.POST.get(f"result_{code}", ""), request.POST.get(f"note_{code}", "")[:400],
            [one.file_id for one in given if one.kind == f"photo_{code}"],
        )
        for code in codes
        if request.POST.get(f"result_{code}")
    ]  # fmt: skip
    where = position_of(request)
    return Inspected(
        offered.site, results, kind=values["kind"], campaign=key(values["campaign"]), with_whom=values["with_whom"],
        note=values["note"], lon=where.get("lon"), lat=where.get("lat"),
    )  # fmt: skip


def _kept(request: ActorRequest, offered: inspections.Offered) -> list[tuple[str, list[dict[str, Any]]]]:
    """The items with what was filled in before."""
    return [
        (
            group,
            [
                {"item": item, "result": request.POST.get(f"result_{item.code}", ""),
                 "note": request.POST.get(f"note_{item.code}", "")}
                for item in items
            ],
        )
        for group, items in offered.groups
    ]  # fmt: skip
