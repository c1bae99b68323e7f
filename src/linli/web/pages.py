"""Rendering, with the database closed."""

from collections.abc import Callable
from typing import Any, NoReturn

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.web import shell


class QueryInTemplate(Exception):
    """A template reached for a row its view did not load. Fix the query, not the template."""


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render ``template``; querysets are read first, and no template may query after that.

    The frame (menu, posts, bell) is added as ``shell`` unless htmx asked for a piece of a page.
    """
    loaded = {key: list(value) if isinstance(value, QuerySet) else value for key, value in context.items()}
    if not is_piece(request):
        loaded.setdefault("shell", shell.shell_for(request))
    if not (settings.DEBUG or settings.TESTING):
        return render(request, template, loaded, status=status)
    with connection.execute_wrapper(_refuse):
        return render(request, template, loaded, status=status)


def is_piece(request: HttpRequest) -> bool:
    """True when htmx asked for part of a page, so the view should answer with a ``_part.html``."""
    return request.headers.get("HX-Request-Type") == "partial"


def _refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> NoReturn:
    raise QueryInTemplate(sql)
