from django.urls import path

from participation import views


app_name = "participation"
urlpatterns = [
    path("archivos/<uuid:uuid>/<int:width>.<str:encoding>", views.image, name="image"),
    path("archivos/<uuid:uuid>.pdf", views.document, name="document"),
]
