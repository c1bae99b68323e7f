"""Addresses of Open311 GeoReport v2; the form of the answer is the ending of the address."""

from django.urls import path, re_path

from linli.domains.cases.api.open311 import views
from linli.domains.cases.api.open311.face import nothing_there

app_name = "open311"
FORM = r"\.(?P<form>json|xml)$"

urlpatterns = [
    path("", nothing_there, name="root"),
    re_path(rf"^discovery{FORM}", views.discovery, name="discovery"),
    re_path(rf"^services{FORM}", views.service_list, name="services"),
    re_path(rf"^services/(?P<code>[0-9A-Za-z_.-]{{1,20}}){FORM}", views.definition, name="definition"),
    re_path(rf"^requests{FORM}", views.requests, name="requests"),
    re_path(rf"^requests/(?P<number>[0-9]{{8,24}}){FORM}", views.one_request, name="request"),
    re_path(rf"^tokens/(?P<token>[0-9a-fA-F-]{{32,36}}){FORM}", views.by_token, name="token"),
    re_path(rf"^servicerequestupdates{FORM}", views.updates, name="updates"),
    re_path(r"^(?P<rest>.*)$", nothing_there, name="elsewhere"),
]
