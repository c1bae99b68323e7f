"""Risks in four colours: the desk, assessing, assessing anew, ending, checking."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.domains.safety.commands import risks as commands
from linli.domains.safety.commands.risks import Assessed
from linli.domains.safety.queries import risk_desk, site_register
from linli.domains.safety.queries.risk_scales import bands, scales
from linli.domains.safety.queries.site_choices import COLOURS, CONTROLS, METHODS, kept_site
from linli.domains.safety.web.site_asked import narrow_of
from linli.domains.safety.web.site_forms import reason_field
from linli.domains.safety.web.sites import linked
from linli.domains.safety.web.small_form import small_form
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.desk import ReasonForm, act
from linli.web.pages import page


class RiskForm(forms.Form):
    """A risk by one of the two methods; the values of the chosen one are offered."""

    name = forms.CharField(
        label=gettext_lazy("风险点"), max_length=120, help_text=gettext_lazy("部位和作业，如后厨明火。")
    )
    accident = forms.CharField(label=gettext_lazy("可能的事故"), max_length=60, required=False)
    likelihood = forms.TypedChoiceField(label=gettext_lazy("可能性"), coerce=float)
    exposure = forms.TypedChoiceField(label=gettext_lazy("暴露频度"), coerce=float)
    severity = forms.TypedChoiceField(label=gettext_lazy("后果"), coerce=float)
    measures = forms.CharField(label=gettext_lazy("管控措施"), max_length=400, widget=forms.Textarea({"rows": 3}))
    control = forms.ChoiceField(label=gettext_lazy("管控层级"), choices=CONTROLS)
    responsible = forms.CharField(
        label=gettext_lazy("责任岗位"), max_length=80, help_text=gettext_lazy("写岗位不写姓名。")
    )
    every_days = forms.IntegerField(label=gettext_lazy("多少天检查一次"), min_value=1, max_value=366, initial=30)

    def __init__(self, method: str, data: Any = None, *, is_again: bool = False, **more: Any) -> None:
        super().__init__(data, **more)
        self.method = method
        for factor in ("likelihood", "exposure", "severity"):
            grades = scales().get((method, factor))
            if grades is None:
                del self.fields[factor]
                continue
            choices = [("", _("请选择")), *((f"{one.value:g}", f"{one.value:g} · {one.words}") for one in grades)]
            self.fields[factor].choices = choices  # type: ignore[attr-defined]  # a choice field
        if is_again:
            self.fields["reason"] = reason_field()

    @property
    def assessed(self) -> Assessed:
        given = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        return Assessed(method=self.method, **given)


@require_GET
def desk(request: ActorRequest) -> HttpResponse:
    """The four-colour map and the risks, the worst first."""
    now, narrow = timezone.now(), narrow_of(request)
    due = "due" in request.GET.getlist("only")
    found = risk_desk.desk(request.actor, colour=narrow.colour, unit=narrow.unit, due=due, at=now)
    points = linked(site_register.on_map(request.actor, narrow, at=now))
    points["features"] = [one for one in points["features"] if one["properties"]["look"] != "done"]
    colours = [(code, label, found.counts[code]) for code, label in COLOURS]
    return page(
        request, "safety/sites/risks.html", found=found, points=points, tab="risks",
        colours=lists.chips(request, "colour", colours, everything=_("全部")),
        due=lists.chips(request, "only", [("due", _("待检查"), found.due)]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def assess(request: ActorRequest, code: str) -> HttpResponse:
    site = kept_site(code, actor=request.actor)
    form = RiskForm(_method(request), request.POST or None)
    return small_form(
        request, form,
        lambda _given: commands.assess(site.pk, form.assessed, actor=request.actor, at=timezone.now()),
        title=_("风险评估"), back=_page(code), done=_("风险已评估。"), lead=site.name,
        template="safety/sites/risk.html", methods=METHODS, method=form.method, bands=_bands(form.method),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def again(request: ActorRequest, code: str, risk_id: int) -> HttpResponse:
    """Assess a risk anew; what was said before stays readable."""
    kept_site(code, actor=request.actor)
    site, risk = risk_desk.get_risk(code, risk_id, actor=request.actor, at=timezone.now())
    method = request.GET.get("method") or risk.method
    known: dict[str, Any] = {name: getattr(risk, name) for name in
                             ("name", "accident", "measures", "control", "responsible", "every_days")}  # fmt: skip
    if method == risk.method:
        factors = ("likelihood", "exposure", "severity")
        known |= {name: f"{getattr(risk, name) or 0:g}" for name in factors}
    form = RiskForm(_valid(method), request.POST or None, is_again=True, initial=known)
    return small_form(
        request, form,
        lambda given: commands.assess(
            site.pk, form.assessed, replaces=risk_id, reason=given["reason"], actor=request.actor, at=timezone.now()
        ),
        title=_("重新评估"), back=_page(code), done=_("风险已重新评估。"), lead=f"{site.name} · {risk.name}",
        template="safety/sites/risk.html", methods=METHODS, method=form.method, bands=_bands(form.method),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, code: str, risk_id: int) -> HttpResponse:
    kept_site(code, actor=request.actor)
    site, risk = risk_desk.get_risk(code, risk_id, actor=request.actor, at=timezone.now())
    return small_form(
        request, ReasonForm(request.POST or None),
        lambda given: commands.end(risk_id, reason=given["reason"], actor=request.actor, at=timezone.now()),
        title=_("风险解除"), back=_page(code), done=_("风险已解除。"), lead=f"{site.name} · {risk.name}",
    )  # fmt: skip


@require_POST
def check(request: ActorRequest, code: str, risk_id: int) -> HttpResponse:
    """Its measures hold today."""
    risk_desk.get_risk(code, risk_id, actor=request.actor, at=timezone.now())
    return act(
        request, _("已登记检查。"), lambda: commands.check(risk_id, actor=request.actor, at=timezone.now()),
        "safety:site", code=code,
    )  # fmt: skip


def _method(request: ActorRequest) -> str:
    return _valid(request.GET.get("method", "lec"))


def _valid(method: str) -> str:
    return method if method in dict(METHODS) else "lec"


def _bands(method: str) -> list[tuple[str, str, str]]:
    """(colour, its words, from which score on)."""
    words = {code: str(label) for code, label in COLOURS}
    return [(band.colour, words[band.colour], f"≥ {band.at_least:g}") for band in bands(method)]


def _page(code: str) -> str:
    return reverse("safety:site", args=[code]) + "#risks"
