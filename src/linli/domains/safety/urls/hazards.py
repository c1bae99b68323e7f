"""Routes of hazards, their listings and figures."""

from django.urls import URLPattern, path

from linli.domains.safety.web import hazard_figures, hazard_notices, hazards, listings
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("hazards", hazards.desk, "hazards"),
    at("hazards/sheet", hazards.sheet, "hazards_sheet"),
    at("hazards/map", hazards.map_page, "hazard_map"),
    at("hazards/points", hazards.map_points, "hazard_points"),
    at("hazards/new", hazards.find, "find_hazard"),
    at("hazards/issue", hazard_notices.issue, "issue_notices"),
    at("hazards/figures", hazard_figures.show, "hazard_figures"),
    at("hazards/report", hazard_figures.report, "hazard_report"),
    at("hazards/report/sheet", hazard_figures.report_sheet, "hazard_report_sheet"),
    at("hazards/<str:number>", hazards.show, "hazard"),
    at("hazards/<str:number>/notice", hazards.notice, "hazard_notice"),
    at("hazards/<str:number>/notice/pdf", hazards.notice_pdf, "hazard_notice_pdf"),
    at("hazards/<str:number>/files/<uuid:file_id>/<str:variant>", hazards.file, "hazard_file"),
    at("hazards/<str:number>/steps/<str:name>", hazards.step, "hazard_step"),
    at("hazards/<str:number>/listing", listings.propose, "propose_listing"),
    at("listings", listings.board, "listings"),
    at("listings/<str:number>", listings.show, "listing"),
    at("listings/<str:number>/steps/<str:name>", listings.step, "listing_step"),
]
