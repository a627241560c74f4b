from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.enums import (
    ConflictKind,
    ConflictState,
    InterestState,
    MechanismState,
)
from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality, Place


class BaselineSheetQuerySet(models.QuerySet["BaselineSheet"]):
    def locked(self) -> Self:
        return self.exclude(locked_at=None)


class BaselineSheet(models.Model):
    """How participation stands in a municipality in a year; locked with day and person.

    What is wrong in a locked sheet is mended by a new version with its reason; the old one stays.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="baselines", verbose_name=_("municipality")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    reason = models.TextField(_("why there is a new version"), max_length=1_000, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField(_("begun"), default=timezone.now)
    answered_by = models.CharField(_("who answers"), max_length=160, blank=True)
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("locked by"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    invented = models.BooleanField(_("invented for the demo"), default=False)

    objects = BaselineSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        ordering = ["-year", "municipality", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "year", "version"], name="agreements_baselinesheet_once"
            ),
            set_together("locked_at", "locked_by"),
            models.CheckConstraint(
                name="agreements_baselinesheet_new_version_says_why",
                condition=Q(version=1) | ~Q(reason=""),
                violation_error_message=_("Say why there is a new version."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality} {self.year}"

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


class BaselineCell(models.Model):
    """A mechanism of participation in a sheet (municipalities.mechanisms has their codes)."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    sheet = models.ForeignKey(
        BaselineSheet, models.CASCADE, related_name="cells", verbose_name=_("baseline")
    )
    mechanism = models.CharField(_("mechanism"), max_length=20)
    state = models.CharField(
        _("state"), max_length=9, choices=MechanismState, default=MechanismState.UNKNOWN
    )
    norm = models.CharField(_("norm"), max_length=160, blank=True)
    last_act_on = models.DateField(_("last act"), null=True, blank=True)
    mandate_ends_on = models.DateField(_("mandate until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("mechanism of a baseline")
        verbose_name_plural = _("mechanisms of baselines")
        ordering = ["sheet", "mechanism"]
        constraints = [
            one_of("state", MechanismState),
            models.UniqueConstraint(
                fields=["sheet", "mechanism"], name="agreements_baselinecell_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism}: {self.get_state_display()}"

    @property
    def mandate_is_over(self) -> bool:
        """From the day after its last one, without anybody having to write it down."""
        return bool(self.mandate_ends_on and self.mandate_ends_on < timezone.localdate())


class BaselineAnswer(models.Model):
    """An answer of the questionnaire; an empty number is «no data», never zero."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    sheet = models.ForeignKey(
        BaselineSheet, models.CASCADE, related_name="answers", verbose_name=_("baseline")
    )
    question = models.CharField(_("question"), max_length=40)
    number = models.DecimalField(
        _("number"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    text = models.CharField(_("text"), max_length=600, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("answer of a baseline")
        verbose_name_plural = _("answers of baselines")
        ordering = ["sheet", "question"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "question"], name="agreements_baselineanswer_once"
            )
        ]

    def __str__(self) -> str:
        return self.question


class Conflict(models.Model):
    """A case of a month in the Defensoría's report of social conflicts, without names of people."""

    report = models.PositiveSmallIntegerField(_("number of the report"))
    month = models.DateField(_("month"), help_text=_("Its first day."))
    code = models.CharField(_("case"), max_length=40)
    title = models.CharField(_("title"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=19, choices=ConflictKind)
    state = models.CharField(_("state"), max_length=9, choices=ConflictState)
    phase = models.CharField(_("phase"), max_length=20, blank=True)
    ubigeos = ArrayField(
        models.CharField(max_length=6), verbose_name=_("ubigeos"), default=list, blank=True
    )
    actors = models.CharField(_("actors"), max_length=600, blank=True)
    source_url = models.URLField(_("source"), blank=True)

    class Meta:
        verbose_name = _("social conflict")
        verbose_name_plural = _("social conflicts")
        ordering = ["-month", "code"]
        constraints = [
            one_of("kind", ConflictKind),
            one_of("state", ConflictState),
            models.UniqueConstraint(fields=["report", "code"], name="agreements_conflict_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.code}"


class MoneyReceived(models.Model):
    """Canon, regalías and the like that a municipality received in a year, in soles (MEF)."""

    place = models.ForeignKey(
        Place, models.PROTECT, related_name="money_received", verbose_name=_("place")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    item = models.CharField(_("rubro"), max_length=80)
    amount = models.DecimalField(_("amount in soles"), max_digits=14, decimal_places=2)
    source = models.CharField(_("source"), max_length=300)
    as_of = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("canon and regalías")
        verbose_name_plural = _("canon and regalías")
        ordering = ["-year", "place", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "year", "item"], name="agreements_moneyreceived_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.year} {self.item}"


class PriorityInput(models.Model):
    """A figure of a place that the index weighs, and no other table has: poverty, for one."""

    place = models.ForeignKey(
        Place, models.PROTECT, related_name="priority_inputs", verbose_name=_("place")
    )
    variable = models.CharField(_("variable"), max_length=20)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    source = models.CharField(_("source"), max_length=300)
    as_of = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("figure for the priorities")
        verbose_name_plural = _("figures for the priorities")
        ordering = ["variable", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "variable", "as_of"], name="agreements_priorityinput_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.variable}"


class PriorityScenario(models.Model):
    """Weights of the index, with their day and who set them. Only ever added; the newest holds."""

    name = models.CharField(_("name"), max_length=120)
    weights = models.JSONField(_("weights"))
    reason = models.TextField(_("why these"), max_length=1_000)
    day = models.DateField(_("day"), default=timezone.localdate)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("weights of the priorities")
        verbose_name_plural = _("weights of the priorities")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class Interest(models.Model):
    """A municipality says that it wants a practice, was invited, or declined: in public."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    practice = models.ForeignKey(
        "agreements.Practice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="interests",
        verbose_name=_("practice"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=InterestState, default=InterestState.INTERESTED
    )
    letter = models.CharField(_("letter of the mayor's office"), max_length=160, blank=True)
    text = models.TextField(_("why"), max_length=2_000, blank=True)
    answer = models.TextField(_("what was answered"), max_length=1_000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("expression of interest")
        verbose_name_plural = _("expressions of interest")
        ordering = ["-at", "-pk"]
        constraints = [one_of("state", InterestState)]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.get_state_display()}"
