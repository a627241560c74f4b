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
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from budgets.enums import PHASE_OF, BallotKind, BudgetState, LegalPhase, Mode, StepKind
from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality
from participation.models import Document, Thread
from votes.enums import Effect


if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class BudgetQuerySet(models.QuerySet["Budget"]):
    def for_municipality(self, municipality: Municipality) -> Self:
        return self.filter(municipality=municipality)

    def public(self) -> Self:
        """What everybody may find: opened once, whatever became of it."""
        return self.exclude(state=BudgetState.DRAFT)

    def open(self) -> Self:
        return self.filter(state=BudgetState.OPEN)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What is public, and everything here for those who run budgets."""
        if not user.is_authenticated:
            return self.public()
        here = [pk for role, pk in user.roles if role in ("administrator", "evaluator")]
        return self.filter(~Q(state=BudgetState.DRAFT) | Q(municipality__in=here))


class Budget(models.Model):
    """A municipality's participatory budget of one fiscal year.

    It is prepared, then opened: from then on a trigger (budgets/0002) refuses any change to
    what it was opened with, the columns of RULES here and all of its groups, headings and
    criteria. `digest` is the hash of them that its page shows (budgets/definition.py).
    Money is in céntimos. Only budgets.actions changes it.
    """

    RULES = (
        "year",
        "norm",
        "announced",
        "percent",
        "mode",
        "effect",
        "ballot",
        "most",
        "points",
        "rule",
        "supports_needed",
        "mending_days",
        "appeal_days",
    )

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="budgets", verbose_name=_("municipality")
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="budget")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=9, choices=BudgetState, default=BudgetState.DRAFT
    )
    year = models.PositiveSmallIntegerField(
        _("fiscal year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what it is about"), max_length=10_000)
    norm = models.CharField(
        _("ordinance"),
        max_length=200,
        blank=True,
        help_text=_(
            "The one that rules the process: its number, and the article that says who decides."
        ),
    )
    announced = models.BigIntegerField(
        _("money announced"),
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("What the head of the municipality has published for the process."),
    )
    percent = models.DecimalField(
        _("share of the municipality's budget, in %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    mode = models.CharField(_("who decides"), max_length=9, choices=Mode, default=Mode.RESIDENTS)
    effect = models.CharField(
        _("effect"), max_length=12, choices=Effect, default=Effect.CONSULTATIVE
    )
    ballot = models.CharField(
        _("how residents vote"), max_length=8, choices=BallotKind, default=BallotKind.KNAPSACK
    )
    most = models.PositiveSmallIntegerField(
        _("works each may choose"), default=3, validators=[MinValueValidator(1)]
    )
    points = models.PositiveSmallIntegerField(
        _("points to share out"), default=10, validators=[MinValueValidator(1)]
    )
    rule = models.JSONField(
        _("how votes are counted"),
        default=dict,
        help_text=_("With all its parameters, as budgets/counting reads them."),
    )
    supports_needed = models.PositiveIntegerField(
        _("supports a work needs to be evaluated"), default=0
    )
    mending_days = models.PositiveSmallIntegerField(
        _("working days to mend what was observed"), default=2, validators=[MinValueValidator(1)]
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("working days to appeal"), default=3, validators=[MinValueValidator(1)]
    )
    decisions_at = models.DateTimeField(
        _("when all decisions of the evaluation are published"), null=True, blank=True
    )
    decisions_published_at = models.DateTimeField(
        _("decisions of the evaluation published"), null=True, blank=True
    )
    digest = models.BinaryField(max_length=32, null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_why = models.TextField(_("why it was called off"), max_length=2_000, blank=True)
    cancelled_at = models.DateTimeField(
        pgettext_lazy("budget", "called off"), null=True, blank=True
    )
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("participatory budget")
        verbose_name_plural = _("participatory budgets")
        ordering = ["-year", "-pk"]
        constraints = [
            one_of("state", BudgetState),
            one_of("mode", Mode),
            one_of("effect", Effect),
            one_of("ballot", BallotKind),
            set_together("opened_at", "opened_by", "digest"),
            set_together("cancelled_at", "cancelled_by"),
            # For the foreign keys of what hangs on it, which name the municipality too.
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_budget_place"),
            models.CheckConstraint(
                name="budgets_budget_open_has_its_rules",
                condition=Q(state=BudgetState.DRAFT)
                | Q(state=BudgetState.CANCELLED)
                | Q(opened_at__isnull=False, announced__gt=0),
            ),
            models.CheckConstraint(
                name="budgets_budget_binding_by_a_norm",
                condition=~Q(effect=Effect.BINDING) | ~Q(norm=""),
                violation_error_message=_("Name the norm that makes the result binding."),
            ),
            models.CheckConstraint(
                name="budgets_budget_cancelled_with_a_reason",
                condition=Q(cancelled_at=None) | ~Q(cancelled_why=""),
            ),
            models.CheckConstraint(
                name="budgets_budget_decisions_when_it_was_said",
                condition=Q(decisions_published_at=None)
                | Q(decisions_at__isnull=False, decisions_published_at__gte=F("decisions_at")),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-year", "-id"], name="budgets_latest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        title = slugify(self.title)[:80].strip("-") or "presupuesto"
        return reverse("budgets:detail", args=[self.municipality.slug, self.pk, title])

    @property
    def is_draft(self) -> bool:
        """Whether its rules can still be changed."""
        return self.state == BudgetState.DRAFT

    @property
    def is_cancelled(self) -> bool:
        return self.state == BudgetState.CANCELLED


class Group(models.Model):
    """Headings among which people choose: a theme or a kind of territory."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    budget = models.ForeignKey(Budget, models.CASCADE, related_name="groups")
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    name = models.CharField(_("name"), max_length=80)
    headings_each = models.PositiveSmallIntegerField(
        _("headings in which one person may support works"),
        default=1,
        validators=[MinValueValidator(1)],
    )

    class Meta:
        verbose_name = _("group of headings")
        verbose_name_plural = _("groups of headings")
        ordering = ["budget", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_group_place"),
            models.UniqueConstraint(fields=["budget", "name"], name="budgets_group_named_once"),
            models.CheckConstraint(
                name="budgets_group_opens_a_heading", condition=Q(headings_each__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Heading(models.Model):
    """Money for works of one place or kind: a district, a village, the whole province."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="headings")
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    name = models.CharField(_("name"), max_length=80)
    money = models.BigIntegerField(_("money"), validators=[MinValueValidator(1)])
    districts = ArrayField(
        models.CharField(max_length=6),
        verbose_name=_("districts whose residents decide"),
        default=list,
        blank=True,
        help_text=_("Without any, the residents of the whole place."),
    )
    question = models.CharField(
        max_length=6, blank=True, editable=False, help_text=_("Its question on the ballot.")
    )

    class Meta:
        verbose_name = _("heading")
        verbose_name_plural = _("headings")
        ordering = ["group__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_heading_place"),
            models.UniqueConstraint(fields=["id", "group"], name="budgets_heading_of_group"),
            models.UniqueConstraint(fields=["group", "name"], name="budgets_heading_named_once"),
            models.CheckConstraint(name="budgets_heading_has_money", condition=Q(money__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One step of a budget: when, what for, and what can be done while it lasts.

    A step may be left out with the legal reason. Its days may move, with a reason in the history.
    What opens and closes with each kind, budgets/course.py says.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    budget = models.ForeignKey(Budget, models.CASCADE, related_name="steps")
    kind = models.CharField(pgettext_lazy("budget", "step"), max_length=12, choices=StepKind)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    text = models.TextField(_("what happens"), max_length=5_000, blank=True)
    left_out_why = models.CharField(
        _("left out because"),
        max_length=300,
        blank=True,
        help_text=_("The norm that allows it, and the reason."),
    )

    class Meta:
        verbose_name = pgettext_lazy("budget", "step")
        verbose_name_plural = _("steps")
        ordering = ["budget", "pk"]
        constraints = [
            one_of("kind", StepKind),
            set_together("starts_at", "ends_at"),
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_step_place"),
            models.UniqueConstraint(fields=["budget", "kind"], name="budgets_step_once"),
            models.CheckConstraint(
                name="budgets_step_ends_after_it_starts",
                condition=Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A step ends after it starts."),
            ),
            models.CheckConstraint(
                name="budgets_step_left_out_has_no_days",
                condition=Q(left_out_why="") | Q(starts_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def phase(self) -> LegalPhase:
        return PHASE_OF[StepKind(self.kind)]

    @property
    def is_left_out(self) -> bool:
        return bool(self.left_out_why)

    def is_running(self, now: datetime | None = None) -> bool:
        now = now or timezone.now()
        return self.starts_at is not None and self.starts_at <= now < self.ends_at

    def is_over(self, now: datetime | None = None) -> bool:
        return self.ends_at is not None and self.ends_at <= (now or timezone.now())


class StepDocument(models.Model):
    """A document of the budget's thread that belongs to one of its steps."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    step = models.ForeignKey(Step, models.CASCADE, related_name="documents")
    document = models.OneToOneField(Document, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("document of a step")
        verbose_name_plural = _("documents of steps")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.document)


class Criterion(models.Model):
    """One line of the prioritisation matrix: whole points from 0 to `highest`, and their weight.

    The weights of a budget sum to exactly 100 %. `scale` says what points mean, if staff wrote it.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    budget = models.ForeignKey(Budget, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    name = models.CharField(_("criterion"), max_length=120)
    help = models.TextField(_("what is looked at"), max_length=1_000, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight in %"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    highest = models.PositiveSmallIntegerField(
        _("most points"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    scale = models.TextField(
        _("what each number of points means"),
        max_length=2_000,
        blank=True,
        help_text=_("One line for each, as «0: no need shown»."),
    )

    class Meta:
        verbose_name = _("criterion of the matrix")
        verbose_name_plural = _("criteria of the matrix")
        ordering = ["budget", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_criterion_place"),
            models.UniqueConstraint(fields=["budget", "name"], name="budgets_criterion_once"),
            models.CheckConstraint(
                name="budgets_criterion_weighs", condition=Q(weight__range=(1, 100))
            ),
            models.CheckConstraint(
                name="budgets_criterion_has_a_scale", condition=Q(highest__range=(1, 100))
            ),
        ]

    def __str__(self) -> str:
        return self.name
