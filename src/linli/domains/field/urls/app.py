"""The field app itself: its shell, what it is installed by, and its service worker."""

from django.urls import URLPattern, path

from linli.domains.field.web import shell

urlpatterns: list[URLPattern] = [
    path("", shell.shell, name="shell"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("sw.js", shell.worker, name="worker"),
    path("map-worker.js", shell.map_worker, name="map_worker"),
    path("files.json", shell.files, name="files"),
]
