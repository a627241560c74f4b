"""Addresses of what all rooms share: below a municipality, and of a person anywhere."""

from django.urls import include, path

from participation import views


app_name = "participation"

of_a_municipality = [
    path("archivos/<uuid:uuid>/<int:width>.<str:encoding>", views.image, name="image"),
    path("archivos/<uuid:uuid>.pdf", views.document, name="document"),
    path("seguir/<int:pk>/", views.follow, name="follow"),
    path("dejar-de-seguir/<int:pk>/", views.unfollow, name="unfollow"),
    path("datos/", views.data, name="data"),
    path("datos/participacion.csv", views.data_csv, name="data_csv"),
]
of_a_person = [
    path("", views.notices, name="notices"),
    path("leidos/", views.read_all, name="read_all"),
    path("<int:pk>/leido/", views.read, name="read"),
    path("baja/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
urlpatterns = [
    path("cuenta/avisos/", include(of_a_person)),
    path("<slug:municipality_slug>/", include(of_a_municipality)),
]
