from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Resident
from decide.common import workdays
from decide.common.constraints import one_of, set_together
from decide.common.median import Median
from decide.common.search import SearchedQuerySet
from municipalities.models import Municipality
from participation.enums import Channel
from participation.models import Category, Follow, Image, Thread
from proposals.enums import AuthorKind, MilestoneState, ProposalState, Verdict, VoteVerdict
from votes.models import Poll


if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

PUBLIC_STATES = [s for s in ProposalState if s != ProposalState.DRAFT]
SUPPORTABLE_STATES = [ProposalState.GATHERING, ProposalState.THRESHOLD]
# What lists show. The indexes of the lists hold only these rows, so that a page far behind
# is read from the index alone.
LISTED = ~Q(state__in=[ProposalState.DRAFT, ProposalState.MERGED]) & Q(hidden_at=None)
AWAITING_ANSWER = [ProposalState.THRESHOLD, ProposalState.EVALUATION]


class ProposalSettings(models.Model):
    """A municipality's rules for proposals; a proposal freezes them when it is published."""

    municipality = models.OneToOneField(
        Municipality,
        models.CASCADE,
        related_name="proposal_settings",
        verbose_name=_("municipality"),
    )
    threshold_number = models.PositiveIntegerField(
        _("supports needed"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    threshold_share = models.DecimalField(
        _("or a share of the population, in %"),
        max_digits=5,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    archive_after_months = models.PositiveSmallIntegerField(_("months to gather them"), default=12)
    answer_within_days = models.PositiveSmallIntegerField(_("working days to answer"), default=30)

    class Meta:
        verbose_name = _("rules for proposals")
        verbose_name_plural = _("rules for proposals")
        constraints = [
            models.CheckConstraint(
                name="proposals_settings_one_threshold",
                condition=Q(threshold_number__isnull=False, threshold_share=None)
                | Q(threshold_number=None, threshold_share__isnull=False),
                violation_error_message=_("Give either a number of supports or a share."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.municipality)


class ProposalQuerySet(SearchedQuerySet):
    """The words we use when we talk about proposals."""

    among_equals = ("-trend", "-pk")

    def for_municipality(self, municipality: Municipality) -> Self:
        """Those of one place. The walls hold without it, but the indexes begin with it."""
        return self.filter(municipality=municipality)

    def public(self) -> Self:
        """What everybody may find in lists: published, neither hidden nor joined to another."""
        return self.filter(LISTED)

    def of(self, user: User) -> Self:
        return self.filter(author=user)

    def drafts(self) -> Self:
        return self.filter(state=ProposalState.DRAFT)

    def gathering(self) -> Self:
        """Open for support and short of the threshold today, whether or not a clock has run."""
        return self.filter(state=ProposalState.GATHERING, closes_on__gte=timezone.localdate())

    def expired(self) -> Self:
        """Their term is over, though no clock has archived them yet."""
        return self.filter(state=ProposalState.GATHERING, closes_on__lt=timezone.localdate())

    def shown_as(self, *states: str) -> Self:
        """By the state people see: what is past its term is archived from that day on."""
        wanted = Q(state__in=sorted({*states} - {ProposalState.GATHERING}))
        today = timezone.localdate()
        if ProposalState.GATHERING in states:
            wanted |= Q(state=ProposalState.GATHERING, closes_on__gte=today)
        if ProposalState.ARCHIVED in states:
            wanted |= Q(state=ProposalState.GATHERING, closes_on__lt=today)
        return self.filter(wanted)

    def awaiting_answer(self) -> Self:
        """What has its supports and no answer yet."""
        return self.filter(state__in=AWAITING_ANSWER)

    def overdue(self) -> Self:
        """What should have been answered by now."""
        return self.awaiting_answer().filter(answer_due_on__lt=timezone.localdate())

    def answered(self) -> Self:
        return self.filter(answer__published_at__isnull=False)

    def awaiting_milestones(self) -> Self:
        """Accepted, and nobody has said yet in which steps it will be done."""
        return self.answered().filter(
            ~Exists(Milestone.objects.filter(proposal=OuterRef("pk"))),
            state__in=[ProposalState.ANSWERED, ProposalState.IN_PROGRESS],
            answer__verdict__in=[Verdict.ACCEPTED, Verdict.IN_PART],
        )

    def asking_for_vote(self) -> Self:
        """Whose author waits to hear whether there will be a vote on it."""
        waiting = VoteRequest.objects.filter(proposal=OuterRef("pk"), answered_at=None)
        return self.filter(Exists(waiting))

    def awaiting_staff(self) -> Self:
        """What cannot go on without the municipality."""
        return self.awaiting_answer() | self.awaiting_milestones() | self.asking_for_vote()

    def oldest_due_first(self) -> Self:
        return self.order_by(F("answer_due_on").asc(nulls_last=True), "reached_at", "pk")

    def median_time_to_answer(self) -> timedelta | None:
        """From the threshold to the answer; half were answered sooner."""
        took = F("answer__published_at") - F("reached_at")
        answered = self.answered().filter(reached_at__isnull=False)
        return answered.aggregate(median=Median(took, output_field=models.DurationField()))[
            "median"
        ]

    def for_staff(self) -> Self:
        """Everything but drafts, which are their authors' alone."""
        return self.exclude(state=ProposalState.DRAFT)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What is public, the person's own, and everything here for staff of the municipality."""
        if not user.is_authenticated:
            return self.filter(hidden_at=None).exclude(state=ProposalState.DRAFT)
        here = [pk for role, pk in user.roles if role in ("administrator", "moderator")]
        published = ~Q(state=ProposalState.DRAFT)
        return self.filter(
            Q(author=user)
            | (published & Q(hidden_at=None))
            | (published & Q(municipality__in=here))
        )

    def with_follow_of(self, user: User | AnonymousUser) -> Self:
        """`is_followed`: whether this person hears what becomes of it."""
        if not user.is_authenticated:
            return self.annotate(is_followed=Value(False))
        mine = Follow.objects.filter(thread=OuterRef("thread"), user=user)
        return self.annotate(is_followed=Exists(mine))

    def with_edits(self) -> Self:
        """`is_edited`: whether earlier words of it can be read."""
        earlier = ProposalVersion.objects.filter(proposal=OuterRef("pk"))
        return self.annotate(is_edited=Exists(earlier))

    def with_support_of(self, resident: Resident | None) -> Self:
        """`is_supported`: whether this person supports it already."""
        if resident is None:
            return self.annotate(is_supported=Value(False))
        mine = Support.objects.filter(proposal=OuterRef("pk"), resident=resident)
        return self.annotate(is_supported=Exists(mine))


class Proposal(models.Model):
    """Something a resident asks the municipality to do.

    A draft is its author's alone. Publishing freezes the threshold and the term and
    opens it for support. Only proposals.actions changes `state`; hiding by moderation
    is beside the state, so that showing it again restores exactly what was.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="proposals", verbose_name=_("municipality")
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="proposal")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    author_kind = models.CharField(
        _("proposed by"), max_length=12, choices=AuthorKind, default=AuthorKind.PERSON
    )
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    code = models.CharField(_("code"), max_length=30, blank=True)
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.WEB)

    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("what and for whom"), max_length=300)
    body = models.TextField(_("more detail"), max_length=20_000, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True, size=6)
    place_name = models.CharField(_("where"), max_length=120)
    latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    state = models.CharField(
        _("state"), max_length=12, choices=ProposalState, default=ProposalState.DRAFT
    )
    form_key = models.UUIDField(
        null=True,
        editable=False,
        help_text=_("Names the form a draft came from, so that sending it twice saves it once."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    threshold = models.PositiveIntegerField(_("supports needed"), null=True, blank=True)
    closes_on = models.DateField(_("gathers supports until"), null=True, blank=True)
    reached_at = models.DateTimeField(_("threshold reached"), null=True, blank=True)
    answer_due_on = models.DateField(_("answer due"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    close_reason = models.TextField(_("reason"), blank=True, max_length=1000)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )

    imported_supports = models.PositiveIntegerField(
        default=0, help_text=_("Supports counted by another portal, without the people.")
    )
    support_count = models.PositiveIntegerField(_("supports"), default=0, editable=False)
    trend = models.FloatField(default=0, editable=False)

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

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-published_at", "-pk"]
        constraints = [
            one_of("state", ProposalState),
            one_of("author_kind", AuthorKind),
            one_of("channel", Channel),
            models.CheckConstraint(  # nobody, if a rule hid it until somebody looks
                name="proposals_proposal_hidden_by_somebody_since",
                condition=Q(hidden_at__isnull=False) | Q(hidden_by=None),
            ),
            set_together("latitude", "longitude"),
            models.UniqueConstraint(
                fields=["municipality", "code"],
                condition=~Q(code=""),
                name="proposals_proposal_code_once",
            ),
            models.CheckConstraint(
                name="proposals_proposal_published_has_its_rules",
                condition=Q(state=ProposalState.DRAFT, published_at=None, threshold=None)
                | (
                    ~Q(state=ProposalState.DRAFT)
                    & Q(published_at__isnull=False, threshold__gt=0, closes_on__isnull=False)
                    & ~Q(code="")
                ),
            ),
            models.CheckConstraint(
                name="proposals_proposal_published_has_a_title",
                condition=Q(state=ProposalState.DRAFT) | ~Q(title=""),
            ),
            models.UniqueConstraint(
                fields=["author", "form_key"], name="proposals_proposal_form_once"
            ),
            models.CheckConstraint(
                name="proposals_proposal_merged_says_where",
                condition=Q(state=ProposalState.MERGED, merged_into__isnull=False)
                | (~Q(state=ProposalState.MERGED) & Q(merged_into=None)),
            ),
            models.CheckConstraint(
                name="proposals_proposal_retired_says_why",
                condition=~Q(state=ProposalState.RETIRED) | ~Q(close_reason=""),
            ),
            models.CheckConstraint(
                name="proposals_proposal_hidden_says_why",
                condition=Q(hidden_at=None) | ~Q(hidden_reason=""),
            ),
            models.CheckConstraint(
                name="proposals_proposal_organisation_is_named",
                condition=~Q(author_kind=AuthorKind.ORGANISATION) | ~Q(organisation=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "-published_at", "-id"],
                condition=LISTED,
                name="proposals_proposal_newest",
            ),
            models.Index(
                fields=["municipality", "-support_count", "-id"],
                condition=LISTED,
                name="proposals_proposal_supports",
            ),
            models.Index(
                fields=["municipality", "-trend", "-id"],
                condition=LISTED,
                name="proposals_proposal_trend",
            ),
            models.Index(
                "municipality",
                F("threshold") - F("support_count"),
                "id",
                condition=Q(state=ProposalState.GATHERING, hidden_at=None),
                name="proposals_proposal_closest",
            ),
            models.Index(
                fields=["closes_on"],
                condition=Q(state=ProposalState.GATHERING),
                name="proposals_proposal_term",
            ),
            models.Index(
                fields=["municipality", "state", "-published_at"], name="proposals_proposal_state"
            ),
            models.Index(
                fields=["municipality", "answer_due_on"],
                condition=Q(state__in=AWAITING_ANSWER),
                name="proposals_proposal_due",
            ),
            models.Index(fields=["author"], name="proposals_proposal_author"),
            GinIndex(fields=["search"], name="proposals_proposal_search"),
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="proposals_proposal_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        slug = slugify(self.title)[:80] or "propuesta"
        return reverse("proposals:detail", args=[self.municipality.slug, self.pk, slug])

    @property
    def shown_state(self) -> ProposalState:
        """The state people see: what is past its term is archived from that day on."""
        if self.state == ProposalState.GATHERING and not self.is_gathering:
            return ProposalState.ARCHIVED
        return ProposalState(self.state)

    @property
    def shown_author(self) -> str:
        """The organisation somebody spoke for, or the person's name, or «deleted account»."""
        if self.author_kind == AuthorKind.ORGANISATION:
            return self.organisation
        return self.author.public_name if self.author else ""

    @property
    def is_draft(self) -> bool:
        return self.state == ProposalState.DRAFT

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def is_gathering(self) -> bool:
        """Open for support: by its state and, until the threshold, by its term."""
        if self.state == ProposalState.GATHERING:
            return self.closes_on >= timezone.localdate()
        return self.state == ProposalState.THRESHOLD

    @property
    def is_waiting(self) -> bool:
        """It reached its threshold and the municipality has yet to answer."""
        return self.state in AWAITING_ANSWER

    @property
    def days_late(self) -> int:
        """Working days since the answer was due; 0 while there is time or once it is given."""
        if self.state not in AWAITING_ANSWER or self.answer_due_on is None:
            return 0
        return workdays.between(self.answer_due_on, timezone.localdate())

    @property
    def missing_supports(self) -> int:
        return max(0, (self.threshold or 0) - self.support_count)


class ProposalVersion(models.Model):
    """The words of a published proposal before an edit; anybody can read what changed."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    place_name = models.CharField(max_length=120)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("earlier version")
        verbose_name_plural = _("earlier versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "number"], name="proposals_version_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} v{self.number}"


class Support(models.Model):
    """One resident's support. The database allows one each and keeps the proposal's count.

    A merge copies the supports of the joined proposal here with `merged_from`, so that
    nobody counts twice and the merge can be undone.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="supports")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="supports")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="supports")
    merged_from = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="supports_lent"
    )
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.WEB)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        constraints = [
            one_of("channel", Channel),
            models.UniqueConstraint(fields=["proposal", "resident"], name="proposals_support_once"),
        ]
        indexes = [
            models.Index(fields=["resident", "proposal"], name="proposals_support_resident"),
            models.Index(fields=["municipality", "created_at"], name="proposals_support_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}"


class Merge(models.Model):
    """That staff joined a proposal to another. It remembers what undoing has to bring back."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    source = models.ForeignKey(Proposal, models.PROTECT, related_name="merges")
    target = models.ForeignKey(Proposal, models.PROTECT, related_name="merges_received")
    source_state = models.CharField(max_length=12, choices=ProposalState)
    target_due_on = models.DateField(null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("joining of two proposals")
        verbose_name_plural = _("joinings of proposals")
        ordering = ["-at", "-pk"]
        constraints = [
            one_of("source_state", ProposalState),
            set_together("undone_at", "undone_by"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(undone_at=None), name="proposals_merge_one_at_a_time"
            ),
            models.CheckConstraint(
                name="proposals_merge_never_with_itself", condition=~Q(source=F("target"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"


class LentFollow(models.Model):
    """A follow that somebody has only because what they followed was joined to another."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    merge = models.ForeignKey(Merge, models.CASCADE, related_name="lent_follows")
    follow = models.OneToOneField(Follow, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("follow by joining")
        verbose_name_plural = _("follows by joining")

    def __str__(self) -> str:
        return f"{self.merge_id}: {self.follow_id}"


class Answer(models.Model):
    """What the municipality answers, with reasons and a name under it. Nothing shows before
    it is published."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="answer")
    verdict = models.CharField(_("decision"), max_length=12, choices=Verdict)
    text = models.TextField(_("reasons"), max_length=10_000)
    signed_by = models.CharField(_("who signs"), max_length=120)
    office = models.CharField(_("office"), max_length=120)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            one_of("verdict", Verdict),
            models.CheckConstraint(
                name="proposals_answer_has_reasons",
                condition=~Q(text=""),
                violation_error_message=_("Give the reasons: people read them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.verdict}"


class AnswerTemplate(models.Model):
    """A text that staff start an answer from."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=80)
    verdict = models.CharField(_("decision"), max_length=12, choices=Verdict)
    text = models.TextField(_("text"), max_length=10_000)

    class Meta:
        verbose_name = _("answer template")
        verbose_name_plural = _("answer templates")
        ordering = ["title"]
        constraints = [one_of("verdict", Verdict)]

    def __str__(self) -> str:
        return self.title


class TechnicalSheet(models.Model):
    """What staff find out about a proposal; citizens never have to fill any of it."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="sheet")
    office = models.CharField(_("responsible office"), max_length=120, blank=True)
    is_competence = models.BooleanField(
        _("the municipality may do it by law"), null=True, blank=True
    )
    estimated_cost = models.DecimalField(
        _("estimated cost in S/"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    beneficiaries = models.PositiveIntegerField(_("people who benefit"), null=True, blank=True)
    invierte_code = models.CharField(_("Invierte.pe code"), max_length=20, blank=True)
    notes = models.TextField(_("internal notes"), blank=True, max_length=10_000)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("technical sheet")
        verbose_name_plural = _("technical sheets")

    def __str__(self) -> str:
        return f"{self.proposal_id}"

    @property
    def is_filled(self) -> bool:
        """Whether there is anything in it for the public."""
        numbers = (self.is_competence, self.estimated_cost, self.beneficiaries)
        return bool(self.office or self.invierte_code) or any(n is not None for n in numbers)


class Milestone(models.Model):
    """A step of carrying out an accepted proposal, with a date and perhaps a photo."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="milestones")
    title = models.CharField(_("step"), max_length=120)
    text = models.TextField(_("details"), blank=True, max_length=2000)
    due_on = models.DateField(_("planned for"))
    state = models.CharField(
        _("state"), max_length=8, choices=MilestoneState, default=MilestoneState.PLANNED
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    photo = models.ForeignKey(Image, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]
        constraints = [
            one_of("state", MilestoneState),
            models.CheckConstraint(
                name="proposals_milestone_done_has_a_day",
                condition=Q(state=MilestoneState.DONE, done_on__isnull=False)
                | Q(state=MilestoneState.PLANNED, done_on=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class VoteRequestQuerySet(models.QuerySet["VoteRequest"]):
    def open(self) -> Self:
        """What nobody has answered yet, of proposals that everybody sees."""
        return self.filter(answered_at=None, proposal__hidden_at=None)

    def overdue(self) -> Self:
        return self.open().filter(due_on__lt=timezone.localdate())

    def answered(self) -> Self:
        """By the municipality; what was withdrawn needed none."""
        return self.filter(verdict__in=[VoteVerdict.ACCEPTED, VoteVerdict.DECLINED])


class VoteRequest(models.Model):
    """That the author of a proposal with its supports asks to put it to the vote.

    The municipality answers within its term, with reasons; what it accepts becomes a poll
    that is prepared like any other. Only proposals.actions.vote_requests writes here.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="vote_requests")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("why it should be put to the vote"), max_length=600)
    created_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(_("answer due"))
    verdict = models.CharField(_("decision"), max_length=9, choices=VoteVerdict, blank=True)
    answer = models.TextField(_("reasons"), max_length=5_000, blank=True)
    office = models.CharField(_("office"), max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    poll = models.OneToOneField(
        Poll, models.PROTECT, null=True, blank=True, related_name="asked_for_in"
    )

    objects = VoteRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a vote")
        verbose_name_plural = _("requests for a vote")
        ordering = ["-created_at", "-pk"]
        constraints = [
            set_together("answered_at", "answered_by"),
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(answered_at=None),
                name="proposals_voterequest_one_at_a_time",
            ),
            models.CheckConstraint(
                name="proposals_voterequest_verdict_is_known",
                condition=Q(verdict__in=["", *VoteVerdict.values]),
            ),
            models.CheckConstraint(
                name="proposals_voterequest_answered_has_its_verdict",
                condition=Q(answered_at=None, verdict="")
                | (Q(answered_at__isnull=False) & ~Q(verdict="")),
            ),
            models.CheckConstraint(
                name="proposals_voterequest_answer_has_reasons",
                condition=Q(verdict__in=["", VoteVerdict.WITHDRAWN]) | ~Q(answer=""),
                violation_error_message=_("Give the reasons: people read them."),
            ),
            models.CheckConstraint(
                name="proposals_voterequest_accepted_has_its_poll",
                condition=Q(verdict=VoteVerdict.ACCEPTED, poll__isnull=False)
                | (~Q(verdict=VoteVerdict.ACCEPTED) & Q(poll=None)),
            ),
            models.CheckConstraint(name="proposals_voterequest_says_why", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.verdict or '…'}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()
