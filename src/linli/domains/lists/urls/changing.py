"""Changes of lists: proposals, approval, spreadsheets, moves."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
