"""Admission: applications, reviews, emergencies, complaints, load."""

from django.urls import URLPattern, path

from linli.domains.lists.web import admission, complaints, emergencies, loads, reviewing
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("admission", admission.desk, "admission"),
    at("admission/new", admission.apply, "apply"),
    at("admission/levels", admission.levels, "admission_levels"),
    at("admission/admitted/<int:key>/end", admission.end, "end_admission"),
    at("admission/reviews/<str:number>", reviewing.show, "review"),
    at("admission/reviews/<str:number>/<slug:name>", reviewing.verdict, "verdict"),
    at("admission/opinions/<str:number>", reviewing.opinion, "opinion"),
    at("admission/asked", complaints.asked, "asked_of_us"),
    at("admission/<str:number>", admission.show, "application"),
    at("admission/<str:number>/revise", admission.revise, "revise_application"),
    at("admission/<str:number>/submit", admission.submit, "submit_application"),
    at("admission/<str:number>/withdraw", admission.withdraw, "withdraw_application"),
    at("adhoc", emergencies.overview, "adhoc"),
    at("adhoc/new", emergencies.declare, "declare_emergency"),
    at("adhoc/<str:number>", emergencies.show, "emergency"),
    at("adhoc/<str:number>/<slug:name>", emergencies.judge, "judge_emergency"),
    at("complaints", complaints.listed, "complaints"),
    at("complaints/new", complaints.raise_one, "complain"),
    at("complaints/<str:number>", complaints.show, "complaint"),
    at("complaints/<str:number>/<slug:name>", complaints.answer, "answer_complaint"),
    at("load", loads.compare, "loads"),
    at("load/sheet", loads.compare_sheet, "loads_sheet"),
    at("load/<int:unit_id>", loads.one, "load"),
    at("load/<int:unit_id>/records", loads.records, "load_records"),
    at("load/<int:unit_id>/sheet", loads.records_sheet, "load_records_sheet"),
]
