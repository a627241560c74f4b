from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VotesConfig(AppConfig):
    name = "votes"
    verbose_name = _("Votes")

    def ready(self):
        from accounts.hooks import EXPORTERS  # noqa: PLC0415  once all rooms are there
        from participation.kinds import register  # noqa: PLC0415
        from votes.kind import POLLS  # noqa: PLC0415
        from votes.people import export  # noqa: PLC0415

        EXPORTERS.append(export)
        register(POLLS)
