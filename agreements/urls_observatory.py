"""What everybody reads of all this: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path

from agreements.views import observatory as views


observatory = [
    path("", views.home, name="home"),
]
town: list[path] = []
