"""Routes of residents. All of them answer without signing in (``config/public.py``)."""

from django.urls import path

from linli.domains.cases.web import following, neighbourhood, public, resident

app_name = "resident"
urlpatterns = [
    path("", resident.front, name="front"),
    path("home", resident.home, name="home"),
    path("report", resident.report, name="report"),
    path("report/around", resident.look_around, name="around"),
    path("report/received", resident.received, name="received"),
    path("follow", following.follow, name="follow"),
    path("follow/contact/erase", following.erase_contact, name="erase_contact"),
    path("follow/photo/<uuid:photo_id>/<str:variant>", following.photo, name="photo"),
    path("follow/<slug:verb>", following.act, name="act"),
    path("committee", neighbourhood.choose, name="committee"),
    path("outlines", neighbourhood.outlines, name="outlines"),
    path("mine", following.mine, name="mine"),
    path("mine/forget", following.forget, name="forget"),
    path("open", public.cases, name="public"),
    path("open/map", public.on_map, name="public_map"),
    path("open/<str:number>", public.case, name="public_case"),
    path("open/<str:number>/photo/<uuid:photo_id>/<str:variant>", public.photo, name="public_photo"),
]
