from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.enums import (
    ActKind,
    AddendumKind,
    AddendumState,
    AgreementKind,
    AgreementState,
    EndCause,
    FileKind,
    PartyRole,
    PolicyArea,
    Renewal,
    ReportKind,
    ReportState,
    Standing,
    UndertakingState,
)
from agreements.models.actors import Office, Organization
from agreements.models.plan import Commitment
from decide.common.constraints import one_of, set_together
from municipalities.models import private_storage


class AgreementTemplate(models.Model):
    """From which convenios of a kind are drafted: clauses, and the papers on their way.

    `clauses`: [{"key", "title", "text", "required"}]; `path`: kinds of acts that have to be there
    before it is signed, in their order.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=AgreementKind)
    name = models.CharField(_("name"), max_length=120, unique=True)
    clauses = models.JSONField(_("clauses"), default=list)
    path = ArrayField(
        models.CharField(max_length=16, choices=ActKind),
        verbose_name=_("papers on the way"),
        default=list,
        blank=True,
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("template of convenios")
        verbose_name_plural = _("templates of convenios")
        ordering = ["name"]
        constraints = [
            one_of("kind", AgreementKind),
            models.CheckConstraint(
                name="agreements_agreementtemplate_path_is_known",
                condition=Q(path__contained_by=ActKind.values),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)

    def in_force(self, day: date | None = None) -> Self:
        """Signed, and by their dates in force that day: nothing waits for a clock to write it."""
        day = day or timezone.localdate()
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=day),
            state=AgreementState.SIGNED,
            starts_on__lte=day,
        )

    def expired(self, day: date | None = None) -> Self:
        day = day or timezone.localdate()
        return self.filter(state=AgreementState.SIGNED, ends_on__lt=day)

    def not_yet(self, day: date | None = None) -> Self:
        """Signed, with its first day still to come."""
        day = day or timezone.localdate()
        return self.filter(state=AgreementState.SIGNED, starts_on__gt=day)


class Agreement(models.Model):
    """A convenio: two or more parties, and no tenant's row.

    Its party rows decide who sees it; `towns` repeats their municipalities for the wall, kept by
    a trigger. A published one shows its public sheet to everybody. Only
    agreements.actions.convenios changes its state; the database refuses «signed» without the
    council's act (or a recorded exception), a date of each party and the signed file.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=AgreementKind)
    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    template = models.ForeignKey(
        AgreementTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("template"),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="specifics",
        verbose_name=_("framework convenio"),
    )
    commitment = models.ForeignKey(
        Commitment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("main commitment"),
    )
    title = models.CharField(_("title"), max_length=300)
    summary = models.TextField(_("summary in plain words"), max_length=600, blank=True)
    object = models.TextField(_("object"), max_length=4_000, blank=True)
    problem = models.TextField(_("problem"), max_length=2_000, blank=True)
    population = models.TextField(_("people affected"), max_length=600, blank=True)
    expected_change = models.TextField(_("expected change"), max_length=2_000, blank=True)
    policy_areas = ArrayField(
        models.CharField(max_length=13, choices=PolicyArea),
        verbose_name=_("policy areas"),
        default=list,
        blank=True,
    )
    moves_money = models.BooleanField(_("transfers money"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=AgreementState, default=AgreementState.DRAFT
    )
    starts_on = models.DateField(_("in force from"), null=True, blank=True)
    ends_on = models.DateField(_("in force until"), null=True, blank=True)
    open_ended_why = models.CharField(_("why it has no end"), max_length=300, blank=True)
    renewal = models.CharField(
        _("renewal"), max_length=9, choices=Renewal, default=Renewal.ADDENDUM
    )
    notice_days = models.PositiveSmallIntegerField(_("days of notice for separation"), default=30)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    # Not «signed» without the council's act, or with the reason why there is none.
    council_exception = models.TextField(
        _("why there is no act of the council"), max_length=600, blank=True
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_cause = models.CharField(_("why it ended"), max_length=13, choices=EndCause, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    towns = ArrayField(models.BigIntegerField(), default=list, editable=False)
    invented = models.BooleanField(_("invented for the demo"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("convenio")
        verbose_name_plural = _("convenios")
        ordering = ["-created_at", "-pk"]
        constraints = [
            one_of("kind", AgreementKind),
            one_of("state", AgreementState),
            one_of("renewal", Renewal),
            models.CheckConstraint(
                name="agreements_agreement_end_cause_is_known",
                condition=Q(end_cause__in=["", *EndCause.values]),
            ),
            models.CheckConstraint(
                name="agreements_agreement_policy_areas_are_known",
                condition=Q(policy_areas__contained_by=PolicyArea.values),
            ),
            models.CheckConstraint(
                name="agreements_agreement_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="agreements_agreement_signed_has_dates",
                condition=~Q(state__in=["signed", "suspended", "terminated", "closed"])
                | Q(signed_on__isnull=False, starts_on__isnull=False),
            ),
            models.CheckConstraint(
                name="agreements_agreement_without_end_has_a_reason",
                condition=~Q(state__in=["signed", "suspended"], ends_on=None)
                | ~Q(open_ended_why=""),
                violation_error_message=_("A convenio without an end says why."),
            ),
            models.CheckConstraint(
                name="agreements_agreement_terminated_says_why",
                condition=~Q(state="terminated") | (~Q(end_cause="") & Q(ended_on__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "ends_on"], name="agreements_agreement_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """Its public sheet, for once it is published."""
        return reverse("agreements:convenio", args=[self.code])

    def standing(self, day: date | None = None) -> str:
        """What a signed convenio is on a day, by its dates; empty for any other state."""
        if self.state != AgreementState.SIGNED:
            return ""
        day = day or timezone.localdate()
        if day < self.starts_on:
            return Standing.NOT_YET
        return Standing.EXPIRED if self.ends_on and day > self.ends_on else Standing.IN_FORCE

    @property
    def shown_state(self) -> str:
        """The state in a word, with what follows from the dates today."""
        standing = self.standing()
        return Standing(standing).label if standing else self.get_state_display()


class Party(models.Model):
    """Who agrees: each with its own number, as it was typed and in parts for sorting."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="parties", verbose_name=_("convenio")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="parties", verbose_name=_("organisation")
    )
    role = models.CharField(
        _("role"), max_length=11, choices=PartyRole, default=PartyRole.COUNTERPART
    )
    own_number = models.CharField(_("its own number"), max_length=80, blank=True)
    number_year = models.PositiveSmallIntegerField(null=True, editable=False)
    number_serial = models.PositiveIntegerField(null=True, editable=False)
    number_initials = models.CharField(max_length=60, blank=True, editable=False)
    signatory_office = models.CharField(_("signs as"), max_length=120, blank=True)
    signatory = models.CharField(_("who signs"), max_length=120, blank=True)
    empowered_by = models.CharField(_("act that empowers"), max_length=160, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    leaves_on = models.DateField(_("leaves on"), null=True, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["agreement", "pk"]
        constraints = [
            one_of("role", PartyRole),
            models.UniqueConstraint(
                fields=["agreement", "organization"], name="agreements_party_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organization)


class AgreementFile(models.Model):
    """A document of a convenio with its hash; the public sees its redacted copy, if there is one."""

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="files", verbose_name=_("convenio")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=FileKind)
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("number"), max_length=80, blank=True)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    file = models.FileField(
        _("file"), upload_to="agreements/", storage=private_storage, max_length=200
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    public_file = models.FileField(
        _("public copy, without documents of identity"),
        upload_to="agreements/",
        storage=private_storage,
        blank=True,
        max_length=200,
    )
    is_public = models.BooleanField(_("public"), default=False)
    source_url = models.URLField(_("official address"), blank=True, max_length=500)
    verification_code = models.CharField(_("verification code"), max_length=40, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replaces")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("document of a convenio")
        verbose_name_plural = _("documents of convenios")
        ordering = ["agreement", "-added_at"]
        constraints = [one_of("kind", FileKind)]

    def __str__(self) -> str:
        return self.title


class Act(models.Model):
    """A paper on the way of a convenio: an acuerdo de concejo, a report, an opinion."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="acts", verbose_name=_("convenio")
    )
    party = models.ForeignKey(
        Party,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="acts",
        verbose_name=_("of the party"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=ActKind)
    number = models.CharField(_("number"), max_length=80)
    day = models.DateField(_("date"))
    body = models.CharField(_("issued by"), max_length=160, blank=True)
    is_favourable = models.BooleanField(_("favourable"), default=True)
    file = models.ForeignKey(
        AgreementFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="acts",
        verbose_name=_("document"),
    )

    class Meta:
        verbose_name = _("paper on the way")
        verbose_name_plural = _("papers on the way")
        ordering = ["agreement", "day", "pk"]
        constraints = [one_of("kind", ActKind)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class Clause(models.Model):
    """A clause of a convenio; `key` says which of the template it is."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="clauses", verbose_name=_("convenio")
    )
    key = models.CharField(_("which"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=10_000, blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["agreement", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="agreements_clause_once")
        ]

    def __str__(self) -> str:
        return self.title


class Undertaking(models.Model):
    """What a party promises in a convenio («compromiso de parte», not a commitment of a plan).

    Weights of a convenio add up to 100 when it is published, not while it is typed.
    """

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="undertakings", verbose_name=_("convenio")
    )
    party = models.ForeignKey(
        Party, models.PROTECT, related_name="undertakings", verbose_name=_("who promises")
    )
    text = models.TextField(_("what is promised"), max_length=2_000)
    mechanism = models.CharField(_("mechanism"), max_length=20, blank=True)
    practice = models.ForeignKey(
        "agreements.Practice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undertakings",
        verbose_name=_("practice"),
    )
    indicator = models.ForeignKey(
        "agreements.Indicator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undertakings",
        verbose_name=_("indicator"),
    )
    baseline = models.DecimalField(
        _("baseline"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    baseline_on = models.DateField(_("day of the baseline"), null=True, blank=True)
    target = models.DecimalField(
        _("target"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2, default=0)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    verified_by = models.CharField(_("how it is verified"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=UndertakingState, default=UndertakingState.OPEN
    )
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("undertaking")
        verbose_name_plural = _("undertakings")
        ordering = ["agreement", "pk"]
        constraints = [
            one_of("state", UndertakingState),
            models.CheckConstraint(
                name="agreements_undertaking_weight_is_a_share",
                condition=Q(weight__gte=0, weight__lte=100),
                violation_error_message=_("A weight lies between 0 and 100."),
            ),
            set_together("baseline", "baseline_on"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Coordinator(models.Model):
    """Who coordinates for a party: an office first, a person second, from a day until a day."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="coordinators", verbose_name=_("convenio")
    )
    party = models.ForeignKey(
        Party, models.CASCADE, related_name="coordinators", verbose_name=_("party")
    )
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="coordinations", verbose_name=_("office")
    )
    person = models.CharField(_("person"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    designated_by = models.CharField(_("act of designation"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("coordinator")
        verbose_name_plural = _("coordinators")
        ordering = ["agreement", "party", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["party"],
                condition=Q(ends_on=None),
                name="agreements_coordinator_one_at_a_time",
                violation_error_message=_("A party has one coordinator at a time."),
            ),
            models.CheckConstraint(
                name="agreements_coordinator_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.office)


class Addendum(models.Model):
    """A change to a convenio, kept as what it changes against a version.

    `patch`: {"field": [before, after]}. If the convenio has moved on, the fields that
    no longer say what the addendum was written against are listed, and nothing is merged.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="addenda", verbose_name=_("convenio")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    kinds = ArrayField(
        models.CharField(max_length=12, choices=AddendumKind),
        verbose_name=_("what it changes"),
        default=list,
    )
    reason = models.TextField(_("reason"), max_length=2_000)
    base_version = models.PositiveIntegerField(_("written against version"), editable=False)
    patch = models.JSONField(_("before and after"), default=dict)
    state = models.CharField(
        _("state"), max_length=7, choices=AddendumState, default=AddendumState.DRAFT
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    council_act = models.CharField(_("act of the council"), max_length=160, blank=True)
    file = models.ForeignKey(
        AgreementFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document"),
    )

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["agreement", "number"]
        constraints = [
            one_of("state", AddendumState),
            models.UniqueConstraint(
                fields=["agreement", "number"], name="agreements_addendum_number_once"
            ),
            models.CheckConstraint(
                name="agreements_addendum_kinds_are_known",
                condition=Q(kinds__contained_by=AddendumKind.values),
            ),
            models.CheckConstraint(
                name="agreements_addendum_signed_has_a_day",
                condition=~Q(state="signed") | Q(signed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return _("Addendum No. %(number)02d") % {"number": self.number}


class Report(models.Model):
    """What a party owes about a convenio: sent by one, certified by another of the same party,
    accepted or returned with a reason by the region."""

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="reports", verbose_name=_("convenio")
    )
    party = models.ForeignKey(
        Party, models.PROTECT, related_name="reports", verbose_name=_("who owes it")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=ReportKind)
    period_ends_on = models.DateField(_("period until"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=9, choices=ReportState, default=ReportState.DUE)
    text = models.TextField(_("what was done"), max_length=10_000, blank=True)
    no_progress = models.BooleanField(_("nothing was done in this period"), default=False)
    file = models.FileField(
        _("file"), upload_to="reports/", storage=private_storage, blank=True, max_length=200
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    returned_why = models.TextField(_("why it was returned"), max_length=1_000, blank=True)

    class Meta:
        verbose_name = _("report of a party")
        verbose_name_plural = _("reports of parties")
        ordering = ["due_on", "pk"]
        constraints = [
            one_of("kind", ReportKind),
            one_of("state", ReportState),
            models.UniqueConstraint(
                fields=["party", "kind", "period_ends_on"], name="agreements_report_once"
            ),
            models.CheckConstraint(
                name="agreements_report_is_certified_by_another",
                condition=Q(certified_by=None) | ~Q(certified_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="agreements_report_returned_says_why",
                condition=~Q(state="returned") | ~Q(returned_why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period_ends_on}"


class AgreementEvent(models.Model):
    """What happened to a convenio: who, when, from what to what, why. Only ever added.

    `hash` is over the row and the hash before it (made by a trigger), so that a row changed
    behind everybody's back is found by agreements.history.verify.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="events", verbose_name=_("convenio")
    )
    seq = models.PositiveIntegerField(_("number"), editable=False)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    verb = models.CharField(_("what happened"), max_length=40)
    before = models.CharField(_("before"), max_length=60, blank=True)
    after = models.CharField(_("after"), max_length=60, blank=True)
    reason = models.TextField(_("reason"), max_length=2_000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    previous = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("event of a convenio")
        verbose_name_plural = _("events of convenios")
        ordering = ["agreement", "seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "seq"], name="agreements_agreementevent_seq_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.seq} {self.verb}"
