"""Routes of safety that everybody may read."""

from django.urls import URLPattern, path

from linli.domains.safety.web import listings

app_name = "open_safety"
urlpatterns: list[URLPattern] = [path("listed", listings.public_board, name="listed")]
