"""The parts of a convenio on its page of the admin, and how they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (  # noqa: TID251  the admin's pages are views
    FileResponse,
    Http404,
)
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from agreements.actions import convenios as actions
from agreements.admin.base import RegionalInline
from agreements.files import sha256_of
from agreements.history import record
from agreements.lateness import lateness
from agreements.models import (
    Act,
    Addendum,
    Agreement,
    AgreementFile,
    Clause,
    Coordinator,
    Office,
    Party,
    Report,
    Undertaking,
)
from agreements.states import Part, Who, may_edit
from municipalities.mechanisms import MECHANISMS


PART_OF = {
    Party: Part.CONTENTS,
    Clause: Part.CONTENTS,
    Undertaking: Part.CONTENTS,
    Act: Part.SIGNING,
    AgreementFile: Part.FILES,
    Coordinator: Part.COORDINATORS,
    Addendum: Part.ADDENDA,
    Report: Part.REPORTS,
}
# Once the contents are agreed: of a party its signature, of an undertaking how far it is.
LATER = {Party: Part.SIGNING, Undertaking: Part.FULFILMENT}


def part_of(model: Any, agreement: Agreement) -> Part:
    """What of the matrix a row belongs to in the state of its convenio."""
    if may_edit(PART_OF[model], Who.PLANNER, agreement.state):
        return PART_OF[model]
    return LATER.get(model, PART_OF[model])


class ConvenioInline(RegionalInline):
    """A part: open as the matrix says for the state of the convenio."""

    can_delete_rows = True

    def is_open(self, request: Any, obj: Agreement | None) -> bool:
        return (
            obj is not None
            and self.parent_may_change(request, obj)
            and may_edit(PART_OF[self.model], Who.PLANNER, obj.state)
        )

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return self.can_add and self.is_open(request, obj)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self.is_open(request, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return self.can_delete_rows and self.is_open(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Parties and documents are those of this convenio."""
        pk = request.resolver_match.kwargs.get("object_id")
        mine = {"party": Party, "file": AgreementFile, "replaces": AgreementFile}
        if db_field.name in mine and pk and pk.isdecimal():
            kwargs["queryset"] = mine[db_field.name].objects.filter(agreement=pk)
        if db_field.name == "office" and pk and pk.isdecimal():
            kwargs["queryset"] = Office.objects.filter(organization__parties__agreement=pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PartyInline(ConvenioInline):
    """While it is written its parties; until it is signed also their signatures."""

    model = Party
    autocomplete_fields: ClassVar[list[str]] = ["organization"]
    fields: ClassVar[list[Any]] = [
        "organization",
        "role",
        "own_number",
        "signatory_office",
        "signatory",
        "empowered_by",
        "signed_on",
        "leaves_on",
    ]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return (
            obj is not None
            and self.parent_may_change(request, obj)
            and may_edit(Part.SIGNING, Who.PLANNER, obj.state)
        )

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        contents = ["organization", "role"]
        open_now = obj is not None and may_edit(Part.CONTENTS, Who.PLANNER, obj.state)
        return ["leaves_on"] if open_now else ["leaves_on", *contents]


class ClauseInline(ConvenioInline):
    model = Clause
    fields: ClassVar[list[Any]] = ["position", "key", "title", "text"]


class UndertakingForm(forms.ModelForm):
    mechanism = forms.ChoiceField(
        label=gettext_lazy("mechanism"),
        required=False,
        choices=[("", "–"), *((one.code, one.name) for one in MECHANISMS)],
        widget=UnfoldAdminSelectWidget,
    )


class UndertakingInline(ConvenioInline):
    """What is promised while it is written; how far it is once it runs."""

    model = Undertaking
    form = UndertakingForm
    template = "admin/edit_inline/stacked.html"
    fulfilment: ClassVar[list[str]] = ["state", "state_reason"]
    contents: ClassVar[list[str]] = [
        "text",
        "party",
        "mechanism",
        "practice",
        "indicator",
        "baseline",
        "baseline_on",
        "target",
        "weight",
        "starts_on",
        "due_on",
        "verified_by",
    ]
    fields: ClassVar[list[Any]] = [
        "text",
        ("party", "mechanism"),
        ("practice", "indicator"),
        ("baseline", "baseline_on", "target"),
        ("weight", "starts_on", "due_on"),
        "verified_by",
        ("state", "state_reason"),
    ]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self.is_open(request, obj) or (
            obj is not None
            and self.parent_may_change(request, obj)
            and may_edit(Part.FULFILMENT, Who.PLANNER, obj.state)
        )

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        return self.fulfilment if self.is_open(request, obj) else self.contents


class ActInline(ConvenioInline):
    model = Act
    fields: ClassVar[list[Any]] = [
        "kind",
        "number",
        "day",
        "party",
        "body",
        "is_favourable",
        "file",
    ]


class FileInline(ConvenioInline):
    """Documents are added and never taken away; which copy is public may still be said."""

    model = AgreementFile
    can_delete_rows = False
    template = "admin/edit_inline/stacked.html"
    fields: ClassVar[list[Any]] = [
        ("kind", "title"),
        ("number", "issued_on"),
        ("file", "original"),
        ("public_file", "is_public"),
        ("source_url", "verification_code"),
        ("replaces", "sha256"),
    ]
    readonly_fields: ClassVar[list[str]] = ["original", "sha256"]

    @display(description=gettext_lazy("the original"))
    def original(self, file: AgreementFile) -> str:
        if not file.pk:
            return "–"
        address = reverse("admin:agreements_agreement_file", args=[file.pk])
        return format_html('<a href="{}">{}</a>', address, _("Download"))


class CoordinatorInline(ConvenioInline):
    """Named by the button, so that the one before ends the day before."""

    model = Coordinator
    can_add = False
    can_delete_rows = False
    fields: ClassVar[list[Any]] = [
        "party",
        "office",
        "person",
        "starts_on",
        "ends_on",
        "designated_by",
    ]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


class ReadInline(ConvenioInline):
    """Rows that have a page of their own."""

    can_add = False
    can_delete_rows = False
    show_change_link = True

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


class AddendumInline(ReadInline):
    model = Addendum
    fields: ClassVar[list[Any]] = ["number", "reason", "base_version", "state", "signed_on"]
    readonly_fields: ClassVar[list[str]] = ["base_version"]


class ReportInline(ReadInline):
    model = Report
    fields: ClassVar[list[Any]] = ["party", "kind", "period_ends_on", "due_on", "state", "late"]
    readonly_fields: ClassVar[list[str]] = ["late"]

    @display(description=gettext_lazy("how late"))
    def late(self, report: Report) -> Any:
        return lateness(report).label


INLINES = [
    PartyInline,
    ClauseInline,
    UndertakingInline,
    ActInline,
    FileInline,
    CoordinatorInline,
    AddendumInline,
    ReportInline,
]


def offices_of(agreement: Agreement) -> QuerySet[Office]:
    return Office.objects.filter(organization__parties__agreement=agreement).select_related(
        "organization"
    )


def when(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%d/%m/%Y %H:%M")


def save(formset: Any, agreement: Agreement, by: Any) -> None:
    """Keep what a part of the page says, with what the site adds to it, and tell the history."""
    rows = formset.save(commit=False)
    for row in formset.deleted_objects:
        row.delete()
    for row in rows:
        if isinstance(row, Party):
            actions.number_it(row, row.own_number)
        if isinstance(row, AgreementFile) and row.pk is None:
            row.sha256, row.added_by = sha256_of(row.file), by
        row.save()
    formset.save_m2m()
    if formset.model is AgreementFile and formset.new_objects:
        for row in formset.new_objects:
            record(agreement, "file_added", by=by, after=row.title, reason=row.sha256)
    elif formset.model is Act and formset.new_objects:
        for row in formset.new_objects:
            record(agreement, "act_recorded", by=by, after=str(row))
    else:
        what = str(formset.model._meta.verbose_name_plural)
        record(agreement, "edited", by=by, after=what)


def told(outcome: Any) -> str:
    """What a file did, in a sentence."""
    if outcome.faults:
        return ngettext(
            "One cell is wrong, so nothing was kept.",
            "%(number)d cells are wrong, so nothing was kept.",
            len(outcome.faults),
        ) % {"number": len(outcome.faults)}
    return _("%(created)d new, %(changed)d changed, %(same)d as they were.") % {
        "created": outcome.created,
        "changed": outcome.changed,
        "same": outcome.same,
    }


def as_list(lines: Iterable[Any]) -> str:
    made = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html('<ul class="list-disc ml-4">{}</ul>', made) if made else ""


def file_url(model_admin: Any, name: str, model: Any) -> Any:
    """The stored file of a row, for whoever reads the region's work in the admin."""

    def view(request: Any, pk: int) -> FileResponse:
        if not model_admin.has_view_permission(request):
            raise PermissionDenied
        row = model.objects.filter(pk=pk).exclude(file="").first()
        if row is None:
            raise Http404
        return FileResponse(row.file.open("rb"), as_attachment=True)

    return path("archivo/<int:pk>/", model_admin.admin_site.admin_view(view), name=name)
