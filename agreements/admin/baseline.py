"""Baselines, the tables that planners bring in, the weights of the priorities, and who is interested.

What happens goes through the actions: each button asks on a page of its own.
"""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect  # noqa: TID251  pages of their own
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from agreements.actions import (
    baseline as baselines,
    interest as interests,
    priorities,
    tables,
)
from agreements.admin.base import RegionalAdmin, RegionalInline
from agreements.baselines import municipalities, years
from agreements.baselines_data import as_csv, rows
from agreements.csv_rows import Problem
from agreements.enums import InterestState
from agreements.forms.baseline import BeginForm, CorrectForm
from agreements.forms.interest import AnswerForm, InviteForm
from agreements.forms.priorities import TableForm, WeightsForm
from agreements.models import (
    BaselineAnswer,
    BaselineCell,
    BaselineSheet,
    Conflict,
    Interest,
    MoneyReceived,
    PriorityInput,
    PriorityScenario,
)
from agreements.priority_figures import weights_in_force
from agreements.questionnaire import BY_CODE
from agreements.tables_in import KINDS
from municipalities.mechanisms import MECHANISMS
from municipalities.models import Municipality


NAMES = {mechanism.code: mechanism.name for mechanism in MECHANISMS}
PROBLEMS_SHOWN = 200


class BeginForTownForm(BeginForm):
    municipality = forms.ModelChoiceField(
        Municipality.objects.exclude(kind="region").order_by("short_name"), label=_("Municipality")
    )


class LockForTownForm(forms.Form):
    answered_by = forms.CharField(label=_("Who answers for it"), max_length=160)


def in_the_admin(form: forms.Form) -> forms.Form:
    """The fields of a page, in the dress of the admin."""
    dress = (
        (forms.HiddenInput, None),
        (forms.Textarea, UnfoldAdminTextareaWidget),
        (forms.Select, UnfoldAdminSelectWidget),
        (forms.FileInput, UnfoldAdminFileFieldWidget),
        (forms.NumberInput, UnfoldAdminDecimalFieldWidget),
        (forms.TextInput, UnfoldAdminTextInputWidget),
    )
    for field in form.fields.values():
        plain = field.widget
        worn = next((widget for kind, widget in dress if isinstance(plain, kind)), None)
        if worn:
            field.widget = worn()
            field.widget.attrs |= plain.attrs
            field.widget.is_required = field.required
            if hasattr(field, "choices"):
                field.widget.choices = field.choices
    return form


class Asks:
    """A question on a page of its own, then the action; nothing changes on GET."""

    def require_change(self, request):
        if not self.has_regional_change(request):
            raise PermissionDenied

    def has_regional_change(self, request):
        return self.may(request, None, (), self.regional_editors)

    def row_or_404(self, request, object_id):
        self.require_change(request)
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def ask(self, request, form, title, act, refusals, back):
        self.require_change(request)
        form = in_the_admin(form)
        if request.method == "POST" and form.is_valid():
            try:
                done = act(form)
            except refusals as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Done: %(what)s.") % {"what": title})
                return HttpResponseRedirect(self.page_of(done))
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "form": form,
            "back": back,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/agreements/ask.html", context)

    def page_of(self, row):
        name = row._meta.label_lower.replace(".", "_")
        return reverse(f"admin:{name}_change", args=[row.pk])

    @property
    def list_url(self):
        return reverse(f"admin:{self.opts.label_lower.replace('.', '_')}_changelist")


class BringsIn(Asks):
    """A table is looked at before it is stored; wrong rows are named and nothing is stored."""

    table = ""
    actions_list = ["bring_in"]

    @action(description=_("Bring in a CSV table"), url_path="traer", icon="upload_file")
    def bring_in(self, request):
        self.require_change(request)
        kind = KINDS[self.table]
        form = in_the_admin(TableForm(request.POST or None, request.FILES or None))
        plan, text = None, ""
        if request.method == "POST" and form.is_valid():
            text = form.cleaned_data["text"]
            if "store" in request.POST:
                try:
                    plan = tables.bring_in(kind.code, text, by=request.user)
                except tables.CannotBringIn as error:
                    plan = error.plan
                else:
                    messages.success(request, self.told(plan))
                    return HttpResponseRedirect(self.list_url)
            else:
                plan = kind.plan(text)
        context = {
            **self.admin_site.each_context(request),
            "title": kind.title,
            "kind": kind,
            "form": form,
            "plan": plan,
            "problems": shown(plan.problems) if plan else [],
            "text": text,
            "told": self.told(plan) if plan else "",
            "back": self.list_url,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/agreements/baseline_table.html", context)

    def told(self, plan):
        return _("%(new)d new, %(changed)d changed, %(unchanged)d as before.") % {
            "new": len(plan.new),
            "changed": len(plan.changed),
            "unchanged": plan.unchanged,
        }


def shown(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda one: (one.row, one.column))[:PROBLEMS_SHOWN]


class UnlockedPart(RegionalInline):
    """Of a sheet: changed until it is locked."""

    can_add = False

    def has_change_permission(self, request, obj=None):
        unlocked = obj is None or not obj.is_locked
        return unlocked and self.parent_may_change(request, obj)


class CellInline(UnlockedPart):
    model = BaselineCell
    fields = ["mechanism_shown", "state", "norm", "last_act_on", "mandate_ends_on", "note"]
    readonly_fields = ["mechanism_shown"]

    @display(description=_("mechanism"))
    def mechanism_shown(self, cell):
        return NAMES.get(cell.mechanism, cell.mechanism)


class AnswerInline(UnlockedPart):
    model = BaselineAnswer
    fields = ["question_shown", "number", "text"]
    readonly_fields = ["question_shown"]

    @display(description=_("question"))
    def question_shown(self, answer):
        question = BY_CODE.get(answer.question)
        return question.text if question else answer.question


@admin.register(BaselineSheet)
class BaselineSheetAdmin(BringsIn, RegionalAdmin):
    """One year of a municipality; locked it is only read, and corrected by a new version."""

    table = "inventory"
    can_add = False
    actions_list = ["begin", "bring_in", "inventory_csv"]
    actions_detail = ["lock", "correct"]
    list_display = ["municipality", "year", "version", "locked_at", "answered_by"]
    list_filter = ["year", "invented"]
    list_select_related = ["municipality"]
    search_fields = ["municipality__name"]
    fields = [
        ("municipality", "year", "version"),
        "reason",
        ("answered_by", "locked_at", "locked_by"),
        "invented",
    ]
    readonly_fields = [
        *("municipality", "year", "version", "reason"),
        *("locked_at", "locked_by", "invented"),
    ]
    inlines = [CellInline, AnswerInline]

    def has_change_permission(self, request, obj=None):
        unlocked = obj is None or not obj.is_locked
        return unlocked and super().has_change_permission(request, obj)

    @action(description=_("Begin a baseline"), url_path="empezar", icon="add")
    def begin(self, request):
        form = BeginForTownForm(request.POST or None)
        return self.ask(
            request,
            form,
            _("Begin a baseline"),
            lambda form: baselines.begin(
                form.cleaned_data["municipality"], year=form.cleaned_data["year"], by=request.user
            ),
            baselines.CannotBegin,
            self.list_url,
        )

    @action(description=_("Inventory as CSV"), url_path="inventario", icon="download")
    def inventory_csv(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        towns = list(municipalities())
        found = (row for year in years() for row in rows(towns, year))
        response = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="inventario.csv"'
        return response

    @action(description=_("Lock and publish"), url_path="cerrar", icon="lock")
    def lock(self, request, object_id):
        sheet = self.row_or_404(request, object_id)
        form = LockForTownForm(request.POST or None, initial={"answered_by": sheet.answered_by})
        return self.ask(
            request,
            form,
            _("Lock and publish"),
            lambda form: baselines.lock(sheet, by=request.user, **form.cleaned_data),
            baselines.CannotLock,
            self.page_of(sheet),
        )

    @action(description=_("Correct it by a new version"), url_path="corregir", icon="edit")
    def correct(self, request, object_id):
        sheet = self.row_or_404(request, object_id)
        return self.ask(
            request,
            CorrectForm(request.POST or None),
            _("Correct it by a new version"),
            lambda form: baselines.correct(sheet, by=request.user, **form.cleaned_data),
            baselines.CannotCorrect,
            self.page_of(sheet),
        )


class FromTables(BringsIn, RegionalAdmin):
    """Comes in by tables alone, so that each row has its source; here it is read."""

    can_add = False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Conflict)
class ConflictAdmin(FromTables):
    table = "conflicts"
    list_display = ["code", "report", "month", "title", "kind", "state"]
    list_filter = ["kind", "state", "report"]
    search_fields = ["code", "title"]
    fields = [
        ("report", "month", "code"),
        "title",
        ("kind", "state", "phase"),
        "ubigeos",
        "actors",
        "source_url",
    ]


@admin.register(MoneyReceived)
class MoneyReceivedAdmin(FromTables):
    table = "money"
    list_display = ["place", "year", "item", "amount", "source", "as_of"]
    list_filter = ["year"]
    list_select_related = ["place"]
    search_fields = ["place__name", "place__code"]
    fields = [("place", "year"), ("item", "amount"), ("source", "as_of")]


@admin.register(PriorityInput)
class PriorityInputAdmin(FromTables):
    table = "inputs"
    list_display = ["place", "variable", "value", "source", "as_of"]
    list_filter = ["variable"]
    list_select_related = ["place"]
    search_fields = ["place__name", "place__code"]
    fields = [("place", "variable", "value"), ("source", "as_of")]


@admin.register(PriorityScenario)
class PriorityScenarioAdmin(Asks, RegionalAdmin):
    """The newest holds. Weights are set anew, never changed."""

    can_add = False
    actions_list = ["weigh"]
    list_display = ["name", "day", "by", "reason"]
    list_select_related = ["by"]
    fields = ["name", ("day", "by"), "reason", "weights"]
    readonly_fields = ["name", "day", "by", "reason", "weights"]

    def has_change_permission(self, request, obj=None):
        return False

    @action(description=_("Set the weights"), url_path="pesar", icon="balance")
    def weigh(self, request):
        _name, weights, _scenario = weights_in_force()
        form = WeightsForm(request.POST or None, initial=dict(weights))
        return self.ask(
            request,
            form,
            _("Set the weights"),
            lambda form: priorities.set_weights(
                name=form.cleaned_data["name"],
                weights=form.weights,
                reason=form.cleaned_data["reason"],
                by=request.user,
            ),
            priorities.CannotWeigh,
            self.list_url,
        )


@admin.register(Interest)
class InterestAdmin(Asks, RegionalAdmin):
    """Who is interested; the region invites, or declines and says why. All of it is public."""

    can_add = False
    actions_list = ["invite"]
    actions_detail = ["accept", "decline"]
    list_display = ["municipality", "practice", "state_shown", "letter", "at"]
    list_filter = ["state"]
    list_select_related = ["municipality", "practice"]
    search_fields = ["municipality__name"]
    fields = [("municipality", "practice"), ("state", "at"), "letter", "text", "answer"]
    readonly_fields = ["municipality", "practice", "state", "at", "letter", "text", "answer"]

    def has_change_permission(self, request, obj=None):
        return False

    @display(
        description=_("state"),
        ordering="state",
        label={"interested": "warning", "invited": "success", "declined": "danger"},
    )
    def state_shown(self, interest):
        return interest.state, interest.get_state_display()

    @action(description=_("Invite a municipality"), url_path="invitar", icon="mail")
    def invite(self, request):
        return self.ask(
            request,
            InviteForm(request.POST or None),
            _("Invite a municipality"),
            lambda form: interests.invite(by=request.user, **form.cleaned_data),
            interests.CannotExpress,
            self.list_url,
        )

    @action(description=_("Invite them"), url_path="aceptar", icon="mail")
    def accept(self, request, object_id):
        return self.answer(request, object_id, InterestState.INVITED, _("Invite them"))

    @action(description=_("Decline"), url_path="declinar", icon="close")
    def decline(self, request, object_id):
        return self.answer(request, object_id, InterestState.DECLINED, _("Decline"))

    def answer(self, request, object_id, state, title):
        interest = self.row_or_404(request, object_id)
        return self.ask(
            request,
            AnswerForm(request.POST or None),
            title,
            lambda form: interests.answer(
                interest, state=state, by=request.user, **form.cleaned_data
            ),
            interests.CannotExpress,
            self.page_of(interest),
        )
