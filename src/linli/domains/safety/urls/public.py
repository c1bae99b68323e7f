"""Routes of safety that everybody may read."""

from django.urls import URLPattern

app_name = "open_safety"
urlpatterns: list[URLPattern] = []
