"""Transfers for planners: each step through its action, activities with who came, adoption, advice."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect  # noqa: TID251  the admin's pages are views
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from agreements.actions import activities, adoption, presets, transfers as actions
from agreements.admin.base import RegionalAdmin
from agreements.admin.practices import ReadOnlyInline
from agreements.admin.steps import Asks, dressed, with_nothing, with_reason
from agreements.enums import ActivityState, TransferState
from agreements.forms.practices import AcceptForm, PresetForm, ReadinessForm
from agreements.forms.transfers import (
    ActivityForm,
    BeginWithTownForm,
    HoldForm,
    LevelForm,
    TransferPlanForm,
)
from agreements.models import (
    Activity,
    Adaptation,
    AdoptionStep,
    Advice,
    Agreement,
    Attendance,
    OutreachAct,
    Piece,
    PracticeVersion,
    ReadinessAnswer,
    Transfer,
)
from agreements.rules.practices import TRANSFER_MOVES, readiness_gaps
from decide.common.permissions import Refusal


TONES = {
    TransferState.UNDERWAY: "info",
    TransferState.ACCEPTED: "success",
    TransferState.SUSPENDED: "warning",
    TransferState.ABANDONED: "danger",
}
STEPS = {
    "answer": TransferState.READINESS,
    "plan": TransferState.PLAN,
    "start": TransferState.UNDERWAY,
    "accept": TransferState.ACCEPTED,
    "suspend": TransferState.SUSPENDED,
    "abandon": TransferState.ABANDONED,
}
IN_A_COLUMN = 30


class ReadinessInline(ReadOnlyInline):
    model = ReadinessAnswer
    fields = ["requirement", "is_met", "note"]
    readonly_fields = fields


class AdaptationInline(ReadOnlyInline):
    model = Adaptation
    fields = ["component", "choice", "what", "why", "norm", "verified_on"]
    readonly_fields = fields


class PieceInline(ReadOnlyInline):
    model = Piece
    fields = ["kind", "is_planned", "detail", "due_on", "why_not"]
    readonly_fields = fields


class ActivityInline(ReadOnlyInline):
    model = Activity
    fields = ["day", "kind", "title", "hours", "planned_people", "state"]
    readonly_fields = fields
    show_change_link = True


class AdoptionInline(ReadOnlyInline):
    model = AdoptionStep
    fields = ["day", "level", "is_partial", "reason", "by", "at"]
    readonly_fields = fields


class OutreachInline(ReadOnlyInline):
    model = OutreachAct
    fields = ["campaign", "channel", "starts_on", "ends_on", "place", "reached"]
    readonly_fields = fields


@admin.register(Transfer)
class TransferAdmin(Asks, RegionalAdmin):
    can_add = False
    list_display = ["version", "municipality", "state_shown", "done", "level_shown", "ends_on"]
    list_filter = ["state", "version__practice"]
    list_select_related = ["version__practice", "municipality"]
    search_fields = ["municipality__short_name", "version__practice__title", "local_name"]
    fields = [
        ("version", "municipality"),
        ("state", "mechanism_shown"),
        "agreement",
        "target",
        ("starts_on", "ends_on", "accepted_on"),
        ("done", "level_shown"),
        "on_the_site",
        "missing",
        "local_name",
        ("donor", "mentor"),
        "state_reason",
    ]
    readonly_fields = [
        *("version", "municipality", "state", "agreement", "mechanism_shown", "target"),
        *("starts_on", "ends_on", "accepted_on", "done", "level_shown", "on_the_site"),
        *("missing", "state_reason"),
    ]
    inlines = [
        *(ReadinessInline, PieceInline, ActivityInline, AdaptationInline),
        *(AdoptionInline, OutreachInline),
    ]
    actions_list = ["board", "begin"]
    actions_detail = [
        *("answer", "plan", "start", "add_activity", "level", "accept"),
        *("open_space", "suspend", "resume", "abandon"),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_level().with_done()

    @display(description=_("state"), ordering="state", label=TONES)
    def state_shown(self, transfer):
        return transfer.state, transfer.get_state_display()

    @display(description=_("pieces verified"))
    def done(self, transfer):
        return f"{transfer.verified}/{transfer.planned}" if transfer.planned else "–"

    @display(description=_("level"))
    def level_shown(self, transfer):
        if transfer.level is None:
            return "–"
        return f"{transfer.level} ({_('partial')})" if transfer.is_partial else transfer.level

    @display(description=_("mechanism"))
    def mechanism_shown(self, transfer):
        return transfer.mechanism_name or "–"

    @display(description=_("on the site"))
    def on_the_site(self, transfer):
        if transfer.published_at is None:
            return _("Not public yet")
        return format_html('<a href="{}">{}</a>', transfer.get_absolute_url(), transfer)

    @display(description=_("not ready yet"))
    def missing(self, transfer):
        return " ".join(readiness_gaps(transfer)) or "–"

    def useful(self, transfer):
        follow, state = TRANSFER_MOVES[transfer.state], transfer.state
        found = {name for name, to in STEPS.items() if to in follow}
        if state == TransferState.SUSPENDED:
            found = (found - {"start"}) | {"resume"}
        if state in activities.AT_WORK:
            found.add("add_activity")
        if state != TransferState.ABANDONED:
            found.add("level")
            if transfer.version.modules and not transfer.municipality.is_open:
                found.add("open_space")
        return found

    @action(description=_("Board by state"), url_path="tablero", icon="view_kanban")
    def board(self, request):
        """Each state a column, with its transfers and how far they are."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).select_related("version__practice", "municipality")
        columns = []
        for state in TransferState:
            rows = list(found.filter(state=state)[:IN_A_COLUMN])
            columns.append((state, found.filter(state=state).count(), rows))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Transfers by state"),
            "columns": columns,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/agreements/transfers_board.html", context)

    @action(description=_("Begin a transfer"), url_path="comenzar", icon="add")
    def begin(self, request):
        if not self.has_action_permission(request):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = dressed(BeginWithTownForm(data, versions=PracticeVersion.objects.offered()))
        back = reverse("admin:agreements_transfer_changelist")
        if request.method == "POST" and form.is_valid():
            try:
                values = form.cleaned_data
                made = actions.begin(values.pop("municipality"), by=request.user, **values)
            except Refusal as error:
                form.add_error(None, str(error))
            else:
                return HttpResponseRedirect(self.page_of(made))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Begin a transfer"),
            "form": form,
            "opts": self.opts,
            "back": back,
        }
        return TemplateResponse(request, "admin/agreements/ask.html", context)

    @action(description=_("Readiness"), url_path="requisitos", icon="checklist")
    def answer(self, request, object_id):
        def act(row, **values):
            answers = {
                need.pk: (values[f"met_{need.pk}"] == "yes", values[f"note_{need.pk}"])
                for need in row.version.requirements.all()
            }
            actions.answer_readiness(row, answers, by=request.user)

        return self.ask(
            request,
            object_id,
            lambda row, data: ReadinessForm(data, transfer=row),
            _("Readiness"),
            act,
        )

    @action(description=_("Plan"), url_path="plan", icon="event_note")
    def plan(self, request, object_id):
        def make(row, data):
            in_force = Agreement.objects.in_force()
            mine = in_force.filter(parties__organization__town=row.municipality).distinct()
            return TransferPlanForm(data, transfer=row, agreements=mine)

        return self.ask(
            request,
            object_id,
            make,
            _("Plan"),
            lambda row, **values: actions.plan(row, by=request.user, **values),
        )

    @action(description=_("Start"), url_path="empezar", icon="play_arrow")
    def start(self, request, object_id):
        return self.ask(
            request,
            object_id,
            with_nothing,
            _("Start"),
            lambda row: actions.start(row, by=request.user),
            lead=_("From now on everybody reads how far it is."),
        )

    @action(description=_("Plan an activity"), url_path="actividad", icon="groups")
    def add_activity(self, request, object_id):
        return self.ask(
            request,
            object_id,
            lambda _row, data: ActivityForm(data),
            _("Plan an activity"),
            lambda row, **values: activities.plan_activity(row, by=request.user, **values),
        )

    @action(description=_("Level of adoption"), url_path="nivel", icon="stairs")
    def level(self, request, object_id):
        return self.ask(
            request,
            object_id,
            lambda _row, data: LevelForm(data, initial={"day": timezone.localdate()}),
            _("Level of adoption"),
            lambda row, level, **values: adoption.reach(row, level, by=request.user, **values),
        )

    @action(description=_("Accept"), url_path="aceptar", icon="task_alt")
    def accept(self, request, object_id):
        return self.ask(
            request,
            object_id,
            lambda _row, data: AcceptForm(data),
            _("Accept"),
            lambda row, day: actions.accept(row, by=request.user, day=day),
        )

    @action(description=_("Open the space with the preset"), url_path="espacio", icon="door_open")
    def open_space(self, request, object_id):
        def make(row, data):
            place = row.municipality
            names = ("contact_email", "contact_office", "welcome")
            return PresetForm(data, initial={name: getattr(place, name) for name in names})

        return self.ask(
            request,
            object_id,
            make,
            _("Open the space with the preset"),
            lambda row, **values: presets.use_preset(
                row.municipality, row.version, by=request.user, **values
            ),
        )

    @action(description=_("Suspend"), url_path="suspender", icon="pause")
    def suspend(self, request, object_id):
        return self.stopped(request, object_id, actions.suspend, _("Suspend"))

    @action(description=_("Give it up"), url_path="abandonar", icon="block")
    def abandon(self, request, object_id):
        return self.stopped(request, object_id, actions.abandon, _("Give it up"))

    def stopped(self, request, object_id, act, title):
        return self.ask(
            request,
            object_id,
            with_reason,
            title,
            lambda row, reason: act(row, by=request.user, reason=reason),
        )

    @action(description=_("Go on again"), url_path="reanudar", icon="replay")
    def resume(self, request, object_id):
        return self.ask(
            request,
            object_id,
            with_nothing,
            _("Go on again"),
            lambda row: actions.resume(row, by=request.user),
        )


class AttendanceInline(ReadOnlyInline):
    model = Attendance
    fields = ["office", "gender", "area", "people", "passed", "before", "after"]
    readonly_fields = fields


@admin.register(Activity)
class ActivityAdmin(Asks, RegionalAdmin):
    """Planned from its transfer; once it was held, only told anew with a reason."""

    can_add = False
    list_display = ["day", "kind", "title", "municipality", "hours", "state"]
    list_filter = ["state", "kind"]
    list_select_related = ["municipality"]
    search_fields = ["title", "municipality__short_name"]
    date_hierarchy = "day"
    fields = [
        ("municipality", "transfer", "agreement"),
        ("kind", "title"),
        ("day", "hours", "planned_people"),
        ("place", "facilitators"),
        ("organizations", "milestone"),
        "policy_areas",
        "state",
        "decisions",
        "outcome",
    ]
    readonly_fields = [*("municipality", "transfer", "agreement", "state", "decisions", "outcome")]
    inlines = [AttendanceInline]
    actions_detail = ["hold", "call_off"]

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.state == "planned")

    def useful(self, activity):
        if activity.state == ActivityState.CANCELLED:
            return set()
        return {"hold"} if activity.state == ActivityState.HELD else {"hold", "call_off"}

    @action(description=_("It took place"), url_path="realizada", icon="how_to_reg")
    def hold(self, request, object_id):
        return self.ask(
            request,
            object_id,
            lambda _row, data: HoldForm(data),
            _("It took place"),
            lambda row, **values: activities.hold(row, by=request.user, **values),
        )

    @action(description=_("Call it off"), url_path="cancelar", icon="event_busy")
    def call_off(self, request, object_id):
        return self.ask(
            request,
            object_id,
            with_reason,
            _("Call it off"),
            lambda row, reason: activities.call_off(row, by=request.user, reason=reason),
        )


@admin.register(Advice)
class AdviceAdmin(RegionalAdmin):
    """The log of advice: who advises signs, and everybody reads it."""

    list_display = ["day", "municipality", "topic", "medium", "hours", "by"]
    list_filter = ["medium"]
    list_select_related = ["municipality", "by"]
    search_fields = ["topic", "municipality__short_name"]
    date_hierarchy = "day"
    fields = [("municipality", "agreement"), ("day", "medium", "hours"), "topic", "agreed"]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.by, obj.published_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(OutreachAct)
class OutreachActAdmin(RegionalAdmin):
    """Acts of a campaign; the transfer is of the same municipality."""

    list_display = ["campaign", "municipality", "channel", "starts_on", "reached"]
    list_filter = ["channel"]
    list_select_related = ["municipality"]
    search_fields = ["campaign", "municipality__short_name"]
    fields = [
        ("municipality", "transfer"),
        ("campaign", "channel"),
        ("starts_on", "ends_on", "place"),
        ("reached", "how_known"),
    ]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.published_at = timezone.now()
        super().save_model(request, obj, form, change)
