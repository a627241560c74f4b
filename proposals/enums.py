from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


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
    ACCEPTED = "accepted", pgettext_lazy("decision", "Accepted")
    IN_PART = "in_part", pgettext_lazy("decision", "Accepted in part")
    NOT_ACCEPTED = "not_accepted", pgettext_lazy("decision", "Not accepted")


class VoteVerdict(models.TextChoices):
    """What became of a request to put a proposal to the vote."""

    ACCEPTED = "accepted", _("It will be put to the vote")
    DECLINED = "declined", _("It will not be put to the vote")
    WITHDRAWN = "withdrawn", _("Withdrawn with the proposal")


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


class Step(models.TextChoices):
    """What staff do to move a proposal on, as their buttons say it."""

    START_EVALUATION = "start_evaluation", _("Start the evaluation")
    PUBLISH_ANSWER = "publish_answer", _("Publish the answer")
    START_WORK = "start_work", _("Start the work")
    FINISH = "finish", _("Say that it is done")
    REOPEN = "reopen", _("Take the work up again")


# The legal ways of staff: from which states a step may be taken, and where it leads.
WAYS = {
    Step.START_EVALUATION: ((ProposalState.THRESHOLD,), ProposalState.EVALUATION),
    Step.PUBLISH_ANSWER: (
        (ProposalState.THRESHOLD, ProposalState.EVALUATION),
        ProposalState.ANSWERED,
    ),
    Step.START_WORK: ((ProposalState.ANSWERED,), ProposalState.IN_PROGRESS),
    Step.FINISH: ((ProposalState.IN_PROGRESS,), ProposalState.DONE),
    Step.REOPEN: ((ProposalState.DONE,), ProposalState.IN_PROGRESS),
}
# What may still be joined to another: nothing that has been answered or closed.
MERGEABLE_STATES = (ProposalState.GATHERING, ProposalState.THRESHOLD, ProposalState.EVALUATION)


class Order(models.TextChoices):
    """How a list is ordered; the words stand in its address."""

    TRENDING = "tendencia", _("Trending")
    SUPPORTS = "apoyos", _("Most supported")
    NEWEST = "recientes", _("Newest")
    CLOSEST = "cerca", _("Closest to the threshold")
    RELEVANCE = "parecido", _("Best match")
    RANDOM = "azar", _("Shuffled")


class Period(models.TextChoices):
    WEEK = "semana", _("In the last week")
    MONTH = "mes", _("In the last month")
    YEAR = "anio", _("In the last year")
