"""Votes for who watches over them. Read only: what happens to one, its actions do, never a form here.

Rules are not changed here even while they can be: two people approve what they read on the desk.
"""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from decide.common.admin import (
    ADMINISTRATOR,
    DESK_OFFICER,
    EVALUATOR,
    ReadOnly,
    ScopedAdmin,
    ScopedTabularInline,
)
from votes.models import Complaint, Desk, Poll, Question, Shift, Trustee
from votes.progress import LOOK


TONES = {"open": "info", "good": "success", "bad": "danger", "wait": "warning"}


class QuestionInline(ReadOnly, ScopedTabularInline):
    model = Question
    fields = ["position", "title", "kind", "lots"]


class TrusteeInline(ReadOnly, ScopedTabularInline):
    model = Trustee
    fields = ["position", "name", "office"]


class ComplaintInline(ReadOnly, ScopedTabularInline):
    model = Complaint
    fields = ["created_at", "text", "answered_at", "answer"]


@admin.register(Poll)
class PollAdmin(ReadOnly, ScopedAdmin):
    """What was asked, where it stands, who keeps its key, and what the municipality answered."""

    list_display = ["title", "municipality", "phase_shown", "opens", "closes", "answered_at"]
    list_filter = ["effect", "is_template", "urn__is_test", "municipality"]
    list_select_related = ["municipality", "urn", "thread"]
    search_fields = ["title"]
    ordering = ["-created_at", "-pk"]
    fields = [
        "title",
        ("municipality", "stands", "on_the_site"),
        ("opens", "closes", "is_test"),
        "fingerprint",
        ("part_of", "voters"),
        ("effect", "norm"),
        "meaning",
        "text",
        ("in_favour", "against"),
        ("custody", "keys_needed"),
        ("answer_due_on", "answered_at", "answer_office", "review_on"),
        "answer",
        ("cancelled_at", "cancelled_why"),
    ]
    readonly_fields = ["stands", "on_the_site", "opens", "closes", "is_test", "fingerprint"]
    inlines = [QuestionInline, TrusteeInline, ComplaintInline]

    @display(
        description=_("state"),
        label={phase.value: TONES.get(tone) for phase, (tone, _icon) in LOOK.items()},
    )
    def phase_shown(self, poll):
        return poll.phase.value, poll.phase.label

    @display(description=_("state"))
    def stands(self, poll):
        return poll.phase.label

    @display(description=_("opens"), ordering="urn__opens_at")
    def opens(self, poll):
        return poll.urn.opens_at

    @display(description=_("closes"), ordering="urn__closes_at")
    def closes(self, poll):
        return poll.urn.closes_at

    @display(description=_("a test"), boolean=True)
    def is_test(self, poll):
        return poll.urn.is_test

    @display(description=_("fingerprint of its rules"))
    def fingerprint(self, poll):
        return bytes(poll.urn.digest).hex() if poll.urn.digest else "–"

    @display(description=_("on the site"))
    def on_the_site(self, poll):
        return format_html('<a href="{}">{}</a>', poll.get_absolute_url(), _("See the vote"))


@admin.register(Desk)
class DeskAdmin(ReadOnly, ScopedAdmin):
    """Places where people vote on paper or with help."""

    readers = (ADMINISTRATOR, EVALUATOR, DESK_OFFICER)
    list_display = ["name", "municipality", "address", "is_active"]
    list_filter = ["is_active", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["name", "address"]
    fields = [("name", "municipality"), "address", "is_active"]


@admin.register(Shift)
class ShiftAdmin(ReadOnly, ScopedAdmin):
    """Who attended which desk, and when."""

    list_display = ["desk", "municipality", "officer", "starts_at", "ends_at"]
    list_filter = ["municipality"]
    list_select_related = ["municipality", "desk", "officer"]
    date_hierarchy = "starts_at"
    fields = [("desk", "municipality"), "officer", ("starts_at", "ends_at")]
