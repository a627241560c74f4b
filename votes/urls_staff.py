"""The desk at which polls are prepared."""

from django.urls import path

from votes.views import auditors, staff, staff_after, staff_settling, staff_writing


urlpatterns = [
    path("gestion/", staff.desk, name="desk"),
    path("gestion/calendario/", staff.calendar, name="calendar"),
    path("gestion/nueva/", staff_writing.new, name="new"),
    path("gestion/modelo/", staff_writing.begin_from, name="begin_from"),
    path("gestion/<int:pk>/", staff.case, name="case"),
    path("gestion/<int:pk>/editar/", staff_writing.edit, name="edit"),
    path("gestion/<int:pk>/documentos/", staff_writing.documents, name="documents"),
    path("gestion/<int:pk>/preguntas/", staff_writing.new_question, name="new_question"),
    path("gestion/<int:pk>/preguntas/<int:question>/", staff_writing.question, name="question"),
    path(
        "gestion/<int:pk>/preguntas/<int:question>/quitar/",
        staff_writing.drop_question,
        name="drop_question",
    ),
    path("gestion/<int:pk>/custodios/", staff_writing.trustees, name="trustees"),
    path("gestion/<int:pk>/sorteo/", staff_writing.lots, name="lots"),
    path("gestion/<int:pk>/vista-previa/", staff_writing.preview, name="preview"),
    path("gestion/<int:pk>/copiar/", staff_writing.clone, name="clone"),
    path("gestion/<int:pk>/aprobar/", staff_settling.approve, name="approve"),
    path("gestion/<int:pk>/congelar/", staff_settling.freeze, name="freeze"),
    path("gestion/<int:pk>/anular/", staff_settling.call_off, name="call_off"),
    path("gestion/<int:pk>/ensayar/", staff_settling.try_out, name="try_out"),
    path("gestion/<int:pk>/ensayo/", staff_settling.pretend, name="pretend"),
    path("gestion/<int:pk>/concurrencia/", staff_after.turnout_page, name="turnout"),
    path("gestion/<int:pk>/observadores/", staff_after.watchers, name="watchers"),
    path("gestion/<int:pk>/respuesta/", staff_after.answer, name="answer"),
    path("gestion/<int:pk>/seguimiento/", staff_after.review, name="review"),
    path("gestion/<int:pk>/veedores/", auditors.hand_over, name="auditors"),
    path("gestion/<int:pk>/objeciones/", staff_after.objections, name="objections"),
]
