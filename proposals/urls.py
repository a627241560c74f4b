from django.urls import include, path

from proposals.views import (
    answers,
    citizen,
    feeds,
    intake,
    listing,
    staff,
    staff_answers,
    staff_milestones,
    staff_moderation,
    vote_requests,
    writing,
)


app_name = "proposals"
urlpatterns = [
    path("", listing.index, name="index"),
    path("puntos.json", listing.points, name="points"),
    path("atom.xml", feeds.ProposalsFeed.as_view(), name="feed"),
    path("nueva/", intake.new, name="new"),
    path("nueva/obra/", intake.work, name="work"),
    path("nueva/queja/", intake.complaint, name="complaint"),
    path("nueva/empleo/", intake.job, name="job"),
    path("escribir/", writing.write, name="write"),
    path("escribir/guardar/", writing.autosave, name="autosave"),
    path("parecidas/", writing.similar, name="similar"),
    path("mias/", citizen.mine, name="mine"),
    path("<int:pk>/editar/", writing.edit, name="edit"),
    path("<int:pk>/guardar/", writing.autosave, name="autosave_draft"),
    path("<int:pk>/vista-previa/", writing.preview, name="preview"),
    path("<int:pk>/publicar/", writing.publish, name="publish"),
    path("<int:pk>/borrar/", writing.delete, name="delete"),
    path("<int:pk>/retirar/", citizen.retire, name="retire"),
    path("<int:pk>/pedir-votacion/", vote_requests.request_vote, name="request_vote"),
    path("<int:pk>/historial/", citizen.history, name="history"),
    path("<int:pk>/apoyar/", citizen.support, name="support"),
    path("<int:pk>/quitar-apoyo/", citizen.withdraw_support, name="withdraw_support"),
    path("<int:pk>/", citizen.by_number, name="by_number"),
    path("<int:pk>-<str:title>/", citizen.detail, name="detail"),
]

# --- The desk of the municipality
desk_pages = [
    path("", staff.index, name="desk"),
    path("exportar.xlsx", staff.export, name="export"),
    path("evaluar/", staff.bulk_evaluate, name="bulk_evaluate"),
    path("unir/", staff_moderation.bulk_merge, name="bulk_merge"),
    path("plantillas/", staff_answers.template_list, name="templates"),
    path("plantillas/nueva/", staff_answers.template_edit, name="template_new"),
    path("plantillas/<int:pk>/", staff_answers.template_edit, name="template"),
    path("plantillas/<int:pk>/borrar/", staff_answers.template_delete, name="template_delete"),
    path("<int:pk>/", staff.case, name="case"),
    path("<int:pk>/evaluar/", staff.start_evaluation, name="start_evaluation"),
    path("<int:pk>/respuesta/", staff_answers.answer, name="answer"),
    path("<int:pk>/respuesta/publicar/", staff_answers.answer_publish, name="answer_publish"),
    path("<int:pk>/respuesta/corregir/", staff_answers.answer_correct, name="answer_correct"),
    path("<int:pk>/ficha/", staff_answers.sheet, name="sheet"),
    path("<int:pk>/votacion/", vote_requests.answer, name="answer_vote_request"),
    path("<int:pk>/empezar/", staff.start_work, name="start_work"),
    path("<int:pk>/terminar/", staff.finish, name="finish"),
    path("<int:pk>/retomar/", staff.reopen, name="reopen"),
    path("<int:pk>/hitos/nuevo/", staff_milestones.milestone_add, name="milestone_add"),
    path(
        "<int:pk>/hitos/<int:milestone>/",
        staff_milestones.milestone_change,
        name="milestone_change",
    ),
    path(
        "<int:pk>/hitos/<int:milestone>/cumplir/",
        staff_milestones.milestone_complete,
        name="milestone_complete",
    ),
    path(
        "<int:pk>/hitos/<int:milestone>/retirar/",
        staff_milestones.milestone_remove,
        name="milestone_remove",
    ),
    path("<int:pk>/ocultar/", staff_moderation.hide, name="hide"),
    path("<int:pk>/mostrar/", staff_moderation.restore, name="restore"),
    path("<int:pk>/unir/", staff_moderation.merge, name="merge"),
    path("<int:pk>/separar/", staff_moderation.undo_merge, name="undo_merge"),
]
urlpatterns += [
    path("gestion/", include(desk_pages)),
    path("respuestas/", answers.answers, name="answers"),
    path("datos/", answers.open_data, name="open_data"),
    path("datos.csv", answers.open_data_csv, name="open_data_csv"),
]
