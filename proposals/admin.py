"""A municipality's rules for proposals. What is already published keeps the rules it began with."""

from django.contrib import admin

from decide.common.admin import ADMINISTRATOR, ScopedAdmin
from proposals.models import ProposalSettings


@admin.register(ProposalSettings)
class ProposalSettingsAdmin(ScopedAdmin):
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
