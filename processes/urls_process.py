from django.urls import path

from processes.views import listing, outcomes, page, staff


urlpatterns = [
    path("", listing.index, name="index"),
    path("atom.xml", listing.ProcessesFeed.as_view(), name="feed"),
    path("gestion/", staff.desk, name="desk"),
    path("nuevo/", staff.write, name="write"),
    path("<int:pk>/gestion/", staff.manage, name="manage"),
    path("<int:pk>/editar/", staff.edit, name="edit"),
    path("<int:pk>/pasos/", staff.steps, name="steps"),
    path("<int:pk>/pasos/<int:step_pk>/enlazar/", staff.link_step, name="link_step"),
    path("<int:pk>/equipo/", staff.team, name="team"),
    path("<int:pk>/documentos/", staff.documents, name="documents"),
    path("<int:pk>/abrir/", staff.open_process, name="open"),
    path("<int:pk>/cerrar/", staff.close, name="close"),
    path("<int:pk>/anular/", staff.call_off, name="call_off"),
    path("<int:pk>/resultado/", outcomes.outcome, name="outcome"),
    path("<int:pk>/resultado/revisar/", outcomes.review, name="review_outcome"),
    path("<int:pk>/reglas/", page.rules, name="rules"),
    path("<int:pk>/reglas.txt", page.rules_text, name="rules_text"),
    path("<int:pk>/historial/", page.history, name="history"),
    path("<int:pk>/", page.by_number, name="by_number"),
    path("<int:pk>-<str:title>/", page.detail, name="detail"),
]
