"""Template tags and filters of the kit. ``{% load linli %}``; what each is for is in docs/front-end.md."""

from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from linli.web import built, lists, times

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite. It is decoration: always put words beside it."""
    return _drawn(built.icon(name), size)


@cache
def _drawn(address: str, size: str) -> SafeString:
    look = f"icon icon-{size}" if size else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', look, address
    )


@register.simple_tag
def entry(name: str) -> SafeString:
    """Style sheets and script of a front-end entry (``desk``, ``map``, ``resident``)."""
    sheets, script = built.entry(name)
    links = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((sheet,) for sheet in sheets))
    return format_html('{}\n<script type="module" src="{}"></script>', links, script)


@register.simple_tag
def first_script(name: str) -> SafeString:
    """A script that must run before the first paint."""
    return format_html('<script src="{}"></script>', built.entry(name)[1])


@register.simple_tag
def clock(
    due: datetime | None,
    start: datetime | None = None,
    held: bool = False,
    stopped: datetime | None = None,
) -> SafeString:
    """A limit in words over a thin bar; counts on by itself where scripts run.

    Lists show it in every row, so it is put together here and not by a template of its own.
    """
    face = times.face(due, start=start, is_held=held, stopped=stopped)
    runs = due is not None and face.look in {"ok", "warn", "late"} and not stopped
    return format_html(
        '<linli-clock class="ll-clock is-{}" data-due="{}" data-start="{}">{}<span class="words">{}</span>'
        '<progress max="1" value="{}" aria-hidden="true"{}></progress></linli-clock>',
        face.look,
        due.isoformat() if due and runs else "",
        start.isoformat() if start and runs else "",
        icon(face.icon),
        face.words,
        f"{face.share:.3f}",
        "" if due else " hidden",
    )


@register.inclusion_tag("web/_field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field with label, why it is asked, and how to mend it."""
    return {"field": bound, "is_group": isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)}


@register.filter
def styled(bound: BoundField) -> SafeString:
    """The field's input in the look of the kit."""
    widget = bound.field.widget
    look = "form-control"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return bound.as_widget(attrs={"class": "form-check-input"})
    if isinstance(widget, CheckboxInput):
        look = "form-check-input"
    elif isinstance(widget, Select):
        look = "form-select"
    own = widget.attrs.get("class", "")
    return bound.as_widget(attrs={"class": f"{look} {own}".strip()})


@register.filter
def is_checkbox(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, CheckboxInput) and not isinstance(bound.field.widget, CheckboxSelectMultiple)


@register.inclusion_tag("web/_chips.html")
def chips(*groups: lists.ChipGroup) -> dict[str, Any]:
    """Filter chips (``lists.chips``), one row for each group."""
    return {"groups": groups}


@register.inclusion_tag("web/_pager.html", takes_context=True)
def pager(context: template.Context, keyset: "lists.Keyset[Any]") -> dict[str, Any]:
    """Previous and next page of a keyset list; filters stay."""
    query = context["request"].GET
    return {
        "older": lists.address(query, "after", [keyset.after]) if keyset.after else "",
        "newer": lists.address(query, "before", [keyset.before]) if keyset.before else "",
        "shown": len(keyset.rows),
        "total": keyset.total,
    }


@register.inclusion_tag("web/_empty.html")
def empty(title: str, text: str = "", icon: str = "inbox", url: str = "", action: str = "") -> dict[str, Any]:
    """What a list would hold, and how the first one comes in."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}


@register.filter
def when(moment: datetime | date | None) -> str:
    return times.when(moment)


@register.filter
def when_day(moment: datetime | date | None) -> str:
    return times.when_day(moment)


@register.filter
def ago(moment: datetime | None) -> str:
    return times.ago(moment)


@register.filter
def share(value: float | None) -> str:
    """``85.2 %``; a dash for None, where there was nothing to have a share of."""
    return "—" if value is None else f"{100 * value:.1f} %"


@register.filter
def masked(value: str, kind: str = "phone") -> str:
    """Hides what need not be seen: ``phone`` 138****5678, ``name`` 王**, ``id`` first 3 and last 4."""
    if not value:
        return "—"
    if kind == "name":
        return value[0] + "*" * max(1, len(value) - 1)
    if kind == "id":
        return value[:3] + "*" * max(1, len(value) - 7) + value[-4:]
    return value[:3] + "****" + value[-4:] if len(value) >= 8 else "****"
