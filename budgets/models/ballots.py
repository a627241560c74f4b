from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.enums import CountState, Purpose
from budgets.models.budget import Budget, Heading
from budgets.models.works import Work
from decide.common.constraints import one_of
from municipalities.models import Municipality
from votes.models import Poll


class Ballot(models.Model):
    """The vote on the urn that a budget holds: who asks, with votes.Poll doing the rest."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="ballots")
    purpose = models.CharField(_("for what"), max_length=9, choices=Purpose)
    poll = models.OneToOneField(Poll, models.PROTECT, related_name="budget_ballot")
    replaced_at = models.DateTimeField(
        _("replaced"), null=True, blank=True, help_text=_("Called off, with another in its place.")
    )

    class Meta:
        verbose_name = _("vote of a budget")
        verbose_name_plural = _("votes of budgets")
        ordering = ["pk"]
        constraints = [
            one_of("purpose", Purpose),
            models.UniqueConstraint(
                fields=["budget", "purpose"],
                condition=Q(replaced_at=None),
                name="budgets_ballot_one_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id}: {self.purpose}"


class TallySheet(models.Model):
    """How the agents of a heading voted by hand or in their own box, typed by one of two people."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    heading = models.ForeignKey(Heading, models.PROTECT, related_name="tally_sheets")
    entry = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    present = models.PositiveIntegerField(_("agents with a vote who were present"))
    note = models.TextField(_("notes"), max_length=1_000, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sheet of a vote by hand")
        verbose_name_plural = _("sheets of votes by hand")
        ordering = ["heading", "entry"]
        constraints = [
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_tally_place"),
            models.CheckConstraint(
                name="budgets_tally_entry_is_known", condition=Q(entry__in=[1, 2])
            ),
            models.UniqueConstraint(fields=["heading", "entry"], name="budgets_tally_once"),
            models.UniqueConstraint(fields=["heading", "by"], name="budgets_tally_by_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.heading_id}/{self.entry}"


class TallyLine(models.Model):
    """Votes of one work on a sheet."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    sheet = models.ForeignKey(TallySheet, models.CASCADE, related_name="lines")
    work = models.ForeignKey(Work, models.PROTECT, related_name="+")
    votes = models.PositiveIntegerField(_("votes"))

    class Meta:
        verbose_name = _("line of a vote by hand")
        verbose_name_plural = _("lines of votes by hand")
        ordering = ["sheet", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "work"], name="budgets_tallyline_once")
        ]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.votes}"


class ImportedElection(models.Model):
    """A real election of another place, read from a .pb file, to be counted and shown.

    `source` keeps the file as it came; it never mixes with what people here decide.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    name = models.CharField(_("name"), max_length=160)
    source = models.TextField(_("the .pb file"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    works = models.PositiveIntegerField(_("works"))
    ballots = models.PositiveIntegerField(_("ballots"))
    money = models.BigIntegerField(_("money"))
    currency = models.CharField(_("currency"), max_length=10, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("brought in"), default=timezone.now)

    class Meta:
        verbose_name = _("imported election")
        verbose_name_plural = _("imported elections")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_election_place"),
            models.UniqueConstraint(
                fields=["municipality", "sha256"], name="budgets_election_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CountQuerySet(models.QuerySet["Count"]):
    def official(self) -> Self:
        return self.filter(is_official=True)

    def done(self) -> Self:
        return self.filter(state=CountState.DONE)

    def unfinished(self) -> Self:
        return self.filter(state__in=[CountState.WAITING, CountState.RUNNING])


class Count(models.Model):
    """One count of a heading, or of an imported election, under one rule, made by a task.

    The official one is of the budget's own rule; any other answers "what if", and pages mark it
    so. `result` is what budgets/counting gives, whose works are named by their code. `ballots`
    is the hash of what was counted, so that counting again can be compared.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    heading = models.ForeignKey(
        Heading,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="counts",
        verbose_name=_("heading"),
    )
    election = models.ForeignKey(
        ImportedElection,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="counts",
        verbose_name=_("imported election"),
    )
    purpose = models.CharField(
        _("of which vote"), max_length=9, choices=Purpose, default=Purpose.RESIDENTS
    )
    rule = models.JSONField(_("rule"))
    rule_key = models.CharField(_("short name of the rule"), max_length=80, editable=False)
    is_official = models.BooleanField(_("decides"), default=False)
    state = models.CharField(
        _("state"), max_length=7, choices=CountState, default=CountState.WAITING
    )
    tries = models.PositiveIntegerField(
        default=0,
        help_text=_("How often the money of each was raised so far; nobody knows how many."),
    )
    told_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When who counts it was last heard of.")
    )
    problem = models.TextField(_("why it stopped"), blank=True)
    result: Any = models.JSONField(_("result"), null=True, blank=True)
    ballots = models.BinaryField(max_length=32, null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = CountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            one_of("state", CountState),
            one_of("purpose", Purpose),
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_count_place"),
            models.CheckConstraint(
                name="budgets_count_of_one_thing",
                condition=Q(heading__isnull=False, election=None)
                | Q(heading=None, election__isnull=False, is_official=False),
            ),
            models.CheckConstraint(
                name="budgets_count_done_has_a_result",
                condition=~Q(state=CountState.DONE)
                | Q(result__isnull=False, finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="budgets_count_stopped_says_why",
                condition=~Q(state=CountState.FAILED) | ~Q(problem=""),
            ),
            models.UniqueConstraint(
                fields=["heading"],
                condition=Q(is_official=True),
                name="budgets_count_official_once",
            ),
            models.UniqueConstraint(
                fields=["heading", "election", "purpose", "rule_key", "is_official"],
                nulls_distinct=False,
                name="budgets_count_rule_once",
            ),
        ]

    def __str__(self) -> str:
        return self.rule_key

    @property
    def digest_hex(self) -> str:
        return bytes(self.ballots).hex() if self.ballots else ""

    @property
    def is_under_way(self) -> bool:
        return self.state in (CountState.WAITING, CountState.RUNNING)
