from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.enums import (
    Assessor,
    CitizenReply,
    Evaluator,
    LearningKind,
    Moment,
    NetworkKind,
    SelfReply,
)
from agreements.models.actors import Organization
from agreements.models.agreement import Agreement
from agreements.models.transfer import Activity, Transfer
from agreements.models.work import WorkItem
from decide.common.constraints import one_of
from decide.common.search import SearchedQuerySet
from municipalities.models import Municipality
from participation.models import Thread


CRITERIA = (
    "reach",
    "diversity",
    "information",
    "deliberation",
    "answer",
    "result",
    "accessibility",
    "evidence_mark",
)


def mark(name):
    return models.PositiveSmallIntegerField(name, null=True, blank=True)


class QualityScore(models.Model):
    """How good an intervention was, by eight criteria from 0 to 3; an empty one is «not scored».

    Of one activity, or of one thing people took part in (its thread); by oneself or by a third
    party, side by side. Only ever added.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    activity = models.ForeignKey(
        Activity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="scores",
        verbose_name=_("activity"),
    )
    thread = models.ForeignKey(
        Thread,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("what people took part in"),
    )
    assessor = models.CharField(_("by"), max_length=11, choices=Assessor)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    reach = mark(_("reach"))
    diversity = mark(_("diversity"))
    information = mark(_("information before"))
    deliberation = mark(_("deliberation"))
    answer = mark(_("answer"))
    result = mark(_("result"))
    accessibility = mark(_("accessibility"))
    evidence_mark = mark(_("evidence"))
    notes = models.TextField(_("notes"), max_length=2_000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("quality of an intervention")
        verbose_name_plural = _("quality of interventions")
        ordering = ["-at", "-pk"]
        constraints = [
            one_of("assessor", Assessor),
            models.CheckConstraint(
                name="agreements_qualityscore_is_of_one_thing",
                condition=Q(activity__isnull=False, thread__isnull=True)
                | Q(activity__isnull=True, thread__isnull=False),
            ),
            *(
                models.CheckConstraint(
                    name=f"agreements_qualityscore_{name}_is_0_to_3",
                    condition=Q(**{name: None}) | Q(**{f"{name}__lte": 3}),
                    violation_error_message=_("Marks go from 0 to 3."),
                )
                for name in CRITERIA
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_assessor_display()}"


class Evaluation(models.Model):
    """What a transfer is worth after 6, 12 or 24 months. Only ever added."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="evaluations", verbose_name=_("transfer")
    )
    moment = models.CharField(_("when"), max_length=3, choices=Moment)
    evaluator = models.CharField(_("by whom"), max_length=7, choices=Evaluator)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    women = models.PositiveIntegerField(_("women reached"), null=True, blank=True)
    men = models.PositiveIntegerField(_("men reached"), null=True, blank=True)
    rural = models.PositiveIntegerField(_("rural people reached"), null=True, blank=True)
    effect = models.TextField(_("effect against the baseline"), max_length=2_000)
    cost = models.DecimalField(
        _("what it cost, in soles"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    staff = models.CharField(_("who keeps it going"), max_length=300, blank=True)
    maintenance = models.TextField(_("how it is kept going"), max_length=1_000, blank=True)
    citizens = models.PositiveSmallIntegerField(
        _("what citizens say, 0 to 3"), null=True, blank=True
    )
    recommendations = models.TextField(_("recommendations"), max_length=4_000, blank=True)
    method = models.TextField(_("method"), max_length=1_000, blank=True)
    # Computed on the day of the evaluation (agreements.fidelity), and kept as it was then.
    core_verified = models.PositiveSmallIntegerField(
        _("core components seen working"), null=True, editable=False
    )
    core_total = models.PositiveSmallIntegerField(_("core components"), null=True, editable=False)
    reach = models.JSONField(_("people reached, by gender and area"), default=list, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    day = models.DateField(_("day"), default=timezone.localdate)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("evaluation of a transfer")
        verbose_name_plural = _("evaluations of transfers")
        ordering = ["-day", "-pk"]
        constraints = [
            one_of("moment", Moment),
            one_of("evaluator", Evaluator),
            models.UniqueConstraint(
                fields=["transfer", "moment", "evaluator"], name="agreements_evaluation_once"
            ),
            models.CheckConstraint(
                name="agreements_evaluation_citizens_is_0_to_3",
                condition=Q(citizens=None) | Q(citizens__lte=3),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer} {self.moment}"


class SelfAnswer(models.Model):
    """A municipality's answer of its yearly self-evaluation; «yes» without evidence is unsupported."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    question = models.CharField(_("question"), max_length=40)
    reply = models.CharField(_("answer"), max_length=6, choices=SelfReply)
    text = models.TextField(_("how one can see it"), max_length=2_000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("answer of a self-evaluation")
        verbose_name_plural = _("answers of self-evaluations")
        ordering = ["-year", "question"]
        constraints = [
            one_of("reply", SelfReply),
            models.UniqueConstraint(
                fields=["municipality", "year", "question"], name="agreements_selfanswer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.question}"


class CounterAnswer(models.Model):
    """What an organisation of civil society or a university answers to the same question."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    answer = models.ForeignKey(
        SelfAnswer, models.PROTECT, related_name="counters", verbose_name=_("answer")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    reply = models.CharField(_("answer"), max_length=6, choices=SelfReply)
    text = models.TextField(_("why"), max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("counter-assessment")
        verbose_name_plural = _("counter-assessments")
        ordering = ["answer", "pk"]
        constraints = [
            one_of("reply", SelfReply),
            models.UniqueConstraint(
                fields=["answer", "organization"], name="agreements_counteranswer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.organization}"


class Observation(models.Model):
    """What an organisation says beside the official record, and what is said back. Only ever added.

    A reply names what it replies to; the municipality cannot take the observation away.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="observations", verbose_name=_("organisation")
    )
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("convenio"),
    )
    transfer = models.ForeignKey(
        Transfer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("transfer"),
    )
    item = models.ForeignKey(
        WorkItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("step"),
    )
    replies_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("reply to"),
    )
    text = models.TextField(_("text"), max_length=4_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("observation of an organisation")
        verbose_name_plural = _("observations of organisations")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="agreements_observation_is_of_one_thing",
                condition=Q(agreement__isnull=False, transfer__isnull=True, item__isnull=True)
                | Q(agreement__isnull=True, transfer__isnull=False, item__isnull=True)
                | Q(agreement__isnull=True, transfer__isnull=True, item__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class CitizenCheck(models.Model):
    """«Is this true in your place?»: a resident's answer, beside the official state, never in it."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    item = models.ForeignKey(
        WorkItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name=_("step"),
    )
    transfer = models.ForeignKey(
        Transfer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name=_("transfer"),
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reply = models.CharField(_("answer"), max_length=7, choices=CitizenReply)
    comment = models.TextField(_("what you saw"), max_length=600, blank=True)
    day = models.DateField(_("day"), default=timezone.localdate)
    # Hides what was written, never the answer: that goes on counting.
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)
    hidden_why = models.CharField(_("why it was hidden"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("citizens' check")
        verbose_name_plural = _("citizens' checks")
        ordering = ["-day", "-pk"]
        constraints = [
            one_of("reply", CitizenReply),
            models.CheckConstraint(
                name="agreements_citizencheck_is_of_one_thing",
                condition=Q(item__isnull=False, transfer__isnull=True)
                | Q(item__isnull=True, transfer__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["item", "by"],
                condition=Q(item__isnull=False),
                name="agreements_citizencheck_once_of_a_step",
            ),
            models.UniqueConstraint(
                fields=["transfer", "by"],
                condition=Q(transfer__isnull=False),
                name="agreements_citizencheck_once_of_a_transfer",
            ),
            models.CheckConstraint(
                name="agreements_citizencheck_hidden_says_why",
                condition=Q(hidden_at=None) | ~Q(hidden_why=""),
                violation_error_message=_("Say why it is hidden."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_reply_display()}"


class LearningQuerySet(SearchedQuerySet):
    def published(self) -> Self:
        return self.exclude(published_at=None)


class Learning(models.Model):
    """What was learnt, also from what failed: to be found without an account.

    A challenge may be taken up by what answers it: an experiment, a lesson, also a student's.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=LearningKind)
    transfer = models.ForeignKey(
        Transfer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="learnings",
        verbose_name=_("transfer"),
    )
    title = models.CharField(_("title"), max_length=200)
    context = models.TextField(_("situation, or hypothesis"), max_length=2_000)
    tried = models.TextField(
        _("what was tried, and how it was measured"), max_length=2_000, blank=True
    )
    result = models.TextField(_("what came of it"), max_length=2_000, blank=True)
    decision = models.TextField(_("what is done from now on"), max_length=2_000, blank=True)
    worked = models.BooleanField(_("it worked"), null=True, blank=True)
    source = models.CharField(_("evidence"), max_length=300, blank=True)
    tags = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("words to find it"),
        default=list,
        blank=True,
    )
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="learnings",
        verbose_name=_("organisation"),
    )
    answers_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("challenge that it answers"),
    )
    for_students = models.BooleanField(_("open to students"), default=False)
    search = models.GeneratedField(
        expression=SearchVector("title", config="es", weight="A")
        + SearchVector("context", "tried", "result", "decision", config="es", weight="C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = LearningQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson, experiment or challenge")
        verbose_name_plural = _("lessons, experiments and challenges")
        ordering = ["-at", "-pk"]
        constraints = [
            one_of("kind", LearningKind),
            models.CheckConstraint(
                name="agreements_learning_published_lessons_are_whole",
                condition=Q(published_at=None)
                | Q(kind="challenge")
                | (~Q(tried="") & ~Q(result="") & ~Q(source="")),
                violation_error_message=_(
                    "Say what was tried, what came of it and on what that rests."
                ),
            ),
        ]
        indexes = [GinIndex(fields=["search"], name="agreements_learning_search")]

    def __str__(self) -> str:
        return self.title


class Certificate(models.Model):
    """Recognition of how much a municipality improved on its own baseline: computed, never granted."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="certificates", verbose_name=_("municipality")
    )
    code = models.CharField(_("verification code"), max_length=20, unique=True)
    year = models.PositiveSmallIntegerField(_("year"))
    figures = models.JSONField(_("what it rests on"))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificate of improvement")
        verbose_name_plural = _("certificates of improvement")
        ordering = ["-year", "municipality"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "year"], name="agreements_certificate_once"
            )
        ]

    def __str__(self) -> str:
        return self.code


class NetworkEntry(models.Model):
    """The network's work plan, meetings and decisions, with how far they are (requirement R78)."""

    kind = models.CharField(_("kind"), max_length=8, choices=NetworkKind)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=4_000, blank=True)
    day = models.DateField(_("day"))
    members = models.ManyToManyField(
        Organization, blank=True, related_name="network", verbose_name=_("members")
    )
    progress = models.PositiveSmallIntegerField(_("progress in %"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("entry of the network")
        verbose_name_plural = _("network")
        ordering = ["-day", "-pk"]
        constraints = [
            one_of("kind", NetworkKind),
            models.CheckConstraint(
                name="agreements_networkentry_progress_is_a_share",
                condition=Q(progress=None) | Q(progress__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return self.title
