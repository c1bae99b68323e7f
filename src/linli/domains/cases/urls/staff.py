"""Pages of the desk. For everybody but staff none of them is there."""

from django.urls import URLPattern, path

from linli.domains.cases.web import bulk, case, workbench
from linli.domains.cases.web.desk import View, for_staff


def at(route: str, view: View, name: str, **given: object) -> URLPattern:
    return path(f"desk/{route}", for_staff(view), given, name=name)


urlpatterns = [
    at("", workbench.show, "workbench"),
    at("intake", workbench.intake, "intake"),
    at("counts", workbench.counts, "counts"),
    at("filters", workbench.save_filter, "save_filter"),
    at("filters/<int:key>/drop", workbench.drop_filter, "drop_filter"),
    at("bulk", bulk.many, "bulk"),
    at("cases/<str:number>", case.show, "case"),
    at("cases/<str:number>/paper", case.paper, "case_paper"),
    at("cases/<str:number>/files/<uuid:file_id>/<str:variant>", case.photo, "case_file"),
    at("cases/<str:number>/steps/<str:name>", case.step, "step"),
    at("matters/<str:number>", case.show_matter, "matter"),
    at("matters/<str:number>/steps/<str:name>", case.step, "matter_step", on_child=True),
]
