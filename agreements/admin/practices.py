"""The catalogue for planners: versions, components, kit, reviews, and the way of each practice."""

import hashlib

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from agreements.actions import practices as actions
from agreements.admin.base import RegionalAdmin, RegionalInline
from agreements.admin.steps import Asks, with_reason
from agreements.enums import PracticeState
from agreements.models import (
    Component,
    KitItem,
    Practice,
    PracticeEvent,
    PracticeReview,
    PracticeVersion,
    Requirement,
)
from agreements.rules.practices import PIPELINE, sheet_gaps, why_not_validate
from decide.common.admin import ReadOnly


TONES = {
    PracticeState.REVIEW: "warning",
    PracticeState.REVIEWED: "warning",
    PracticeState.VALIDATED: "info",
    PracticeState.PUBLISHED: "success",
    PracticeState.RETIRED: "danger",
}

STEPS = {
    "take_up": PracticeState.REVIEW,
    "conclude": PracticeState.REVIEWED,
    "validate": PracticeState.VALIDATED,
    "publish": PracticeState.PUBLISHED,
    "retire": PracticeState.RETIRED,
}


class ReadOnlyInline(ReadOnly, RegionalInline):
    pass


class VersionInline(ReadOnlyInline):
    model = PracticeVersion
    fields = ["number", "maturity", "evidence_level", "frozen_at", "what_changed"]
    readonly_fields = fields
    show_change_link = True


class EventInline(ReadOnlyInline):
    model = PracticeEvent
    fields = ["at", "before", "after", "by", "reason"]
    readonly_fields = fields


class WhatChangedForm(forms.Form):
    what_changed = forms.CharField(
        label=_("What will change, and why"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@admin.register(Practice)
class PracticeAdmin(Asks, RegionalAdmin):
    """It is nominated at the observatory, by the region as by everybody."""

    can_add = False
    list_display = ["code", "title", "form", "state_shown", "origin"]
    list_filter = ["state", "form"]
    list_select_related = ["origin"]
    search_fields = ["code", "title"]
    fields = [
        ("code", "state"),
        "title",
        ("form", "mechanism"),
        "policy_areas",
        ("origin", "nominated_by"),
        "started_on",
        "what_is_missing",
        "retired_why",
    ]
    readonly_fields = [
        *("code", "state", "origin", "nominated_by", "what_is_missing", "retired_why")
    ]
    inlines = [VersionInline, EventInline]
    actions_detail = ["take_up", "conclude", "validate", "publish", "new_version", "retire"]

    @display(description=_("state"), ordering="state", label=TONES)
    def state_shown(self, practice):
        return practice.state, practice.get_state_display()

    @display(description=_("what is missing"))
    def what_is_missing(self, practice):
        gaps = sheet_gaps(practice.latest)
        reason = why_not_validate(practice.latest)
        return "; ".join([*([str(reason)] if reason else []), *gaps]) or "–"

    def useful(self, practice):
        follow = PIPELINE[practice.state]
        found = {name for name, state in STEPS.items() if state in follow}
        frozen = practice.state == PracticeState.PUBLISHED and practice.latest.frozen_at
        return (found - {"publish"}) | {"new_version"} if frozen else found

    def move(self, request, object_id, to, title):
        return self.ask(
            request,
            object_id,
            with_reason,
            title,
            lambda row, reason: actions.move(row, to, by=request.user, reason=reason),
        )

    @action(description=_("Take up its review"), url_path="evaluar", icon="rate_review")
    def take_up(self, request, object_id):
        return self.move(request, object_id, PracticeState.REVIEW, _("Take up its review"))

    @action(description=_("Close its review"), url_path="evaluada", icon="done")
    def conclude(self, request, object_id):
        return self.move(request, object_id, PracticeState.REVIEWED, _("Close its review"))

    @action(description=_("Validate it"), url_path="validar", icon="verified")
    def validate(self, request, object_id):
        return self.move(request, object_id, PracticeState.VALIDATED, _("Validate it"))

    @action(description=_("Publish its version"), url_path="publicar", icon="publish")
    def publish(self, request, object_id):
        return self.move(request, object_id, PracticeState.PUBLISHED, _("Publish its version"))

    @action(description=_("Retire it"), url_path="retirar", icon="block")
    def retire(self, request, object_id):
        return self.move(request, object_id, PracticeState.RETIRED, _("Retire it"))

    @action(description=_("Begin a new version"), url_path="version", icon="content_copy")
    def new_version(self, request, object_id):
        return self.ask(
            request,
            object_id,
            lambda _row, data: WhatChangedForm(data),
            _("Begin a new version"),
            lambda row, what_changed: actions.new_version(
                row, by=request.user, what_changed=what_changed
            ),
        )


class ComponentInline(RegionalInline):
    model = Component
    fields = ["position", "name", "description", "is_core", "verified_by"]
    can_delete_rows = True


class RequirementInline(RegionalInline):
    model = Requirement
    fields = ["position", "text", "is_essential"]
    can_delete_rows = True


class KitInline(RegionalInline):
    model = KitItem
    fields = ["kind", "title", "text", "file"]
    can_delete_rows = True


class ReviewInline(ReadOnlyInline):
    model = PracticeReview
    fields = [
        *("organization", "effectiveness", "replicability", "sustainability", "inclusion", "cost"),
        *("recommends", "has_conflict", "notes", "at"),
    ]
    readonly_fields = fields


@admin.register(PracticeVersion)
class PracticeVersionAdmin(RegionalAdmin):
    """Written while it is nominated or under review; once that is closed it stays as reviewed."""

    can_add = False
    list_display = ["practice", "number", "maturity", "evidence_level", "frozen_at"]
    list_filter = ["maturity", "needs_internet"]
    list_select_related = ["practice"]
    search_fields = ["practice__title", "practice__code"]
    fields = [
        ("practice", "number", "frozen_at"),
        "problem",
        "solution",
        "results",
        "limits",
        "risks",
        ("maturity", "evidence_level"),
        "staff",
        ("setup_cost", "yearly_cost"),
        ("connectivity", "needs_internet"),
        ("legal_basis", "min_population"),
        ("modules", "licence"),
        "what_changed",
    ]
    readonly_fields = ["practice", "number", "frozen_at"]
    inlines = [ComponentInline, RequirementInline, KitInline, ReviewInline]

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        if obj is None or not may:
            return may
        settled = obj.practice.state in (PracticeState.REVIEWED, PracticeState.VALIDATED)
        return not (obj.frozen_at or settled)

    def save_formset(self, request, form, formset, change):
        for row in formset.save(commit=False):
            if isinstance(row, KitItem) and row.file and not row.file._committed:
                row.sha256 = hashlib.sha256(row.file.read()).hexdigest()
                row.file.seek(0)
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()
