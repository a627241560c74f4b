"""Desks, tables and papers."""

from django.urls import path


urlpatterns: list[path] = []
