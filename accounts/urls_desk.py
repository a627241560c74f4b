"""What staff do with people of their municipality: the desk and the padrón. Below `/<slug>/`."""

from django.urls import path

from accounts.views import desk, padron


app_name = "desk"
urlpatterns = [
    path("mesa/", desk.home, name="home"),
    path("mesa/verificar/", desk.verify, name="verify"),
    path("mesa/registrar/", desk.register, name="register"),
    path("mesa/constancia/", desk.new_receipt, name="new_receipt"),
    path("mesa/acompanar/", desk.accompany, name="accompany"),
    path("mesa/acompanar/terminar/", desk.end_accompanying, name="end_accompanying"),
    path("mesa/retirar/", desk.withdraw, name="withdraw"),
    path("mesa/votos/<int:officer>/", desk.release_votes, name="release_votes"),
    path("padron/", padron.index, name="padrones"),
    path("padron/nuevo/", padron.begin, name="begin_padron"),
    path("padron/<int:pk>/", padron.detail, name="padron"),
    path("padron/<int:pk>/vaciar/", padron.empty, name="empty_padron"),
    path("padron/cargas/<int:pk>/", padron.source, name="import"),
    path("padron/cargas/<int:pk>/confirmar/", padron.confirm, name="confirm_import"),
    path("padron/cargas/<int:pk>/cancelar/", padron.cancel, name="cancel_import"),
]
