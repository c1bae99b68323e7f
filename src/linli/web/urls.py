"""Routes of the frame."""

from django.urls import path

from linli.web import counting, web
from linli.web.desk import for_staff

app_name = "web"
urlpatterns = [
    path("look", web.look, name="look"),
    path("post", web.act_for, name="act_for"),
    path("desk/live-counts", for_staff(counting.counts), name="counts"),
    path("design", web.design, name="design"),
    path("design/<slug:name>", web.design, name="design_of"),
]
