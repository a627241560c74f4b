"""Convenios as planners work on them: tabs for each part, and buttons for each step.

What is open in which state is the matrix of agreements/states.py; every button calls an action.
"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (  # noqa: TID251  the admin's pages are views
    HttpResponse,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy as _, ngettext
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanWidget,
)

from agreements import addenda, checks, clauses, drafts, history
from agreements.actions import (
    addenda as addenda_actions,
    convenios as actions,
    coordinators,
    importing,
    reports as reports_actions,
    work,
)
from agreements.admin import convenio_parts as parts
from agreements.admin.asking import Asking, OfAThing, choice, day, upload, words
from agreements.admin.base import RegionalAdmin
from agreements.admin.choosing import SomeForm
from agreements.admin.convenio_parts import as_list
from agreements.convenios_data import spreadsheet
from agreements.enums import ActKind, EndCause, Gate, PolicyArea, ReportKind
from agreements.models import Agreement, AgreementFile, AgreementTemplate
from agreements.rules.convenios import who_is, why_not_edit
from agreements.rules.work import why_not_plan
from agreements.sheet import TONES
from agreements.states import MOVES, PREPARING, VERBS, Need, Part, Who, fields_open, may_edit
from proposals.resources import XLSX


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# How unfold colours a state.
LABELS = {"good": "success", "wait": "warning", "bad": "danger", "quiet": None}
ICONS = {
    "send": ("pasar-a-revision", "send"),
    "observe": ("observar", "rate_review"),
    "clear": ("dar-por-revisado", "task_alt"),
    "sign": ("suscrito", "signature"),
    "suspend": ("suspender", "pause"),
    "resume": ("reanudar", "play_arrow"),
    "terminate": ("resolver", "cancel"),
    "close": ("cerrar", "inventory_2"),
    "deny": ("denegar", "block"),
}


class AgreementForm(SomeForm):
    several = {"policy_areas": PolicyArea}


class MoveForm(OfAThing):
    """What a move needs, and nothing else."""

    needs: frozenset[Need] = frozenset()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if Need.CAUSE in self.needs:
            self.fields["cause"] = forms.ChoiceField(
                label=_("For which cause"),
                choices=EndCause.choices,
                widget=UnfoldAdminSelectWidget(choices=EndCause.choices),
            )
        if Need.DOCUMENT in self.needs:
            self.fields["document"] = choice(
                _("The document that decides it"),
                self.thing.files.all(),
                help_text=_("Add it first among its files."),
            )
        if Need.REASON in self.needs:
            self.fields["reason"] = words(_("Why? (its parties read it)"), rows=3, max_length=1_000)


def button_for(verb):
    """A button for a move of the table, with the form that it needs."""
    path, icon = ICONS[verb]
    move = MOVES[verb]
    form_class = type(f"{verb.title()}Form", (MoveForm,), {"needs": move.needs})

    def button(self, request, object_id):
        def act(agreement, **values):
            actions.move(agreement, verb, by=request.user, **values)

        return self.ask(request, object_id, move.label, act, form_class)

    button.__name__ = verb
    return action(description=move.label, url_path=path, icon=icon)(button)


class SeparationForm(OfAThing):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        parties = self.thing.parties.filter(leaves_on=None).select_related("organization")
        self.fields["party"] = choice(_("Which party separates"), parties)
        self.fields["reason"] = words(_("Why? (its parties read it)"), rows=3, max_length=1_000)


class CoordinatorForm(OfAThing):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        parties = self.thing.parties.select_related("organization")
        offices = parts.offices_of(self.thing)
        self.fields["party"] = choice(_("Of which party"), parties)
        self.fields["office"] = choice(_("Which office"), offices)
        self.fields["person"] = words(_("Person"), required=False, max_length=120)
        self.fields["starts_on"] = day(_("From"))
        self.fields["designated_by"] = words(
            _("Act of designation"), required=False, max_length=160
        )


class RatifyForm(OfAThing):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        parties = self.thing.parties.select_related("organization")
        self.fields["party"] = choice(_("Of which party"), parties)
        self.fields["act"] = words(_("By which act"), max_length=160)


class AddendumForm(OfAThing):
    """What the convenio says now, to be changed: what stays as it is, is no part of the addendum."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = words(_("Why"), rows=3, max_length=2_000)
        for name in addenda.FIELDS:
            field = Agreement._meta.get_field(name).formfield(required=False)
            field.initial = getattr(self.thing, name)
            if name == "ends_on":
                field.widget = UnfoldAdminDateWidget()
            self.fields[name] = field
        for clause in self.thing.clauses.all():
            label = _("Clause «%(title)s»") % {"title": clause.title}
            self.fields[f"clause:{clause.key}"] = words(
                label, rows=4, required=False, initial=clause.text, max_length=10_000
            )
        for one in self.thing.undertakings.all():
            for column in addenda.OF_UNDERTAKINGS:
                name = f"undertaking:{one.pk}:{column}"
                field = one._meta.get_field(column).formfield(required=False)
                field.initial = getattr(one, column)
                field.label = addenda.label_of(self.thing, name)
                self.fields[name] = field

    @property
    def changes(self):
        return {
            name: value for name, value in self.cleaned_data.items() if name in self.changed_data
        }


class StepForm(OfAThing):
    """A step of the work plan, towards one of the five milestones, with its dates."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        parties = self.thing.parties.select_related("organization")
        self.fields["party"] = choice(_("Who does it"), parties)
        self.fields["gate"] = forms.ChoiceField(
            label=_("Towards the milestone"),
            choices=Gate.choices,
            widget=UnfoldAdminSelectWidget(choices=Gate.choices),
        )
        self.fields["name"] = words(_("Name"), max_length=200)
        self.fields["deliverable"] = words(
            _("What there is to show"), required=False, max_length=300
        )
        self.fields["starts_on"] = day(_("Planned from"))
        self.fields["due_on"] = day(_("Planned until"))
        self.fields["min_evidence"] = forms.IntegerField(
            label=_("Pieces of evidence needed"),
            initial=1,
            min_value=0,
            max_value=20,
            widget=UnfoldAdminIntegerFieldWidget,
        )
        self.fields["is_high"] = forms.BooleanField(
            label=_("High priority"), required=False, widget=UnfoldBooleanWidget
        )


class PlanForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=ReportKind.choices,
        widget=UnfoldAdminSelectWidget(choices=ReportKind.choices),
    )


class FileForm(forms.Form):
    file = upload(_("XLSX file"))


@admin.register(AgreementTemplate)
class AgreementTemplateAdmin(RegionalAdmin):
    """The clauses and papers from which convenios of a kind are drafted."""

    list_display = ["name", "kind", "clauses_shown", "is_active"]
    list_filter = ["kind"]
    search_fields = ["name"]
    fields = ["name", ("kind", "is_active"), "path", "clauses"]
    form = type("TemplateForm", (SomeForm,), {"several": {"path": ActKind}})

    @display(description=_("clauses"))
    def clauses_shown(self, template):
        return len(template.clauses)

    def get_changeform_initial_data(self, request):
        return {"clauses": clauses.standard()} | super().get_changeform_initial_data(request)


@admin.register(Agreement)
class AgreementAdmin(Asking, RegionalAdmin):
    form = AgreementForm
    list_display = ["code", "title", "kind", "state_shown", "parties_shown", "ends_on", "public"]
    list_filter = ["state", "kind", "moves_money", "invented"]
    search_fields = ["code", "title", "parties__own_number", "parties__organization__name"]
    ordering = ["-created_at", "-pk"]
    date_hierarchy = "signed_on"
    actions = ["as_spreadsheet"]
    reading_actions = ("as_spreadsheet",)
    actions_list = ["bring_in", "blank_file"]
    reading_buttons = ("work_plan", "compare", "print_pdf", "print_docx")
    actions_detail = [
        *("send", "clear", "sign", "publish"),
        {
            "title": _("More to do"),
            "icon": "more_horiz",
            "items": [
                *("observe", "suspend", "resume", "terminate", "close", "deny"),
                "add_step",
                "approve_plan",
                "write_addendum",
                "name_coordinator",
                "ratify",
                "plan_reports",
                "separate",
            ],
        },
        {"title": _("Read and compare"), "icon": "print", "items": [*reading_buttons]},
    ]
    autocomplete_fields = ["parent", "commitment"]
    computed = ["code", "stands", "published_at", "lacking", "checklist", "chain", "changes"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title",
                    ("code", "stands"),
                    ("kind", "template"),
                    "parent",
                    "commitment",
                    ("signed_on", "published_at", "version"),
                    "lacking",
                ]
            },
        ),
        (
            _("For what it is"),
            {
                "classes": ["tab"],
                "fields": ["object", "problem", "population", "expected_change"],
            },
        ),
        (
            _("Term"),
            {
                "classes": ["tab"],
                "fields": [
                    ("starts_on", "ends_on"),
                    "open_ended_why",
                    ("renewal", "notice_days"),
                    "moves_money",
                    "council_exception",
                    ("end_cause", "ended_on"),
                ],
            },
        ),
        (
            _("What people read"),
            {"classes": ["tab"], "fields": ["summary", "policy_areas", "invented"]},
        ),
        (_("Checklist"), {"classes": ["tab"], "fields": ["checklist"]}),
        (_("History"), {"classes": ["tab"], "fields": ["chain", "changes"]}),
    ]
    inlines = parts.INLINES

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("parties__organization")

    def get_inlines(self, request, obj):
        """A new one is written first, and then its parts."""
        return self.inlines if obj else []

    def get_fieldsets(self, request, obj=None):
        if obj:
            return super().get_fieldsets(request, obj)
        fields = ["title", ("kind", "template"), ("parent", "commitment")]
        return [(None, {"fields": fields})]

    def get_readonly_fields(self, request, obj=None):
        shown = ["signed_on", "version", "end_cause", "ended_on"]
        if obj is None:
            return [*self.computed, *shown]
        every = {field.name for field in obj._meta.concrete_fields if field.editable}
        return [*self.computed, *shown, *sorted(every - fields_open(Who.PLANNER, obj.state))]

    # --- What is shown

    @display(
        description=_("state"),
        ordering="state",
        label={state.value: LABELS[tone] for state, (tone, _icon) in TONES.items()},
    )
    def state_shown(self, agreement):
        return (agreement.standing() or agreement.state), agreement.shown_state

    @display(description=_("state"))
    def stands(self, agreement):
        return agreement.shown_state

    @display(description=_("parties"))
    def parties_shown(self, agreement):
        return ", ".join(str(party.organization) for party in agreement.parties.all())

    @display(description=_("published"), boolean=True)
    def public(self, agreement):
        return agreement.published_at is not None

    @display(description=_("what is lacking"))
    def lacking(self, agreement):
        """For the next step: to be signed, or to be published."""
        if agreement.state in PREPARING | {"to_sign"}:
            found = checks.for_signing(agreement)
        elif agreement.published_at is None:
            found = checks.for_publication(agreement)
        else:
            found = []
        return as_list(found) or gettext("Nothing.")

    @display(description=_("clauses that have to be there"))
    def checklist(self, agreement):
        checked = clauses.checklist(agreement)
        return as_list(f"{'✓' if one.is_there else '✗'} {one.title}" for one in checked)

    @display(description=_("what happened"))
    def chain(self, agreement):
        verdict = history.verify(agreement)
        said = (
            ngettext(
                "The chain of %(number)d event holds.",
                "The chain of %(number)d events holds.",
                verdict.events,
            )
            % {"number": verdict.events}
            if verdict.holds
            else gettext("The chain breaks at event %(number)d: somebody changed a row behind it.")
            % {"number": verdict.breaks_at}
        )
        events = agreement.events.select_related("by").order_by("-seq")
        lines = [
            f"{one.seq}. {parts.when(one.at)} · {VERBS.get(one.verb, one.verb)} · {one.before} → {one.after} · {one.by or '–'} · {one.reason}"
            for one in events
        ]
        return format_html("<p><strong>{}</strong></p>{}", said, as_list(lines))

    @display(description=_("every change, as the database wrote it down"))
    def changes(self, agreement):
        return as_list(
            f"{parts.when(one.at)} · {one.table.removeprefix('agreements_')} {one.row} {one.verb}: {one.before or ''} → {one.after or ''} {one.reason}"
            for one in history.traces(agreement, at_most=50)
        ) or gettext("Nothing.")

    # --- What is written

    def save_model(self, request, obj, form, change):
        if not self.has_change_permission(request, obj if change else None):
            raise PermissionDenied
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            if change:
                actions.edit(obj, by=request.user, **values)
            else:
                values |= {"kind": obj.kind, "title": obj.title}
                made = actions.create(by=request.user, **values)
                obj.__dict__.update(made.__dict__)
        except actions.CannotChange as error:
            messages.error(request, str(error))

    def save_formset(self, request, form, formset, change):
        """The parts, each as the matrix allows; what was done goes into the history."""
        agreement = form.instance
        part = parts.part_of(formset.model, agreement)
        if not formset.has_changed():
            formset.save(commit=False)
            return
        if why := why_not_edit(request.user, agreement, part):
            messages.error(request, str(why))
            formset.save(commit=False)
            return
        parts.save(formset, agreement, request.user)

    # --- Buttons

    def open_buttons(self, request, agreement):
        who = who_is(request.user, agreement)
        useful = {
            verb
            for verb, move in MOVES.items()
            if who in move.who and agreement.state in move.before
        }
        if agreement.published_at is None and agreement.state not in PREPARING | {"denied"}:
            useful.add("publish")
        if why_not_plan(request.user, agreement) is None:
            useful.add("add_step")
            if agreement.items.filter(first_due_on=None).exists():
                useful.add("approve_plan")
        if may_edit(Part.ADDENDA, who, agreement.state):
            useful |= {"write_addendum", "separate"}
        if may_edit(Part.COORDINATORS, who, agreement.state):
            useful |= {"name_coordinator", "ratify"}
        if may_edit(Part.REPORTS, who, agreement.state):
            useful.add("plan_reports")
        return useful | set(self.reading_buttons)

    send = button_for("send")
    observe = button_for("observe")
    clear = button_for("clear")
    sign = button_for("sign")
    suspend = button_for("suspend")
    resume = button_for("resume")
    terminate = button_for("terminate")
    close = button_for("close")
    deny = button_for("deny")

    @action(description=_("Publish it"), url_path="publicar", icon="public")
    def publish(self, request, object_id):
        return self.ask(
            request,
            object_id,
            _("Publish it"),
            lambda agreement: actions.publish(agreement, by=request.user),
        )

    @action(description=_("Add a step to the work plan"), url_path="paso", icon="add_task")
    def add_step(self, request, object_id):
        return self.ask(
            request,
            object_id,
            _("Add a step to the work plan"),
            lambda agreement, **values: work.add_step(agreement, by=request.user, **values),
            StepForm,
        )

    @action(description=_("Approve the work plan"), url_path="plan", icon="event_available")
    def approve_plan(self, request, object_id):
        return self.ask(
            request,
            object_id,
            _("Approve the work plan: from now on its dates move only with a reason"),
            lambda agreement: work.approve_plan(agreement, by=request.user),
        )

    @action(description=_("Timeline"), url_path="cronograma", icon="view_timeline")
    def work_plan(self, request, object_id):
        return HttpResponseRedirect(
            reverse("admin:agreements_agreement_timeline", args=[object_id])
        )

    @action(description=_("A party separates"), url_path="separacion", icon="logout")
    def separate(self, request, object_id):
        return self.ask(
            request,
            object_id,
            _("A party separates"),
            lambda _agreement, party, reason: actions.separate(
                party, by=request.user, reason=reason
            ),
            SeparationForm,
        )

    @action(description=_("Name a coordinator"), url_path="coordinador", icon="badge")
    def name_coordinator(self, request, object_id):
        return self.ask(
            request,
            object_id,
            _("Name a coordinator"),
            lambda _agreement, party, office, **values: coordinators.name(
                party, office, by=request.user, **values
            ),
            CoordinatorForm,
        )

    @action(description=_("The coordinator stays"), url_path="ratificar", icon="verified_user")
    def ratify(self, request, object_id):
        return self.ask(
            request,
            object_id,
            _("The coordinator stays"),
            lambda _agreement, party, act: coordinators.ratify(party, by=request.user, act=act),
            RatifyForm,
        )

    @action(description=_("Set what is reported"), url_path="informes", icon="event")
    def plan_reports(self, request, object_id):
        return self.ask(
            request,
            object_id,
            _("Set what is reported"),
            lambda agreement, kind: reports_actions.plan(agreement, by=request.user, kind=kind),
            PlanForm,
        )

    @action(description=_("Write an addendum"), url_path="adenda", icon="post_add")
    def write_addendum(self, request, object_id):
        def act(agreement, reason, **_values):
            # The form's own, so that what was not touched stays out.
            form = AddendumForm(request.POST, thing=agreement)
            form.is_valid()
            changes = {k: v for k, v in form.changes.items() if k != "reason"}
            addenda_actions.draft(agreement, changes=changes, reason=reason, by=request.user)

        return self.ask(request, object_id, _("Write an addendum"), act, AddendumForm)

    # --- What only reads

    def get_urls(self):
        mine = parts.file_url(self, "agreements_agreement_file", AgreementFile)
        return [mine, *super().get_urls()]

    def readable(self, request, object_id):
        agreement = self.get_object(request, object_id)
        if agreement is None or not self.has_view_permission(request, agreement):
            raise PermissionDenied
        return agreement

    @action(description=_("As PDF"), url_path="pdf", icon="picture_as_pdf")
    def print_pdf(self, request, object_id):
        agreement = self.readable(request, object_id)
        made = drafts.as_pdf(agreement, inside=True)
        return attached(made, "application/pdf", f"{agreement.code}.pdf")

    @action(description=_("As DOCX"), url_path="docx", icon="article")
    def print_docx(self, request, object_id):
        agreement = self.readable(request, object_id)
        return attached(drafts.as_docx(agreement), DOCX, f"{agreement.code}.docx")

    @action(description=_("Compare"), url_path="comparar", icon="compare_arrows")
    def compare(self, request, object_id):
        agreement = self.readable(request, object_id)
        others = Agreement.objects.exclude(pk=agreement.pk).order_by("-pk")
        form = type("CompareForm", (forms.Form,), {"otro": choice(_("With which"), others)})(
            request.GET or None
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Compare"),
            "form": form,
            "original": agreement,
            "back": self.address_of(agreement),
            "opts": self.opts,
        }
        if form.is_bound and form.is_valid():
            other = form.cleaned_data["otro"]
            context |= {"other": other, "compared": clauses.compare(agreement, other)}
        return TemplateResponse(request, "admin/agreements/compare.html", context)

    @action(description=_("Save as a spreadsheet"))
    def as_spreadsheet(self, request, queryset):
        return attached(spreadsheet(queryset), XLSX, "convenios.xlsx")

    @action(description=_("An empty file to fill in"), url_path="formato", icon="table")
    def blank_file(self, request):
        response = HttpResponse(content_type=XLSX)
        response.headers["Content-Disposition"] = 'attachment; filename="convenios.xlsx"'
        importing.blank().save(response)
        return response

    @action(description=_("Bring in a file"), url_path="traer", icon="upload_file")
    def bring_in(self, request):
        """Whole or not at all; what is wrong is told by row, column and reason."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form, outcome, summary = FileForm(*sent), None, []
        if sent and form.is_valid():
            try:
                outcome = importing.bring_in(form.cleaned_data["file"], by=request.user)
            except actions.CannotChange as error:
                form.add_error("file", str(error))
            else:
                summary = [parts.told(outcome)]
                if not outcome.faults:
                    messages.success(request, summary[0])
                    return HttpResponseRedirect(reverse("admin:agreements_agreement_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Bring in a file"),
            "form": form,
            "outcome": outcome,
            "summary": summary,
            "opts": self.opts,
            "blank": reverse("admin:agreements_agreement_blank_file"),
            "back": reverse("admin:agreements_agreement_changelist"),
        }
        return TemplateResponse(request, "admin/agreements/bring_in.html", context)


def attached(content, kind, name):
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
