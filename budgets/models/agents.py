from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Area, Gender
from budgets.enums import AgentKind, AgentState, Before, Ground
from budgets.models.budget import Budget
from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality, Place, private_storage
from participation.enums import Channel


if TYPE_CHECKING:
    from accounts.models import User


class AgentQuerySet(models.QuerySet["Agent"]):
    def accepted(self) -> Self:
        return self.filter(state=AgentState.ACCEPTED)

    def sent(self) -> Self:
        """Everything but drafts, which their own people alone see."""
        return self.exclude(state=AgentState.DRAFT)

    def waiting(self) -> Self:
        """What staff have to look at."""
        return self.filter(state=AgentState.SUBMITTED)

    def being_mended(self) -> Self:
        """Observed, with time left to mend it."""
        return self.filter(state=AgentState.OBSERVED, mend_by__gte=timezone.localdate())

    def lapsed(self) -> Self:
        """Observed, and not mended in time."""
        return self.filter(state=AgentState.OBSERVED, mend_by__lt=timezone.localdate())

    def of(self, user: User) -> Self:
        return self.filter(registered_by=user.pk)

    def spoken_for_by(self, user: User) -> Self:
        """Those that this person registered or is a delegate of."""
        speaks = Q(registered_by=user.pk)
        if user.proof:
            mine = Delegate.objects.filter(
                agent=OuterRef("pk"), document_hash=bytes(user.proof.document_hash)
            )
            speaks |= Exists(mine)
        return self.filter(speaks)


class Agent(models.Model):
    """An organisation, or a citizen without one, registered to take part in one budget.

    It begins as a draft, which is saved as it is written. `number` is its place on the official
    list, given when it is accepted. Once the list is closed, what is on it does not change
    (budgets/0005). The technical team has voice and no vote, which the database keeps. Contact
    data is for staff alone. Only budgets.actions.agents and agents_desk change it.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    budget = models.ForeignKey(
        Budget, models.PROTECT, related_name="agents", verbose_name=_("participatory budget")
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    form_key = models.UUIDField(default=uuid.uuid4, editable=False)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel, default=Channel.WEB)
    kind = models.CharField(_("kind"), max_length=12, choices=AgentKind, blank=True)
    name = models.CharField(_("name of the organisation"), max_length=160, blank=True)
    ruc = models.CharField(_("RUC"), max_length=11, blank=True)
    registry = models.CharField(_("entry in the public registry"), max_length=40, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    members = models.PositiveIntegerField(_("members"), null=True, blank=True)
    district = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district"),
    )
    place = models.CharField(_("village or neighbourhood"), max_length=120, blank=True)
    contact = models.CharField(_("telephone or e-mail"), max_length=160, blank=True)
    before = models.CharField(
        _("has taken part in a budget here before"), max_length=7, choices=Before, blank=True
    )
    has_vote = models.BooleanField(_("has a vote"), default=True)
    state = models.CharField(_("state"), max_length=9, choices=AgentState, default=AgentState.DRAFT)
    number = models.PositiveIntegerField(_("number on the list"), null=True, blank=True)
    grounds = ArrayField(
        models.CharField(max_length=12, choices=Ground),
        verbose_name=_("what it is about"),
        default=list,
        blank=True,
    )
    reason = models.TextField(_("reasons"), max_length=2_000, blank=True)
    mend_by = models.DateField(_("to be mended until"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AgentQuerySet.as_manager()

    class Meta:
        verbose_name = _("participating agent")
        verbose_name_plural = _("participating agents")
        ordering = ["number", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="budgets_agent_kind_is_known",
                condition=Q(kind__in=AgentKind.values) | Q(kind="", state=AgentState.DRAFT),
            ),
            models.CheckConstraint(
                name="budgets_agent_before_is_known",
                condition=Q(before__in=["", *Before.values]),
            ),
            one_of("state", AgentState),
            one_of("channel", Channel),
            models.CheckConstraint(
                name="budgets_agent_grounds_are_known",
                condition=Q(grounds__contained_by=Ground.values),
            ),
            models.CheckConstraint(
                name="budgets_agent_observed_has_a_day",
                condition=~Q(state=AgentState.OBSERVED) | Q(mend_by__isnull=False),
            ),
            set_together("decided_at", "decided_by"),
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_agent_place"),
            models.UniqueConstraint(fields=["budget", "number"], name="budgets_agent_number_once"),
            models.UniqueConstraint(
                fields=["registered_by", "form_key"], name="budgets_agent_form_once"
            ),
            models.CheckConstraint(
                name="budgets_agent_technical_team_has_no_vote",
                condition=~Q(kind=AgentKind.TECHNICAL) | Q(has_vote=False),
                violation_error_message=_("The technical team has voice and no vote."),
            ),
            models.CheckConstraint(
                name="budgets_agent_accepted_is_numbered",
                condition=~Q(state=AgentState.ACCEPTED) | Q(number__isnull=False),
            ),
            models.CheckConstraint(
                name="budgets_agent_refused_with_reasons",
                condition=~Q(state__in=[AgentState.OBSERVED, AgentState.REJECTED]) | ~Q(reason=""),
                violation_error_message=_("Give the reasons: people read them."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """For its own people and staff."""
        return reverse("budgets:agent", args=[self.municipality.slug, self.budget_id, self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == AgentState.DRAFT

    @property
    def is_accepted(self) -> bool:
        return self.state == AgentState.ACCEPTED

    @property
    def is_citizen(self) -> bool:
        return self.kind == AgentKind.CITIZEN

    @property
    def ground_labels(self) -> list[str]:
        return [str(Ground(one).label) for one in self.grounds]

    @property
    def is_being_mended(self) -> bool:
        return self.state == AgentState.OBSERVED and not self.has_lapsed

    @property
    def has_lapsed(self) -> bool:
        """Observed, and its time to be mended is over: read from the day, by no clock."""
        return self.state == AgentState.OBSERVED and self.mend_by < timezone.localdate()

    @property
    def can_be_decided(self) -> bool:
        return self.state == AgentState.SUBMITTED or self.is_being_mended


class Delegate(models.Model):
    """Who speaks and votes for an agent. Of the document only its keyed hash is kept.

    A draft may still lack it. The same person may stand for two organisations and has one vote all
    the same: the closed list of voters (votes.Listed) holds each hash once.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="delegates")
    name = models.CharField(_("full name"), max_length=160)
    document_hash = models.BinaryField(max_length=32, null=True)
    key_version = models.PositiveSmallIntegerField(default=1)
    gender = models.CharField(_("gender"), max_length=12, choices=Gender, blank=True)
    area = models.CharField(_("area"), max_length=6, choices=Area, blank=True)
    is_alternate = models.BooleanField(_("stands in for the other"), default=False)

    class Meta:
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        ordering = ["agent", "is_alternate", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "is_alternate"], name="budgets_delegate_one_of_each"
            ),
            models.UniqueConstraint(
                fields=["agent", "document_hash"], name="budgets_delegate_once"
            ),
            models.CheckConstraint(
                name="budgets_delegate_says_what_is_known",
                condition=Q(gender__in=["", *Gender.values]) & Q(area__in=["", *Area.values]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


def agent_folder(municipality_id: int) -> str:
    return f"m/{municipality_id}/agents"


def agent_file_path(file: AgentFile, name: str) -> str:
    return f"{agent_folder(file.municipality_id)}/{file.uuid}/{name}"


class AgentFile(models.Model):
    """A document that an organisation shows to be registered; staff and its own people alone see it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="files")
    title = models.CharField(_("title"), max_length=120)
    file = models.FileField(upload_to=agent_file_path, storage=private_storage, max_length=200)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("document of an agent")
        verbose_name_plural = _("documents of agents")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class AgentList(models.Model):
    """The official list as it was closed: how many, and the hash of it; only ever added.

    From then on no agent is accepted, and the votes of agents are put to those on it.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    budget = models.OneToOneField(Budget, models.PROTECT, related_name="agent_list")
    closed_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agents = models.PositiveIntegerField(_("agents"))
    voters = models.PositiveIntegerField(_("people with a vote"))
    digest = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("list of agents")
        verbose_name_plural = _("lists of agents")

    def __str__(self) -> str:
        return f"{self.budget_id}: {self.agents}"
