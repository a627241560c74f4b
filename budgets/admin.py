"""Budgets for who watches over them. Read only: what happens to one, its actions do, never a form here.

Telephones of organisations, their files, and notes of evaluators stay on the pages of those who
work with them.
"""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from unfold.decorators import display

from budgets.enums import AgentState, BudgetState, CountState, ProjectState, WorkState
from budgets.models import (
    Agent,
    Budget,
    CommitteeMember,
    CommitteeReport,
    CostLine,
    Count,
    Criterion,
    Delay,
    Delegate,
    Evaluation,
    Group,
    ImportedElection,
    Minutes,
    Observation,
    Project,
    ProjectMilestone,
    Spending,
    Step,
    Work,
)
from decide.common.admin import (
    ADMINISTRATOR,
    DESK_OFFICER,
    EVALUATOR,
    MODERATOR,
    ReadOnly,
    ScopedAdmin,
    ScopedTabularInline,
)
from decide.common.money import soles


TONES = {
    BudgetState.OPEN: "info",
    BudgetState.CANCELLED: "danger",
    AgentState.SUBMITTED: "warning",
    AgentState.OBSERVED: "warning",
    AgentState.ACCEPTED: "success",
    AgentState.REJECTED: "danger",
    WorkState.PUBLISHED: "info",
    WorkState.EVALUATION: "warning",
    WorkState.FEASIBLE: "success",
    WorkState.UNFEASIBLE: "danger",
    WorkState.ON_BALLOT: "info",
    WorkState.CHOSEN: "success",
    CountState.FAILED: "danger",
    ProjectState.RUNNING: "info",
    ProjectState.PAUSED: "danger",
    ProjectState.DONE: "success",
}


class InAState:
    """With its state as a label."""

    @display(description=_("state"), ordering="state", label=TONES)
    def state_shown(self, thing):
        return thing.state, thing.get_state_display()


class OnTheSite:
    """With the way to its public page."""

    @display(description=_("on the site"))
    def on_the_site(self, thing):
        return format_html('<a href="{}">{}</a>', thing.get_absolute_url(), thing)


class GroupInline(ReadOnly, ScopedTabularInline):
    model = Group
    fields = ["name", "headings_each", "headings_shown"]
    readonly_fields = ["headings_shown"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("headings")

    @display(description=_("headings"))
    def headings_shown(self, group):
        return "; ".join(f"{one.name}: {soles(one.money)}" for one in group.headings.all())


class StepInline(ReadOnly, ScopedTabularInline):
    model = Step
    fields = ["kind", "starts_at", "ends_at", "left_out_why"]


class CriterionInline(ReadOnly, ScopedTabularInline):
    model = Criterion
    fields = ["name", "weight", "highest"]


@admin.register(Budget)
class BudgetAdmin(ReadOnly, InAState, OnTheSite, ScopedAdmin):
    """What was announced, who decides by which rule, its steps, and why it was called off."""

    list_display = ["title", "municipality", "year", "state_shown", "announced_shown", "opened_at"]
    list_filter = ["state", "mode", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["title"]
    ordering = ["-year", "-pk"]
    fields = [
        "title",
        ("municipality", "year", "state_shown", "on_the_site"),
        ("announced_shown", "percent", "norm"),
        ("mode", "effect"),
        ("ballot", "most", "points"),
        "rule",
        ("supports_needed", "mending_days", "appeal_days"),
        ("decisions_at", "decisions_published_at"),
        ("opened_at", "fingerprint"),
        "text",
        ("cancelled_at", "cancelled_why"),
    ]
    readonly_fields = ["state_shown", "on_the_site", "announced_shown", "fingerprint"]
    inlines = [GroupInline, CriterionInline, StepInline]

    @display(description=_("money announced"), ordering="announced")
    def announced_shown(self, budget):
        return soles(budget.announced)

    @display(description=_("fingerprint of its rules"))
    def fingerprint(self, budget):
        return bytes(budget.digest).hex() if budget.digest else "–"


class DelegateInline(ReadOnly, ScopedTabularInline):
    model = Delegate
    fields = ["name", "is_alternate"]


@admin.register(Agent)
class AgentAdmin(ReadOnly, InAState, ScopedAdmin):
    """Who registered, for whom, and how it was decided; people's names, so not for the region."""

    readers = (ADMINISTRATOR, DESK_OFFICER)
    regional_readers = ()
    list_display = ["name", "budget", "municipality", "kind", "state_shown", "number"]
    list_filter = ["state", "kind", "has_vote", "municipality"]
    list_select_related = ["municipality", "budget"]
    search_fields = ["name"]
    ordering = ["-created_at", "-pk"]
    fields = [
        "name",
        ("municipality", "budget", "state_shown"),
        ("kind", "has_vote", "number"),
        ("place", "members"),
        "reason",
        ("mend_by", "decided_at"),
    ]
    readonly_fields = ["state_shown"]
    inlines = [DelegateInline]


@admin.register(Work)
class WorkAdmin(ReadOnly, InAState, OnTheSite, ScopedAdmin):
    """What people asked to be done, what it costs, and what became of it."""

    readers = (ADMINISTRATOR, MODERATOR, EVALUATOR)
    list_display = ["title", "code", "municipality", "heading", "state_shown", "support_count"]
    list_filter = ["state", "municipality"]
    list_select_related = ["municipality", "heading"]
    search_fields = ["title", "code"]
    ordering = ["-created_at", "-pk"]
    fields = [
        "title",
        ("code", "municipality", "state_shown", "on_the_site"),
        ("budget", "heading", "agent"),
        "summary",
        "place_name",
        ("estimate_shown", "cost_shown", "support_count"),
        ("beneficiaries", "who_benefits"),
        ("published_at", "lot"),
        "state_reason",
        ("hidden_at", "hidden_reason"),
    ]
    readonly_fields = [
        *("state_shown", "on_the_site", "estimate_shown", "cost_shown", "support_count")
    ]

    def get_queryset(self, request):
        """Drafts are their authors' alone."""
        found = super().get_queryset(request).exclude(state=WorkState.DRAFT)
        return found.defer("search")

    @display(description=_("estimated cost"), ordering="estimate")
    def estimate_shown(self, work):
        return soles(work.estimate)

    @display(description=_("cost"), ordering="cost")
    def cost_shown(self, work):
        return soles(work.cost)


class CostLineInline(ReadOnly, ScopedTabularInline):
    model = CostLine
    fields = ["text", "amount_shown"]
    readonly_fields = ["amount_shown"]

    @display(description=pgettext_lazy("money", "amount"))
    def amount_shown(self, line):
        return soles(line.amount)


class ObservationInline(ReadOnly, ScopedTabularInline):
    model = Observation
    fields = ["text", "due_on", "answered_at"]


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnly, ScopedAdmin):
    """Who evaluated which work, until when, and what was found. What is not published stays here."""

    regional_readers = ()
    list_display = ["work", "municipality", "round", "evaluator", "verdict", "submitted_at"]
    list_filter = ["round", "verdict", "municipality"]
    list_select_related = ["municipality", "work", "evaluator"]
    search_fields = ["work__title", "work__code"]
    ordering = ["-pk"]
    fields = [("work", "municipality", "round"), ("evaluator", "verdict", "submitted_at"), "report"]
    inlines = [CostLineInline, ObservationInline]


@admin.register(Count)
class CountAdmin(ReadOnly, InAState, ScopedAdmin):
    """What was counted by which rule; the official one decides."""

    list_display = ["rule_key", "municipality", "heading", "is_official", "state_shown", "asked_at"]
    list_filter = ["is_official", "state", "municipality"]
    list_select_related = ["municipality", "heading"]
    search_fields = ["rule_key"]
    ordering = ["-asked_at", "-pk"]
    fields = [
        ("municipality", "heading", "election"),
        ("purpose", "is_official", "state_shown"),
        "rule",
        ("asked_at", "finished_at"),
        "problem",
    ]
    readonly_fields = ["state_shown"]


@admin.register(Minutes)
class MinutesAdmin(ReadOnly, ScopedAdmin):
    """Actas of agreements, issued or being written."""

    list_display = ["budget", "municipality", "held_on", "issued_at"]
    list_filter = ["municipality"]
    list_select_related = ["municipality", "budget"]
    search_fields = ["budget__title"]
    ordering = ["-held_on", "-pk"]
    fields = [("budget", "municipality"), ("held_on", "place"), "text", "issued_at"]


@admin.register(CommitteeMember)
class CommitteeMemberAdmin(ReadOnly, ScopedAdmin):
    """Who watches over the agreements, and for how long."""

    list_display = ["name", "organisation", "budget", "municipality", "since", "until"]
    list_filter = ["municipality"]
    list_select_related = ["municipality", "budget"]
    search_fields = ["name", "organisation"]
    ordering = ["-since", "-pk"]
    fields = [("name", "organisation"), ("budget", "municipality"), ("since", "until"), "left_why"]


@admin.register(CommitteeReport)
class CommitteeReportAdmin(ReadOnly, ScopedAdmin):
    """What committees found, and whether they were answered in time."""

    list_display = ["title", "budget", "municipality", "published_at", "due_on", "answered_at"]
    list_filter = ["municipality"]
    list_select_related = ["municipality", "budget"]
    search_fields = ["title"]
    ordering = ["-published_at", "-pk"]
    fields = [
        "title",
        ("budget", "municipality", "project"),
        "text",
        ("published_at", "due_on", "answered_at"),
        "answer",
    ]


class MilestoneInline(ReadOnly, ScopedTabularInline):
    model = ProjectMilestone
    fields = ["title", "due_on", "state", "done_on"]


class DelayInline(ReadOnly, ScopedTabularInline):
    model = Delay
    fields = ["at", "new_day", "reason"]


class SpendingInline(ReadOnly, ScopedTabularInline):
    model = Spending
    fields = ["day", "stage", "text", "amount_shown"]
    readonly_fields = ["amount_shown"]

    @display(description=pgettext_lazy("money", "amount"))
    def amount_shown(self, spending):
        return soles(spending.amount)


@admin.register(Project)
class ProjectAdmin(ReadOnly, InAState, ScopedAdmin):
    """Chosen works being carried out: how far they are, what was spent, and why they are late."""

    list_display = ["work", "municipality", "state_shown", "percent", "ends_on", "finished_on"]
    list_filter = ["state", "municipality"]
    list_select_related = ["municipality", "work"]
    search_fields = ["work__title", "invierte_code"]
    ordering = ["-pk"]
    fields = [
        ("work", "municipality", "state_shown"),
        ("office", "contractor", "invierte_code"),
        ("money_shown", "percent"),
        ("starts_on", "ends_on", "finished_on"),
        "why",
    ]
    readonly_fields = ["state_shown", "money_shown"]
    inlines = [MilestoneInline, DelayInline, SpendingInline]

    @display(description=_("money in the municipality's budget"), ordering="money")
    def money_shown(self, project):
        return soles(project.money)


@admin.register(ImportedElection)
class ImportedElectionAdmin(ReadOnly, ScopedAdmin):
    """Elections of other places, read from .pb files."""

    list_display = ["name", "municipality", "works", "ballots", "at"]
    list_filter = ["municipality"]
    list_select_related = ["municipality"]
    search_fields = ["name"]
    ordering = ["-at", "-pk"]
    fields = ["name", ("municipality", "at"), ("works", "ballots", "currency"), "sha256"]
