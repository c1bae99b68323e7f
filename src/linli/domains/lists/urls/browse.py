"""Lists, items, versions, basis documents, for staff."""

from django.urls import URLPattern, path

from linli.domains.lists.web import browse
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("", browse.home, "home"),
    at("list/<slug:code>", browse.worklist, "worklist"),
    at("list/<slug:code>/paper", browse.paper, "paper"),
    at("list/<slug:code>/sheet", browse.sheet, "sheet"),
    at("list/<slug:code>/versions", browse.all_versions, "versions"),
    at("list/<slug:code>/versions/<int:no>", browse.version, "version"),
    at("list/<slug:code>/difference", browse.difference, "difference"),
    at("list/<slug:code>/moves", browse.moves, "moves"),
    at("item/<slug:code>", browse.item, "item"),
]
