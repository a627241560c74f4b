from django.urls import path

from processes.views import region_agenda


app_name = "region_agenda"
urlpatterns = [
    path("", region_agenda.index, name="index"),
    path("mes/<int:year>/<int:month>/", region_agenda.month, name="month"),
    path("agenda.ics", region_agenda.region_ics, name="ics"),
]
