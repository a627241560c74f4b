from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import BigIntegerField, F, Q, Sum
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from accounts.enums import Gender
from budgets.enums import MilestoneState, ProjectState, SpendingStage
from budgets.models.budget import Budget
from budgets.models.works import Work
from decide.common import workdays
from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality
from participation.models import Document, Image


class Minutes(models.Model):
    """The acta de acuerdos y compromisos of a budget: what was agreed, by whom, on what day.

    Issuing it settles it: `content` is what its PDF says, with its hash. Afterwards only an
    addendum changes what it says, as the law has it for every acta.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    budget = models.OneToOneField(
        Budget, models.PROTECT, related_name="minutes", verbose_name=_("participatory budget")
    )
    held_on = models.DateField(_("day of the meeting"))
    place = models.CharField(_("where it was held"), max_length=160)
    text = models.TextField(_("agreements and commitments"), max_length=10_000)
    attendance = models.TextField(
        _("who signs"),
        max_length=5_000,
        blank=True,
        help_text=_("One line for each: name, and what they sign as."),
    )
    content = models.JSONField(null=True, blank=True, editable=False)
    digest = models.BinaryField(max_length=32, null=True, blank=True, editable=False)
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the signed paper"),
    )

    class Meta:
        verbose_name = _("acta of agreements")
        verbose_name_plural = _("actas of agreements")
        constraints = [
            set_together("issued_at", "issued_by", "digest", "content"),
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_minutes_place"),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id}"

    @property
    def is_issued(self) -> bool:
        return self.issued_at is not None


class Addendum(models.Model):
    """What is corrected in an acta, and why; only ever added."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="addenda")
    text = models.TextField(_("what is corrected"), max_length=5_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("addendum of an acta")
        verbose_name_plural = _("addenda of actas")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.minutes_id}"


class Committee(models.Model):
    """How the vigilance committee of a budget came about: elected by the agents, then recognised.

    `answer_days` is how soon the municipality owes an answer to each report; a report keeps the
    day that was reckoned when it was published.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    budget = models.OneToOneField(Budget, models.PROTECT, related_name="vigilance")
    elected_on = models.DateField(_("elected on"))
    how = models.CharField(
        _("how it was elected"),
        max_length=200,
        blank=True,
        help_text=_("For example: by a show of hands of the agents, in the last workshop."),
    )
    resolution = models.CharField(
        _("recognised by"),
        max_length=120,
        blank=True,
        help_text=_("The resolution or ordinance, with its number."),
    )
    recognised_on = models.DateField(_("recognised on"), null=True, blank=True)
    answer_days = models.PositiveSmallIntegerField(
        _("working days to answer a report"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    class Meta:
        verbose_name = _("vigilance committee")
        verbose_name_plural = _("vigilance committees")
        constraints = [
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_committee_place"),
            models.CheckConstraint(
                name="budgets_committee_recognised_by_something",
                condition=Q(resolution="", recognised_on=None)
                | (~Q(resolution="") & Q(recognised_on__isnull=False)),
                violation_error_message=_("Give both the resolution and its day."),
            ),
            models.CheckConstraint(
                name="budgets_committee_answers_within_days",
                condition=Q(answer_days__range=(1, 60)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id}"


class CommitteeMemberQuerySet(models.QuerySet["CommitteeMember"]):
    def current(self) -> Self:
        today = timezone.localdate()
        return self.filter(since__lte=today).filter(Q(until=None) | Q(until__gte=today))


class CommitteeMember(models.Model):
    """Somebody whom the agents elected to watch over the agreements; no public servant.

    With an account they have the committee's own pages from `since` until `until`. The account
    is linked by the person: `invitation` is the hash of the link that was sent to them, which
    works once (budgets/invitations.py).
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    budget = models.ForeignKey(
        Budget, models.PROTECT, related_name="committee", verbose_name=_("participatory budget")
    )
    name = models.CharField(_("full name"), max_length=160)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    gender = models.CharField(_("gender"), max_length=12, choices=Gender, blank=True)
    charge = models.CharField(_("charge"), max_length=80, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="committees",
        verbose_name=_("account"),
    )
    invitation = models.BinaryField(max_length=32, null=True, blank=True, editable=False)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True, editable=False)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    left_why = models.CharField(_("why they left"), max_length=300, blank=True)

    objects = CommitteeMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of the vigilance committee")
        verbose_name_plural = _("members of the vigilance committee")
        ordering = ["budget", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_member_place"),
            models.UniqueConstraint(
                fields=["budget", "account"],
                condition=Q(until=None),
                name="budgets_member_account_once",
            ),
            set_together("invitation", "invited_at"),
            models.CheckConstraint(
                name="budgets_committeemember_gender_is_known",
                condition=Q(gender__in=["", *Gender.values]),
            ),
            models.CheckConstraint(
                name="budgets_member_term_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_current(self) -> bool:
        return self.since <= timezone.localdate() and (
            self.until is None or self.until >= timezone.localdate()
        )


class ProjectQuerySet(models.QuerySet["Project"]):
    def of(self, budget: Budget) -> Self:
        return self.filter(work__budget=budget)

    def with_spending(self) -> Self:
        """`certified`, `committed`, `accrued`, `paid`: what each stage adds up to."""
        return self.annotate(
            **{
                stage.value: Coalesce(
                    Cast(
                        Sum("spending__amount", filter=Q(spending__stage=stage)), BigIntegerField()
                    ),
                    0,
                )
                for stage in SpendingStage
            }
        )

    def with_work(self) -> Self:
        """What a list of them tells, so that none asks by itself."""
        return self.select_related("work__heading__group", "work__thread").prefetch_related(
            "delays"
        )


class Project(models.Model):
    """A chosen work being carried out: its money, its days, and what has come of it.

    Its conversation and pictures are those of the work. `ends_on` is the day as first planned and
    does not change (budgets/0002); each delay says why and gives the new day.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    work = models.OneToOneField(
        Work, models.PROTECT, related_name="project", verbose_name=_("work")
    )
    state = models.CharField(
        _("state"), max_length=9, choices=ProjectState, default=ProjectState.PLANNED
    )
    office = models.CharField(_("office in charge"), max_length=120)
    money = models.BigIntegerField(
        _("money in the municipality's budget"), validators=[MinValueValidator(0)]
    )
    cofinanced = models.BigIntegerField(
        _("brought by others"),
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("Money, materials or labour of the population or of other entities."),
    )
    invierte_code = models.CharField(_("Invierte.pe code"), max_length=20, blank=True)
    contractor = models.CharField(_("who carries it out"), max_length=160, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("to be finished on"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("progress on site, in %"), default=0)
    why = models.TextField(_("why it stands as it does"), max_length=2_000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["work__heading", "pk"]
        constraints = [
            one_of("state", ProjectState),
            models.UniqueConstraint(fields=["id", "municipality"], name="budgets_project_place"),
            models.CheckConstraint(
                name="budgets_project_percent_is_a_part", condition=Q(percent__lte=100)
            ),
            models.CheckConstraint(
                name="budgets_project_done_has_a_day",
                condition=~Q(state=ProjectState.DONE) | Q(finished_on__isnull=False),
            ),
            models.CheckConstraint(
                name="budgets_project_stopped_says_why",
                condition=~Q(state__in=[ProjectState.PAUSED, ProjectState.CANCELLED]) | ~Q(why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("budgets:project", args=[self.municipality.slug, self.pk])

    @property
    def title(self) -> str:
        """What moderation hides is named by its code: the money of all is told all the same."""
        return self.work.code if self.work.is_hidden else self.work.title

    @property
    def is_over(self) -> bool:
        return self.state in (ProjectState.DONE, ProjectState.CANCELLED)

    @property
    def promised_on(self) -> date | None:
        """The day it is promised for now: that of the last delay, or the one first planned."""
        last = max(self.delays.all(), key=lambda delay: (delay.at, delay.pk), default=None)
        return last.new_day if last else self.ends_on

    @property
    def days_late(self) -> int:
        """Days past the day it is promised for now, while it is not there."""
        if self.is_over or self.promised_on is None:
            return 0
        return max(0, (timezone.localdate() - self.promised_on).days)

    @property
    def days_moved(self) -> int:
        """By how many days its end has moved, or came, after the day first planned."""
        end = self.finished_on if self.state == ProjectState.DONE else self.promised_on
        return max(0, (end - self.ends_on).days) if end and self.ends_on else 0


class ProjectMilestone(models.Model):
    """A step of a project, with its day and perhaps a photo."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="milestones")
    title = models.CharField(_("step"), max_length=120)
    text = models.TextField(_("details"), blank=True, max_length=2000)
    due_on = models.DateField(_("planned for"))
    state = models.CharField(
        _("state"), max_length=7, choices=MilestoneState, default=MilestoneState.PLANNED
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    photo = models.ForeignKey(Image, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("milestone of a project")
        verbose_name_plural = _("milestones of projects")
        ordering = ["due_on", "pk"]
        constraints = [
            one_of("state", MilestoneState),
            models.CheckConstraint(
                name="budgets_projectmilestone_done_has_a_day",
                condition=Q(state=MilestoneState.DONE, done_on__isnull=False)
                | Q(state=MilestoneState.PLANNED, done_on=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Spending(models.Model):
    """Money of a project at one stage of spending; corrected by another row, never changed."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="spending")
    stage = models.CharField(_("stage"), max_length=9, choices=SpendingStage)
    day = models.DateField(_("day"))
    amount = models.BigIntegerField(
        pgettext_lazy("money", "amount"),
        help_text=_("Less than nothing to correct an earlier one."),
    )
    text = models.CharField(_("for what"), max_length=200)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("spending")
        verbose_name_plural = _("spendings")
        ordering = ["day", "pk"]
        constraints = [
            one_of("stage", SpendingStage),
            models.CheckConstraint(name="budgets_spending_of_something", condition=~Q(amount=0)),
        ]

    def __str__(self) -> str:
        return self.text


class Delay(models.Model):
    """That a project ends later, and why; only ever added."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="delays")
    new_day = models.DateField(_("to be finished on"))
    reason = models.TextField(_("why it takes longer"), max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("delay")
        verbose_name_plural = _("delays")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="budgets_delay_says_why", condition=~Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.new_day}"


class CommitteeReportQuerySet(models.QuerySet["CommitteeReport"]):
    def waiting(self) -> Self:
        return self.filter(answered_at=None)

    def overdue(self) -> Self:
        return self.waiting().filter(due_on__lt=timezone.localdate())


class CommitteeReport(models.Model):
    """What the vigilance committee found, and what the municipality answers; both public.

    The municipality can answer it and cannot take it away.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    budget = models.ForeignKey(
        Budget,
        models.PROTECT,
        related_name="committee_reports",
        verbose_name=_("participatory budget"),
    )
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="committee_reports",
        verbose_name=_("project"),
    )
    by = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="reports")
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what the committee found"), max_length=10_000)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    due_on = models.DateField(_("answer due"))
    answer = models.TextField(_("answer of the municipality"), max_length=10_000, blank=True)
    answer_office = models.CharField(_("office"), max_length=120, blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CommitteeReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of the vigilance committee")
        verbose_name_plural = _("reports of the vigilance committee")
        ordering = ["-published_at", "-pk"]
        constraints = [
            set_together("answered_at", "answered_by"),
            models.CheckConstraint(
                name="budgets_committeereport_answer_says_something",
                condition=Q(answered_at=None) | ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("budgets:report", args=[self.municipality.slug, self.pk])

    @property
    def days_late(self) -> int:
        """Working days after the term: until it was answered, or until today."""
        until = timezone.localdate(self.answered_at) if self.answered_at else timezone.localdate()
        return workdays.between(self.due_on, until)
