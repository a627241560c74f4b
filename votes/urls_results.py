"""What came out, and how anybody checks it."""

from django.urls import path


urlpatterns: list[path] = []
