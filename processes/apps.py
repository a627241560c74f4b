from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "processes"
    verbose_name = _("Processes, meetings and dialogue")

    def ready(self):
        from accounts.hooks import ERASERS, EXPORTERS  # noqa: PLC0415  once all rooms are there
        from participation.kinds import register  # noqa: PLC0415
        from processes.kind import MEETINGS, PROCESSES  # noqa: PLC0415
        from processes.people import erase, export  # noqa: PLC0415

        ERASERS.append(erase)
        EXPORTERS.append(export)
        register(PROCESSES)
        register(MEETINGS)
