"""Work plans, evidence, milestones, lights, tasks and reminders: below /observatorio/, and below /<municipality>/convenios/."""

from django.urls import path

from agreements.views import work, work_town


observatory: list[path] = [
    path("hitos/", work.index, name="milestones"),
    path("hitos/<slug:slug>/", work.of_town, name="milestones_of"),
    path("convenios/<str:code>/cronograma/", work.timeline, name="timeline"),
    path("evidencia/<int:pk>/", work.public_copy, name="evidence"),
    path("plazos/<str:token>.ics", work.calendar, name="calendar"),
]
town: list[path] = [
    path("mesa/", work_town.desk, name="desk"),
    path("mesa/paso/<int:pk>/", work_town.step, name="step"),
    path("mesa/paso/<int:pk>/empezar/", work_town.start, name="start_step"),
    path("mesa/paso/<int:pk>/presentar/", work_town.submit, name="submit_step"),
    path("mesa/evidencia/<int:pk>/", work_town.file, name="evidence_file"),
    path("mesa/evidencia/<int:pk>/retirar/", work_town.remove, name="remove_evidence"),
    path("mesa/ayuda/", work_town.ask_for_help, name="ask_for_help"),
    path("mesa/tarea/<int:pk>/", work_town.answer, name="answer_task"),
    path("<int:pk>/cronograma/", work_town.timeline, name="timeline"),
    path("plazos.ics", work_town.calendar, name="calendar"),
]
