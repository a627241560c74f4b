from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DebatesConfig(AppConfig):
    name = "debates"
    verbose_name = _("Debates")

    def ready(self):
        from accounts.hooks import EXPORTERS  # noqa: PLC0415  once all rooms are there
        from debates.kind import DEBATES, STATEMENTS  # noqa: PLC0415
        from debates.people import export  # noqa: PLC0415
        from participation.kinds import register  # noqa: PLC0415

        EXPORTERS.append(export)
        register(DEBATES)
        register(STATEMENTS)
