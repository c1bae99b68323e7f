"""Admission: applications, reviews, emergencies, complaints, load."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
