"""The trustees' pages, and the ceremonies at which they meet."""

from django.urls import path


urlpatterns: list[path] = []
