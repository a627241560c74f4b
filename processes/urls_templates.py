"""The templates that the region keeps, for everybody: below /plantillas/."""

from django.urls import path

from processes.views import templates


app_name = "process_templates"
urlpatterns = [
    path("", templates.index, name="index"),
    path("<slug:code>/", templates.template, name="template"),
]
