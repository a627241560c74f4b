"""Processes, dialogue and what is raised to another level, below /<municipality>/procesos/."""

from processes import urls_clone, urls_dialogue, urls_escalations, urls_process


app_name = "processes"
urlpatterns = [
    *urls_dialogue.urlpatterns,
    *urls_escalations.urlpatterns,
    *urls_clone.urlpatterns,
    *urls_process.urlpatterns,
]
