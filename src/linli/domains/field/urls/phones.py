"""Signing in on a phone, and the lists of phones."""

from django.urls import URLPattern, path

from linli.domains.field.web import enrolling

urlpatterns: list[URLPattern] = [
    path("enrol", enrolling.enrol, name="enrol"),
]
