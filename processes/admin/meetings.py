"""Meetings and their actas. Who registered is counted here, not named."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from decide.common.admin import is_regional
from processes.admin.base import Watched, WatchedInline
from processes.enums import MeetingState
from processes.models import AgendaItem, Meeting, Minutes


TONES = {MeetingState.CALLED: "success", MeetingState.CANCELLED: "danger"}


class AgendaItemInline(WatchedInline):
    model = AgendaItem
    fields = ["position", "title", "minutes"]
    readonly_fields = fields


@admin.register(Meeting)
class MeetingAdmin(Watched):
    list_display = ["title", "municipality", "kind", "state_shown", "starts_at", "is_closed"]
    list_filter = ["state", "kind", "is_closed", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["title"]
    ordering = ["-starts_at"]
    fields = [
        "title",
        ("municipality", "kind", "state"),
        ("process", "step", "office"),
        ("starts_at", "ends_at", "called_at"),
        ("place_name", "address"),
        ("is_closed", "closed_why"),
        ("takes_registrations", "capacity", "registered"),
        ("quorum", "call_days", "on_the_site"),
        "text",
        "cancelled_why",
    ]
    readonly_fields = ["state", "called_at", "registered", "on_the_site"]
    inlines = [AgendaItemInline]

    def get_queryset(self, request):
        standing = Count("registrations", filter=Q(registrations__cancelled_at=None))
        return super().get_queryset(request).annotate(standing=standing)

    @display(description=_("state"), ordering="state", label=TONES)
    def state_shown(self, meeting):
        return meeting.state, meeting.get_state_display()

    @display(description=_("people registered"))
    def registered(self, meeting):
        return meeting.standing


@admin.register(Minutes)
class MinutesAdmin(Watched):
    """Those for staff alone are read in their municipality, not by the region."""

    list_display = ["meeting", "municipality", "attended", "published_at", "is_restricted"]
    list_filter = ["is_restricted", "municipality"]
    list_select_related = ["meeting", "municipality"]
    search_fields = ["meeting__title"]
    fields = [
        ("meeting", "municipality"),
        ("attended", "women", "rural", "first_time"),
        ("had_quorum", "is_restricted", "published_at"),
        "text",
        "signatures",
    ]
    readonly_fields = ["published_at"]

    def get_queryset(self, request):
        found = super().get_queryset(request)
        if request.user.is_superuser or not is_regional(request.user):
            return found
        here = [pk for role, pk in request.user.roles if role in self.readers]
        return found.filter(Q(is_restricted=False) | Q(municipality__in=here))
