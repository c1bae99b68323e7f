"""What phones talk to, all of it under one beginning that knows no session."""

from django.urls import URLPattern, path

from linli.domains.field.api import sync

app_name = "field_api"
urlpatterns: list[URLPattern] = [
    path("sync", sync.sync, name="sync"),
    path("files/<uuid:key>", sync.receive_file, name="file"),
    path("photos/<uuid:key>", sync.photo, name="photo"),
    path("forgotten", sync.forgotten, name="forgotten"),
]
