"""Processes, what they decided, and what became of it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from processes.admin.base import Watched, WatchedInline
from processes.enums import ProcessState
from processes.models import Outcome, OutcomeReview, Party, Process, Step, TeamMember


TONES = {
    ProcessState.OPEN: "success",
    ProcessState.CLOSED: "info",
    ProcessState.CALLED_OFF: "danger",
}


class StepInline(WatchedInline):
    model = Step
    fields = ["position", "kind", "title", "starts_at", "ends_at"]
    readonly_fields = fields


class TeamInline(WatchedInline):
    model = TeamMember
    fields = ["role", "name", "office"]
    readonly_fields = fields


class PartyInline(WatchedInline):
    model = Party
    fields = ["kind", "name", "speaker"]
    readonly_fields = fields


@admin.register(Process)
class ProcessAdmin(Watched):
    list_display = ["title", "municipality", "kind", "state_shown", "opened_at"]
    list_filter = ["state", "kind", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["title"]
    ordering = ["-opened_at", "-pk"]
    fields = [
        "title",
        ("municipality", "kind", "state"),
        ("template", "office", "place_name"),
        ("opened_at", "closed_at", "on_the_site"),
        "summary",
        "text",
        "rules",
        "called_off_why",
    ]
    readonly_fields = ["state", "opened_at", "closed_at", "on_the_site"]
    inlines = [StepInline, TeamInline, PartyInline]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("search")

    @display(description=_("state"), ordering="state", label=TONES)
    def state_shown(self, process):
        return process.state, process.get_state_display()


class ReviewInline(WatchedInline):
    model = OutcomeReview
    fields = ["at", "state", "text", "next_review_on"]
    readonly_fields = fields


@admin.register(Outcome)
class OutcomeAdmin(Watched):
    list_display = ["process", "municipality", "published_at", "review_on", "is_late"]
    list_filter = ["municipality", "review_on"]
    list_select_related = ["municipality", "process"]
    search_fields = ["process__title", "decided"]
    fields = [("process", "municipality"), "decided", "next_steps", ("published_at", "review_on")]
    readonly_fields = ["published_at"]
    inlines = [ReviewInline]

    @display(description=_("waits to be looked at again"), boolean=True)
    def is_late(self, outcome):
        return outcome.is_due
