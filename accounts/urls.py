from django.urls import path

from accounts.views import captcha, own_data, profile, residence, take_over


app_name = "accounts"
urlpatterns = [
    path("", profile.overview, name="profile"),
    path("perfil/", profile.edit, name="edit"),
    path("pagina-publica/", profile.public_page, name="public_page"),
    path("permisos/", profile.consents, name="consents"),
    path("mis-datos/", own_data.download, name="download"),
    path("residencia/", residence.residence, name="residence"),
    path("residencia/codigo/", residence.desk_code, name="desk_code"),
    path("constancia/", take_over.take_over, name="take_over"),
    path("comprobacion/", captcha.check, name="captcha"),
    path("comprobacion/reto/", captcha.challenge, name="captcha_challenge"),
    path("eliminar/", own_data.delete, name="delete"),
]
