from django.urls import path

from budgets.views import accounts, committee, minutes, projects, projects_desk


urlpatterns = [
    path("<int:pk>/acta/", minutes.minutes, name="minutes"),
    path("<int:pk>/acta.pdf", minutes.minutes_pdf, name="minutes_pdf"),
    path("<int:pk>/acta.json", minutes.minutes_json, name="minutes_json"),
    path("gestion/<int:pk>/acta/", minutes.minutes_desk, name="minutes_desk"),
    path("gestion/<int:pk>/acta/texto/", minutes.write_minutes, name="write_minutes"),
    path("gestion/<int:pk>/acta/emitir/", minutes.issue_minutes, name="issue_minutes"),
    path("gestion/<int:pk>/acta/firmada/", minutes.sign_minutes, name="sign_minutes"),
    path("gestion/<int:pk>/acta/adenda/", minutes.add_addendum, name="add_addendum"),
    path("<int:pk>/comite/", committee.committee, name="committee"),
    path("<int:pk>/comite/seguimiento/", committee.committee_room, name="committee_room"),
    path("<int:pk>/comite/seguimiento/informe/", committee.write_report, name="write_report"),
    path("<int:pk>/comite/seguimiento/salir/", committee.leave_committee, name="leave_committee"),
    path("comite/<str:token>/", committee.join_committee, name="join_committee"),
    path("informes/<int:pk>/", committee.report, name="report"),
    path("gestion/<int:pk>/comite/", committee.committee_desk, name="committee_desk"),
    path("gestion/<int:pk>/comite/eleccion/", committee.form_committee, name="form_committee"),
    path("gestion/<int:pk>/comite/integrante/", committee.add_member, name="add_member"),
    path("gestion/comite/<int:pk>/cese/", committee.end_member, name="end_member"),
    path("gestion/comite/<int:pk>/invitar/", committee.invite_member, name="invite_member"),
    path("gestion/informes/<int:pk>/", committee.answer_report, name="answer_report"),
    path("<int:pk>/ejecucion/", projects.projects, name="projects"),
    path("<int:pk>/ejecucion.geojson", projects.projects_map, name="projects_map"),
    path("ejecucion/<int:pk>/", projects.project, name="project"),
    path("gestion/<int:pk>/ejecucion/", projects_desk.projects_desk, name="projects_desk"),
    path("gestion/ejecucion/<int:pk>/", projects_desk.project_case, name="project_case"),
    path("gestion/ejecucion/<int:pk>/datos/", projects_desk.edit_project, name="edit_project"),
    path("gestion/ejecucion/<int:pk>/estado/", projects_desk.move_project, name="move_project"),
    path("gestion/ejecucion/<int:pk>/retraso/", projects_desk.delay_project, name="delay_project"),
    path("gestion/ejecucion/<int:pk>/gasto/", projects_desk.spend, name="spend"),
    path("gestion/ejecucion/<int:pk>/hitos/", projects_desk.add_milestone, name="add_milestone"),
    path(
        "gestion/ejecucion/<int:pk>/hitos/<int:milestone>/hecho/",
        projects_desk.complete_milestone,
        name="complete_milestone",
    ),
    path(
        "gestion/ejecucion/<int:pk>/hitos/<int:milestone>/retirar/",
        projects_desk.remove_milestone,
        name="remove_milestone",
    ),
    path("<int:pk>/rendicion/", accounts.accounts, name="accounts"),
    path("<int:pk>/rendicion.<str:kind>", accounts.accounts_data, name="accounts_data"),
]
