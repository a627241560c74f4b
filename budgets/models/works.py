from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Resident
from budgets.enums import FOUND_FEASIBLE, WorkState
from budgets.models.agents import Agent
from budgets.models.budget import Budget, Group, Heading
from decide.common.constraints import one_of, set_together
from decide.common.search import SearchedQuerySet
from municipalities.models import Municipality
from participation.enums import Channel
from participation.models import Category, Event, Follow, Thread
from proposals.models import Proposal


if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

LISTED = ~Q(state=WorkState.DRAFT) & Q(hidden_at=None)
# What the evaluation found, unseen until all decisions of a budget are published together.
DECIDED = (WorkState.FEASIBLE, WorkState.UNFEASIBLE)
PUT_TO_THE_VOTE = (WorkState.ON_BALLOT, WorkState.CHOSEN, WorkState.NOT_CHOSEN)


class WorkQuerySet(SearchedQuerySet):
    among_equals = ("-support_count", "-pk")

    def for_municipality(self, municipality: Municipality) -> Self:
        return self.filter(municipality=municipality)

    def public(self) -> Self:
        """What everybody may find in lists: published and not hidden."""
        return self.filter(LISTED)

    def of(self, user: User) -> Self:
        return self.filter(author=user)

    def drafts(self) -> Self:
        return self.filter(state=WorkState.DRAFT)

    def on_ballot(self) -> Self:
        return self.filter(state=WorkState.ON_BALLOT)

    def chosen(self) -> Self:
        return self.filter(state=WorkState.CHOSEN)

    def shown_as(self, state: str) -> Self:
        """By the state people see (see `Work.shown_state`)."""
        undecided = Q(state__in=DECIDED, budget__decisions_published_at=None)
        if state == WorkState.EVALUATION:
            return self.filter(Q(state=WorkState.EVALUATION) | undecided)
        return self.filter(state=state).exclude(undecided)

    def decided(self) -> Self:
        """Those of which everybody may read what the technical evaluation found.

        What was withdrawn meanwhile has a cost only if its decision was published before.
        """
        return self.filter(budget__decisions_published_at__isnull=False).filter(
            Q(state__in=[WorkState.UNFEASIBLE, *FOUND_FEASIBLE])
            | Q(appeal__isnull=False)
            | Q(state=WorkState.WITHDRAWN, cost__isnull=False)
        )

    def found_unfeasible(self) -> Self:
        """Of those decided; an appeal leaves that so until it is decided too."""
        return self.filter(
            Q(state=WorkState.UNFEASIBLE) | Q(appeal__isnull=False, appeal__decided_at=None)
        )

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What is public, the person's own, and everything here for staff of the municipality."""
        if not user.is_authenticated:
            return self.public()
        staff = ("administrator", "moderator", "evaluator")
        here = [pk for role, pk in user.roles if role in staff]
        published = ~Q(state=WorkState.DRAFT)
        return self.filter(
            Q(author=user)
            | (published & Q(hidden_at=None))
            | (published & Q(municipality__in=here))
        )

    def with_support_of(self, resident: Resident | None) -> Self:
        """`is_supported`: whether this person supports it already."""
        if resident is None:
            return self.annotate(is_supported=Value(False))
        mine = WorkSupport.objects.filter(work=OuterRef("pk"), resident=resident)
        return self.annotate(is_supported=Exists(mine))

    def with_follow_of(self, user: User | AnonymousUser) -> Self:
        """`is_followed`: whether this person hears what becomes of it."""
        if not user.is_authenticated:
            return self.annotate(is_followed=Value(False))
        mine = Follow.objects.filter(thread=OuterRef("thread"), user=user)
        return self.annotate(is_followed=Exists(mine))

    def with_edits(self) -> Self:
        """`is_edited`: whether earlier words of it can be read."""
        earlier = Event.objects.filter(thread=OuterRef("thread"), verb="edited")
        return self.annotate(is_edited=Exists(earlier))


class Work(models.Model):
    """Something that people ask to be done with the money of a heading.

    A draft is its author's alone. `estimate` is what its author thinks it costs; `cost` what the
    technical evaluation says, and what counts. A proposal that was brought in stays where it is:
    `proposal` links to it. Money is in céntimos. Only budgets.actions changes `state`; hiding by
    moderation is beside the state. `support_count` is kept by a trigger.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="works", verbose_name=_("municipality")
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="work")
    budget = models.ForeignKey(
        Budget, models.PROTECT, related_name="works", verbose_name=_("participatory budget")
    )
    heading = models.ForeignKey(
        Heading, models.PROTECT, related_name="works", verbose_name=_("heading")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="works"
    )
    agent = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="works",
        verbose_name=_("on behalf of"),
    )
    proposal = models.ForeignKey(
        Proposal,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="works",
        verbose_name=_("came from the proposal"),
    )
    code = models.CharField(_("code"), max_length=30, blank=True)
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.WEB)
    form_key = models.UUIDField(null=True, editable=False)

    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("what is to be done"), max_length=300)
    body = models.TextField(
        _("more detail: which problem it solves"), max_length=20_000, blank=True
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    place_name = models.CharField(_("where"), max_length=120)
    latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    beneficiaries = models.PositiveIntegerField(_("people who benefit"), null=True, blank=True)
    who_benefits = models.CharField(_("who they are"), max_length=200, blank=True)
    estimate = models.BigIntegerField(
        _("estimated cost"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    cost = models.BigIntegerField(
        _("cost"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    state = models.CharField(_("state"), max_length=10, choices=WorkState, default=WorkState.DRAFT)
    option = models.CharField(
        max_length=2, blank=True, editable=False, help_text=_("Its option on the ballot.")
    )
    lot = models.PositiveIntegerField(
        _("place in the lot"),
        null=True,
        blank=True,
        help_text=_("Drawn in public before the vote; it decides ties."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    state_reason = models.TextField(
        _("reasons"), max_length=2_000, blank=True, help_text=_("Why it is in this state.")
    )
    support_count = models.PositiveIntegerField(_("supports"), default=0, editable=False)

    hidden_at = models.DateTimeField(_("hidden since"), null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("hidden by"),
    )
    hidden_reason = models.TextField(_("why it is hidden"), blank=True, max_length=1000)

    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="es")
        + SearchVector("place_name", "summary", weight="B", config="es")
        + SearchVector("body", weight="C", config="es"),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("works")
        ordering = ["-published_at", "-pk"]
        constraints = [
            one_of("state", WorkState),
            one_of("channel", Channel),
            set_together("latitude", "longitude"),
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_work_place"),
            models.UniqueConstraint(
                fields=["budget", "code"], condition=~Q(code=""), name="budgets_work_code_once"
            ),
            models.UniqueConstraint(fields=["author", "form_key"], name="budgets_work_form_once"),
            models.UniqueConstraint(
                fields=["heading", "option"],
                condition=~Q(option=""),
                name="budgets_work_option_once",
            ),
            models.UniqueConstraint(
                fields=["budget", "proposal"], name="budgets_work_proposal_once"
            ),
            models.CheckConstraint(
                name="budgets_work_published_has_its_words",
                condition=Q(state=WorkState.DRAFT)
                | (~Q(title="") & ~Q(code="") & Q(published_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="budgets_work_on_ballot_has_a_cost",
                condition=~Q(state__in=[WorkState.FEASIBLE, WorkState.ON_BALLOT, WorkState.CHOSEN])
                | Q(cost__gt=0),
            ),
            models.CheckConstraint(
                name="budgets_work_on_ballot_has_its_option",
                condition=~Q(state=WorkState.ON_BALLOT) | ~Q(option=""),
            ),
            models.CheckConstraint(
                name="budgets_work_withdrawn_says_why",
                condition=~Q(state=WorkState.WITHDRAWN) | ~Q(state_reason=""),
            ),
            models.CheckConstraint(  # nobody, if a rule hid it until somebody looks
                name="budgets_work_hidden_by_somebody_since",
                condition=Q(hidden_at__isnull=False) | Q(hidden_by=None),
            ),
            models.CheckConstraint(
                name="budgets_work_hidden_says_why",
                condition=Q(hidden_at=None) | ~Q(hidden_reason=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "budget", "-published_at", "-id"],
                condition=LISTED,
                name="budgets_work_newest",
            ),
            models.Index(
                fields=["municipality", "budget", "-support_count", "-id"],
                condition=LISTED,
                name="budgets_work_supports",
            ),
            models.Index(fields=["heading", "state"], name="budgets_work_heading_state"),
            GinIndex(fields=["search"], name="budgets_work_search"),
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="budgets_work_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        title = slugify(self.title)[:80].strip("-") or "obra"
        return reverse("budgets:work", args=[self.municipality.slug, self.pk, title])

    @property
    def is_draft(self) -> bool:
        return self.state == WorkState.DRAFT

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def shown_state(self) -> WorkState:
        """The state people see: what the evaluation found, only once all decisions are published."""
        if self.state in DECIDED and self.budget.decisions_published_at is None:
            return WorkState.EVALUATION
        return WorkState(self.state)

    @property
    def shown_author(self) -> str:
        """The organisation somebody spoke for, or the person's name, or nothing if erased."""
        if self.agent_id:
            return self.agent.name
        if self.proposal_id and self.proposal.organisation:
            return self.proposal.organisation
        return self.author.public_name if self.author else ""

    @property
    def is_evaluated(self) -> bool:
        """Whether everybody knows what the evaluation says it costs."""
        is_known = self.budget.decisions_published_at or self.state in PUT_TO_THE_VOTE
        return bool(is_known) and self.cost is not None

    @property
    def shown_cost(self) -> int | None:
        """What counts, or before it is known what its author thinks."""
        return self.cost if self.is_evaluated else self.estimate


class SupportedHeadingQuerySet(models.QuerySet["SupportedHeading"]):
    """A work that was withdrawn keeps its supports and holds nobody's place any more."""

    def holding(self) -> Self:
        return self.filter(Exists(self._given()))

    def idle(self) -> Self:
        return self.filter(~Exists(self._given()))

    def _given(self) -> models.QuerySet[WorkSupport]:
        given = WorkSupport.objects.filter(
            resident=OuterRef("resident"), work__heading=OuterRef("heading")
        )
        return given.exclude(work__state=WorkState.WITHDRAWN)


class SupportedHeading(models.Model):
    """One of the headings of a group in which a resident supports works.

    `slot` runs from 1 to the group's `headings_each` (budgets/0002 checks it), so that the
    database itself allows no heading more, however many come at once.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    heading = models.ForeignKey(Heading, models.PROTECT, related_name="supporters")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="supported_headings")
    slot = models.PositiveSmallIntegerField()

    objects = SupportedHeadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("heading in which somebody supports works")
        verbose_name_plural = _("headings in which people support works")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "group", "slot"], name="budgets_supported_slot_once"
            ),
            models.UniqueConstraint(
                fields=["resident", "heading"], name="budgets_supported_heading_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.heading_id}"


class WorkSupport(models.Model):
    """One resident's support of a work; the database allows one each."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    work = models.ForeignKey(Work, models.PROTECT, related_name="supports")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="work_supports")
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.WEB)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("support for a work")
        verbose_name_plural = _("supports for works")
        constraints = [
            one_of("channel", Channel),
            models.UniqueConstraint(fields=["work", "resident"], name="budgets_worksupport_once"),
        ]
        indexes = [models.Index(fields=["resident", "work"], name="budgets_worksupport_resident")]

    def __str__(self) -> str:
        return f"{self.work_id}"
