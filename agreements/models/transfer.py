from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Area, Gender
from agreements.enums import (
    ActivityKind,
    ActivityState,
    AdaptationChoice,
    Adoption,
    EvidenceState,
    Medium,
    OrganizationKind,
    Outreach,
    PieceKind,
    PolicyArea,
    TransferState,
)
from agreements.models.actors import Office, Organization
from agreements.models.agreement import Agreement
from agreements.models.plan import Milestone
from agreements.models.practice import Component, PracticeVersion, Requirement
from decide.common.constraints import one_of
from municipalities.mechanisms import MECHANISMS
from municipalities.models import Municipality


class TransferQuerySet(models.QuerySet["Transfer"]):
    def active(self) -> Self:
        return self.exclude(state=TransferState.ABANDONED)

    def published(self) -> Self:
        return self.exclude(published_at=None)

    def with_level(self) -> Self:
        """How deep each has taken root today, by its latest step; None without any."""
        steps = AdoptionStep.objects.filter(transfer=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            level=Subquery(steps.values("level")[:1]),
            is_partial=Subquery(steps.values("is_partial")[:1]),
        )

    def with_done(self) -> Self:
        """How many pieces are planned, and how many of them have accepted evidence."""
        planned = Q(pieces__is_planned=True)
        accepted = planned & Q(pieces__evidence__state=EvidenceState.ACCEPTED)
        return self.annotate(
            planned=Count("pieces", filter=planned, distinct=True),
            verified=Count("pieces", filter=accepted, distinct=True),
        )


class Transfer(models.Model):
    """A version of a practice handed to a municipality under a convenio.

    It is done when six things can be looked at (Piece), verified by somebody else.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="transfers", verbose_name=_("municipality")
    )
    version = models.ForeignKey(
        PracticeVersion, models.PROTECT, related_name="transfers", verbose_name=_("practice")
    )
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers",
        verbose_name=_("convenio"),
    )
    donor = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="given",
        verbose_name=_("who hands it on"),
    )
    state = models.CharField(
        _("state"), max_length=9, choices=TransferState, default=TransferState.INTEREST
    )
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)
    mechanism = models.CharField(_("mechanism"), max_length=20, blank=True)
    target = models.CharField(_("what is to be reached"), max_length=300, blank=True)
    mentor = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mentored",
        verbose_name=_("who accompanies"),
    )
    local_name = models.CharField(_("name it has here"), max_length=200, blank=True)
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("to be done by"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    invented = models.BooleanField(_("invented for the demo"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            one_of("state", TransferState),
            models.UniqueConstraint(
                fields=["municipality", "version"],
                condition=~Q(state="abandoned"),
                name="agreements_transfer_one_active",
                violation_error_message=_("This practice is being transferred here already."),
            ),
            models.CheckConstraint(
                name="agreements_transfer_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="agreements_transfer_is_under_a_convenio",
                condition=Q(state__in=["interest", "readiness", "abandoned"])
                | Q(agreement__isnull=False),
                violation_error_message=_("A transfer is planned under a convenio."),
            ),
            models.CheckConstraint(
                name="agreements_transfer_given_up_says_why",
                condition=~Q(state__in=["suspended", "abandoned"]) | ~Q(state_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} → {self.municipality}"

    def get_absolute_url(self) -> str:
        return reverse("agreements:transfer", args=[self.pk])

    @property
    def mechanism_name(self) -> str:
        return next((str(one.name) for one in MECHANISMS if one.code == self.mechanism), "")

    @property
    def badge(self) -> tuple[str, str, str]:
        """The state in a word, with its tone and icon."""
        tone, icon = {
            TransferState.UNDERWAY: ("open", "clock"),
            TransferState.ACCEPTED: ("good", "check"),
            TransferState.SUSPENDED: ("wait", "alert"),
            TransferState.ABANDONED: ("bad", "cross"),
        }.get(self.state, ("quiet", "circle"))
        return self.get_state_display(), tone, icon


class ReadinessAnswer(models.Model):
    """Whether a municipality has what a practice needs, and what it does about it if not."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    transfer = models.ForeignKey(
        Transfer, models.CASCADE, related_name="readiness", verbose_name=_("transfer")
    )
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, related_name="+", verbose_name=_("what is needed")
    )
    is_met = models.BooleanField(_("it is there"))
    note = models.CharField(
        _("what is missing, and what is done about it"), max_length=600, blank=True
    )

    class Meta:
        verbose_name = _("answer on readiness")
        verbose_name_plural = _("answers on readiness")
        ordering = ["transfer", "requirement"]
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "requirement"], name="agreements_readinessanswer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.is_met}"


class Adaptation(models.Model):
    """What a place does with a component: keeps it, shapes it or drops it, why, and by which norm."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    transfer = models.ForeignKey(
        Transfer, models.CASCADE, related_name="adaptations", verbose_name=_("transfer")
    )
    component = models.ForeignKey(
        Component, models.PROTECT, related_name="+", verbose_name=_("component")
    )
    choice = models.CharField(
        _("what is done with it"),
        max_length=5,
        choices=AdaptationChoice,
        default=AdaptationChoice.KEEP,
    )
    what = models.TextField(_("how it is here"), max_length=2_000, blank=True)
    why = models.TextField(_("why"), max_length=1_000, blank=True)
    norm = models.CharField(_("local norm that adopts it"), max_length=160, blank=True)
    verified_on = models.DateField(_("seen working on"), null=True, blank=True)

    class Meta:
        verbose_name = _("adaptation")
        verbose_name_plural = _("adaptations")
        ordering = ["transfer", "component"]
        constraints = [
            one_of("choice", AdaptationChoice),
            models.UniqueConstraint(
                fields=["transfer", "component"], name="agreements_adaptation_once"
            ),
            models.CheckConstraint(
                name="agreements_adaptation_says_why",
                condition=Q(choice="keep") | ~Q(why=""),
                violation_error_message=_("Say why it is not kept as it is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component}: {self.get_choice_display()}"


class Piece(models.Model):
    """One of the six things that make a transfer; done once its evidence is accepted."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    transfer = models.ForeignKey(
        Transfer, models.CASCADE, related_name="pieces", verbose_name=_("transfer")
    )
    kind = models.CharField(_("which"), max_length=10, choices=PieceKind)
    is_planned = models.BooleanField(_("planned"), default=True)
    why_not = models.CharField(_("why it is not planned"), max_length=300, blank=True)
    detail = models.CharField(_("what exactly"), max_length=300, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)

    class Meta:
        verbose_name = _("piece of a transfer")
        verbose_name_plural = _("pieces of transfers")
        ordering = ["transfer", "pk"]
        constraints = [
            one_of("kind", PieceKind),
            models.UniqueConstraint(fields=["transfer", "kind"], name="agreements_piece_once"),
            models.CheckConstraint(
                name="agreements_piece_left_out_says_why",
                condition=Q(is_planned=True) | ~Q(why_not=""),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Activity(models.Model):
    """A meeting, workshop, visit… with its hours and people, for one main commitment only."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="activities", verbose_name=_("municipality")
    )
    transfer = models.ForeignKey(
        Transfer,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("transfer"),
    )
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("convenio"),
    )
    milestone = models.ForeignKey(
        Milestone,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("counts for the milestone"),
    )
    kind = models.CharField(_("form"), max_length=11, choices=ActivityKind)
    title = models.CharField(_("title"), max_length=200)
    day = models.DateField(_("day"))
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1)
    place = models.CharField(_("place"), max_length=160, blank=True)
    facilitators = models.CharField(_("facilitators"), max_length=300, blank=True)
    organizations = models.ManyToManyField(
        Organization, blank=True, related_name="activities", verbose_name=_("institutions")
    )
    planned_people = models.PositiveIntegerField(_("people expected"), null=True, blank=True)
    policy_areas = ArrayField(
        models.CharField(max_length=13, choices=PolicyArea),
        verbose_name=_("policy areas"),
        default=list,
        blank=True,
    )
    state = models.CharField(
        _("state"), max_length=9, choices=ActivityState, default=ActivityState.PLANNED
    )
    decisions = models.TextField(_("what was decided"), max_length=4_000, blank=True)
    outcome = models.TextField(_("what came of it"), max_length=4_000, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-day", "-pk"]
        constraints = [
            one_of("kind", ActivityKind),
            one_of("state", ActivityState),
            models.CheckConstraint(
                name="agreements_activity_policy_areas_are_known",
                condition=Q(policy_areas__contained_by=PolicyArea.values),
            ),
            models.CheckConstraint(
                name="agreements_activity_has_hours",
                condition=Q(hours__gt=0, hours__lte=400),
                violation_error_message=_("Say how many hours, more than 0."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-day"], name="agreements_activity_latest")]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """How many people of one office, gender and area were there: counts, never names.

    `before` and `after` are the means of a test from 0 to 20; `passed` how many passed it.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="attendance", verbose_name=_("activity")
    )
    office = models.CharField(_("office or organisation"), max_length=160, blank=True)
    actor = models.CharField(
        _("kind of actor"), max_length=14, choices=OrganizationKind, blank=True
    )
    gender = models.CharField(_("gender"), max_length=12, choices=Gender, blank=True)
    area = models.CharField(_("area"), max_length=6, choices=Area, blank=True)
    people = models.PositiveIntegerField(_("people"))
    passed = models.PositiveIntegerField(_("passed the test"), null=True, blank=True)
    before = models.DecimalField(
        _("mean before"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    after = models.DecimalField(
        _("mean after"), max_digits=4, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["activity", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "office", "actor", "gender", "area"],
                name="agreements_attendance_once",
            ),
            models.CheckConstraint(
                name="agreements_attendance_people_are_known",
                condition=Q(gender__in=["", *Gender.values])
                & Q(area__in=["", *Area.values])
                & Q(actor__in=["", *OrganizationKind.values]),
            ),
            models.CheckConstraint(
                name="agreements_attendance_no_more_pass_than_come",
                condition=Q(passed=None) | Q(passed__lte=F("people")),
                violation_error_message=_("No more people can pass than were there."),
            ),
            models.CheckConstraint(
                name="agreements_attendance_marks_are_0_to_20",
                condition=(Q(before=None) | Q(before__gte=0, before__lte=20))
                & (Q(after=None) | Q(after__gte=0, after__lte=20)),
                violation_error_message=_("Marks go from 0 to 20."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.people}"


class AdoptionStep(models.Model):
    """How deep a practice has taken root in a municipality, from a day: up or down. Only added."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="adoption", verbose_name=_("transfer")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Adoption)
    day = models.DateField(_("since"), default=timezone.localdate)
    is_partial = models.BooleanField(_("partial: a core component was dropped"), default=False)
    reason = models.TextField(_("reason"), max_length=1_000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("level of adoption")
        verbose_name_plural = _("levels of adoption")
        ordering = ["transfer", "pk"]
        constraints = [one_of("level", Adoption)]

    def __str__(self) -> str:
        return f"{self.transfer_id}: {self.level}"


class Advice(models.Model):
    """Advice the region gave a municipality: when, about what, how, how long (requirement R32)."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="advice", verbose_name=_("municipality")
    )
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="advice",
        verbose_name=_("convenio"),
    )
    day = models.DateField(_("day"))
    topic = models.CharField(_("topic"), max_length=200)
    medium = models.CharField(_("how"), max_length=6, choices=Medium)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1)
    agreed = models.TextField(_("what was agreed"), max_length=1_000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("advice given")
        verbose_name_plural = _("log of advice")
        ordering = ["-day", "-pk"]
        constraints = [
            one_of("medium", Medium),
            models.CheckConstraint(
                name="agreements_advice_has_hours",
                condition=Q(hours__gt=0),
                violation_error_message=_("Say how many hours, more than 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.topic


class OutreachAct(models.Model):
    """How people were told of what is transferred: a campaign's act, with its proof as evidence."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    transfer = models.ForeignKey(
        Transfer,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="outreach",
        verbose_name=_("transfer"),
    )
    campaign = models.CharField(_("campaign"), max_length=160)
    channel = models.CharField(_("channel"), max_length=11, choices=Outreach)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    place = models.CharField(_("place"), max_length=160, blank=True)
    reached = models.PositiveIntegerField(_("people reached, estimated"), null=True, blank=True)
    how_known = models.CharField(_("how that is known"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("act of dissemination")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            one_of("channel", Outreach),
            models.CheckConstraint(
                name="agreements_outreachact_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.get_channel_display()}"
