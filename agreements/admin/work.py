"""Work plans, evidence and tasks in the admin, and the inbox where planners accept or return.

What happens goes through the actions; nothing of a plan is written in a form of the admin.
"""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect  # noqa: TID251  pages of their own
from django.shortcuts import get_object_or_404  # noqa: TID251
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy as _
from unfold.decorators import action, display

from agreements import gantt, inbox
from agreements.actions import assigned, evidence as evidences, reports, work
from agreements.admin.base import RegionalAdmin
from agreements.admin.baseline import in_the_admin
from agreements.enums import ItemState, TaskState, VerificationMethod, VerificationResult
from agreements.forms.work import JudgeForm, OverrideForm, ReasonForm, RescheduleForm
from agreements.models import Agreement, Evidence, Report, Task, WorkItem
from agreements.views.work import as_file, calendar_token
from decide.common.admin import ReadOnly
from decide.common.permissions import Refusal


STATES = {
    ItemState.PENDING: "",
    ItemState.UNDERWAY: "info",
    ItemState.SUBMITTED: "warning",
    ItemState.RETURNED: "danger",
    ItemState.VERIFIED: "success",
    ItemState.CANCELLED: "",
}
MODELS = {"evidence": Evidence, "step": WorkItem, "report": Report, "task": Task}


class LateFilter(admin.SimpleListFilter):
    title = _("lateness")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        return [("yes", _("past its date"))]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        late = queryset.filter(due_on__lt=timezone.localdate(), first_due_on__isnull=False)
        return late.exclude(state__in=[ItemState.VERIFIED, ItemState.CANCELLED])


@admin.register(WorkItem)
class WorkItemAdmin(ReadOnly, RegionalAdmin):
    """Steps of work plans; their dates move with a reason, by a button."""

    readers = ()
    list_display = ["name", "agreement", "party", "gate", "state_shown", "due_on", "late"]
    list_filter = [LateFilter, "state", "gate"]
    list_select_related = ["agreement", "party__organization"]
    search_fields = ["name", "agreement__code", "agreement__title"]
    ordering = ["due_on", "pk"]
    fields = [
        "name",
        ("agreement", "party"),
        ("gate", "state", "weight"),
        ("starts_on", "due_on", "first_due_on", "done_on"),
        ("min_evidence", "is_high"),
        "returned_why",
        "shown",
    ]
    readonly_fields = ["first_due_on", "shown"]
    actions_list = ["bandeja"]
    actions_detail = ["reschedule", "cancel", "timeline"]

    @display(description=_("state"), ordering="state", label=STATES)
    def state_shown(self, item):
        return item.state, item.get_state_display()

    @display(description=_("days late"))
    def late(self, item):
        return (item.days_late() if item.state != ItemState.CANCELLED else 0) or "–"

    @display(description=_("evidence"))
    def shown(self, item):
        return ", ".join(
            f"{one.title} ({one.get_state_display()})" for one in item.evidence.order_by("pk")
        )

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("bandeja/", wrap(self.inbox), name="agreements_inbox"),
            path("bandeja/<str:kind>/<int:pk>/", wrap(self.judge), name="agreements_judge"),
            path(
                "bandeja/evidence/<int:pk>/archivo/", wrap(self.file), name="agreements_judge_file"
            ),
            path(
                "cronograma/<int:pk>/", wrap(self.timeline_of), name="agreements_agreement_timeline"
            ),
            path("luz/<int:pk>/", wrap(self.set_light), name="agreements_agreement_light"),
            *super().get_urls(),
        ]

    # --- The inbox

    @action(description=_("What waits for me"), url_path="a-la-bandeja", icon="inbox")
    def bandeja(self, request):
        return HttpResponseRedirect(reverse("admin:agreements_inbox"))

    def readable(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied

    def inbox(self, request):
        self.readable(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What waits for me"),
            "found": inbox.waiting(),
            "calendar": reverse("agreements:calendar", args=[calendar_token(request.user)]),
        }
        return TemplateResponse(request, "admin/agreements/inbox.html", context)

    def judge(self, request, kind, pk):
        """One thing: accept it, or return it with a reason; then the next."""
        self.readable(request)
        if kind not in MODELS:
            raise Http404
        thing = get_object_or_404(MODELS[kind], pk=pk)
        form = in_the_admin(JudgeForm(request.POST or None))
        if kind != "evidence":
            del form.fields["method"]
        if request.method == "POST" and form.is_valid():
            following = inbox.after(f"{kind}-{pk}", inbox.waiting())
            accept = "accept" in request.POST
            try:
                self.decide(request, kind, thing, accept, form.cleaned_data)
            except Refusal as reason:
                form.add_error(None, str(reason))
            else:
                said = gettext("Accepted.") if accept else gettext("Returned with its reason.")
                messages.success(request, said)
                if following:
                    args = [following.kind, following.pk]
                    return HttpResponseRedirect(reverse("admin:agreements_judge", args=args))
                return HttpResponseRedirect(reverse("admin:agreements_inbox"))
        context = {
            **self.admin_site.each_context(request),
            "title": inbox.KINDS[kind],
            "kind": kind,
            "thing": thing,
            "facts": facts_of(kind, thing),
            "uses": evidences.other_uses(thing, by=request.user) if kind == "evidence" else [],
            "form": form,
        }
        return TemplateResponse(request, "admin/agreements/judge.html", context)

    def decide(self, request, kind, thing, accept, said):
        by, notes = request.user, said["notes"]
        if kind == "evidence":
            evidences.look_at(
                thing,
                by=by,
                result=VerificationResult.OK if accept else VerificationResult.NO,
                method=said["method"] or VerificationMethod.DESK,
                notes=notes,
            )
        elif kind == "step":
            work.verify(thing, by=by) if accept else work.give_back(thing, by=by, reason=notes)
        elif kind == "report":
            reports.accept(thing, by=by) if accept else reports.give_back(
                thing, by=by, reason=notes
            )
        elif thing.state == TaskState.OPEN:
            assigned.answer(thing, by=by, text=notes)
        else:
            assigned.judge(thing, by=by, is_adequate=accept, reason=notes)

    def file(self, request, pk):
        """The evidence as it came, for those who look at it."""
        self.readable(request)
        found = get_object_or_404(Evidence, pk=pk)
        if not found.file:
            raise Http404
        return as_file(found.file.name)

    # --- The plan

    def timeline_of(self, request, pk):
        self.readable(request)
        agreement = get_object_or_404(Agreement, pk=pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{gettext('Timeline')}: {agreement}",
            "agreement": agreement,
            "gantt": gantt.of(agreement),
        }
        return TemplateResponse(request, "admin/agreements/timeline.html", context)

    @action(description=_("Timeline"), url_path="cronograma", icon="view_timeline")
    def timeline(self, request, object_id):
        item = get_object_or_404(WorkItem, pk=object_id)
        args = [item.agreement_id]
        return HttpResponseRedirect(reverse("admin:agreements_agreement_timeline", args=args))

    @action(description=_("Reschedule"), url_path="reprogramar", icon="event_repeat")
    def reschedule(self, request, object_id):
        item = get_object_or_404(WorkItem, pk=object_id)
        form = in_the_admin(RescheduleForm(request.POST or None))
        return self.ask(request, item, form, gettext("Reschedule"), work.reschedule)

    @action(description=_("Cancel the step"), url_path="cancelar", icon="block")
    def cancel(self, request, object_id):
        item = get_object_or_404(WorkItem, pk=object_id)
        form = in_the_admin(ReasonForm(request.POST or None))
        return self.ask(request, item, form, gettext("Cancel the step"), work.cancel)

    def set_light(self, request, pk):
        """By hand, with a reason, until a day."""
        self.readable(request)
        agreement = get_object_or_404(Agreement, pk=pk)
        form = in_the_admin(OverrideForm(request.POST or None))
        return self.ask(request, agreement, form, gettext("Set the light by hand"), work.override)

    def ask(self, request, thing, form, title, act):
        self.readable(request)
        back = reverse(f"admin:agreements_{thing._meta.model_name}_change", args=[thing.pk])
        if request.method == "POST" and form.is_valid():
            try:
                act(thing, by=request.user, **form.cleaned_data)
            except Refusal as reason:
                form.add_error(None, str(reason))
            else:
                messages.success(request, gettext("It is done, and the history says why."))
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "admin/agreements/ask.html", context)


def facts_of(kind, thing):
    """What whoever judges has to know, in pairs."""
    if kind == "evidence":
        return [
            (_("Title"), thing.title),
            (_("Kind"), thing.get_kind_display()),
            (_("Municipality"), thing.municipality),
            (_("What it shows"), thing.subject),
            (_("Of the day"), thing.taken_on or "–"),
            (_("Added by"), thing.added_by),
            (_("Address"), thing.url or "–"),
            ("SHA-256", thing.sha256 or "–"),
        ]
    if kind == "step":
        return [
            (_("Step"), thing.name),
            (_("Convenio"), thing.agreement),
            (_("Who does it"), thing.party),
            (_("Done on"), thing.done_on),
            (
                _("Evidence"),
                ", ".join(f"{e.title} ({e.get_state_display()})" for e in thing.evidence.all()),
            ),
        ]
    if kind == "report":
        return [
            (_("Convenio"), thing.agreement),
            (_("Who owes it"), thing.party),
            (_("State"), thing.get_state_display()),
            (_("What was done"), thing.text),
        ]
    return [
        (_("Kind"), thing.get_kind_display()),
        (_("Municipality"), thing.municipality),
        (_("What"), thing.text),
        (_("Answer"), thing.answer or "–"),
    ]


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly, RegionalAdmin):
    """Everything that was ever shown, also what was removed."""

    readers = ()
    list_display = ["title", "municipality", "kind", "state", "added_at", "is_public"]
    list_filter = ["state", "kind"]
    list_select_related = ["municipality"]
    search_fields = ["title", "sha256"]
    fields = [
        "title",
        ("municipality", "kind", "taken_on"),
        ("state", "state_reason"),
        ("added_by", "added_at"),
        ("sha256", "as_it_came"),
        "what_was_found",
    ]
    readonly_fields = ["sha256", "as_it_came", "what_was_found"]

    @display(description=_("file"))
    def as_it_came(self, evidence):
        if not evidence.file:
            return evidence.url
        link = reverse("admin:agreements_judge_file", args=[evidence.pk])
        return format_html('<a href="{}">{}</a>', link, gettext("Open it"))

    @display(description=_("what was found"))
    def what_was_found(self, evidence):
        found = evidence.verifications.select_related("by", "organization")
        return "; ".join(
            f"{one.by} ({one.organization}): {one.get_result_display()} {one.notes}"
            for one in found
        )


@admin.register(Task)
class TaskAdmin(ReadOnly, RegionalAdmin):
    """Tasks of every municipality; they are answered and verified in the inbox."""

    readers = ()
    list_display = ["text", "municipality", "kind", "state", "due_on", "opened_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["municipality"]
    fields = [
        "text",
        ("municipality", "kind", "state"),
        ("due_on", "opened_at", "done_at"),
        "answer",
    ]
