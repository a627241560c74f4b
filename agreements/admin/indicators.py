"""Indicators as the region's planners keep them: definitions, periods, targets, and the values that
municipalities send. Values are written and judged by actions, never by plain fields."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect  # noqa: TID251  the admin's pages are views
from django.shortcuts import get_object_or_404  # noqa: TID251
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _, ngettext
from unfold.decorators import action, display
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from agreements import entering, periods, workbook as books
from agreements.actions import indicators as actions
from agreements.admin.base import RegionalAdmin
from agreements.enums import EntryState, PeriodState
from agreements.forms.indicators import CellsForm, GridForm, UploadForm
from agreements.models import Entry, Indicator, Period, Target
from decide.common.permissions import Refusal
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality
from proposals.resources import XLSX


STATES = {
    EntryState.DRAFT.value: "default",
    EntryState.SUBMITTED.value: "info",
    EntryState.RETURNED.value: "danger",
    EntryState.ACCEPTED.value: "success",
}


def dressed(form):
    """The fields of the site's forms as they look in the admin, each with its name."""
    for field in form.fields.values():
        if not field.widget.is_hidden:
            named = {"class": " ".join(INPUT_CLASSES), "aria-label": field.label}
            field.widget.attrs = named | field.widget.attrs
    return form


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=1_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


class YearForm(forms.Form):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    cut = forms.ChoiceField(
        label=_("Cut into"),
        choices=[("quarter", _("Quarters")), ("half", _("Half-years")), ("year", _("One year"))],
        widget=UnfoldAdminSelectWidget,
    )


class Asking:
    """One question on a page of its own, then the action; nothing changes on GET."""

    def ask(self, request, form, title, act, then):
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST" and form.is_valid():
            try:
                act(**form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Done: %(what)s.") % {"what": title})
                return HttpResponseRedirect(then)
        return self.page(request, "ask", title, form=form, back=then)

    def page(self, request, name, title, **context):
        context = (
            self.admin_site.each_context(request) | {"opts": self.opts, "title": title} | context
        )
        return TemplateResponse(request, f"admin/agreements/indicator_{name}.html", context)


@admin.register(Indicator)
class IndicatorAdmin(RegionalAdmin):
    list_display = ["code", "name_es", "level", "value_type", "direction", "is_active"]
    list_filter = ["level", "is_active"]
    search_fields = ["code", "name_es", "name_en"]
    fields = [
        ("code", "position", "is_active"),
        ("name_es", "name_en"),
        "definition",
        "formula",
        ("unit", "level"),
        ("value_type", "direction"),
        ("over_time", "over_places"),
        ("numerator", "denominator"),
        ("source", "counts_people"),
        "limits",
        "computed",
    ]
    readonly_fields = ["computed"]


@admin.register(Period)
class PeriodAdmin(Asking, RegionalAdmin):
    """Its values are entered while it is open; locked, they do not change."""

    list_display = ["label", "starts_on", "ends_on", "due_on", "state_shown"]
    list_filter = ["state"]
    search_fields = ["label"]
    fields = ["label", ("starts_on", "ends_on"), "due_on", ("state", "locked_at", "who_locked")]
    actions_detail = ["lock_period", "unlock_period"]
    actions_list = ["generate_periods"]

    def get_readonly_fields(self, request, obj=None):
        fixed = ["state", "locked_at", "who_locked"]
        return (
            ["starts_on", "ends_on", *fixed] if obj and obj.state == PeriodState.LOCKED else fixed
        )

    @display(
        description=_("state"), ordering="state", label={"open": "success", "locked": "default"}
    )
    def state_shown(self, period):
        return period.state, period.get_state_display()

    @display(description=_("by"))
    def who_locked(self, period):
        return period.locked_by or "–"

    @action(description=_("Lock"), url_path="cerrar", icon="lock", permissions=["change"])
    def lock_period(self, request, object_id):
        period = get_object_or_404(Period, pk=object_id)
        return self.ask(
            request,
            forms.Form(request.POST) if request.method == "POST" else forms.Form(),
            _("Lock the period"),
            lambda: actions.lock(period, by=request.user),
            reverse("admin:agreements_period_change", args=[period.pk]),
        )

    @action(description=_("Unlock"), url_path="abrir", icon="lock_open", permissions=["change"])
    def unlock_period(self, request, object_id):
        period = get_object_or_404(Period, pk=object_id)
        return self.ask(
            request,
            ReasonForm(request.POST or None),
            _("Unlock the period"),
            lambda reason: actions.unlock(period, reason, by=request.user),
            reverse("admin:agreements_period_change", args=[period.pk]),
        )

    @action(
        description=_("Make the periods of a year"),
        url_path="generar",
        icon="calendar_add_on",
        permissions=["change"],
    )
    def generate_periods(self, request):
        return self.ask(
            request,
            YearForm(request.POST or None),
            _("Make the periods of a year"),
            lambda year, cut: periods.generate(year, cut),
            reverse("admin:agreements_period_changelist"),
        )


@admin.register(Target)
class TargetAdmin(RegionalAdmin):
    """Of a municipality, or of all of them (the region's own row)."""

    list_display = ["indicator", "municipality", "baseline", "baseline_on", "target", "target_on"]
    list_filter = ["indicator"]
    list_select_related = ["indicator", "municipality"]
    search_fields = ["indicator__code", "municipality__short_name"]
    fields = [
        ("indicator", "municipality"),
        ("baseline", "baseline_of", "baseline_on"),
        "baseline_source",
        ("target", "target_of", "target_on"),
        "rationale",
        "published_at",
    ]


@admin.register(Entry)
class EntryAdmin(Asking, RegionalAdmin):
    """What municipalities told: accept it, or return it with a reason. Only what another person
    sent can be accepted."""

    can_add = False
    list_display = [
        "indicator",
        "municipality",
        "period",
        "numerator",
        "denominator",
        "complete",
        "state_shown",
        "who",
    ]
    list_filter = ["state", "period", "indicator"]
    list_select_related = ["indicator", "municipality", "period", "entered_by"]
    search_fields = ["indicator__code", "municipality__short_name"]
    fields = [
        ("indicator", "municipality", "period"),
        ("numerator", "denominator", "complete"),
        "note",
        ("state", "version", "saved_at"),
        "returned_why",
        ("published_at",),
    ]
    readonly_fields = [
        "indicator",
        "municipality",
        "period",
        "numerator",
        "denominator",
        "complete",
        "note",
        "state",
        "version",
        "saved_at",
        "returned_why",
        "published_at",
    ]
    actions = ["accept_selected"]
    actions_detail = ["accept", "give_back"]
    actions_list = ["to_grid"]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """It is accepted or returned, not saved."""
        hidden = {"show_save": False, "show_save_and_continue": False}
        return super().changeform_view(request, object_id, form_url, hidden | (extra_context or {}))

    def save_model(self, request, obj, form, change):
        """No field of it is written here."""

    @display(description=_("broken down completely"), boolean=True)
    def complete(self, entry):
        return entry.is_complete if entry.indicator.counts_people else None

    @display(description=_("state"), ordering="state", label=STATES)
    def state_shown(self, entry):
        return entry.state, entry.get_state_display()

    @display(description=_("by"), ordering="entered_by")
    def who(self, entry):
        return entry.entered_by or "–"

    @admin.action(description=_("Accept what was sent"))
    def accept_selected(self, request, queryset):
        accepted = 0
        for entry in queryset.select_related("period", "indicator"):
            try:
                actions.accept(entry, by=request.user)
            except actions.CannotAccept as refusal:
                messages.error(request, f"{entry.indicator.code}: {refusal}")
            else:
                accepted += 1
        text = ngettext("%(n)d value was accepted.", "%(n)d values were accepted.", accepted)
        messages.success(request, text % {"n": accepted})

    @action(description=_("Accept"), url_path="aceptar", icon="check", permissions=["change"])
    def accept(self, request, object_id):
        entry = get_object_or_404(Entry, pk=object_id)
        return self.ask(
            request,
            forms.Form(request.POST) if request.method == "POST" else forms.Form(),
            _("Accept the value"),
            lambda: actions.accept(entry, by=request.user),
            reverse("admin:agreements_entry_change", args=[entry.pk]),
        )

    @action(description=_("Return"), url_path="devolver", icon="undo", permissions=["change"])
    def give_back(self, request, object_id):
        entry = get_object_or_404(Entry, pk=object_id)
        return self.ask(
            request,
            ReasonForm(request.POST or None),
            _("Return the value"),
            lambda reason: actions.give_back(entry, reason, by=request.user),
            reverse("admin:agreements_entry_change", args=[entry.pk]),
        )

    @action(
        description=_("Type the values of a municipality"),
        url_path="tabla",
        icon="edit",
        permissions=["change"],
    )
    def to_grid(self, request):
        return HttpResponseRedirect(reverse("admin:agreements_entry_choose"))

    def get_urls(self):
        view = self.admin_site.admin_view
        one = "<int:municipality>/<int:period>/"
        return [
            path("escoger/", view(self.choose), name="agreements_entry_choose"),
            path(f"tabla/{one}", view(self.grid), name="agreements_entry_grid"),
            path(f"libro/{one}", view(self.workbook), name="agreements_entry_workbook"),
            path(f"subir/{one}", view(self.upload), name="agreements_entry_upload"),
            path(
                f"desglose/{one}<int:indicator>/", view(self.cells), name="agreements_entry_cells"
            ),
            *super().get_urls(),
        ]

    def choose(self, request):
        """Of whom and for when."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        context = {
            "municipalities": Municipality.objects.exclude(kind=MunicipalityKind.REGION)
            .only("pk", "short_name")
            .order_by("short_name"),
            "periods": Period.objects.filter(state=PeriodState.OPEN),
        }
        chosen = [request.GET.get(name, "") for name in ("municipality", "period")]
        if all(text.isdecimal() and len(text) < 10 for text in chosen):
            return HttpResponseRedirect(reverse("admin:agreements_entry_grid", args=chosen))
        return self.page(request, "choose", _("Type the values of a municipality"), **context)

    def of(self, request, municipality, period):
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Municipality, pk=municipality), get_object_or_404(
            Period, pk=period
        )

    def grid(self, request, municipality, period):
        """Every indicator that is entered, with the value before; what looks odd is pointed out."""
        town, when = self.of(request, municipality, period)
        here = reverse("admin:agreements_entry_grid", args=[town.pk, when.pk])
        if code := request.POST.get("no_progress"):
            one = get_object_or_404(Indicator, code=code, computed="")
            try:
                actions.no_progress(municipality=town, indicator=one, period=when, by=request.user)
            except Refusal as refusal:
                messages.error(request, str(refusal))
            return HttpResponseRedirect(here)
        indicators, entries = books.entered_indicators(), books.entries_of(town, when)
        form = GridForm(request.POST or None, indicators=indicators, entries=entries)
        if request.method == "POST" and form.is_valid():
            saved, refused = entering.save_grid(form, town, when, by=request.user)
            for one, why in refused:
                messages.error(request, f"{one.code}: {why}")
            if "send" in request.POST:
                try:
                    actions.send(municipality=town, period=when, by=request.user)
                except Refusal as refusal:
                    messages.error(request, str(refusal))
            text = ngettext("%(n)d value was saved.", "%(n)d values were saved.", saved)
            messages.success(request, text % {"n": saved})
            return HttpResponseRedirect(here)
        return self.page(
            request,
            "grid",
            f"{town.short_name} · {when.label}",
            town=town,
            period=when,
            form=dressed(form),
            lines=entering.with_the_past(form, town, when),
            upload=dressed(UploadForm()),
        )

    def cells(self, request, municipality, period, indicator):
        town, when = self.of(request, municipality, period)
        one = get_object_or_404(Indicator, pk=indicator, computed="", counts_people=True)
        entry = Entry.objects.filter(municipality=town, period=when, indicator=one).first()
        form = CellsForm(request.POST or None, entry=entry)
        here = reverse("admin:agreements_entry_grid", args=[town.pk, when.pk])
        if request.method == "POST" and form.is_valid():
            try:
                saved = entering.save_cells(form, town, when, one, entry, by=request.user)
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                if saved.entry.is_complete:
                    messages.success(request, _("Saved: the parts add up."))
                else:
                    messages.warning(request, _("Saved, but the parts do not add up to the whole."))
            return HttpResponseRedirect(here)
        title = f"{one.code} · {town.short_name} · {when.label}"
        return self.page(request, "cells", title, form=dressed(form), entry=entry, back=here)

    def workbook(self, request, municipality, period):
        town, when = self.of(request, municipality, period)
        response = HttpResponse(books.make(town, when), content_type=XLSX)
        name = f"indicadores-{town.slug}-{when.label}.xlsx"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def upload(self, request, municipality, period):
        """First what the file would change; with the yes on that page, the change."""
        town, when = self.of(request, municipality, period)
        here = reverse("admin:agreements_entry_grid", args=[town.pk, when.pk])
        if sealed := request.POST.get("confirmed"):
            try:
                changed = entering.confirm(sealed, town, when, by=request.user)
            except signing.BadSignature:
                text = _("That took too long or was altered: bring the workbook again.")
                messages.error(request, text)
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                text = ngettext("%(n)d value was saved.", "%(n)d values were saved.", changed)
                messages.success(request, text % {"n": changed})
            return HttpResponseRedirect(here)
        form = UploadForm(request.POST or None, request.FILES or None)
        if not form.is_valid():
            messages.error(request, _("Choose the workbook that you filled in."))
            return HttpResponseRedirect(here)
        try:
            reading = books.read(form.cleaned_data["file"], town, when)
        except books.Unreadable as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(here)
        sealed = entering.sealed(reading, town, when) if reading.changes else ""
        title = _("What the workbook would change")
        return self.page(request, "upload", title, reading=reading, sealed=sealed, back=here)
