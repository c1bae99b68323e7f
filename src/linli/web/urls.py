"""Routes of the frame."""

from django.urls import path

from linli.web import web

app_name = "web"
urlpatterns = [
    path("look", web.look, name="look"),
    path("post", web.act_for, name="act_for"),
    path("design", web.design, name="design"),
    path("design/<slug:name>", web.design, name="design_of"),
]
