"""Wordings, answers to contributions, and what changed because of them."""

from django.urls import path

from norms.views import answers, board, changes, matrix, wordings


urlpatterns = [
    path("<int:pk>/redacciones/", wordings.index, name="wordings"),
    path("redacciones/<int:pk>/postura/", wordings.take_stance, name="take_stance"),
    path("<int:pk>/obstaculos/", board.obstacles, name="obstacles"),
    path("<int:pk>/aportes/", answers.desk, name="answer_desk"),
    path("<int:pk>/aportes/responder/", answers.answer, name="answer"),
    path("<int:pk>/respuestas/", answers.written_answers, name="written_answers"),
    path("<int:pk>/respuestas/publicar/", answers.publish_all, name="publish_answers"),
    path("respuestas/<int:pk>/", answers.edit, name="edit_answer"),
    path("respuestas/<int:pk>/publicar/", answers.publish, name="publish_answer"),
    path("respuestas/<int:pk>/historial/", answers.answer_history, name="answer_history"),
    path("<int:pk>/matriz/", matrix.answers, name="answers"),
    path("<int:pk>/matriz.<str:kind>", matrix.matrix, name="matrix"),
    path("<int:pk>/cambios/", changes.changes, name="changes"),
    path("<int:pk>/cambios/<int:version>/causas/", changes.causes, name="causes"),
    path("<int:pk>/comparar/<int:before>/<int:after>/", changes.compare, name="compare"),
]
