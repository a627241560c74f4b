"""Action plans, their commitments and milestones, who answers, and what assessors hold of them."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from agreements.admin.base import RegionalAdmin, RegionalInline
from agreements.admin.choosing import SomeForm
from agreements.enums import Assessor, OgpValue, PolicyArea
from agreements.files import sha256_of
from agreements.models import (
    ActionPlan,
    Assessment,
    Commitment,
    Milestone,
    Responsibility,
    SourceDocument,
)


class CommitmentForm(SomeForm):
    several = {"policy_areas": PolicyArea}


class MilestoneForm(SomeForm):
    several = {"values": OgpValue}


@admin.register(ActionPlan)
class ActionPlanAdmin(RegionalAdmin):
    list_display = ["title", "code", "cycle", "starts_on", "ends_on"]
    search_fields = ["title", "code"]
    ordering = ["-starts_on"]
    fields = ["title", ("code", "cycle"), ("starts_on", "ends_on"), "source_url"]


class MilestoneInline(RegionalInline):
    """Each has a page of its own, which does not do without the office that answers."""

    model = Milestone
    fields = ["number", "gate", "text", "starts_on", "ends_on"]
    show_change_link = True
    can_add = False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Commitment)
class CommitmentAdmin(RegionalAdmin):
    """Its dates are the plan's; those of its milestones stay empty where the plan gives none."""

    form = CommitmentForm
    list_display = ["code", "title", "plan", "starts_on", "ends_on"]
    list_select_related = ["plan"]
    search_fields = ["code", "title"]
    ordering = ["-starts_on", "code"]
    fields = [
        ("plan", "code"),
        "title",
        "purpose",
        "lead",
        "support",
        ("starts_on", "ends_on"),
        "policy_areas",
        "source_url",
        "related",
    ]
    inlines = [MilestoneInline]


class ResponsibilityFormSet(PaginationInlineFormSet):
    """A milestone names the office that answers; with another, the one before ends the day before."""

    def clean(self):
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("office") and not form.cleaned_data.get("DELETE")
        ]
        if not kept:
            raise forms.ValidationError(_("Name the office that answers for the milestone."))
        if sum(one.get("ends_on") is None for one in kept) > 1:
            raise forms.ValidationError(_("One office answers for a milestone at a time."))


class ResponsibilityInline(RegionalInline):
    model = Responsibility
    formset = ResponsibilityFormSet
    autocomplete_fields = ["office"]
    fields = ["office", "starts_on", "ends_on"]


@admin.register(Milestone)
class MilestoneAdmin(RegionalAdmin):
    form = MilestoneForm
    list_display = ["number", "gate", "commitment", "dates_shown", "office_shown"]
    list_filter = ["commitment"]
    list_select_related = ["commitment"]
    search_fields = ["text", "commitment__code"]
    ordering = ["commitment", "number"]
    fields = [
        "commitment",
        ("number", "gate"),
        "text",
        ("starts_on", "ends_on"),
        "values",
        "why",
    ]
    inlines = [ResponsibilityInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("responsible__office__organization")

    @display(description=_("dates"))
    def dates_shown(self, milestone):
        if milestone.starts_on is None and milestone.ends_on is None:
            return _("no date of its own in the plan")
        return f"{milestone.starts_on or '…'} – {milestone.ends_on or '…'}"

    @display(description=_("who answers"))
    def office_shown(self, milestone):
        current = [one for one in milestone.responsible.all() if one.ends_on is None]
        return current[0].office if current else _("nobody is named yet")


@admin.register(Responsibility)
class ResponsibilityAdmin(RegionalAdmin):
    """One office at a time; the ones before stay, with their days."""

    list_display = ["milestone", "office", "starts_on", "ends_on"]
    list_select_related = ["milestone", "office__organization"]
    search_fields = ["office__name"]
    ordering = ["milestone", "-starts_on"]
    autocomplete_fields = ["milestone", "office"]
    fields = ["milestone", "office", ("starts_on", "ends_on")]


@admin.register(Assessment)
class AssessmentAdmin(RegionalAdmin):
    """Three views side by side; each is only added, none replaces another."""

    list_display = ["commitment", "milestone", "municipality", "assessor", "level_shown", "day"]
    list_filter = ["assessor", "commitment"]
    list_select_related = ["commitment", "milestone__commitment", "municipality"]
    ordering = ["-day", "-pk"]
    fields = [
        "municipality",
        ("commitment", "milestone"),
        ("assessor", "organization"),
        ("day", "completion"),
        ("early_results", "ambition"),
        ("verifiable", "relevant"),
        "narrative",
        "source_url",
        "published_at",
    ]

    def has_change_permission(self, request, obj=None):
        """Whoever may add one reads the others: a row that is kept does not change."""
        is_new = obj is None or obj.pk is None
        return is_new and super().has_change_permission(request)

    def save_model(self, request, obj, form, change):
        obj.by = request.user
        super().save_model(request, obj, form, change)

    @display(description=_("completion"))
    def level_shown(self, assessment):
        if assessment.completion:
            return assessment.get_completion_display()
        return _("No IRM data") if assessment.assessor == Assessor.IRM else "–"


@admin.register(SourceDocument)
class SourceDocumentAdmin(RegionalAdmin):
    """An official document with its address; the copy stays for the day the address is gone."""

    list_display = ["title", "commitment", "retrieved_on", "sha256"]
    list_select_related = ["commitment"]
    search_fields = ["title", "url"]
    fields = ["title", "url", ("commitment", "retrieved_on"), "file", "sha256"]
    readonly_fields = ["sha256"]

    def save_model(self, request, obj, form, change):
        if "file" in form.changed_data and obj.file:
            obj.sha256 = sha256_of(obj.file)
        super().save_model(request, obj, form, change)
