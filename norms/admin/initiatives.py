"""Citizens' initiatives as their papers say they stand."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from decide.common.admin import ReadOnly, ScopedAdmin
from norms.enums import InitiativeState
from norms.models import Initiative


TONES = {
    InitiativeState.GATHERING: "info",
    InitiativeState.PRESENTED: "warning",
    InitiativeState.VERIFIED: "warning",
    InitiativeState.DECIDED: "success",
}


@admin.register(Initiative)
class InitiativeAdmin(ReadOnly, ScopedAdmin):
    """What each asks for, its signatures on paper, and its days."""

    list_display = ["title", "municipality", "state_shown", "needed", "valid", "decide_by"]
    list_filter = ["state", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["title", "promoter"]
    ordering = ["-began_on", "-pk"]
    fields = [
        "title",
        ("municipality", "state_shown", "on_the_site"),
        ("promoter", "contact"),
        "text",
        ("electors", "electors_source", "share"),
        ("needed", "collected", "valid"),
        ("began_on", "presented_on", "complete_by"),
        ("verified_on", "decide_by", "decided_on"),
        "decision",
        ("norm", "published_at"),
    ]
    readonly_fields = ["state_shown", "on_the_site"]

    @display(description=_("state"), ordering="state", label=TONES)
    def state_shown(self, initiative):
        return initiative.state, initiative.get_state_display()

    @display(description=_("on the site"))
    def on_the_site(self, initiative):
        return format_html('<a href="{}">{}</a>', initiative.get_absolute_url(), initiative)
