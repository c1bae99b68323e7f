"""Tasks along the docking table, what I must do, handings, modules."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
