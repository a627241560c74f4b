from django.urls import path

from budgets.views import decisions, evaluations, evaluations_one, matrix, mending


urlpatterns = [
    path("<int:pk>/decisiones/", decisions.decisions, name="decisions"),
    path("<int:pk>/decisiones/matriz/", decisions.matrix_order, name="matrix_order"),
    path("obras/<int:pk>/subsanar/", mending.mend, name="mend"),
    path("obras/<int:pk>/apelar/", mending.appeal, name="appeal"),
    path("gestion/<int:pk>/evaluacion/", evaluations.evaluations, name="evaluations"),
    path("gestion/<int:pk>/evaluacion/tomar/", evaluations.take_up, name="take_up"),
    path("gestion/<int:pk>/evaluacion/asignar/", evaluations.assign_several, name="assign_several"),
    path("gestion/obras/<int:pk>/evaluar/", evaluations.take_up_one, name="take_up_one"),
    path("gestion/obras/<int:pk>/devolver/", evaluations.put_back, name="put_back"),
    path("gestion/obras/<int:pk>/asignar/", evaluations.assign, name="assign"),
    path("gestion/evaluacion/<int:pk>/", evaluations_one.evaluate, name="evaluate"),
    path("gestion/evaluacion/<int:pk>/guardar/", evaluations_one.autosave, name="evaluation_save"),
    path("gestion/evaluacion/<int:pk>/observar/", evaluations_one.observe, name="observe"),
    path("gestion/evaluacion/<int:pk>/apartarse/", evaluations_one.step_back, name="step_back"),
    path("gestion/evaluacion/<int:pk>/entregar/", evaluations_one.hand_in, name="hand_in"),
    path("gestion/evaluacion/<int:pk>/notas/", evaluations_one.notes, name="evaluation_notes"),
    path("gestion/<int:pk>/matriz/puntajes/", matrix.matrix, name="matrix"),
    path("gestion/obras/<int:pk>/puntajes/", matrix.score, name="score"),
    path("gestion/obras/<int:pk>/puntajes/de-nuevo/", matrix.score_afresh, name="score_afresh"),
    path("gestion/<int:pk>/decisiones/", decisions.decisions_desk, name="decisions_desk"),
    path(
        "gestion/<int:pk>/decisiones/publicar/",
        decisions.publish_decisions,
        name="publish_decisions",
    ),
    path(
        "gestion/obras/<int:pk>/apelacion/publicar/",
        decisions.publish_appeal,
        name="publish_appeal",
    ),
]
