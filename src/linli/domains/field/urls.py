"""Routes of the field app and of the phones it runs on."""

from django.urls import URLPattern

app_name = "field"
urlpatterns: list[URLPattern] = []
