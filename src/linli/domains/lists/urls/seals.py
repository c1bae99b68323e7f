"""Seals: what may be stamped, requests, register, ledger."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
