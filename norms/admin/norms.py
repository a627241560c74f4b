"""Draft norms, their versions, and what the office answered."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from decide.common.admin import ReadOnly, ScopedAdmin, ScopedTabularInline
from norms.enums import Phase, Verdict
from norms.models import Answered, Norm, OfficeAnswer, Part, Version
from norms.progress import LOOK, badge


TONES = {"open": "info", "wait": "warning", "good": "success", "bad": "danger"}
VERDICTS = {Verdict.TAKEN: "success", Verdict.PARTLY: "warning", Verdict.NO: "danger"}


class VersionInline(ReadOnly, ScopedTabularInline):
    model = Version
    fields = ["number", "source", "is_final", "published_at", "what_changed"]


@admin.register(Norm)
class NormAdmin(ReadOnly, ScopedAdmin):
    """What was put under debate, its days, its versions and its result."""

    list_display = ["title", "municipality", "kind", "phase_shown", "closes_at", "result"]
    list_filter = ["kind", "state", "result", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["title", "number"]
    ordering = ["-published_at", "-pk"]
    fields = [
        "title",
        ("municipality", "kind", "phase_shown", "on_the_site"),
        "summary",
        "explanation",
        ("category", "office"),
        ("explained_at", "opens_at", "closes_at"),
        ("answers_at", "final_at", "published_at"),
        "withdrawn_why",
        ("result", "number", "passed_on"),
        "result_text",
        ("publicity", "url"),
        ("resulted_at", "resulted_by"),
    ]
    readonly_fields = ["phase_shown", "on_the_site"]
    inlines = [VersionInline]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("search")

    @display(
        description=_("state"),
        label={phase.value: TONES.get(tone) for phase, (tone, _icon) in LOOK.items()},
    )
    def phase_shown(self, norm):
        return norm.phase.value, badge(
            norm
        ).label if norm.phase == Phase.RESULT else norm.phase.label

    @display(description=_("on the site"))
    def on_the_site(self, norm):
        return format_html('<a href="{}">{}</a>', norm.get_absolute_url(), norm)


class PartInline(ReadOnly, ScopedTabularInline):
    model = Part
    fields = ["position", "kind", "label", "heading", "text"]


@admin.register(Version)
class VersionAdmin(ReadOnly, ScopedAdmin):
    """The text at each time, part by part; what is being prepared is put right on its own pages."""

    list_display = ["norm", "number", "municipality", "source", "is_final", "published_at"]
    list_filter = ["source", "is_final", "municipality"]
    list_select_related = ["municipality", "norm"]
    search_fields = ["norm__title"]
    ordering = ["-created_at", "-pk"]
    fields = [
        ("norm", "municipality", "number"),
        ("source", "is_final"),
        ("created_at", "published_at"),
        "what_changed",
    ]
    readonly_fields = ["created_at"]
    inlines = [PartInline]


class AnsweredInline(ReadOnly, ScopedTabularInline):
    """The contributions in their own words; who wrote them is on the site."""

    model = Answered
    fields = ["words"]
    readonly_fields = ["words"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("comment")

    @display(description=_("contribution"))
    def words(self, answered):
        comment = answered.comment
        if comment.deleted_at or comment.hidden_at:
            return "–"
        return comment.text


@admin.register(OfficeAnswer)
class OfficeAnswerAdmin(ReadOnly, ScopedAdmin):
    """What the office does with contributions, and why. What is not published stays here."""

    regional_readers = ()
    list_display = ["norm", "municipality", "verdict_shown", "office", "published_at"]
    list_filter = ["verdict", "municipality"]
    list_select_related = ["municipality", "norm"]
    search_fields = ["text", "norm__title"]
    ordering = ["-created_at", "-pk"]
    fields = [
        ("norm", "municipality"),
        ("verdict_shown", "office"),
        "text",
        ("by", "created_at", "published_at"),
    ]
    readonly_fields = ["verdict_shown", "created_at"]
    inlines = [AnsweredInline]

    @display(description=_("what is done with it"), ordering="verdict", label=VERDICTS)
    def verdict_shown(self, answer):
        return answer.verdict, answer.get_verdict_display()
