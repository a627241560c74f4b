from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Area, Gender
from agreements.enums import (
    Adding,
    AgeGroup,
    Direction,
    EntryState,
    IndicatorLevel,
    PeriodState,
    ValueType,
)
from decide.common.constraints import one_of
from municipalities.models import Municipality
from participation.enums import AgeBand, Channel, InterventionKind


class Indicator(models.Model):
    """What is measured, defined once for everybody. `computed` names the rule that reads it from
    the ledger or from transfers; without one, people enter it."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name_es = models.CharField(_("name in Spanish"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160)
    definition = models.TextField(_("definition"), max_length=2_000)
    formula = models.TextField(_("formula"), max_length=1_000)
    unit = models.CharField(_("unit"), max_length=60)
    level = models.CharField(_("tells of"), max_length=7, choices=IndicatorLevel)
    value_type = models.CharField(
        _("kind of value"), max_length=7, choices=ValueType, default=ValueType.NUMBER
    )
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction, default=Direction.UP
    )
    over_time = models.CharField(_("over time"), max_length=7, choices=Adding, default=Adding.SUM)
    over_places = models.CharField(
        _("over places"), max_length=7, choices=Adding, default=Adding.SUM
    )
    numerator = models.CharField(_("numerator"), max_length=200, blank=True)
    denominator = models.CharField(_("denominator"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300)
    limits = models.TextField(_("limits"), max_length=1_000, blank=True)
    computed = models.CharField(_("computed by"), max_length=40, blank=True)
    counts_people = models.BooleanField(
        _("counts people"),
        default=False,
        help_text=_("It is broken down by gender, area and age, and small numbers are hidden."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["position", "code"]
        constraints = [
            one_of("level", IndicatorLevel),
            one_of("value_type", ValueType),
            one_of("direction", Direction),
            one_of("over_time", Adding),
            one_of("over_places", Adding),
            models.CheckConstraint(
                name="agreements_indicator_shares_are_ratios_of_sums",
                condition=~Q(value_type__in=["percent", "rate"])
                | (
                    Q(over_time__in=["ratio", "latest"])
                    & Q(over_places="ratio")
                    & ~Q(numerator="")
                    & ~Q(denominator="")
                ),
                violation_error_message=_(
                    "Shares and rates only join as the ratio of the sums; name both sums."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_es}"


class Period(models.Model):
    """A stretch of time for which values are given; once locked they do not change."""

    label = models.CharField(_("name"), max_length=20, unique=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(
        _("state"), max_length=6, choices=PeriodState, default=PeriodState.OPEN
    )
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True, editable=False)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering = ["-starts_on", "-ends_on"]
        constraints = [
            one_of("state", PeriodState),
            models.CheckConstraint(
                name="agreements_period_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Target(models.Model):
    """Baseline and target of an indicator, for a municipality or (the region's row) for all.

    Values are numerator and denominator; a plain number has no denominator. No baseline is
    «without a baseline», in red, never zero.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="targets", verbose_name=_("indicator")
    )
    baseline = models.DecimalField(
        _("baseline"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    baseline_of = models.DecimalField(
        _("baseline, of"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    baseline_on = models.DateField(_("day of the baseline"), null=True, blank=True)
    baseline_source = models.CharField(_("source of the baseline"), max_length=300, blank=True)
    target = models.DecimalField(
        _("target"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    target_of = models.DecimalField(
        _("target, of"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    target_on = models.DateField(_("to be reached by"), null=True, blank=True)
    rationale = models.TextField(_("why this target"), max_length=600, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("baseline and target")
        verbose_name_plural = _("baselines and targets")
        ordering = ["indicator", "municipality"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "municipality"], name="agreements_target_once"
            ),
            models.CheckConstraint(
                name="agreements_target_baseline_has_a_day",
                condition=Q(baseline=None) | Q(baseline_on__isnull=False),
                violation_error_message=_("Say of which day the baseline is."),
            ),
            models.CheckConstraint(
                name="agreements_target_target_has_a_day",
                condition=Q(target=None) | Q(target_on__isnull=False),
                violation_error_message=_("Say by when the target is to be reached."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.municipality_id}"


class Entry(models.Model):
    """The value of an indicator for a municipality and a period, as people enter it.

    Sent by one and accepted by another; only accepted ones feed public numbers. If its cells do
    not add up to what was typed it is kept and marked as incomplete, never blocked.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="entries", verbose_name=_("indicator")
    )
    period = models.ForeignKey(
        Period, models.PROTECT, related_name="entries", verbose_name=_("period")
    )
    numerator = models.DecimalField(
        _("value"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    denominator = models.DecimalField(
        _("of"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    is_complete = models.BooleanField(_("broken down completely"), default=False)
    vintage = models.CharField(_("population of"), max_length=60, blank=True)
    note = models.TextField(_("note"), max_length=1_000, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=EntryState, default=EntryState.DRAFT)
    returned_why = models.TextField(_("why it was returned"), max_length=1_000, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(_("saved"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        ordering = ["-period__starts_on", "indicator", "municipality"]
        constraints = [
            one_of("state", EntryState),
            models.UniqueConstraint(
                fields=["indicator", "municipality", "period"], name="agreements_entry_once"
            ),
            models.CheckConstraint(
                name="agreements_entry_is_accepted_by_another",
                condition=Q(accepted_by=None) | ~Q(accepted_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="agreements_entry_denominator_is_not_zero",
                condition=Q(denominator=None) | Q(denominator__gt=0),
                violation_error_message=_("A share of nothing has no value."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.municipality_id} {self.period_id}"


class EntryCell(models.Model):
    """A part of an entry: gender, area and age crossed, each as a row; empty is «did not say»."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="cells", verbose_name=_("value"))
    gender = models.CharField(_("gender"), max_length=12, choices=Gender, blank=True)
    area = models.CharField(_("area"), max_length=6, choices=Area, blank=True)
    age = models.CharField(_("age"), max_length=5, choices=AgeGroup, blank=True)
    numerator = models.DecimalField(_("value"), max_digits=16, decimal_places=4)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("part of a value")
        verbose_name_plural = _("parts of values")
        ordering = ["entry", "gender", "area", "age"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "gender", "area", "age"], name="agreements_entrycell_once"
            ),
            models.CheckConstraint(
                name="agreements_entrycell_people_are_known",
                condition=Q(gender__in=["", *Gender.values])
                & Q(area__in=["", *Area.values])
                & Q(age__in=["", *AgeGroup.values]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.numerator}"


class LedgerSum(models.Model):
    """The ledger added up by day, so that a year of it is read in a moment.

    Made anew from the ledger at any time with the same result (agreements.ledger); it holds the
    ledger's rows up to the mark in LedgerMark and nothing else.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=InterventionKind)
    day = models.DateField(_("day"))
    gender = models.CharField(_("gender"), max_length=12, choices=Gender, blank=True)
    age_band = models.CharField(_("age"), max_length=5, choices=AgeBand, blank=True)
    area = models.CharField(_("area"), max_length=6, choices=Area, blank=True)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel)
    amount = models.IntegerField(_("amount"))

    class Meta:
        verbose_name = _("sum of the ledger")
        verbose_name_plural = _("sums of the ledger")
        constraints = [
            one_of("kind", InterventionKind),
            one_of("channel", Channel),
            models.UniqueConstraint(
                fields=["municipality", "day", "kind", "gender", "age_band", "area", "channel"],
                name="agreements_ledgersum_once",
            ),
            models.CheckConstraint(
                name="agreements_ledgersum_people_are_known",
                condition=Q(gender__in=["", *Gender.values])
                & Q(age_band__in=["", *AgeBand.values])
                & Q(area__in=["", *Area.values]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.kind} {self.day}: {self.amount}"


class LedgerMark(models.Model):
    """Up to which row the ledger is added up; one row."""

    through = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mark of the ledger")
        verbose_name_plural = _("marks of the ledger")

    def __str__(self) -> str:
        return str(self.through)
