"""Routes of lists for residents: published lists, and what the seal may be used for. They answer without a sign-in."""

from django.urls import URLPattern

app_name = "open_lists"
urlpatterns: list[URLPattern] = []
