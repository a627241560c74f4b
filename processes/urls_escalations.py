from django.urls import path

from processes.views import escalations


urlpatterns = [
    path("elevados/", escalations.escalations, name="escalations"),
    path("elevados/gestion/", escalations.escalation_desk, name="escalation_desk"),
    path("elevados/<int:pk>/", escalations.escalation, name="escalation"),
    path("elevados/<int:pk>/recibir/", escalations.take_in_escalation, name="take_in_escalation"),
    path("elevados/<int:pk>/responder/", escalations.answer_escalation, name="answer_escalation"),
    path("elevar/<int:pk>/", escalations.escalate, name="escalate"),
]
