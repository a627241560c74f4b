from django.db import models
from django.utils.translation import gettext_lazy as _


class InterventionKind(models.TextChoices):
    """An act of taking part, as the ledger counts it."""

    REGISTRATION = "registration", _("Registration")
    RESIDENCE = "residence", _("Residence proven")
    INTAKE_PROPOSAL = "intake_proposal", _("Came with a proposal")
    INTAKE_WORK = "intake_work", _("Came to ask for a work")
    INTAKE_COMPLAINT = "intake_complaint", _("Came with a complaint")
    INTAKE_JOB = "intake_job", _("Came to ask for a job")
    PROPOSAL = "proposal", _("Proposal published")
    SUPPORT = "support", _("Support for a proposal")
    ANSWER = "answer", _("Answer by the municipality")


class Channel(models.TextChoices):
    WEB = "web", _("Web")
    DESK = "desk", _("Desk")
    EVENT = "event", _("Event")
    IMPORT = "import", _("Brought from another portal")


class AgeBand(models.TextChoices):
    UNDER_18 = "-17", _("Under 18")
    FROM_18 = "18-29", _("18 to 29")
    FROM_30 = "30-44", _("30 to 44")
    FROM_45 = "45-59", _("45 to 59")
    FROM_60 = "60+", _("60 and over")
