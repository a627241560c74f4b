from django.urls import path

from processes.views import agenda, calendar, meetings, meetings_desk, minutes


app_name = "agenda"
urlpatterns = [
    path("", agenda.index, name="index"),
    path("mes/<int:year>/<int:month>/", agenda.month, name="month"),
    path("agenda.ics", calendar.municipality_ics, name="ics"),
    path("atom.xml", calendar.MeetingsFeed.as_view(), name="feed"),
    path("acuerdos.json", minutes.agreements_json, name="all_agreements_json"),
    path("acuerdos.csv", minutes.agreements_csv, name="all_agreements_csv"),
    path("procesos/<int:pk>.ics", calendar.process_ics, name="process_ics"),
    path("<int:pk>/", meetings.meeting, name="meeting"),
    path("<int:pk>/reunion.ics", calendar.meeting_ics, name="meeting_ics"),
    path("<int:pk>/inscribirse/", meetings.register, name="register"),
    path("<int:pk>/dejar-el-cupo/", meetings.unregister, name="unregister"),
    path("<int:pk>/acta/", minutes.minutes, name="minutes"),
    path("<int:pk>/acta.pdf", minutes.minutes_pdf, name="minutes_pdf"),
    path("<int:pk>/acuerdos.json", minutes.agreements_json, name="agreements_json"),
    path("<int:pk>/acuerdos.csv", minutes.agreements_csv, name="agreements_csv"),
]

# --- Staff
urlpatterns += [
    path("gestion/", meetings_desk.desk, name="desk"),
    path("nueva/", meetings_desk.write, name="write"),
    path("<int:pk>/gestion/", meetings_desk.manage, name="manage"),
    path("<int:pk>/editar/", meetings_desk.edit, name="edit"),
    path("<int:pk>/convocar/", meetings_desk.call, name="call"),
    path("<int:pk>/mover/", meetings_desk.move, name="move"),
    path("<int:pk>/cancelar/", meetings_desk.cancel, name="cancel"),
    path("<int:pk>/asistencia/", meetings_desk.attendance, name="attendance"),
    path("<int:pk>/acta/escribir/", minutes.write_minutes, name="write_minutes"),
    path("<int:pk>/acta/publicar/", minutes.publish_minutes, name="publish_minutes"),
    path("<int:pk>/acuerdos/nuevo/", minutes.agree, name="agree"),
]
