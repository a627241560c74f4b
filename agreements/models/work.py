from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.enums import (
    DelayReason,
    EvidenceKind,
    EvidenceState,
    Gate,
    ItemState,
    Light,
    TaskKind,
    TaskState,
    VerificationMethod,
    VerificationResult,
)
from agreements.models.actors import Office, Organization
from agreements.models.agreement import Agreement, Party, Undertaking
from decide.common.constraints import one_of
from municipalities.models import Municipality, private_storage


class WorkItem(models.Model):
    """A step of a convenio's work plan, towards one of the five milestones, with its dates.

    `first_due_on` is the first approved date, and never changes: what slipped is
    measured against it. A change of `due_on` is a Reschedule with its reason.
    """

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="items", verbose_name=_("convenio")
    )
    undertaking = models.ForeignKey(
        Undertaking,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("undertaking"),
    )
    party = models.ForeignKey(
        Party, models.PROTECT, related_name="items", verbose_name=_("who does it")
    )
    gate = models.CharField(_("towards the milestone"), max_length=13, choices=Gate)
    name = models.CharField(_("name"), max_length=200)
    deliverable = models.CharField(_("what there is to show"), max_length=300, blank=True)
    starts_on = models.DateField(_("planned from"))
    due_on = models.DateField(_("planned until"))
    first_due_on = models.DateField(_("first approved date"), null=True, editable=False)
    done_on = models.DateField(_("actually done on"), null=True, blank=True)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2, default=1)
    is_high = models.BooleanField(_("high priority"), default=False)
    min_evidence = models.PositiveSmallIntegerField(_("pieces of evidence needed"), default=1)
    depends_on = models.ManyToManyField(
        "self", symmetrical=False, blank=True, verbose_name=_("waits for")
    )
    state = models.CharField(_("state"), max_length=9, choices=ItemState, default=ItemState.PENDING)
    returned_why = models.TextField(_("why it was returned"), max_length=1_000, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("step of a work plan")
        verbose_name_plural = _("steps of work plans")
        ordering = ["agreement", "due_on", "pk"]
        constraints = [
            one_of("gate", Gate),
            one_of("state", ItemState),
            models.CheckConstraint(
                name="agreements_workitem_ends_after_start",
                condition=Q(due_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="agreements_workitem_is_verified_by_another",
                condition=Q(verified_by=None) | ~Q(verified_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="agreements_workitem_verified_has_a_verifier",
                condition=~Q(state="verified")
                | Q(verified_by__isnull=False, submitted_by__isnull=False, done_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "state"], name="agreements_workitem_due"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state not in (ItemState.VERIFIED, ItemState.CANCELLED)

    def days_late(self, day: date | None = None) -> int:
        """How many days past what is planned now; 0 if it is not late."""
        end = self.done_on or day or timezone.localdate()
        return max((end - self.due_on).days, 0)

    @property
    def slipped(self) -> int:
        """Days between the first approved date and what is planned now."""
        return (self.due_on - (self.first_due_on or self.due_on)).days


class Reschedule(models.Model):
    """A date of a work plan that moved, and why. Only ever added."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="reschedules", verbose_name=_("convenio")
    )
    item = models.ForeignKey(
        WorkItem, models.CASCADE, related_name="reschedules", verbose_name=_("step")
    )
    before = models.DateField(_("from"))
    after = models.DateField(_("to"))
    code = models.CharField(_("kind of reason"), max_length=11, choices=DelayReason)
    reason = models.TextField(_("reason"), max_length=1_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("date that moved")
        verbose_name_plural = _("dates that moved")
        ordering = ["item", "pk"]
        constraints = [
            one_of("code", DelayReason),
            models.CheckConstraint(name="agreements_reschedule_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


SUBJECTS = (
    "item",
    "piece",
    "activity",
    "outreach",
    "adoption",
    "baseline_cell",
    "answer",
    "report",
)


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def valid(self) -> Self:
        return self.filter(state=EvidenceState.ACCEPTED)

    def waiting(self) -> Self:
        return self.filter(state=EvidenceState.UPLOADED)


class Evidence(models.Model):
    """A file or link that shows that something is so: of one thing, of the municipality that shows it.

    It is never deleted: it can be removed with a reason and stays to be read (the database refuses
    a DELETE). Whoever added it never verifies it, nor does anybody of its municipality.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind)
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(
        _("file"), upload_to="evidence/", storage=private_storage, blank=True, max_length=200
    )
    url = models.URLField(_("address"), blank=True, max_length=500)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    taken_on = models.DateField(_("of the day"), null=True, blank=True)
    public_file = models.FileField(
        _("public copy, without personal data"),
        upload_to="evidence/",
        storage=private_storage,
        blank=True,
        max_length=200,
    )
    is_public = models.BooleanField(_("public"), default=False)
    state = models.CharField(
        _("state"), max_length=8, choices=EvidenceState, default=EvidenceState.UPLOADED
    )
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replaces")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    item = models.ForeignKey(
        WorkItem, models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    piece = models.ForeignKey(
        "agreements.Piece", models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    activity = models.ForeignKey(
        "agreements.Activity", models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    outreach = models.ForeignKey(
        "agreements.OutreachAct", models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    adoption = models.ForeignKey(
        "agreements.AdoptionStep", models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    baseline_cell = models.ForeignKey(
        "agreements.BaselineCell", models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    answer = models.ForeignKey(
        "agreements.SelfAnswer", models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    report = models.ForeignKey(
        "agreements.Report", models.PROTECT, null=True, blank=True, related_name="evidence"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-added_at", "-pk"]
        constraints = [
            one_of("kind", EvidenceKind),
            one_of("state", EvidenceState),
            models.CheckConstraint(
                name="agreements_evidence_is_a_file_or_a_link",
                condition=(~Q(file="") & ~Q(sha256="")) | ~Q(url=""),
                violation_error_message=_("Add a file or an address."),
            ),
            models.CheckConstraint(
                name="agreements_evidence_turned_down_says_why",
                condition=~Q(state__in=["rejected", "removed"]) | ~Q(state_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="agreements_evidence_hash"),
            models.Index(fields=["municipality", "state"], name="agreements_evidence_waiting"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> models.Model:
        """The one thing that it shows."""
        return next(found for name in SUBJECTS if (found := getattr(self, name)) is not None)


class Verification(models.Model):
    """Somebody else looked at a piece of evidence and says what they found. Only ever added."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="verifications", verbose_name=_("evidence")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for the organisation"),
    )
    method = models.CharField(
        _("how"), max_length=5, choices=VerificationMethod, default=VerificationMethod.DESK
    )
    result = models.CharField(_("result"), max_length=7, choices=VerificationResult)
    notes = models.TextField(_("notes"), max_length=1_000, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-at", "-pk"]
        constraints = [
            one_of("method", VerificationMethod),
            one_of("result", VerificationResult),
            models.UniqueConstraint(
                fields=["evidence", "by"], name="agreements_verification_once_each"
            ),
            models.CheckConstraint(
                name="agreements_verification_no_says_why",
                condition=Q(result="ok") | ~Q(notes=""),
                violation_error_message=_("Say what is missing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence}: {self.get_result_display()}"


class Override(models.Model):
    """A light that somebody set by hand, with a reason, until a day (at most 60 days). Only added."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="overrides", verbose_name=_("convenio")
    )
    light = models.CharField(_("light"), max_length=5, choices=Light)
    reason = models.TextField(_("reason"), max_length=1_000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    set_on = models.DateField(_("since"), default=timezone.localdate)
    expires_on = models.DateField(_("until"))

    class Meta:
        verbose_name = _("light set by hand")
        verbose_name_plural = _("lights set by hand")
        ordering = ["-pk"]
        constraints = [
            one_of("light", Light),
            models.CheckConstraint(name="agreements_override_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.get_light_display()}"


class Task(models.Model):
    """Something that somebody has to do, opened by a rule or by a person, with its day."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=TaskKind)
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("convenio"),
    )
    transfer = models.ForeignKey(
        "agreements.Transfer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("transfer"),
    )
    # The same rule opens the same task once: «ratify:12:2027».
    key = models.CharField(max_length=80, blank=True, editable=False)
    text = models.TextField(_("what has to be done"), max_length=1_000)
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("who does it"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=TaskState, default=TaskState.OPEN)
    answer = models.TextField(_("what was done"), max_length=2_000, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_adequate = models.BooleanField(_("what was done is enough"), null=True, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        constraints = [
            one_of("kind", TaskKind),
            one_of("state", TaskState),
            models.UniqueConstraint(
                fields=["key"], condition=~Q(key=""), name="agreements_task_once"
            ),
            models.CheckConstraint(
                name="agreements_task_is_verified_by_another",
                condition=Q(verified_by=None) | ~Q(verified_by=F("done_by")),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state"], name="agreements_task_open")]

    def __str__(self) -> str:
        return self.text[:80]


class Reminder(models.Model):
    """That a threshold was crossed and told: once for each, also after days without a worker."""

    key = models.CharField(_("threshold"), max_length=120, unique=True)
    audience = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        verbose_name = _("reminder sent")
        verbose_name_plural = _("reminders sent")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.key


class Trace(models.Model):
    """Every change to a row of this room, raw SQL too: written by a trigger, only ever added."""

    table = models.CharField(_("table"), max_length=63)
    row = models.BigIntegerField(_("row"))
    verb = models.CharField(_("what happened"), max_length=6)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    person = models.BigIntegerField(_("account"), null=True)
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("trace of a change")
        verbose_name_plural = _("traces of changes")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["table", "row", "-id"], name="agreements_trace_of_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.row} {self.verb}"
