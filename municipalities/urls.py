"""Addresses of a municipality's own pages; its home page knows every room and is in decide/."""

from django.urls import path

from municipalities import views


urlpatterns = [
    path("mecanismos/", views.mechanisms, name="mechanisms"),
    path("acento.css", views.accent, name="accent"),
    path("escudo/<str:name>", views.coat_of_arms, name="coat_of_arms"),
    path("mapa.json", views.outlines, name="outlines"),
]
