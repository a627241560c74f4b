"""The debates for who watches over them. Read only: what happens to one, its actions do."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from debates.models import Debate
from debates.progress import LOOK, badge
from decide.common.admin import ADMINISTRATOR, EVALUATOR, MODERATOR, ScopedAdmin


TONES = {"open": "info", "good": "success"}


@admin.register(Debate)
class DebateAdmin(ScopedAdmin):
    """What was asked, by whom, where it stands and how much it is talked about. Read only."""

    readers = (ADMINISTRATOR, MODERATOR, EVALUATOR)
    editors = ()
    list_display = ["title", "municipality", "stage_shown", "is_official", "comments", "closes"]
    list_filter = ["is_official", "municipality"]
    list_select_related = ["municipality", "thread"]
    search_fields = ["title"]
    ordering = ["-published_at", "-pk"]
    fields = [
        "title",
        ("municipality", "stands", "on_the_site"),
        ("is_official", "office"),
        "text",
        "place_name",
        ("published_at", "closes"),
        ("comments", "agreement"),
        ("concluded_at", "by_whom"),
        "conclusion",
    ]
    readonly_fields = ["stands", "on_the_site", "closes", "comments", "agreement", "by_whom"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("search")

    @display(
        description=_("state"),
        label={stage.value: TONES.get(tone) for stage, (tone, _icon) in LOOK.items()},
    )
    def stage_shown(self, debate):
        return debate.stage.value, debate.stage.label

    @display(description=_("state"))
    def stands(self, debate):
        return badge(debate).label

    @display(description=_("comments"), ordering="thread__comment_count")
    def comments(self, debate):
        return debate.thread.comment_count

    @display(description=_("agree / disagree"))
    def agreement(self, debate):
        return f"{debate.thread.agrees} / {debate.thread.disagrees}"

    @display(description=_("last day"), ordering="thread__closes_at")
    def closes(self, debate):
        return debate.thread.closes_at or "–"

    @display(description=_("concluded by"))
    def by_whom(self, debate):
        return debate.concluded_by or "–"

    @display(description=_("on the site"))
    def on_the_site(self, debate):
        return format_html(
            '<a href="{}">{}</a>', debate.get_absolute_url(), _("See the debate with its comments")
        )
