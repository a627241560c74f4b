from django.urls import path

from budgets.views import agents, agents_desk, agents_writing


urlpatterns = [
    path("<int:pk>/agentes/", agents.agents, name="agents"),
    path("<int:pk>/agentes.pdf", agents.list_pdf, name="agent_list_pdf"),
    path("<int:pk>/agentes.csv", agents.list_csv, name="agent_list_csv"),
    path("<int:pk>/agentes/ficha.pdf", agents.blank_sheet, name="blank_agent_sheet"),
    path("<int:pk>/agentes/inscribir/", agents_writing.register, name="register_agent"),
    path("<int:pk>/agentes/guardar/", agents_writing.autosave, name="autosave_agent"),
    path("<int:pk>/agentes/<int:agent>/", agents_writing.page, name="agent"),
    path("<int:pk>/agentes/<int:agent>/editar/", agents_writing.edit, name="edit_agent"),
    path("<int:pk>/agentes/<int:agent>/borrar/", agents_writing.delete, name="delete_agent"),
    path("<int:pk>/agentes/<int:agent>/retirar/", agents_writing.withdraw, name="withdraw_agent"),
    path("<int:pk>/agentes/<int:agent>/ficha.pdf", agents_writing.sheet, name="agent_sheet"),
    path(
        "<int:pk>/agentes/<int:agent>/documentos/<uuid:uuid>/",
        agents_writing.paper,
        name="agent_paper",
    ),
    path("gestion/<int:pk>/agentes/", agents_desk.desk, name="agents_desk"),
    path("gestion/<int:pk>/agentes/cerrar/", agents_desk.close, name="close_list"),
    path("gestion/<int:pk>/agentes/<int:agent>/", agents_desk.case, name="agent_case"),
    path("gestion/<int:pk>/agentes/<int:agent>/aceptar/", agents_desk.accept, name="accept_agent"),
    path(
        "gestion/<int:pk>/agentes/<int:agent>/observar/", agents_desk.observe, name="observe_agent"
    ),
    path("gestion/<int:pk>/agentes/<int:agent>/rechazar/", agents_desk.reject, name="reject_agent"),
]
