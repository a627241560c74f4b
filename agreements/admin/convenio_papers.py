"""Addenda and reports of convenios, each on a page of its own with its buttons."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import action, display

from agreements import addenda
from agreements.actions import addenda as addenda_actions, reports
from agreements.admin.asking import Asking, OfAThing, ReasonForm, choice, day, words
from agreements.admin.base import RegionalAdmin
from agreements.admin.convenio_parts import as_list, file_url
from agreements.enums import AddendumState, FileKind, ReportState
from agreements.lateness import Lateness, lateness
from agreements.models import Addendum, Report


class SignAddendumForm(OfAThing):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        files = self.thing.agreement.files.filter(kind=FileKind.ADDENDUM)
        self.fields["on"] = day(_("Signed on"))
        self.fields["council_act"] = words(_("Act of the council"), required=False, max_length=160)
        self.fields["file"] = choice(
            _("The signed file"),
            files,
            help_text=_("Add it first among the files of the convenio."),
        )


@admin.register(Addendum)
class AddendumAdmin(Asking, RegionalAdmin):
    """What it changes, before and after, beside what the convenio says now."""

    can_add = False
    list_display = ["__str__", "agreement", "state", "base_version", "signed_on"]
    list_filter = ["state"]
    list_select_related = ["agreement"]
    search_fields = ["agreement__code", "agreement__title", "reason"]
    ordering = ["-pk"]
    fields = [
        "agreement",
        ("number", "state"),
        "reason",
        ("base_version", "current_version"),
        "lines",
        ("signed_on", "council_act"),
        "file",
    ]
    readonly_fields = [
        "agreement",
        "number",
        "state",
        "reason",
        "base_version",
        "current_version",
        "lines",
        "signed_on",
        "council_act",
        "file",
    ]
    actions_detail = ["sign", "rebase", "drop"]

    @display(description=gettext_lazy("version of the convenio"))
    def current_version(self, addendum: Addendum) -> int:
        return addendum.agreement.version

    @display(description=gettext_lazy("what it changes"))
    def lines(self, addendum: Addendum) -> Any:
        return as_list(change_in_words(addendum, one) for one in addenda.changes_of(addendum))

    def open_buttons(self, request: Any, addendum: Addendum) -> set[str]:
        if addendum.state != AddendumState.DRAFT:
            return set()
        stale = addendum.base_version != addendum.agreement.version
        return {"rebase", "drop"} if stale else {"sign", "drop"}

    @action(
        description=gettext_lazy("Record that it is signed"), url_path="suscrita", icon="signature"
    )
    def sign(self, request: Any, object_id: Any) -> Any:
        return self.ask(
            request,
            object_id,
            gettext_lazy("Record that it is signed"),
            lambda addendum, **values: addenda_actions.sign(addendum, by=request.user, **values),
            SignAddendumForm,
        )

    @action(
        description=gettext_lazy("Write it against the present text"),
        url_path="actualizar",
        icon="merge",
    )
    def rebase(self, request: Any, object_id: Any) -> Any:
        addendum = self.get_object(request, object_id)
        found = addenda.conflicts(addendum) if addendum else []
        return self.ask(
            request,
            object_id,
            gettext_lazy("Write it against the present text"),
            lambda addendum: addenda_actions.rebase(addendum, by=request.user),
            lines=[change_in_words(addendum, one) for one in found],
        )

    @action(description=gettext_lazy("Drop it"), url_path="desistir", icon="delete")
    def drop(self, request: Any, object_id: Any) -> Any:
        return self.ask(
            request,
            object_id,
            gettext_lazy("Drop it"),
            lambda addendum, reason: addenda_actions.drop(addendum, by=request.user, reason=reason),
            ReasonForm,
        )


def change_in_words(addendum: Addendum, change: addenda.Change) -> str:
    said = f"{change.label}: {change.before} → {change.after}"
    if addendum.state == AddendumState.DRAFT and change.conflicts:
        said += " · " + _("conflict: the convenio says now «%(now)s»") % {"now": change.now}
    return said


@admin.register(Report)
class ReportAdmin(Asking, RegionalAdmin):
    """What the parties owe; certified ones are accepted or returned here."""

    can_add = False
    list_display = ["agreement", "party", "kind", "period_ends_on", "due_on", "state", "late"]
    list_filter = ["state", "kind"]
    list_select_related = ["agreement", "party__organization"]
    search_fields = ["agreement__code", "agreement__title"]
    ordering = ["due_on", "pk"]
    date_hierarchy = "due_on"
    fields = [
        ("agreement", "party"),
        ("kind", "state", "how_late"),
        ("period_ends_on", "due_on"),
        "no_progress",
        "text",
        "paper",
        ("submitted_at", "accepted_at"),
        "returned_why",
    ]
    readonly_fields = [
        "agreement",
        "party",
        "kind",
        "state",
        "how_late",
        "period_ends_on",
        "due_on",
        "no_progress",
        "text",
        "paper",
        "submitted_at",
        "accepted_at",
        "returned_why",
    ]
    actions_detail = ["accept", "give_back"]

    @display(
        description=gettext_lazy("how late"),
        label={
            Lateness.IN_TIME.value: None,
            Lateness.SOON.value: "warning",
            Lateness.LATE.value: "danger",
            Lateness.VERY_LATE.value: "danger",
            Lateness.SENT.value: "success",
        },
    )
    def late(self, report: Report) -> Any:
        found = lateness(report)
        return found.value, found.label

    @display(description=gettext_lazy("how late"))
    def how_late(self, report: Report) -> Any:
        return lateness(report).label

    @display(description=gettext_lazy("file"))
    def paper(self, report: Report) -> Any:
        if not report.file:
            return "–"
        address = reverse("admin:agreements_report_file", args=[report.pk])
        return format_html('<a href="{}">{}</a>', address, _("Download"))

    def open_buttons(self, request: Any, report: Report) -> set[str]:
        return {"accept", "give_back"} if report.state == ReportState.CERTIFIED else set()

    @action(description=gettext_lazy("Accept it"), url_path="aceptar", icon="check")
    def accept(self, request: Any, object_id: Any) -> Any:
        return self.ask(
            request,
            object_id,
            gettext_lazy("Accept it"),
            lambda report: reports.accept(report, by=request.user),
        )

    @action(description=gettext_lazy("Return it"), url_path="devolver", icon="undo")
    def give_back(self, request: Any, object_id: Any) -> Any:
        return self.ask(
            request,
            object_id,
            gettext_lazy("Return it"),
            lambda report, reason: reports.give_back(report, by=request.user, reason=reason),
            ReasonForm,
        )

    def get_urls(self) -> list[Any]:
        return [file_url(self, "agreements_report_file", Report), *super().get_urls()]
