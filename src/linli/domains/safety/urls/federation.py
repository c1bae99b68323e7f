"""Routes of federation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
