"""Changes of lists: proposals, approval, spreadsheets, moves."""

from django.urls import URLPattern, path

from linli.domains.lists.web import bases, changing, sheets
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("proposals", changing.desk, "proposals"),
    at("proposals/<str:number>", changing.proposal, "proposal"),
    at("proposals/<str:number>/line", changing.line, "proposal_line"),
    at("proposals/<str:number>/lines/<int:no>/drop", changing.drop, "drop_line"),
    at("proposals/<str:number>/lines/<int:no>/keep", changing.stand_by, "keep_line"),
    at("proposals/<str:number>/steps/<str:name>", changing.step, "proposal_step"),
    at("list/<slug:code>/change", changing.propose, "propose"),
    at("list/<slug:code>/import", sheets.take_in, "import"),
    at("bases", bases.register, "bases"),
    at("bases/new", bases.add, "add_basis"),
    at("bases/<int:key>", bases.basis, "basis"),
    at("bases/<int:key>/end", bases.end, "end_basis"),
]
