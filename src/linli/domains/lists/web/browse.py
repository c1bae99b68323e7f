"""Lists, one list, its items, found and taken away; reading only."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.domains.lists.queries import browsing, reach, searching, versions
from linli.domains.lists.queries.browsing import Filter
from linli.domains.lists.queries.item_page import item_page
from linli.domains.lists.web.slots import slots_of
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org.http import ActorRequest
from linli.web import lists
from linli.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHANGES = (
    ("added", gettext_lazy("新增")), ("altered", gettext_lazy("修改")), ("retired", gettext_lazy("退出")),
)  # fmt: skip


@require_GET
def home(request: ActorRequest) -> HttpResponse:
    """Every list one may see, by district and unit; words look through all of them."""
    find, kind = request.GET.get("find", "").strip(), request.GET.get("kind", "")
    kinds = lists.chips(request, "kind", browsing.kinds_seen(request.actor), everything=_("全部种类"))
    if not find:
        districts = browsing.shelves(request.actor, kind=kind)
        return page(request, "lists/browse/home.html", districts=districts, kinds=kinds, find="")
    retired = bool(request.GET.get("retired"))
    found = searching.search(find, request.actor, kind=kind, retired=retired)
    kinds = lists.chips(request, "kind", found.kinds, everything=_("全部种类"))
    more = lists.chips(request, "retired", [("1", _("含已退出的"))])
    return page(request, "lists/browse/found.html", found=found, kinds=kinds, more=more, find=find, kind=kind)


@require_GET
def worklist(request: ActorRequest, code: str) -> HttpResponse:
    """One list: its headings beside its items, narrowed by what the address says."""
    one = reach.get_list(code, actor=request.actor)
    wanted = Filter.of(request.GET)
    found = browsing.listed(one, wanted, after=request.GET.get("after", ""))
    choices = browsing.choices_of(one)
    return page(
        request, "lists/browse/list.html", head=browsing.head_of(one, at=timezone.now()), wanted=wanted, found=found,
        keyset=lists.Keyset(found.rows, found.after, total=found.total), choices=choices,
        headings=_headings(request, choices), chips=_chips(request, choices), query=request.GET.urlencode(),
        may_edit=reach.may(request.actor, "edit_lists", one.unit),
        hidden=[(name, value) for name, value in request.GET.items() if name not in ("find", "lead", "after")],
    )  # fmt: skip


def _headings(request: ActorRequest, choices: browsing.Choices) -> lists.ChipGroup:
    named = [(one.name, one.name or _("未分类"), one.count) for one in choices.headings]
    return lists.chips(request, "heading", named, everything=_("全部类别"))


def _chips(request: ActorRequest, choices: browsing.Choices) -> list[lists.ChipGroup]:
    state = lists.chips(request, "state", choices.states, label=_("状态"), everything=_("现行"))
    groups = [state]
    for name, label, values in (
        ("public_class", _("三公"), choices.classes),
        ("basis", _("依据"), choices.bases),
        ("key", "", choices.keys),
    ):
        if len(values) > 1 or (name == "key" and values):
            groups.append(lists.chips(request, name, values, label=label))
    return groups


@require_GET
def paper(request: ActorRequest, code: str) -> HttpResponse:
    """The whole of what the filter wants on paper."""
    one = reach.get_list(code, actor=request.actor)
    found = browsing.listed(one, Filter.of(request.GET), most=browsing.MOST_ON_PAPER)
    head = browsing.head_of(one, at=timezone.now())
    return page(request, "lists/browse/paper.html", head=head, found=found, headings=browsing.by_heading(found.rows))


@require_GET
def sheet(request: ActorRequest, code: str) -> HttpResponse:
    """Everything the filter wants as a spreadsheet that can be taken in again."""
    one = reach.get_list(code, actor=request.actor)
    heads, rows = browsing.sheet_rows(one, Filter.of(request.GET))
    content = write_rows(heads, rows, kind="xlsx", title=one.name)
    headers = {"Content-Disposition": f'attachment; filename="{one.code}.xlsx"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@require_GET
def item(request: ActorRequest, code: str) -> HttpResponse:
    """One item, whole."""
    found = reach.get_item(code, actor=request.actor)
    now = timezone.now()
    slots: dict[str, Any] = slots_of(request, found, at=now)
    return page(request, "lists/browse/item.html", item=item_page(found, at=now), **slots)


@require_GET
def all_versions(request: ActorRequest, code: str) -> HttpResponse:
    one = reach.get_list(code, actor=request.actor)
    now = timezone.now()
    lines = versions.versions_of(one, at=now)
    return page(request, "lists/browse/versions.html", head=browsing.head_of(one, at=now), lines=lines)


@require_GET
def version(request: ActorRequest, code: str, no: int) -> HttpResponse:
    """A version as it was, readable for good."""
    one = reach.get_list(code, actor=request.actor)
    now = timezone.now()
    found = versions.old_version(one, no, at=now)
    return page(request, "lists/browse/version.html", head=browsing.head_of(one, at=now), found=found)


@require_GET
def difference(request: ActorRequest, code: str) -> HttpResponse:
    """Two versions side by side: the last two unless the address names others."""
    one = reach.get_list(code, actor=request.actor)
    now = timezone.now()
    lines = versions.versions_of(one, at=now)
    last = lines[0].no if lines else 0
    new, kind = _number(request.GET.get("new", ""), last), request.GET.get("kind", "")
    old = _number(request.GET.get("old", ""), max(1, new - 1))
    found = versions.difference(one, old, new, at=now, kind=kind)
    counted = [(name, label, getattr(found, name)) for name, label in CHANGES]
    chips = lists.chips(request, "kind", counted, everything=_("全部改动"))
    return page(
        request,
        "lists/browse/difference.html",
        head=browsing.head_of(one, at=now),
        found=found,
        lines=lines,
        chips=chips,
    )


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise


@require_GET
def moves(request: ActorRequest, code: str) -> HttpResponse:
    """Before and after: what left the list and where it went."""
    one = reach.get_list(code, actor=request.actor)
    head = browsing.head_of(one, at=timezone.now())
    back = reverse("lists:worklist", args=[code])
    return page(request, "lists/browse/moves.html", head=head, found=versions.reduction(one), back=back)
