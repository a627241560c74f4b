"""A municipality's own desk: what it agreed, what is due, and what it shows for it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import deadlines, gantt
from agreements.actions import assigned, evidence as evidences, work
from agreements.enums import EvidenceState, ItemState, TaskState
from agreements.forms.work import AnswerForm, EvidenceForm, HelpForm, ReasonForm, SubmitForm
from agreements.gantt import TONES
from agreements.models import Agreement, Evidence, Task, WorkItem
from agreements.rules.people import is_planner, works_for
from agreements.rules.work import why_not_start, why_not_submit
from agreements.views.work import as_calendar, as_file
from decide.common.permissions import Refusal
from decide.common.refusals import sign_in
from municipalities.middleware import municipality_or_404


A_PAGE = 20


def ours_or_refused(request):
    """The municipality of the address for its own staff; or the way to sign in; or a no."""
    municipality = municipality_or_404(request)
    if works_for(request.user, municipality):
        return municipality, None
    if request.user.is_authenticated:
        raise PermissionDenied(_("Only the municipality's own staff open this page."))
    return municipality, redirect(sign_in(request.get_full_path()))


def step_or_404(municipality, pk):
    """A step that this municipality does, or that stands in a convenio of its."""
    steps = WorkItem.objects.select_related("agreement", "party__organization").filter(
        agreement__towns__contains=[municipality.pk], party__organization__town=municipality
    )
    return get_object_or_404(steps, pk=pk)


@never_cache
@require_safe
def desk(request, municipality_slug):
    municipality, refusal = ours_or_refused(request)
    if refusal:
        return refusal
    steps = (
        WorkItem.objects.filter(party__organization__town=municipality)
        .exclude(state__in=[ItemState.VERIFIED, ItemState.CANCELLED])
        .select_related("agreement")
        .order_by("due_on", "pk")
    )
    page = Paginator(steps, A_PAGE).get_page(request.GET.get("page"))
    tasks = Task.objects.filter(municipality=municipality).exclude(state=TaskState.VERIFIED)
    context = {
        "municipality": municipality,
        "page": page,
        "rows": [(one, badge(one)) for one in page.object_list],
        "tasks": tasks.order_by("state", "due_on", "pk")[:A_PAGE],
        "turned_down": Evidence.objects.filter(
            municipality=municipality, state=EvidenceState.REJECTED
        ).select_related("item")[:A_PAGE],
    }
    return render(request, "agreements/work/desk.html", context)


def badge(item):
    tone, icon = TONES[item.state]
    return {"label": item.get_state_display(), "tone": tone, "icon": icon}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request, municipality_slug, pk):
    """One step: its dates, its evidence, and more of it from a telephone."""
    municipality, refusal = ours_or_refused(request)
    if refusal:
        return refusal
    item = step_or_404(municipality, pk)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            shown = evidences.add(municipality, by=request.user, item=item, **form.cleaned_data)
        except evidences.CannotShow as problem:
            form.add_error("upload", str(problem))
        else:
            messages.success(request, _("It is kept. Somebody of the region looks at it."))
            warn_of_other_uses(request, shown)
            return redirect("agreed:step", municipality.slug, item.pk)
    context = {
        "municipality": municipality,
        "item": item,
        "badge": badge(item),
        "evidence": item.evidence.select_related("added_by").order_by("pk"),
        "moved": item.reschedules.all(),
        "form": form,
        "submit_form": SubmitForm(),
        "why_not_start": why_not_start(item),
        "why_not_submit": why_not_submit(item),
    }
    return render(
        request, "agreements/work/step.html", context, status=422 if form.is_bound else 200
    )


def warn_of_other_uses(request, shown):
    for use in evidences.other_uses(shown, by=request.user):
        messages.warning(request, _("The same file was used before: %(use)s.") % {"use": use})


@require_POST
def start(request, municipality_slug, pk):
    municipality, refusal = ours_or_refused(request)
    if refusal:
        return refusal
    item = step_or_404(municipality, pk)
    act(request, _("It is under way."), work.start, item, by=request.user)
    return redirect("agreed:step", municipality.slug, item.pk)


@require_POST
def submit(request, municipality_slug, pk):
    municipality, refusal = ours_or_refused(request)
    if refusal:
        return refusal
    item = step_or_404(municipality, pk)
    form = SubmitForm(request.POST)
    if form.is_valid():
        said = _("It is submitted. Somebody of another institution verifies it.")
        act(request, said, work.submit, item, by=request.user, **form.cleaned_data)
    else:
        messages.error(request, _("Say on which day it was done."))
    return redirect("agreed:step", municipality.slug, item.pk)


def act(request, said, action, *args, **kwargs):
    """Do it and say so, or say why not."""
    try:
        done = action(*args, **kwargs)
    except Refusal as reason:
        messages.error(request, str(reason))
        return None
    messages.success(request, said)
    return done


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, municipality_slug, pk):
    municipality, refusal = ours_or_refused(request)
    if refusal:
        return refusal
    found = get_object_or_404(Evidence, pk=pk, municipality=municipality)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = _("It is removed, and stays in the history.")
        act(request, said, evidences.remove, found, by=request.user, **form.cleaned_data)
        return redirect("agreed:desk", municipality.slug)
    title = _("Remove «%(title)s»") % {"title": found.title}
    return asked(request, form, title, _("Remove it"), danger=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_help(request, municipality_slug):
    municipality, refusal = ours_or_refused(request)
    if refusal:
        return refusal
    form = HelpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = _("The region has it among what waits.")
        act(
            request, said, assigned.ask_for_help, municipality, by=request.user, **form.cleaned_data
        )
        return redirect("agreed:desk", municipality.slug)
    return asked(request, form, _("Ask the region for help"), _("Send"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, municipality_slug, pk):
    municipality, refusal = ours_or_refused(request)
    if refusal:
        return refusal
    task = get_object_or_404(Task, pk=pk, municipality=municipality)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = _("It is answered. The region says whether it is enough.")
        act(request, said, assigned.answer, task, by=request.user, **form.cleaned_data)
        return redirect("agreed:desk", municipality.slug)
    return asked(request, form, _("Answer a task"), _("It is done"), lead=task.text)


def asked(request, form, title, button, *, lead="", danger=False):
    context = {"form": form, "title": title, "button": button, "lead": lead, "danger": danger}
    status = 422 if form.is_bound else 200
    return render(request, "agreements/work/form.html", context, status=status)


@require_safe
def file(request, municipality_slug, pk):
    """A piece of evidence as it came: for the municipality's own and the region's people."""
    municipality = municipality_or_404(request)
    found = get_object_or_404(Evidence, pk=pk, municipality=municipality)
    if not (works_for(request.user, municipality) or is_planner(request.user)) or not found.file:
        raise Http404
    return as_file(found.file.name)


@require_safe
def timeline(request, municipality_slug, pk):
    """The work plan of a convenio: for everybody if it is published, else for its own people."""
    municipality = municipality_or_404(request)
    agreement = get_object_or_404(readable(request, municipality), pk=pk)
    context = {"municipality": municipality, "agreement": agreement, "gantt": gantt.of(agreement)}
    return render(request, "agreements/work/town_timeline.html", context)


def readable(request, municipality):
    found = Agreement.objects.filter(towns__contains=[municipality.pk])
    return found if works_for(request.user, municipality) else found.published()


@require_safe
def calendar(request, municipality_slug):
    """The dates of the published convenios of a municipality, for anybody's telephone."""
    municipality = municipality_or_404(request)
    published = Agreement.objects.published().filter(towns__contains=[municipality.pk])
    name = _("Convenios of %(place)s") % {"place": municipality.short_name}
    return as_calendar(name, deadlines.of_agreements(published), municipality.get_absolute_url())
