from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "processes"
    verbose_name = _("Processes, meetings and dialogue")

    def ready(self):
        from participation.kinds import register  # noqa: PLC0415  once all rooms are there
        from processes.kind import MEETINGS, PROCESSES  # noqa: PLC0415

        register(PROCESSES)
        register(MEETINGS)
