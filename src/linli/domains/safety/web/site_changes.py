"""Changing a site: what is written down, where it is, its safety management, its state, its sign."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.domains.safety.commands import objects, registering
from linli.domains.safety.queries import frequencies, site_choices
from linli.domains.safety.queries.site_choices import kept_site
from linli.domains.safety.web.site_forms import FrequencyForm, MoveForm, SiteForm, WatchForm
from linli.domains.safety.web.small_form import small_form
from linli.kernel.errors import NotFound
from linli.kernel.org.http import ActorRequest
from linli.web.desk import ReasonForm
from linli.web.pages import page

MAP = "safety/sites/move.html"


def _labels() -> dict[str, str]:
    return {
        "pause": _("停业(停用)"), "resume": _("恢复使用"), "close": _("注销"), "reopen": _("恢复登记"),
        "new-tag": _("更换标牌"),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def amend(request: ActorRequest, code: str) -> HttpResponse:
    site = kept_site(code, actor=request.actor)
    kind = request.POST.get("kind") or site.kind_id
    known = {f"attribute_{name}": value for name, value in site.attributes.items()}
    form = SiteForm(
        site_choices.kinds_by_group(), registering.schema_of(kind), request.POST or None, is_new=False,
        initial={"kind": site.kind_id, "name": site.name, "address": site.address, **known},
    )  # fmt: skip
    return small_form(
        request, form,
        lambda given: registering.amend(
            site.pk, name=given["name"], address=given["address"], kind=given["kind"], attributes=form.attributes,
            reason=given["reason"], actor=request.actor, at=timezone.now(),
        ),
        title=_("修改登记"), back=_page(code), done=_("已修改。"), lead=site.name,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def move(request: ActorRequest, code: str) -> HttpResponse:
    site = kept_site(code, actor=request.actor)
    return small_form(
        request, MoveForm(request.POST or None),
        lambda given: objects.relocate(
            site.pk, given["lon"], given["lat"], crs=given["crs"] or "wgs84", reason=given["reason"],
            actor=request.actor, at=timezone.now(),
        ),
        title=_("更正位置"), back=_page(code), done=_("位置已更正。"), lead=site.name, template=MAP,
        at=f"{site.lon},{site.lat}",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def watch(request: ActorRequest, code: str) -> HttpResponse:
    """Put it under safety management, or change how."""
    site = kept_site(code, actor=request.actor)
    known = frequencies.said_of(site.pk)
    form = WatchForm(site_choices.keepers(site, at=timezone.now()), request.POST or None, initial=known)
    return small_form(
        request, form,
        lambda given: objects.watch(
            site.pk, form.watched, reason=given["reason"], actor=request.actor, at=timezone.now()
        ),
        title=_("安全管理设定"), back=_page(code), done=_("已保存。"), lead=site.name,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def turn(request: ActorRequest, code: str, verb: str) -> HttpResponse:
    """Pause, resume, close, reopen, a new sign: each with its reason."""
    site = kept_site(code, actor=request.actor)
    label = _labels().get(verb)
    if label is None:
        raise NotFound
    return small_form(
        request, ReasonForm(request.POST or None),
        lambda given: registering.turn(
            site.pk, verb, reason=given["reason"], actor=request.actor, at=timezone.now()
        ),
        title=label, back=_page(code), done=_("已办：%(step)s") % {"step": label}, lead=site.name,
    )  # fmt: skip


@require_GET
def targets(request: ActorRequest) -> HttpResponse:
    """How often the objects of the three classes are patrolled, street by street."""
    return page(request, "safety/sites/targets.html", found=frequencies.table(request.actor, at=timezone.now()))


@require_http_methods(["GET", "POST"])
def set_target(request: ActorRequest, unit_id: int) -> HttpResponse:
    unit = frequencies.street_to_set(request.actor, unit_id, at=timezone.now())
    form = FrequencyForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    return small_form(
        request, form,
        lambda given: objects.set_frequency(unit, **given, actor=request.actor, at=timezone.now()),
        title=_("设定巡查频次"), back=reverse("safety:targets"), done=_("已设定。"), lead=unit.name,
    )  # fmt: skip


def _page(code: str) -> str:
    return reverse("safety:site", args=[code])
