"""Lists, items, versions, basis documents, for staff."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
