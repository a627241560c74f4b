"""Addresses of what all rooms share: below a municipality, and of a person anywhere."""

from django.urls import include, path

from participation.views import data, files, following, notices


app_name = "participation"

of_a_municipality = [
    path("archivos/<uuid:uuid>/<int:width>.<str:encoding>", files.image, name="image"),
    path("archivos/<uuid:uuid>.pdf", files.document, name="document"),
    path("seguir/<int:pk>/", following.follow, name="follow"),
    path("dejar-de-seguir/<int:pk>/", following.unfollow, name="unfollow"),
    path("datos/", data.data, name="data"),
    path("datos/participacion.csv", data.data_csv, name="data_csv"),
]
of_a_person = [
    path("", notices.notices, name="notices"),
    path("leidos/", notices.read_all, name="read_all"),
    path("<int:pk>/leido/", notices.read, name="read"),
    path("baja/<str:token>/", notices.unsubscribe, name="unsubscribe"),
]
urlpatterns = [
    path("cuenta/avisos/", include(of_a_person)),
    path("<slug:municipality_slug>/", include(of_a_municipality)),
]
