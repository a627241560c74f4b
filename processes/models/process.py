from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.constraints import one_of
from decide.common.search import SearchedQuerySet
from municipalities.models import Municipality
from participation.models import Category, Thread
from processes.enums import ProcessKind, ProcessState, ReviewState, StepKind, TeamRole


class ProcessQuerySet(SearchedQuerySet):
    among_equals = ("-opened_at", "-pk")

    def for_municipality(self, municipality: Municipality) -> Self:
        return self.filter(municipality=municipality)

    def public(self) -> Self:
        """What everybody may find: opened once, whatever became of it."""
        return self.exclude(state=ProcessState.DRAFT)

    def open(self) -> Self:
        return self.filter(state=ProcessState.OPEN)


class Process(models.Model):
    """Steps of any kind under one page, from the first word to what became of it.

    Its rules are frozen when it opens (processes/0002). A dialogue is a process with parties
    at a table, who promise things by a day.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="processes", verbose_name=_("municipality")
    )
    thread = models.OneToOneField(
        Thread, models.PROTECT, related_name="process", verbose_name=_("conversation")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("prepared by"),
    )
    form_key = models.UUIDField(null=True, editable=False)
    template = models.ForeignKey(
        "processes.ProcessTemplate",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="processes",
        verbose_name=pgettext_lazy("process", "template"),
    )
    kind = models.CharField(
        _("kind"), max_length=13, choices=ProcessKind, default=ProcessKind.PARTICIPATION
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ProcessState,
        default=ProcessState.DRAFT,
        editable=False,
    )
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(
        _("in two sentences"),
        max_length=400,
        help_text=_("What is decided, and who may take part."),
    )
    text = models.TextField(_("what it is about"), max_length=20_000, blank=True)
    rules = models.TextField(
        _("rules"),
        max_length=20_000,
        blank=True,
        help_text=_("Who may take part, how it is decided and what binds whom. Frozen at opening."),
    )
    office = models.CharField(_("office that answers"), max_length=120, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    place_name = models.CharField(_("where"), max_length=120, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(
        pgettext_lazy("process", "closed"), null=True, blank=True, editable=False
    )
    called_off_why = models.TextField(_("why it was called off"), max_length=2_000, blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)

    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="es")
        + SearchVector("summary", weight="B", config="es")
        + SearchVector("text", weight="C", config="es"),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            one_of("kind", ProcessKind),
            one_of("state", ProcessState),
            models.UniqueConstraint(
                fields=["author", "form_key"], name="processes_process_form_once"
            ),
            # For the foreign keys of what hangs on it, which name the municipality too.
            models.UniqueConstraint(fields=["id", "municipality"], name="processes_process_place"),
            models.CheckConstraint(
                name="processes_process_says_something", condition=~Q(title="") & ~Q(summary="")
            ),
            models.CheckConstraint(
                name="processes_process_opens_with_rules",
                condition=Q(opened_at=None) | ~Q(rules=""),
                violation_error_message=_("Write the rules first: they are frozen at opening."),
            ),
            models.CheckConstraint(
                name="processes_process_state_and_moments",
                condition=Q(state="draft", opened_at=None, closed_at=None)
                | Q(state="open", opened_at__isnull=False, closed_at=None)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False)
                | Q(state="called_off", opened_at__isnull=False),
            ),
            models.CheckConstraint(
                name="processes_process_called_off_says_why",
                condition=~Q(state="called_off") | ~Q(called_off_why=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "-opened_at", "-id"], name="processes_process_newest"
            ),
            GinIndex(fields=["search"], name="processes_process_search"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        title = slugify(self.title)[:80].strip("-") or "proceso"
        return reverse("processes:detail", args=[self.municipality.slug, self.pk, title])

    @property
    def is_public(self) -> bool:
        return self.state != ProcessState.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == ProcessState.OPEN

    @property
    def is_dialogue(self) -> bool:
        return self.kind == ProcessKind.DIALOGUE

    @property
    def shown_office(self) -> str:
        return self.office or self.municipality.contact_office or self.municipality.name

    @cached_property
    def present_step(self) -> Step | None:
        """The step that is going on; the next one, between two; none when all are over."""
        now = timezone.now()
        steps = self.steps.filter(Q(ends_at=None) | Q(ends_at__gt=now)).exclude(starts_at=None)
        return steps.order_by("starts_at", "position").first()


class Step(models.Model):
    """One step of a process: a time, what happens in it, and the thing in which it happens.

    `thread` is that of a debate, a vote, a budget or a draft norm of the same municipality.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    process = models.ForeignKey(
        Process, models.CASCADE, related_name="steps", verbose_name=_("process")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=9, choices=StepKind)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what happens"), max_length=4_000, blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    thread = models.ForeignKey(
        Thread,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="steps_of_processes",
        verbose_name=_("where it happens"),
    )

    class Meta:
        verbose_name = _("step of a process")
        verbose_name_plural = _("steps of processes")
        ordering = ["process", "position"]
        constraints = [
            one_of("kind", StepKind),
            models.UniqueConstraint(
                fields=["process", "position"],
                name="processes_step_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["process", "thread"], name="processes_step_thread_once"
            ),
            models.UniqueConstraint(fields=["id", "municipality"], name="processes_step_place"),
            models.CheckConstraint(
                name="processes_step_ends_after_start",
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "starts_at"], name="processes_step_agenda")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and self.ends_at <= timezone.now()

    @property
    def is_running(self) -> bool:
        return bool(self.starts_at and self.starts_at <= timezone.now() and not self.is_over)


class TeamMember(models.Model):
    """Who runs a process, by name and office, for everybody to read."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    process = models.ForeignKey(
        Process, models.CASCADE, related_name="team", verbose_name=_("process")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    role = models.CharField(_("role"), max_length=11, choices=TeamRole, default=TeamRole.HELPS)
    name = models.CharField(_("name"), max_length=120)
    office = models.CharField(_("office or organisation"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("member of a team")
        verbose_name_plural = _("members of teams")
        ordering = ["process", "position", "pk"]
        constraints = [one_of("role", TeamRole)]

    def __str__(self) -> str:
        return self.name


class Outcome(models.Model):
    """What a process decided and what became of it, with the day on which to look again.

    Its first words stay; what is found later is added as reviews.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    process = models.OneToOneField(
        Process, models.PROTECT, related_name="outcome", verbose_name=_("process")
    )
    decided = models.TextField(
        _("what was decided"), max_length=4_000, help_text=_("In plain words, for everybody.")
    )
    next_steps = models.TextField(_("what happens now, and who does it"), max_length=4_000)
    review_on = models.DateField(_("to be looked at again on"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    published_at = models.DateTimeField(_("published"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("outcome of a process")
        verbose_name_plural = _("outcomes of processes")
        ordering = ["-published_at"]
        constraints = [
            models.UniqueConstraint(fields=["id", "municipality"], name="processes_outcome_place"),
            models.CheckConstraint(
                name="processes_outcome_says_something",
                condition=~Q(decided="") & ~Q(next_steps=""),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "review_on"], name="processes_outcome_due")]

    def __str__(self) -> str:
        return self.decided[:80]

    @property
    def is_due(self) -> bool:
        return self.review_on is not None and self.review_on <= timezone.localdate()


class OutcomeReview(models.Model):
    """What somebody found when they looked at an outcome again. Only ever added."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    outcome = models.ForeignKey(
        Outcome, models.PROTECT, related_name="reviews", verbose_name=_("outcome")
    )
    state = models.CharField(_("how it stands"), max_length=9, choices=ReviewState)
    text = models.TextField(_("what became of it"), max_length=4_000)
    next_review_on = models.DateField(_("to be looked at again on"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("review of an outcome")
        verbose_name_plural = _("reviews of outcomes")
        ordering = ["outcome", "at", "pk"]
        constraints = [
            one_of("state", ReviewState),
            models.CheckConstraint(name="processes_outcomereview_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="processes_outcomereview_goes_on_or_ends",
                condition=Q(state__in=["done", "dropped"]) | Q(next_review_on__isnull=False),
                violation_error_message=_("Say when it is to be looked at again."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id}: {self.state}"
