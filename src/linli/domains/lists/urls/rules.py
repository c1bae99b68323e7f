"""Rules of lists: their kinds, and what may not be given."""

from django.urls import URLPattern, path

from linli.domains.lists.web import rules
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("kinds", rules.kinds, "kinds"),
    at("kinds/<slug:code>", rules.change_kind, "change_kind"),
    at("prohibitions", rules.barred, "prohibitions"),
    at("prohibitions/new", rules.bar, "bar"),
    at("prohibitions/<int:key>/end", rules.lift, "lift"),
]
