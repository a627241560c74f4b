from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposalState(models.TextChoices):
    """Where a proposal stands. The legal ways from one to the next are in actions.py."""

    DRAFT = "draft", _("Draft")
    GATHERING = "gathering", _("Gathering supports")
    THRESHOLD = "threshold", _("Threshold reached")
    EVALUATION = "evaluation", _("Under evaluation")
    ANSWERED = "answered", _("Answered")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    RETIRED = "retired", _("Withdrawn by its author")
    ARCHIVED = "archived", _("Archived")
    MERGED = "merged", _("Joined to another")


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    IN_PART = "in_part", _("Accepted in part")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")


class IntakeClass(models.TextChoices):
    """What somebody came with, as the sorting question puts it."""

    PROPOSAL = "proposal", _("I have a proposal for everybody")
    WORK = "work", _("I ask for a work: a road, a bridge, a classroom")
    COMPLAINT = "complaint", _("I have a complaint about a service or an official")
    JOB = "job", _("I am looking for a job")


class MilestoneState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")


class AuthorKind(models.TextChoices):
    PERSON = "person", _("A person")
    ORGANISATION = "organisation", _("An organisation")
