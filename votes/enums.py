from django.db import models
from django.utils.translation import gettext_lazy as _


class UrnState(models.TextChoices):
    """How far an urn has come. Whether it takes ballots now, the clock says too."""

    PREPARED = "prepared", _("Being prepared")
    FROZEN = "frozen", _("Rules frozen")
    READY = "ready", _("Keys proven")
    CLOSED = "closed", _("Closed")
    OPENED = "opened", _("Opened")
    CANCELLED = "cancelled", _("Called off")


class CastChannel(models.TextChoices):
    """By what way somebody voted. Who voted on paper votes on the web no more."""

    WEB = "web", _("Web")
    ASSISTED = "assisted", _("With help at a desk")
    PAPER = "paper", _("On paper")
