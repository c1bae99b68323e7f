"""How items are carried out: plan, key projects, check-up, years, ledgers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
