"""Work orders of other systems by the file: handed in, mapped, looked at, started, followed, its refused rows kept."""

from typing import Any
from uuid import UUID

import yaml
from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.cases.commands import importing, mapping, uploading
from linli.domains.cases.queries import imports, wording
from linli.domains.cases.web.table_pages import download, only_readers
from linli.kernel.catalog import sheets
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.http import ActorRequest
from linli.web.desk import blame
from linli.web.lists import Keyset
from linli.web.pages import is_piece, page

ROLES = frozenset({"operator", "duty_chief", "list_keeper"})
LOOKED_AT = 5000
FIELDS = {
    "number": _("编号"), "text": _("内容"), "title": _("标题"), "category": _("分类"), "condition": _("立案条件"),
    "opened": _("受理时间"), "due": _("到期时间"), "lon": _("经度"), "lat": _("纬度"), "address": _("地址"),
    "name": _("来电人"), "phone": _("电话"), "pressing": _("急难愁"),
}  # fmt: skip
CRS = (("wgs84", "WGS84 / CGCS2000"), ("gcj02", "GCJ-02"), ("bd09", "BD-09"))


class UploadForm(forms.Form):
    file = forms.FileField(label=_("表格文件"), help_text=_("CSV或XLSX，UTF-8或GB18030，最大64 MB"))
    mapping = forms.FileField(label=_("映射文件"), required=False, help_text=_("YAML；没有时在下一页逐列选择"))


class MappingForm(forms.Form):
    """Which column of the file is which of our fields."""

    system = forms.CharField(label=_("来源系统"), max_length=40, help_text=_("同一系统的编号不会重复接收"))
    history = forms.BooleanField(label=_("历史数据：不计时、不通知"), required=False)
    crs = forms.ChoiceField(label=_("坐标系"), choices=CRS)
    source = forms.ChoiceField(label=_("案件来源"), help_text=_("记入每个案件，统计时按它分"))

    def __init__(self, headers: tuple[str, ...], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["source"].choices = [("", "—"), *wording.choices("sources")]  # type: ignore[attr-defined]  # a choice field
        choices = [("", "—"), *((header, header) for header in headers)]
        for name, label in FIELDS.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=name in ("number", "text"))

    def as_yaml(self, before: str) -> str:
        """The mapping chosen; what a mapping handed in said beyond the form (categories, forms of times) stays."""
        values = self.cleaned_data
        columns = {name: values[name] for name in FIELDS if values[name]}
        chosen = {name: values[name] for name in ("system", "history", "crs", "source")}
        kept = yaml.safe_load(before) if before else {}
        unshown = {name: header for name, header in kept.get("columns", {}).items() if name not in FIELDS}
        return yaml.safe_dump(
            {**kept, **chosen, "columns": {**unshown, **columns}}, allow_unicode=True, sort_keys=False
        )


@require_http_methods(["GET", "POST"])
def show(request: ActorRequest) -> HttpResponse:
    """The runs so far, and a form for a further file."""
    only_readers(request, ROLES)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            return redirect("cases:import_file", key=_keep(request, form))
        except Refused as refusal:
            blame(form, refusal)
    runs, after = imports.runs(request.actor, after=request.GET.get("after", ""))
    status = 422 if form.errors else 200
    return page(request, "cases/tables/imports.html", status=status, form=form, keyset=Keyset(runs, after))


def _keep(request: ActorRequest, form: UploadForm) -> UUID:
    file, by = form.cleaned_data["file"], form.cleaned_data["mapping"]
    return uploading.keep(
        file.read(), name=file.name, mapping_text=sheets.decode(by.read(100_000)) if by else "", actor=request.actor,
        at=timezone.now(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def file(request: ActorRequest, key: UUID) -> HttpResponse:
    """Choose the columns and see what would become of the rows."""
    only_readers(request, ROLES)
    found = imports.waiting(key, actor=request.actor)
    form = MappingForm(found.headers, request.POST or None, initial=_initial(found))
    if form.is_valid():
        try:
            uploading.set_mapping(key, form.as_yaml(found.mapping), actor=request.actor)
            return redirect("cases:import_file", key=key)
        except Refused as refusal:
            blame(form, refusal)
    preview, wrong = _previewed(found)
    status = 422 if form.errors else 200
    return page(
        request, "cases/tables/import_file.html", status=status, found=found, form=form, preview=preview, wrong=wrong,
        most=LOOKED_AT, sure=bool(found.mapping) and preview is not None and preview.good > 0,
    )  # fmt: skip


def _initial(found: imports.Waiting) -> dict[str, Any]:
    by = mapping.read(found.mapping) if found.mapping else mapping.USUAL
    source = by.source if found.mapping else ""
    return {
        "system": by.system,
        "history": by.history,
        "crs": by.crs,
        "source": source,
        **imports.guessed(found.headers, by.columns),
    }


def _previewed(found: imports.Waiting) -> tuple[importing.Preview | None, str]:
    by = mapping.read(found.mapping) if found.mapping else mapping.USUAL
    try:
        return importing.preview(found.content, by, at=timezone.now(), most=LOOKED_AT), ""
    except Refused as refusal:
        return None, str(refusal)


@require_POST
def start(request: ActorRequest, key: UUID) -> HttpResponse:
    only_readers(request, ROLES)
    if request.post is None:
        raise NotFound
    home = org.home_id_of(request.post.over_id)
    run = uploading.start(key, home_id=home, actor=request.actor, at=timezone.now())
    return redirect("cases:import_run", key=run.pk)


@require_GET
def run(request: ActorRequest, key: int) -> HttpResponse:
    """How far it is: the page asks again every two seconds while it runs."""
    only_readers(request, ROLES)
    found = imports.run_of(key, actor=request.actor)
    return page(request, "cases/tables/_run.html" if is_piece(request) else "cases/tables/import_run.html", run=found)


@require_GET
def refused(request: ActorRequest, key: int) -> HttpResponse:
    only_readers(request, ROLES)
    return download(importing.problems_file(imports.model_of(key, actor=request.actor)), name=f"refused-{key}.csv")
