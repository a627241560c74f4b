"""How a municipality begins from a template, and what it pins to its walls."""

from django.urls import path

from processes.views import clones, poster


urlpatterns = [
    path("plantillas/", clones.choose_template, name="choose_template"),
    path("plantillas/<slug:code>/", clones.clone, name="clone"),
    path("<int:pk>/pasos/preparacion/", clones.parts, name="parts"),
    path("<int:pk>/pasos/<int:step_pk>/preparar/", clones.prepare, name="prepare_part"),
    path("<int:pk>/pasos/<int:step_pk>/debate/", clones.open_debate, name="open_debate_of_step"),
    path("<int:pk>/afiche.pdf", poster.poster, name="poster"),
    path("<int:pk>/radio/", poster.radio, name="radio"),
]
