from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    name = "participation"
    verbose_name = _("Participation")

    def ready(self):
        from accounts.hooks import ERASERS, EXPORTERS  # noqa: PLC0415  once all rooms are there
        from participation.people import erase, export  # noqa: PLC0415

        ERASERS.append(erase)
        EXPORTERS.append(export)
