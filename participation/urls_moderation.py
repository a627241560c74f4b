"""Addresses below a municipality where things are reported, decided about and appealed."""

from django.urls import path

from participation.views import (
    appeals,
    flags,
    guards,
    moderation,
    moderation_log,
    signals,
    suspensions,
)


urlpatterns = [
    path("conversaciones/<int:pk>/reportar/", flags.flag, name="flag"),
    path("conversaciones/<int:pk>/moderar/", moderation.moderate, name="moderate"),
    path("conversaciones/<int:pk>/mostrar/", moderation.show_again, name="show_again"),
    path("conversaciones/<int:pk>/por-que/", appeals.why, name="why_hidden"),
    path("comentarios/<int:pk>/reportar/", flags.flag_comment, name="flag_comment"),
    path("comentarios/<int:pk>/moderar/", moderation.moderate_comment, name="moderate_comment"),
    path("comentarios/<int:pk>/mostrar/", moderation.show_comment_again, name="show_comment_again"),
    path("comentarios/<int:pk>/por-que/", appeals.why_comment, name="why_comment_hidden"),
    path("moderacion/", moderation.index, name="moderation"),
    path("moderacion/casos/<int:pk>/", moderation.case, name="moderation_case"),
    path("moderacion/varios/", moderation.bulk, name="moderation_bulk"),
    path("moderacion/decisiones/", appeals.mine, name="own_decisions"),
    path("moderacion/decisiones/<int:pk>/", appeals.decision, name="decision"),
    path("moderacion/decisiones/<int:pk>/deshacer/", moderation.undo, name="undo_decision"),
    path("moderacion/apelaciones/<int:pk>/", appeals.appeal, name="appeal"),
    path("moderacion/registro/", moderation_log.index, name="moderation_log"),
    path("moderacion/registro.csv", moderation_log.as_csv, name="moderation_log_csv"),
    path("moderacion/suspensiones/", suspensions.index, name="suspensions"),
    path("moderacion/suspensiones/<int:pk>/levantar/", suspensions.lift, name="lift_suspension"),
    path("moderacion/ajustes/", suspensions.rules_of_conversation, name="conversation_rules"),
    path("moderacion/palabras/", guards.words, name="watched_words"),
    path("moderacion/palabras/quitar/", guards.stop_watching, name="stop_watching"),
    path("moderacion/lugares/", guards.places, name="declared_places"),
    path("moderacion/lugares/<int:pk>/terminar/", guards.end_place, name="end_place"),
    path("moderacion/senales/", signals.index, name="signals"),
]
