from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NormsConfig(AppConfig):
    name = "norms"
    verbose_name = _("Norms under debate")

    def ready(self):
        from accounts.hooks import ERASERS, EXPORTERS  # noqa: PLC0415  once all rooms are there
        from norms.kind import ANNOTATIONS, ARTICLES, NORMS  # noqa: PLC0415
        from norms.people import erase, export  # noqa: PLC0415
        from participation.kinds import register  # noqa: PLC0415

        ERASERS.append(erase)
        EXPORTERS.append(export)
        register(NORMS)
        register(ARTICLES)
        register(ANNOTATIONS)
