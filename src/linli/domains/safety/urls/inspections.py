"""Routes of inspections, their checklists and campaigns."""

from django.urls import URLPattern, path

from linli.domains.safety.web import campaigns, checklists, inspections
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("inspections", inspections.listed, "inspections"),
    at("inspections/sheet", inspections.sheet, "inspections_sheet"),
    at("inspections/at/<str:code>", inspections.begin, "file_inspection"),
    at("inspections/<uuid:key>", inspections.show, "inspection"),
    at("inspections/<uuid:key>/pdf", inspections.record_pdf, "inspection_pdf"),
    at("inspections/<uuid:key>/files/<uuid:file_id>/<str:variant>", inspections.file, "inspection_file"),
    at("checklists", checklists.show, "checklists"),
    at("checklists/new", checklists.add, "add_check_item"),
    at("checklists/<str:code>/end", checklists.end, "end_check_item"),
    at("campaigns", campaigns.listed, "campaigns"),
    at("campaigns/new", campaigns.begin, "begin_campaign"),
    at("campaigns/<uuid:key>", campaigns.show, "campaign"),
    at("campaigns/<uuid:key>/close", campaigns.close, "close_campaign"),
]
