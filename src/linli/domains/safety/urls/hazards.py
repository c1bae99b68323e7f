"""Routes of hazards."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
