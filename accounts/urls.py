from django.urls import path

from accounts.views import own_data, profile


app_name = "accounts"
urlpatterns = [
    path("", profile.overview, name="profile"),
    path("perfil/", profile.edit, name="edit"),
    path("permisos/", profile.consents, name="consents"),
    path("mis-datos/", own_data.download, name="download"),
    path("eliminar/", own_data.delete, name="delete"),
]
