from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.enums import (
    Ambition,
    Assessor,
    Completion,
    EarlyResult,
    Gate,
    OgpValue,
    PolicyArea,
)
from agreements.models.actors import Office, Organization
from decide.common.constraints import one_of
from municipalities.models import Municipality, private_storage


class ActionPlan(models.Model):
    """A plan of open government. LAL0009 is of one; a later one is a row like it."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=200)
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    source_url = models.URLField(_("source"), blank=True)

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                name="agreements_actionplan_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Commitment(models.Model):
    """What a plan promises, with the dates of the whole and who leads it."""

    plan = models.ForeignKey(
        ActionPlan, models.PROTECT, related_name="commitments", verbose_name=_("action plan")
    )
    code = models.CharField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=300)
    purpose = models.TextField(_("purpose, in one sentence"), max_length=600)
    lead = models.CharField(_("lead institution"), max_length=300, blank=True)
    support = models.TextField(_("supporting institutions"), max_length=1_000, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    policy_areas = ArrayField(
        models.CharField(max_length=13, choices=PolicyArea),
        verbose_name=_("policy areas"),
        default=list,
        blank=True,
    )
    source_url = models.URLField(_("official text"), blank=True)
    related = models.ManyToManyField("self", blank=True, verbose_name=_("related commitments"))

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                name="agreements_commitment_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="agreements_commitment_policy_areas_are_known",
                condition=Q(policy_areas__contained_by=PolicyArea.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"


class Milestone(models.Model):
    """One of a commitment's milestones. They are cumulative: each needs the one before.

    LAL0009 gives dates to the whole and none to its milestones: they stay empty, are shown as
    «no date of its own in the plan», and are demanded of each work plan.
    """

    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="milestones", verbose_name=_("commitment")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    gate = models.CharField(_("what it is about"), max_length=13, choices=Gate)
    text = models.TextField(_("text of the plan"), max_length=1_000)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    values = ArrayField(
        models.CharField(max_length=14, choices=OgpValue),
        verbose_name=_("values of open government it serves"),
        default=list,
        blank=True,
    )
    why = models.TextField(_("why it serves them"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["commitment", "number"]
        constraints = [
            one_of("gate", Gate),
            models.UniqueConstraint(
                fields=["commitment", "number"], name="agreements_milestone_number_once"
            ),
            models.UniqueConstraint(
                fields=["commitment", "gate"], name="agreements_milestone_gate_once"
            ),
            models.CheckConstraint(
                name="agreements_milestone_values_are_known",
                condition=Q(values__contained_by=OgpValue.values),
            ),
            models.CheckConstraint(
                name="agreements_milestone_technology_alone_is_not_relevant",
                condition=~Q(values=[OgpValue.TECHNOLOGY]),
                violation_error_message=_(
                    "Technology alone does not open government: name the value it serves."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.get_gate_display()}"


class Responsibility(models.Model):
    """Which office answers for a milestone, from a day until a day."""

    milestone = models.ForeignKey(
        Milestone, models.PROTECT, related_name="responsible", verbose_name=_("milestone")
    )
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="milestones", verbose_name=_("office")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("responsible office")
        verbose_name_plural = _("responsible offices")
        ordering = ["milestone", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone"],
                condition=Q(ends_on=None),
                name="agreements_responsibility_one_at_a_time",
                violation_error_message=_("One office answers for a milestone at a time."),
            ),
            models.CheckConstraint(
                name="agreements_responsibility_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone}: {self.office}"


class Assessment(models.Model):
    """What somebody holds of a commitment or a milestone, for a municipality or for the whole.

    Only ever added. An empty level of the IRM means that the IRM gave none, and is shown so.
    The row of the whole commitment is of the regional government's own municipality row.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="assessments", verbose_name=_("commitment")
    )
    milestone = models.ForeignKey(
        Milestone,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        verbose_name=_("milestone"),
    )
    assessor = models.CharField(_("who assesses"), max_length=11, choices=Assessor)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    day = models.DateField(_("day"), default=timezone.localdate)
    completion = models.CharField(_("completion"), max_length=11, choices=Completion, blank=True)
    early_results = models.CharField(
        _("did it open government?"), max_length=11, choices=EarlyResult, blank=True
    )
    ambition = models.CharField(_("ambition"), max_length=8, choices=Ambition, blank=True)
    verifiable = models.BooleanField(_("verifiable"), null=True, blank=True)
    relevant = models.BooleanField(_("relevant"), null=True, blank=True)
    narrative = models.TextField(_("what it rests on"), max_length=4_000, blank=True)
    source_url = models.URLField(_("source"), blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-day", "-pk"]
        constraints = [
            one_of("assessor", Assessor),
            models.CheckConstraint(
                name="agreements_assessment_levels_are_known",
                condition=Q(completion__in=["", *Completion.values])
                & Q(early_results__in=["", *EarlyResult.values])
                & Q(ambition__in=["", *Ambition.values]),
            ),
            models.CheckConstraint(
                name="agreements_assessment_says_on_what_it_rests",
                condition=~Q(early_results__in=[EarlyResult.MAJOR, EarlyResult.OUTSTANDING])
                | ~Q(narrative=""),
                violation_error_message=_("Say on what it rests: more than marginal needs it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment.code} {self.get_assessor_display()} {self.day}"


class SourceDocument(models.Model):
    """An official document with its address, and a copy for the day the address is gone."""

    title = models.CharField(_("title"), max_length=300)
    url = models.URLField(_("address"), max_length=500)
    commitment = models.ForeignKey(
        Commitment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("commitment"),
    )
    retrieved_on = models.DateField(_("retrieved on"))
    file = models.FileField(
        _("copy"), upload_to="sources/", storage=private_storage, blank=True, max_length=200
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("official document")
        verbose_name_plural = _("official documents")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
