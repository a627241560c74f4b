from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from budgets.enums import Round, Verdict, WorkState
from budgets.models.budget import Criterion
from budgets.models.works import Work
from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def standing(self) -> Self:
        """Those nobody has stepped back from."""
        return self.filter(recused_at=None)

    def open(self) -> Self:
        """Assigned, and not handed in yet."""
        return self.standing().filter(submitted_at=None, work__state=WorkState.EVALUATION)

    def late(self) -> Self:
        return self.open().filter(due_on__lt=timezone.localdate())

    def published(self) -> Self:
        """Those whose finding everybody may read: see Work.objects.decided()."""
        return self.standing().filter(
            Q(round=Round.FIRST, work__in=Work.objects.decided())
            | Q(round=Round.APPEAL, work__appeal__decided_at__isnull=False),
            submitted_at__isnull=False,
        )

    def with_cost(self) -> Self:
        """`cost`: the sum of its lines; none without any."""
        return self.annotate(cost=models.Sum("cost_lines__amount"))


class Evaluation(models.Model):
    """What one evaluator finds of a work: feasible or not, what it costs, and why.

    `report` is for everybody once decisions are published; `notes` never. Whoever has an interest
    in the work steps back (`recused_at`) and says which. On appeal somebody else evaluates anew.
    What was handed in does not change (budgets/0002).
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    work = models.ForeignKey(
        Work, models.PROTECT, related_name="evaluations", verbose_name=_("work")
    )
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("evaluator")
    )
    round = models.CharField(_("round"), max_length=6, choices=Round, default=Round.FIRST)
    assigned_at = models.DateTimeField(default=timezone.now)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField(_("due on"))
    declared_at = models.DateTimeField(_("said to have no interest in it"), null=True, blank=True)
    recused_at = models.DateTimeField(_("stepped back"), null=True, blank=True)
    recused_why = models.CharField(_("conflict of interest"), max_length=300, blank=True)

    is_legal = models.BooleanField(_("allowed by law"), null=True, blank=True)
    is_competence = models.BooleanField(_("within the municipality's power"), null=True, blank=True)
    is_technical = models.BooleanField(_("technically possible"), null=True, blank=True)
    running_cost = models.BigIntegerField(
        _("cost of running it, a year"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    months = models.PositiveSmallIntegerField(_("months to do it"), null=True, blank=True)
    invierte_code = models.CharField(_("Invierte.pe code"), max_length=20, blank=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, blank=True)
    report = models.TextField(
        _("public report"), max_length=10_000, blank=True, help_text=_("Everybody reads it.")
    )
    notes = models.TextField(
        _("internal notes"), max_length=10_000, blank=True, help_text=_("Only staff read them.")
    )
    saved_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["assigned_at", "pk"]
        constraints = [
            one_of("round", Round),
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_evaluation_place"),
            models.UniqueConstraint(
                fields=["work", "round"],
                condition=Q(recused_at=None),
                name="budgets_evaluation_one_a_round",
            ),
            models.UniqueConstraint(
                fields=["work", "evaluator"], name="budgets_evaluation_by_somebody_else"
            ),
            models.CheckConstraint(
                name="budgets_evaluation_stepped_back_says_why",
                condition=Q(recused_at=None) | (~Q(recused_why="") & Q(submitted_at=None)),
            ),
            models.CheckConstraint(
                name="budgets_evaluation_handed_in_is_whole",
                condition=Q(submitted_at=None)
                | (
                    Q(verdict__in=Verdict.values)
                    & ~Q(report="")
                    & Q(declared_at__isnull=False)
                    & Q(is_legal__isnull=False)
                    & Q(is_competence__isnull=False)
                    & Q(is_technical__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="budgets_evaluation_feasible_is_possible",
                condition=~Q(verdict=Verdict.FEASIBLE)
                | Q(submitted_at=None)
                | Q(is_legal=True, is_competence=True, is_technical=True),
                violation_error_message=_(
                    "What is not legal, not within the municipality's power or not possible is not feasible."
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "due_on"],
                condition=Q(submitted_at=None, recused_at=None),
                name="budgets_evaluation_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_id}"

    @property
    def is_late(self) -> bool:
        return (
            self.submitted_at is None
            and self.recused_at is None
            and self.due_on < timezone.localdate()
        )


class CostLine(models.Model):
    """One line of what a work costs; the lines sum to its cost."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="cost_lines")
    text = models.CharField(_("what"), max_length=160)
    amount = models.BigIntegerField(
        pgettext_lazy("money", "amount"), validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("line of the cost")
        verbose_name_plural = _("lines of the cost")
        ordering = ["evaluation", "pk"]
        constraints = [
            models.CheckConstraint(name="budgets_costline_costs", condition=Q(amount__gt=0))
        ]

    def __str__(self) -> str:
        return self.text


class Score(models.Model):
    """Points of one criterion as one person typed them; two people type each, apart.

    `entry` is 1 or 2, and the two are by different people, which the database keeps. They are
    typed while the work is evaluated and stay as they are afterwards (budgets/0006).
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    work = models.ForeignKey(Work, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    entry = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(_("points"))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["work", "criterion", "entry"]
        constraints = [
            models.CheckConstraint(
                name="budgets_score_entry_is_known", condition=Q(entry__in=[1, 2])
            ),
            models.UniqueConstraint(
                fields=["work", "criterion", "entry"], name="budgets_score_once"
            ),
            models.UniqueConstraint(
                fields=["work", "criterion", "by"], name="budgets_score_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points}"


class Observation(models.Model):
    """What an evaluator asks the author to mend, once, and the answer.

    After `due_on` it takes no answer, whether or not a clock has run (budgets/0006 too).
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    evaluation = models.OneToOneField(Evaluation, models.PROTECT, related_name="observation")
    text = models.TextField(_("what is to be mended"), max_length=3_000)
    made_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(_("to be mended until"))
    answer = models.TextField(_("answer of the author"), max_length=5_000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = [
            models.CheckConstraint(
                name="budgets_observation_answer_says_something",
                condition=Q(answered_at=None, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and timezone.localdate() <= self.due_on

    @property
    def has_expired(self) -> bool:
        return self.answered_at is None and timezone.localdate() > self.due_on


class Appeal(models.Model):
    """That the author of a work found not feasible asks for another look; once."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    work = models.OneToOneField(Work, models.PROTECT, related_name="appeal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("why it should be looked at again"), max_length=3_000)
    at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("appeal against an evaluation")
        verbose_name_plural = _("appeals against evaluations")
        ordering = ["at", "pk"]
        constraints = [set_together("decided_at", "decided_by")]

    def __str__(self) -> str:
        return f"{self.work_id}"
