"""What was agreed and what came of it; what one level raised to another."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from processes.admin.base import Watched, WatchedInline
from processes.enums import EscalationState, Light
from processes.models import Escalation, EscalationEvent, Undertaking, UndertakingUpdate


LIGHTS = {
    Light.GREEN: "success",
    Light.BLUE: "info",
    Light.AMBER: "warning",
    Light.RED: "danger",
}
TONES = {
    EscalationState.SENT: "warning",
    EscalationState.RECEIVED: "info",
    EscalationState.ANSWERED: "success",
}


class UpdateInline(WatchedInline):
    model = UndertakingUpdate
    fields = ["at", "state", "text", "url", "due_on"]
    readonly_fields = fields


@admin.register(Undertaking)
class UndertakingAdmin(Watched):
    list_display = ["text", "owner", "municipality", "due_on", "light_shown"]
    list_filter = ["state", "municipality", "due_on"]
    list_select_related = ["municipality"]
    search_fields = ["text", "owner"]
    fields = [
        "text",
        ("owner", "due_on", "state"),
        ("municipality", "process", "meeting", "party"),
        ("is_public", "created_at"),
    ]
    readonly_fields = ["state", "created_at"]
    inlines = [UpdateInline]

    @display(description=_("how it stands"), label=LIGHTS)
    def light_shown(self, undertaking):
        return undertaking.light.value, undertaking.light.label


class EventInline(WatchedInline):
    """Whoever reads the matter reads its events; the database shows them to nobody else."""

    model = EscalationEvent
    fields = ["at", "state", "text"]
    readonly_fields = fields

    def within(self, request, queryset, municipal, regional):
        return queryset


@admin.register(Escalation)
class EscalationAdmin(Watched):
    """Sender, receiver and the municipality where it began read it, as in the database."""

    list_display = ["code", "title", "municipality", "to_municipality", "state_shown", "sent_at"]
    list_filter = ["state"]
    list_select_related = ["municipality", "to_municipality"]
    search_fields = ["code", "title"]
    fields = [
        ("code", "title"),
        ("municipality", "to_municipality", "origin"),
        ("state", "answer_by", "answered_at"),
        "reason",
        "answer",
        "sent_at",
    ]
    inlines = [EventInline]

    def within(self, request, queryset, municipal, regional):
        here = [pk for role, pk in request.user.roles if role in municipal]
        own = super().within(request, queryset, municipal, regional)
        told = Q(to_municipality__in=here) | Q(origin__in=here)
        return own | queryset.filter(told)

    def may(self, request, obj, municipal, regional):
        if super().may(request, obj, municipal, regional):
            return True
        if obj is None:
            return False
        here = {pk for role, pk in request.user.roles if role in municipal}
        return bool(here & {obj.to_municipality_id, obj.origin_id})

    @display(description=_("state"), ordering="state", label=TONES)
    def state_shown(self, escalation):
        return escalation.state, escalation.get_state_display()
