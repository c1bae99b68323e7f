"""Admission: applications, reviews, emergencies, complaints, load."""

from django.urls import URLPattern, path

from linli.domains.lists.web import admission, reviewing
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
    at("admission/<str:number>", admission.show, "application"),
    at("admission/<str:number>/revise", admission.revise, "revise_application"),
    at("admission/<str:number>/submit", admission.submit, "submit_application"),
    at("admission/<str:number>/withdraw", admission.withdraw, "withdraw_application"),
]
