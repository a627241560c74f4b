"""The desk at which polls are prepared."""

from django.urls import path


urlpatterns: list[path] = []
