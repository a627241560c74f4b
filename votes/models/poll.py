from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality
from participation.models import Thread
from votes.enums import Base, Custody, Effect, Phase, QuestionKind, UrnState, Voters
from votes.models.urn import Urn


if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

APPROVALS_NEEDED = 2
# The path of a page of this site.
OF_THIS_SITE = r"^/[^/]"
# Kinds whose answers add up to a total for each option, from which somebody else may decide.
WITH_TOTALS = (
    *(QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.APPROVAL),
    *(QuestionKind.SCORE, QuestionKind.POINTS, QuestionKind.KNAPSACK),
)


class PollQuerySet(models.QuerySet["Poll"]):
    def for_municipality(self, municipality: Municipality) -> Self:
        return self.filter(municipality=municipality)

    def real(self) -> Self:
        """Those that people are asked, not those that staff try out or copy from."""
        return self.filter(urn__is_test=False, is_template=False)

    def public(self) -> Self:
        """What everybody may find: its rules are settled, and it is no test."""
        return self.real().filter(thread__is_public=True)

    def open(self) -> Self:
        """Those that take ballots at this moment, as far as this machine's clock knows."""
        now = timezone.now()
        return self.filter(
            urn__state=UrnState.READY, urn__opens_at__lte=now, urn__closes_at__gt=now
        )

    def upcoming(self) -> Self:
        settled = Q(urn__state__in=[UrnState.FROZEN, UrnState.READY])
        return self.filter(settled, urn__opens_at__gt=timezone.now())

    def ahead(self) -> Self:
        """Those to come and those open now, whatever happens first at the top."""
        return (self.upcoming() | self.open()).order_by("urn__closes_at", "pk")

    def over(self) -> Self:
        """Whose time is over, counted or not; not those called off."""
        ended = Q(urn__state__in=[UrnState.CLOSED, UrnState.OPENED])
        return self.filter(ended | Q(urn__state=UrnState.READY, urn__closes_at__lte=timezone.now()))

    def with_results(self) -> Self:
        return self.filter(urn__state=UrnState.OPENED)

    def closing(self) -> Self:
        """Open ones, the nearest end first."""
        return self.open().order_by("urn__closes_at", "pk")

    def awaiting_answer(self) -> Self:
        """Counted, and the municipality has not said yet what follows."""
        return self.with_results().filter(answered_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What is public, and everything here for those who work on polls."""
        if not user.is_authenticated:
            return self.public()
        here = [pk for role, pk in user.roles if role in ("administrator", "evaluator")]
        everything = Q(urn__is_test=False, is_template=False, thread__is_public=True)
        return self.filter(everything | Q(municipality__in=here))


class Poll(models.Model):
    """Questions that a municipality puts to its residents or a closed list, secret and recountable.

    It is written while its urn is being prepared; two people approve, then the rules are
    frozen and a trigger (votes/0002) refuses any change to what was asked of whom. What
    came out of it is in the urn; what the municipality does with that, in `answer`.
    Only votes.actions changes it.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="polls", verbose_name=_("municipality")
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="poll")
    urn = models.OneToOneField(Urn, models.PROTECT, related_name="poll")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_template = models.BooleanField(_("a model for others"), default=False)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what it is about"), max_length=10_000)
    meaning = models.CharField(
        _("what the result will mean"), max_length=300, help_text=_("In one sentence.")
    )
    effect = models.CharField(
        _("effect"), max_length=12, choices=Effect, default=Effect.CONSULTATIVE
    )
    norm = models.CharField(
        _("norm that makes it binding"),
        max_length=200,
        blank=True,
        help_text=_("Its number and article. Without one, a vote is consultative."),
    )
    in_favour = models.TextField(_("reasons for it"), max_length=3_000, blank=True)
    against = models.TextField(_("reasons against it"), max_length=3_000, blank=True)
    districts = ArrayField(
        models.CharField(max_length=6),
        verbose_name=_("districts whose residents vote"),
        default=list,
        blank=True,
        help_text=_("Without any, the residents of the whole place."),
    )
    voters = models.CharField(
        _("who votes"), max_length=9, choices=Voters, default=Voters.RESIDENTS
    )
    part_of = models.CharField(_("part of"), max_length=120, blank=True)
    part_of_address = models.CharField(_("page of what it is part of"), max_length=200, blank=True)
    custody = models.CharField(
        _("who holds the key"), max_length=9, choices=Custody, default=Custody.TRUSTEES
    )
    keys_needed = models.PositiveSmallIntegerField(
        _("trustees needed to open"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(16)],
    )
    watchers = ArrayField(
        models.EmailField(),
        verbose_name=_("who receives each signed head of the log"),
        default=list,
        blank=True,
        help_text=_("E-mail addresses of the vigilance committee and of observers."),
    )
    answer_due_on = models.DateField(
        _("the municipality answers until"),
        help_text=_("By then it says what it does with the result."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    answer = models.TextField(_("answer of the municipality"), max_length=10_000, blank=True)
    answer_office = models.CharField(_("office"), max_length=120, blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    review_on = models.DateField(
        _("to be looked at again on"),
        null=True,
        blank=True,
        help_text=_("On this day staff are reminded to say what became of it."),
    )
    cancelled_why = models.TextField(_("why it was called off"), max_length=2_000, blank=True)
    cancelled_at = models.DateTimeField(_("called off"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["-created_at", "-pk"]
        constraints = [
            one_of("effect", Effect),
            one_of("custody", Custody),
            one_of("voters", Voters),
            set_together("answered_at", "answered_by"),
            set_together("cancelled_at", "cancelled_by"),
            # For the foreign keys of what hangs on it, which name the municipality too.
            models.UniqueConstraint(fields=["id", "municipality"], name="votes_poll_place"),
            models.CheckConstraint(
                name="votes_poll_binding_by_a_norm",
                condition=~Q(effect=Effect.BINDING) | ~Q(norm=""),
                violation_error_message=_("Name the norm that makes the result binding."),
            ),
            models.CheckConstraint(
                name="votes_poll_part_of_has_a_page",
                condition=Q(part_of="", part_of_address="")
                | (~Q(part_of="") & Q(part_of_address__regex=OF_THIS_SITE)),
            ),
            # A list says by itself who they are, wherever they live, and belongs to something.
            models.CheckConstraint(
                name="votes_poll_list_is_of_something",
                condition=Q(voters=Voters.RESIDENTS) | (Q(districts=[]) & ~Q(part_of="")),
            ),
            models.CheckConstraint(
                name="votes_poll_secretary_is_one",
                condition=~Q(custody=Custody.SECRETARY) | Q(keys_needed=1),
            ),
            models.CheckConstraint(
                name="votes_poll_needs_a_key", condition=Q(keys_needed__range=(1, 16))
            ),
            models.CheckConstraint(
                name="votes_poll_answer_says_something",
                condition=Q(answered_at=None) | ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="votes_poll_cancelled_with_a_reason",
                condition=Q(cancelled_at=None) | ~Q(cancelled_why=""),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "-created_at", "-id"], name="votes_poll_latest")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        title = slugify(self.title)[:80].strip("-") or "votacion"
        return reverse("votes:detail", args=[self.municipality.slug, self.pk, title])

    @property
    def phase(self) -> Phase:
        """Needs `urn`. The database's clock decides on each ballot; this one is for pages."""
        return self.phase_at(timezone.now())

    def phase_at(self, now: datetime) -> Phase:
        state = self.urn.state
        if state == UrnState.READY:
            if now < self.urn.opens_at:
                return Phase.SCHEDULED
            return Phase.OPEN if now < self.urn.closes_at else Phase.COUNTING
        return {
            UrnState.PREPARED: Phase.PREPARED,
            UrnState.FROZEN: Phase.KEYS,
            UrnState.CLOSED: Phase.COUNTING,
            UrnState.OPENED: Phase.RESULTS,
            UrnState.CANCELLED: Phase.CANCELLED,
        }[state]

    @property
    def is_prepared(self) -> bool:
        """Whether it can still be changed."""
        return self.urn.state == UrnState.PREPARED

    @property
    def is_answer_late(self) -> bool:
        return self.answered_at is None and timezone.localdate() > self.answer_due_on


class Listed(models.Model):
    """Somebody on the closed list of a poll, by the keyed hash of their document alone.

    The hash is as Resident and PadronEntry hold it. The list is settled with the rules.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="listed")
    document_hash = models.BinaryField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("person on the list of a vote")
        verbose_name_plural = _("people on the list of a vote")
        constraints = [
            models.UniqueConstraint(fields=["poll", "document_hash"], name="votes_listed_once")
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.pk}"


class Question(models.Model):
    """One question of a poll. Which of its numbers matter, its kind says (votes/definition.py).

    With `districts` only who lives there is asked. Of the questions of one `group` each voter
    answers one at most. With a `rule`, whoever asked decides by it from the totals, and the count
    names no winner.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("place"))
    kind = models.CharField(
        _("how it is answered"), max_length=8, choices=QuestionKind, default=QuestionKind.YES_NO
    )
    title = models.CharField(_("question"), max_length=200)
    help = models.TextField(_("explanation"), max_length=1_000, blank=True)
    keeps_order = models.BooleanField(
        _("always in this order"),
        default=False,
        help_text=_("Otherwise each voter sees the options in an order of their own."),
    )
    most = models.PositiveSmallIntegerField(
        _("at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    lowest = models.SmallIntegerField(_("lowest mark"), default=0)
    highest = models.SmallIntegerField(_("highest mark"), default=5)
    points = models.PositiveSmallIntegerField(_("points to share out"), default=10)
    money = models.BigIntegerField(
        _("money to choose within"), null=True, blank=True, help_text=_("In céntimos.")
    )
    districts = ArrayField(
        models.CharField(max_length=6),
        verbose_name=_("districts whose residents are asked"),
        default=list,
        blank=True,
        help_text=_("Without any, all who vote."),
    )
    group = models.CharField(
        _("group"),
        max_length=40,
        blank=True,
        db_column="in_group",  # «group» is a word of SQL
        help_text=_("Of the questions of one group each voter answers one at most."),
    )
    rule = models.JSONField(
        _("rule by which somebody else decides"),
        default=dict,
        blank=True,
        help_text=_("Then the count tells totals, and names no winner."),
    )
    length = models.PositiveSmallIntegerField(
        _("longest answer"), default=300, validators=[MaxValueValidator(2_000)]
    )
    seats = models.PositiveSmallIntegerField(
        _("how many win"), default=1, validators=[MinValueValidator(1)]
    )
    quorum_of = models.PositiveSmallIntegerField(_("quorum"), null=True, blank=True)
    quorum_in = models.PositiveSmallIntegerField(null=True, blank=True)
    majority_of = models.PositiveSmallIntegerField(_("majority: more than"), default=1)
    majority_in = models.PositiveSmallIntegerField(default=2)
    base = models.CharField(_("of which ballots"), max_length=5, choices=Base, default=Base.VALID)
    lots = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("order of the lot"),
        default=list,
        blank=True,
        help_text=_("Drawn in public before opening; it decides ties."),
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["poll", "position", "pk"]
        constraints = [
            one_of("kind", QuestionKind),
            one_of("base", Base),
            set_together("quorum_of", "quorum_in"),
            models.CheckConstraint(
                name="votes_question_scale_goes_up", condition=Q(highest__gt=F("lowest"))
            ),
            models.CheckConstraint(
                name="votes_question_shares_are_parts",
                condition=Q(majority_of__lt=F("majority_in"))
                & (Q(quorum_of=None) | Q(quorum_of__lte=F("quorum_in"), quorum_of__gt=0)),
            ),
            models.CheckConstraint(
                name="votes_question_knapsack_has_money",
                condition=(Q(money__gt=0) | Q(money=None))
                & (~Q(kind=QuestionKind.KNAPSACK) | Q(money__isnull=False)),
            ),
            # A quorum is a part of all who may vote in the poll.
            models.CheckConstraint(
                name="votes_question_quorum_is_of_all",
                condition=Q(quorum_of=None) | Q(districts=[], group="", rule={}),
            ),
            models.CheckConstraint(
                name="votes_question_rule_needs_totals",
                condition=Q(rule={}) | Q(kind__in=WITH_TOTALS),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def code(self) -> str:
        """How the definition and every ballot name it."""
        return f"q{self.position}"


class Option(models.Model):
    """One possible answer to a question, with what it means; a work also what it costs and where."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    code = models.CharField(max_length=2, help_text=_("How ballots name it: a, b, c…"))
    title = models.CharField(_("option"), max_length=120)
    text = models.TextField(_("explanation"), max_length=1_000, blank=True)
    cost = models.BigIntegerField(_("cost"), null=True, blank=True, help_text=_("In céntimos."))
    address = models.CharField(_("page that tells more"), max_length=200, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["question", "code"]
        constraints = [
            models.UniqueConstraint(fields=["question", "code"], name="votes_option_once"),
            models.CheckConstraint(
                name="votes_option_code_is_plain", condition=Q(code__regex=r"^[a-z]{1,2}$")
            ),
            models.CheckConstraint(
                name="votes_option_costs_something", condition=Q(cost=None) | Q(cost__gt=0)
            ),
            models.CheckConstraint(
                name="votes_option_page_is_of_this_site",
                condition=Q(address="") | Q(address__regex=OF_THIS_SITE),
            ),
            set_together("latitude", "longitude"),
            models.CheckConstraint(
                name="votes_option_is_on_earth",
                condition=Q(latitude=None)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Approval(models.Model):
    """That somebody of staff approves a poll exactly as it stood; only ever added.

    `content` is the hash of what they read (votes/definition.py), so that a later change leaves
    the approval behind without anybody having to take it back.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content = models.BinaryField(max_length=32)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("approval of a vote")
        verbose_name_plural = _("approvals of votes")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "by", "content"], name="votes_approval_once")
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.by_id}"


class Complaint(models.Model):
    """An objection to a result within its term, and the municipality's answer, both public."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="complaints")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    text = models.TextField(_("objection"), max_length=3_000)
    created_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(_("answer"), max_length=3_000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("objection to a result")
        verbose_name_plural = _("objections to results")
        ordering = ["created_at", "pk"]
        constraints = [
            set_together("answered_at", "answered_by"),
            models.CheckConstraint(name="votes_complaint_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="votes_complaint_answer_says_something",
                condition=Q(answered_at=None) | ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.pk}"
