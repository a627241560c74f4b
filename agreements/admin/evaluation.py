"""Quality, learning, recognition, and what others say: mostly to read; what happens goes by actions."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect  # noqa: TID251  the admin's pages are views
from django.shortcuts import get_object_or_404  # noqa: TID251
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from agreements.actions import (
    assigned,
    closing,
    evaluation,
    learning,
    network,
    oversight,
    recognition,
)
from agreements.admin.base import RegionalAdmin, RegionalInline
from agreements.closing import problems_of_files
from agreements.enums import EvidenceState, TaskState
from agreements.forms.evaluation import ObservationForm, RegionalEvaluationForm
from agreements.models import (
    Certificate,
    CitizenCheck,
    CounterAnswer,
    EndForm,
    EndValue,
    Evaluation,
    Evidence,
    Learning,
    NetworkEntry,
    Observation,
    Organization,
    OversightReport,
    QualityScore,
    SelfAnswer,
    Task,
    Transfer,
)
from agreements.rubric import RUBRIC
from decide.common.permissions import Refusal
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality


REFUSALS = (
    closing.CannotClose,
    evaluation.CannotEvaluate,
    learning.CannotPublish,
    oversight.CannotObserve,
    recognition.CannotRecognise,
    Refusal,
)


class Asking:
    """A page that asks something and then does it; nothing changes on GET."""

    def back_to(self, pk=None):
        name = self.opts.label_lower.replace(".", "_")
        if pk is None:
            return reverse(f"admin:{name}_changelist")
        return reverse(f"admin:{name}_change", args=[pk])

    def ask(self, request, form, title, act, *, about="", back):
        if not self.has_planning_permission(request):
            raise PermissionDenied
        if request.method == "POST" and form.is_valid():
            try:
                act(form)
            except REFUSALS as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Done: %(what)s.") % {"what": title})
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "form": form,
            "lead": about,
            "back": back,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/agreements/ask.html", context)

    def do(self, request, object_id, act, done):
        """What needs no question but a press: the press asks once more."""
        return self.ask(
            request,
            forms.Form(request.POST if request.method == "POST" else None),
            done,
            lambda _form: act(),
            about=str(self.get_object(request, object_id)),
            back=self.back_to(object_id),
        )

    def has_planning_permission(self, request, *_args):
        """Planners act here, also on what nobody changes by a form; observers read."""
        return self.may(request, None, (), self.regional_planners)

    regional_planners = RegionalAdmin.regional_editors


class OnlyRead(Asking):
    """Rows that are only added to, or that others write: read here, changed nowhere."""

    regional_editors: tuple[str, ...] = ()
    can_add = False


@admin.register(QualityScore)
class QualityScoreAdmin(OnlyRead, RegionalAdmin):
    list_display = ["at", "municipality", "activity", "assessor", "organization"]
    list_filter = ["assessor", "municipality"]
    list_select_related = ["municipality", "activity", "organization"]
    fields = [
        ("municipality", "activity"),
        ("assessor", "organization", "at"),
        *(criterion.field for criterion in RUBRIC),
        "notes",
    ]


@admin.register(Evaluation)
class EvaluationAdmin(OnlyRead, RegionalAdmin):
    """What transfers are worth; planners enter what donors and third parties found, and judge what
    was done about their recommendations."""

    list_display = ["day", "municipality", "transfer", "moment", "evaluator", "core_shown"]
    list_filter = ["moment", "evaluator", "municipality"]
    list_select_related = ["municipality", "transfer__version__practice", "transfer__municipality"]
    fields = [
        ("municipality", "transfer"),
        ("moment", "evaluator", "organization", "day"),
        ("core_shown", "women", "men", "rural"),
        "effect",
        ("cost", "staff", "citizens"),
        "maintenance",
        "method",
        "recommendations",
        "tasks_shown",
    ]
    readonly_fields = ["core_shown", "tasks_shown"]
    actions_list = ["evaluate"]

    def get_urls(self):
        judge = path(
            "<int:pk>/recomendacion/<int:task>/",
            self.admin_site.admin_view(self.judge),
            name="agreements_evaluation_judge",
        )
        return [judge, *super().get_urls()]

    @display(description=_("core components seen working"))
    def core_shown(self, one):
        return f"{one.core_verified}/{one.core_total}" if one.core_total else "–"

    @display(description=_("what was done about them"))
    def tasks_shown(self, one):
        tasks = Task.objects.filter(key__startswith=f"evaluation:{one.pk}:")
        rows = [
            (
                reverse("admin:agreements_evaluation_judge", args=[one.pk, task.pk]),
                task.text,
                task.get_state_display(),
                task.answer or "–",
            )
            for task in tasks
        ]
        return format_html_join("", '<p><a href="{}">{}</a> · {}: {}</p>', rows) or "–"

    @action(description=_("Enter an evaluation"), url_path="evaluar", permissions=["planning"])
    def evaluate(self, request):
        form = PlannersEvaluationForm(request.POST or None)

        def act(form):
            evaluation.evaluate(by=request.user, **form.cleaned_data)

        return self.ask(request, form, _("Enter an evaluation"), act, back=self.back_to())

    def judge(self, request, pk, task):
        """Whether what was done about a recommendation is enough, by another person."""
        found = get_object_or_404(Task, key__startswith=f"evaluation:{pk}:", pk=task)
        if found.state != TaskState.DONE and request.method == "GET":
            messages.info(request, _("Nobody has said yet what was done."))
        return self.ask(
            request,
            JudgeForm(request.POST or None),
            _("Is what was done enough?"),
            lambda form: assigned.judge(
                found,
                is_adequate=form.cleaned_data["is_adequate"] == "yes",
                reason=form.cleaned_data["reason"],
                by=request.user,
            ),
            about=f"{found.text} → {found.answer or '–'}",
            back=self.back_to(pk),
        )


class PlannersEvaluationForm(RegionalEvaluationForm):
    transfer = forms.ModelChoiceField(Transfer.objects.none(), label=_("Transfer"))
    organization = forms.ModelChoiceField(
        Organization.objects.all(), label=_("Organisation"), required=False
    )
    field_order = ("transfer", "moment", "evaluator", "organization")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["transfer"].queryset = Transfer.objects.active().select_related(
            "version__practice", "municipality"
        )


class JudgeForm(forms.Form):
    is_adequate = forms.ChoiceField(
        label=_("Is what was done enough?"),
        choices=[("yes", _("Yes, it is enough")), ("no", _("No, it stays open"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("What is missing, if it is not enough"),
        required=False,
        max_length=1_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class CounterAnswerInline(OnlyRead, RegionalInline):
    model = CounterAnswer
    fields = ["organization", "reply", "text", "at"]
    readonly_fields = fields

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(SelfAnswer)
class SelfAnswerAdmin(OnlyRead, RegionalAdmin):
    list_display = ["year", "municipality", "question", "reply", "published_at"]
    list_filter = ["year", "reply", "municipality"]
    list_select_related = ["municipality"]
    fields = [("municipality", "year"), "question", "reply", "text", ("at", "published_at")]
    readonly_fields = ["at"]
    inlines = [CounterAnswerInline]


@admin.register(Observation)
class ObservationAdmin(OnlyRead, RegionalAdmin):
    """What organisations observe; the region, too, has the right of reply."""

    list_display = ["at", "organization", "municipality", "text_shown", "is_reply"]
    list_filter = ["municipality", "organization"]
    list_select_related = ["organization", "municipality"]
    search_fields = ["text"]
    fields = [
        ("organization", "municipality", "at"),
        ("agreement", "transfer", "item"),
        "replies_to",
        "text",
    ]
    actions_detail = ["reply"]

    @display(description=_("text"))
    def text_shown(self, one):
        return one.text[:120]

    @display(description=_("reply"), boolean=True)
    def is_reply(self, one):
        return one.replies_to_id is not None

    @action(description=_("Reply for the region"), url_path="responder", permissions=["planning"])
    def reply(self, request, object_id):
        observation = get_object_or_404(Observation, pk=object_id)
        region = Organization.objects.filter(town__kind=MunicipalityKind.REGION).first()
        if region is None:
            raise Http404(_("Enter the regional government as an organisation first."))
        return self.ask(
            request,
            ObservationForm(request.POST or None),
            _("Reply for the region"),
            lambda form: oversight.reply(
                observation=observation,
                organization=region,
                text=form.cleaned_data["text"],
                by=request.user,
            ),
            about=observation.text,
            back=self.back_to(object_id),
        )


@admin.register(OversightReport)
class OversightReportAdmin(OnlyRead, RegionalAdmin):
    list_display = ["published_at", "organization", "title"]
    list_select_related = ["organization"]
    search_fields = ["title"]
    fields = ["title", ("organization", "published_at"), "summary", "url", "sha256"]
    readonly_fields = ["sha256"]


@admin.register(CitizenCheck)
class CitizenCheckAdmin(OnlyRead, RegionalAdmin):
    """What residents say; never who said it."""

    list_display = ["day", "municipality", "item", "transfer", "reply"]
    list_filter = ["reply", "municipality"]
    list_select_related = ["municipality", "item", "transfer__version__practice"]
    fields = [
        ("municipality", "day"),
        ("item", "transfer"),
        "reply",
        "comment",
        ("hidden_at", "hidden_why"),
    ]


@admin.register(Learning)
class LearningAdmin(Asking, RegionalAdmin):
    list_display = ["title", "kind", "municipality", "organization", "worked", "published_at"]
    list_filter = ["kind", "worked", "for_students", "municipality"]
    list_select_related = ["municipality", "organization"]
    search_fields = ["title"]
    autocomplete_fields = ["answers_to"]
    fields = [
        ("kind", "municipality"),
        ("organization", "answers_to", "for_students"),
        "title",
        "context",
        "tried",
        "result",
        ("worked", "source"),
        "decision",
        "tags",
        "published_at",
    ]
    readonly_fields = ["published_at"]
    actions_detail = ["publish"]

    def save_model(self, request, obj, form, change):
        obj.by = obj.by or request.user
        super().save_model(request, obj, form, change)

    @action(description=_("Publish"), url_path="publicar", permissions=["planning"])
    def publish(self, request, object_id):
        one = get_object_or_404(Learning, pk=object_id)
        return self.do(request, object_id, lambda: learning.publish(learning=one), _("Publish"))


class YearForm(forms.Form):
    municipality = forms.ModelChoiceField(
        Municipality.objects.exclude(kind=MunicipalityKind.REGION), label=_("Municipality")
    )
    year = forms.IntegerField(label=_("Year"), min_value=2019)

    def clean_year(self):
        year = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise ValidationError(_("That year has not come yet."))
        return year


@admin.register(Certificate)
class CertificateAdmin(OnlyRead, RegionalAdmin):
    """Computed by the public rule; here one asks for the computation, and nothing else."""

    list_display = ["code", "municipality", "year", "issued_at"]
    list_filter = ["year", "municipality"]
    list_select_related = ["municipality"]
    fields = [("code", "municipality", "year"), "figures", "issued_at"]
    actions_list = ["recognise"]

    @action(description=_("Compute the recognition"), url_path="calcular", permissions=["planning"])
    def recognise(self, request):
        return self.ask(
            request,
            YearForm(request.POST or None),
            _("Compute the recognition"),
            lambda form: recognition.recognise(by=request.user, **form.cleaned_data),
            back=self.back_to(),
        )


@admin.register(NetworkEntry)
class NetworkEntryAdmin(Asking, RegionalAdmin):
    list_display = ["day", "kind", "title", "progress", "published_at"]
    list_filter = ["kind"]
    search_fields = ["title"]
    filter_horizontal = ["members"]
    fields = [("kind", "day", "progress"), "title", "text", "members", "published_at"]
    readonly_fields = ["published_at"]
    actions_detail = ["publish"]

    @action(description=_("Publish"), url_path="publicar", permissions=["planning"])
    def publish(self, request, object_id):
        one = get_object_or_404(NetworkEntry, pk=object_id)
        return self.do(request, object_id, lambda: network.publish(entry=one), _("Publish"))


def evidence_of(commitment_id):
    """Accepted evidence of what belongs to a commitment."""
    return Evidence.objects.filter(
        Q(item__agreement__commitment=commitment_id)
        | Q(report__agreement__commitment=commitment_id)
        | Q(activity__milestone__commitment=commitment_id)
        | Q(activity__agreement__commitment=commitment_id),
        state=EvidenceState.ACCEPTED,
    )


class EndFormForm(forms.ModelForm):
    def clean_evidence(self):
        files = self.cleaned_data["evidence"]
        if problems := problems_of_files(list(files)):
            raise ValidationError(problems)
        return files


class EndValueInline(RegionalInline):
    model = EndValue
    fields = ["value", "result", "narrative", "evidence"]

    def get_formset(self, request, obj=None, **kwargs):
        request.commitment_of_form = obj.commitment_id if obj else None
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "evidence":
            kwargs["queryset"] = evidence_of(request.commitment_of_form)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(EndForm)
class EndFormAdmin(Asking, RegionalAdmin):
    """The end-of-commitment form; first its commitment, then evidence can be chosen."""

    form = EndFormForm
    list_display = ["commitment", "published_at"]
    list_select_related = ["commitment"]
    fields = ["commitment", "explanation", "lessons", "evidence", "published_at"]
    readonly_fields = ["published_at"]
    inlines = [EndValueInline]
    actions_detail = ["publish"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        request.commitment_of_form = obj.commitment_id if obj else None
        return super().get_form(request, obj, change, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "evidence":
            kwargs["queryset"] = evidence_of(getattr(request, "commitment_of_form", None))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @action(description=_("Publish"), url_path="publicar", permissions=["planning"])
    def publish(self, request, object_id):
        one = get_object_or_404(EndForm, pk=object_id)
        return self.do(
            request, object_id, lambda: closing.publish(form=one, by=request.user), _("Publish")
        )
