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


class MunicipalityVerb(models.TextChoices):
    """What staff may do to a municipality's space."""

    OPENED = "opened", _("Space opened")
    PAUSED = "paused", _("Space paused")
    PREPARING = "preparing", _("Preparation begun")
    MOVED = "moved", _("Address changed")
    MODULES = "modules", _("Ways of taking part changed")
    SETTINGS = "settings", _("Settings changed")


class PopulationSource(models.TextChoices):
    """Who counted. Figures of two sources are never mixed in one rate."""

    CENSUS = "INEI censo", _("INEI, census")
    PROJECTION = "INEI proyección", _("INEI, projection")
    MINAM = "MINAM", _("MINAM, municipal data")


class ImportState(models.TextChoices):
    """How far a padrón's file is on its way in; nothing is stored before it is confirmed."""

    WAITING = "waiting", _("Waiting to be read")
    READY = "ready", _("Ready to be confirmed")
    STORING = "storing", _("Being stored")
    DONE = "done", _("Stored")
    FAILED = "failed", _("Could not be read")
    CANCELLED = "cancelled", _("Cancelled")
