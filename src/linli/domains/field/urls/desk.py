"""Pages of phones at the desk; outside ``/field/``, which belongs to the app and its worker."""

from django.urls import URLPattern, path

from linli.domains.field.web import phones

app_name = "phones"
urlpatterns: list[URLPattern] = [
    path("", phones.listed, name="listed"),
    path("mine", phones.mine, name="mine"),
    path("mine/<uuid:key>/stop", phones.stop_own, name="stop_own"),
    path("late", phones.told_late, name="late"),
    path("late/sheet", phones.late_sheet, name="late_sheet"),
    path("limits", phones.limits, name="limits"),
    path("<uuid:key>/stop", phones.stop, name="stop"),
]
