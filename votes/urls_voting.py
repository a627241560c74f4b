"""What citizens see and do."""

from django.urls import path


urlpatterns: list[path] = []
