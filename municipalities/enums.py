from django.db import models
from django.utils.translation import gettext_lazy as _


class PlaceLevel(models.TextChoices):
    REGION = "region", _("Region")
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")


class MunicipalityKind(models.TextChoices):
    REGION = "region", _("Regional government")
    PROVINCIAL = "provincial", _("Provincial municipality")
    DISTRICT = "district", _("District municipality")


class MunicipalityState(models.TextChoices):
    """How far a municipality is with its space; only an open one accepts participation."""

    INVITED = "invited", _("Invited")
    PREPARING = "preparing", _("Preparing")
    OPEN = "open", _("Open")
    PAUSED = "paused", _("Paused")


class Module(models.TextChoices):
    """A way of taking part that a municipality may switch on."""

    PROPOSALS = "proposals", _("Proposals")
    DEBATES = "debates", _("Debates")
    VOTES = "votes", _("Votes")
    BUDGETS = "budgets", _("Participatory budget")
    NORMS = "norms", _("Norms under debate")
