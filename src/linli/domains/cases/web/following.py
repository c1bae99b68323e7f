"""Following a report like a parcel: by number and code, from the list of this browser, or signed in by phone."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, residents
from linli.domains.cases.queries import tracking
from linli.domains.cases.queries.following import reporter_key
from linli.domains.cases.queries.tracking import Followed
from linli.domains.cases.web import remembered
from linli.domains.cases.web.frame import resident_page
from linli.domains.cases.web.proving import proved
from linli.domains.cases.web.reporting_form import photos_in
from linli.domains.cases.web.sending_files import answer
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.http import ActorRequest
from linli.web.rates import Rate, use_by_request

BROWSER_WORDS = Rate("follow-up step by browser", 30, 600)
ADDRESS_WORDS = Rate("follow-up step by address", 200, 600)


class FollowForm(forms.Form):
    """Number and code, as they stand on the receipt."""

    number = forms.CharField(label=gettext_lazy("编号"), max_length=40, widget=forms.TextInput({"autocomplete": "off"}))
    code = forms.CharField(
        label=gettext_lazy("查询码"),
        max_length=40,
        help_text=gettext_lazy("十个字母或数字，不分大小写，在提交成功的页面和短信里。"),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@never_cache
@require_GET
def follow(request: ActorRequest) -> HttpResponse:
    """The page of one's report; without number and code the form that asks for them."""
    if "number" not in request.GET or "code" not in request.GET:
        return resident_page(request, "cases/resident/find.html", form=FollowForm(initial=request.GET.dict()))
    try:
        found = proved(request, request.GET)
    except NotFound:
        form = FollowForm(request.GET)
        form.add_error("code", _("没有找到：请核对编号和查询码。"))
        return resident_page(request, "cases/resident/find.html", form=form, status=404)
    return _shown(request, found)


def _shown(request: HttpRequest, found: Followed, *, refusal: Refused | None = None, verb: str = "") -> HttpResponse:
    track = tracking.track(found)
    return resident_page(
        request,
        "cases/resident/follow.html",
        status=422 if refusal else 200,
        track=track,
        refusal=str(refusal or ""),
        refused_verb=verb,
        note=request.POST.get("note", ""),
        grades=GRADES,
        link=request.build_absolute_uri(_address(found)),
        photos_most=residents.PHOTOS_AT_MOST,
    )


GRADES = (
    (5, gettext_lazy("非常满意")),
    (4, gettext_lazy("满意")),
    (3, gettext_lazy("基本满意")),
    (2, gettext_lazy("不满意")),
    (1, gettext_lazy("非常不满意")),
)
DONE = {
    "rate": gettext_lazy("谢谢您的评价。"),
    "supplement": gettext_lazy("已补充，办理的人会看到。"),
    "hasten": gettext_lazy("已转告办理的人，请再等一等。"),
    "withdraw": gettext_lazy("已撤回，不再办理。"),
    "ask_reopening": gettext_lazy("已转告，工作人员会核实后重新办理或答复您。"),
}


@require_POST
def act(request: ActorRequest, verb: str) -> HttpResponse:
    """Rate, add to, withdraw, or ask to have it reopened: what the flow opens to the person with this code."""
    if verb not in DONE:
        raise NotFound
    use_by_request(request, browser=BROWSER_WORDS, address=ADDRESS_WORDS)
    found = proved(request, request.POST)
    try:
        _take(request, found, verb)
    except Refused as refusal:
        return _shown(request, found, refusal=refusal, verb=verb)
    messages.success(request, str(DONE[verb]))
    return redirect(_address(found))


def _take(request: ActorRequest, found: Followed, verb: str) -> None:
    at = timezone.now()
    given = Given(
        note=request.POST.get("note", "")[:1000],
        fields={name: request.POST.get(name, "") for name in ("satisfaction", "is_solved")},
    )
    if verb == "supplement":
        photos = [residents.keep_photo(found.case.pk, one, actor=found.actor, at=at) for one in photos_in(request)]
        residents.supplement(found.case, given, photos=photos, actor=found.actor, at=at)
    else:
        commands.act(found.case, verb, given, actor=found.actor, at=at)


@require_POST
def erase_contact(request: ActorRequest) -> HttpResponse:
    """Destroy the name and number left with a report; it stays and can still be followed."""
    use_by_request(request, browser=BROWSER_WORDS, address=ADDRESS_WORDS)
    found = proved(request, request.POST)
    residents.erase_own_contact(found.actor, at=timezone.now())
    messages.success(request, _("您留下的姓名和电话已销毁，无法恢复。"))
    return redirect(_address(found))


@require_GET
def photo(request: ActorRequest, photo_id: UUID, variant: str) -> FileResponse:
    """A photo of one's own report."""
    found = proved(request, request.GET)
    served = tracking.open_photo(found, photo_id, variant=variant)
    return answer(served)


@never_cache
@require_GET
def mine(request: ActorRequest) -> HttpResponse:
    """Everything sent from this browser, and with the signed-in person's number."""
    is_signed_in = request.actor is not None and request.actor.kind == "resident"
    people = [reporter_key(key) for key in remembered.reports(request)]
    people += tracking.people_of(request.actor) if is_signed_in else []
    return resident_page(
        request, "cases/resident/mine.html", reports=tracking.reports_of(people), is_signed_in=is_signed_in
    )


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take the list off this device, e.g. a shared one; the reports themselves stay."""
    response = redirect(reverse("resident:mine"))
    remembered.keep(response, ())
    messages.success(request, _("这台设备上的记录已清除，上报本身不受影响。"))
    return response


def _address(found: Followed) -> str:
    return f"{reverse('resident:follow')}?number={found.case.matter.number}&code={found.code}"
