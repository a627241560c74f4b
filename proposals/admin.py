"""The rules for proposals, and the proposals themselves for who watches over them.

Staff work at the desk below each municipality's address; here nothing can be changed that
an action would have to record.
"""

from django.contrib import admin, messages
from django.http import HttpResponse  # noqa: TID251  the admin's pages are views
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from decide.common.admin import ADMINISTRATOR, EVALUATOR, MODERATOR, ScopedAdmin
from proposals.enums import ProposalState
from proposals.models import Proposal, ProposalSettings
from proposals.resources import XLSX, TooManyRows, spreadsheet


@admin.register(ProposalSettings)
class ProposalSettingsAdmin(ScopedAdmin):
    """What is already published keeps the rules it began with."""

    editors = (ADMINISTRATOR,)
    can_add = True
    list_display = [
        "municipality",
        "threshold_number",
        "threshold_share",
        "archive_after_months",
        "answer_within_days",
    ]
    list_select_related = ["municipality"]
    fields = [
        "municipality",
        ("threshold_number", "threshold_share"),
        ("archive_after_months", "answer_within_days"),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["municipality"] if obj else []


@admin.register(Proposal)
class ProposalAdmin(ScopedAdmin):
    """What was proposed, where it stands and who owes an answer. Read only."""

    readers = (ADMINISTRATOR, MODERATOR, EVALUATOR)
    editors = ()
    actions = ["as_spreadsheet"]
    reading_actions = ("as_spreadsheet",)
    list_display = [
        "title",
        "code",
        "municipality",
        "state_shown",
        "support_count",
        "answer_due_on",
        "late",
    ]
    list_filter = ["state", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["title", "code"]
    ordering = ["-published_at", "-pk"]
    fields = [
        "title",
        ("code", "municipality"),
        ("stands", "at_the_desk"),
        "summary",
        "place_name",
        ("published_at", "closes_on"),
        ("support_count", "threshold"),
        ("reached_at", "answer_due_on"),
        ("hidden_at", "hidden_by"),
        "hidden_reason",
    ]
    readonly_fields = ["stands", "at_the_desk", "support_count"]

    def get_queryset(self, request):
        """Drafts are their authors' alone."""
        return super().get_queryset(request).for_staff().defer("search", "body")

    @display(
        description=_("state"),
        ordering="state",
        label=dict.fromkeys(ProposalState.values)  # unfold shows the code of what has no entry
        | {"threshold": "warning", "evaluation": "info", "done": "success"},
    )
    def state_shown(self, proposal):
        state = proposal.shown_state
        return state.value, state.label

    @display(description=_("state"))
    def stands(self, proposal):
        return proposal.shown_state.label

    @display(description=_("working days late"))
    def late(self, proposal):
        return proposal.days_late or "–"

    @display(description=_("where staff work on it"))
    def at_the_desk(self, proposal):
        case = reverse("proposals:case", args=[proposal.municipality.slug, proposal.pk])
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            case,
            _("Desk of proposals"),
            proposal.get_absolute_url(),
            _("Public page"),
        )

    @action(description=_("Save as a spreadsheet"))
    def as_spreadsheet(self, request, queryset):
        try:
            response = HttpResponse(spreadsheet(queryset.defer(None)), content_type=XLSX)
        except TooManyRows as many:
            self.message_user(request, str(many), messages.WARNING)
            return None
        response.headers["Content-Disposition"] = 'attachment; filename="propuestas.xlsx"'
        return response
