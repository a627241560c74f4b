from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = _("Proposals")

    def ready(self):
        from accounts.hooks import ERASERS, EXPORTERS  # noqa: PLC0415  once all rooms are there
        from participation.kinds import register  # noqa: PLC0415
        from proposals.kind import PROPOSALS  # noqa: PLC0415
        from proposals.people import erase, export  # noqa: PLC0415

        ERASERS.append(erase)
        EXPORTERS.append(export)
        register(PROPOSALS)
