"""What everybody reads of all this: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path

from agreements.views import commitments, observatory as views, places


observatory = [
    path("", views.home, name="home"),
    path("compromisos/", commitments.index, name="commitments"),
    path("compromisos/<str:code>/", commitments.commitment, name="commitment"),
    path("municipalidades/", places.index, name="municipalities"),
    path("municipalidades/<slug:slug>/", places.place, name="municipality"),
    path("datos-abiertos/", views.open_data, name="open_data"),
    path("datos-abiertos/<slug:table>.<slug:kind>", views.open_file, name="open_file"),
]
town: list[path] = []
