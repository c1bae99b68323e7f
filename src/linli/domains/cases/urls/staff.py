"""Pages of the desk. For everybody but staff none of them is there."""

from django.urls import URLPattern, path

from linli.domains.cases.web import (
    bulk,
    case,
    case_actions,
    dispatching,
    exporting,
    mapping,
    passing,
    raising,
    searching,
    supervising,
    workbench,
)
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str, **given: object) -> URLPattern:
    return path(f"desk/{route}", for_staff(view), given, name=name)


urlpatterns = [
    at("", workbench.show, "workbench"),
    at("intake", workbench.intake, "intake"),
    at("counts", workbench.counts, "counts"),
    at("filters", workbench.save_filter, "save_filter"),
    at("filters/<int:key>/drop", workbench.drop_filter, "drop_filter"),
    at("bulk", bulk.many, "bulk"),
    at("export", exporting.export, "export"),
    at("search", searching.search, "search"),
    at("search/callers", searching.callers, "search_callers"),
    at("report", raising.take_report, "take_report"),
    at("dispatch", dispatching.desk, "dispatch_desk"),
    at("dispatch/send", dispatching.send, "send"),
    at("dispatch/send/<str:number>", dispatching.send_one, "send_one"),
    at("supervision", supervising.desk, "supervision_desk"),
    at("major", supervising.major, "major"),
    at("major/start", raising.start_major, "start_major"),
    at("map", mapping.show, "map"),
    at("map/cases", mapping.cases, "map_cases"),
    at("map/areas", mapping.boundaries, "map_areas"),
    at("cases/<str:number>", case.show, "case"),
    at("cases/<str:number>/paper", case.paper, "case_paper"),
    at("cases/<str:number>/files/<uuid:file_id>/<str:variant>", case.photo, "case_file"),
    at("cases/<str:number>/steps/<str:name>", case.step, "step"),
    at("cases/<str:number>/callers/<uuid:caller>/contact", case_actions.read_contact, "read_contact"),
    at("cases/<str:number>/words", case_actions.read_words, "read_words"),
    at("cases/<str:number>/links", case_actions.link, "link"),
    at("cases/<str:number>/onward/<str:code>", passing.pass_on, "pass_on"),
    at("cases/<str:number>/call", case_actions.call, "call_liaison"),
    at("matters/<str:number>", case.show_matter, "matter"),
    at("matters/<str:number>/steps/<str:name>", case.step, "matter_step", on_child=True),
]
