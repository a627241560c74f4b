from django.urls import path

from processes.views import dialogue


urlpatterns = [
    path("acuerdos/", dialogue.town_undertakings, name="town_undertakings"),
    path("acuerdos.<slug:kind>", dialogue.town_undertakings_data, name="town_undertakings_data"),
    path("acuerdos/<int:pk>/", dialogue.undertaking, name="undertaking"),
    path("acuerdos/<int:pk>/contar/", dialogue.tell, name="tell"),
    path("acuerdos/<int:pk>/evidencia/", dialogue.ask_evidence, name="ask_evidence"),
    path("<int:pk>/mesa/", dialogue.table, name="table"),
    path("<int:pk>/partes/", dialogue.parties, name="parties"),
    path("<int:pk>/acuerdos/", dialogue.undertakings, name="undertakings"),
    path("<int:pk>/acuerdos/nuevo/", dialogue.agree, name="agree"),
    path("<int:pk>/acuerdos.<slug:kind>", dialogue.undertakings_data, name="undertakings_data"),
]
