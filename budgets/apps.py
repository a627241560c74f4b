from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BudgetsConfig(AppConfig):
    name = "budgets"
    verbose_name = _("Participatory budgets")

    def ready(self):
        from accounts.hooks import ERASERS, EXPORTERS  # noqa: PLC0415  once all rooms are there
        from budgets.kind import BUDGETS, WORKS  # noqa: PLC0415
        from budgets.people import erase, export  # noqa: PLC0415
        from participation.kinds import register  # noqa: PLC0415

        ERASERS.append(erase)
        EXPORTERS.append(export)
        register(BUDGETS)
        register(WORKS)
