"""Where a process is prepared, opened and brought to its end."""

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from decide.common.typed import visible
from processes import checklist, definition, progress
from processes.actions import processes as acts
from processes.forms.processes import (
    CallOffForm,
    DocumentsForm,
    LinkForm,
    ProcessForm,
    StepsForm,
    TeamForm,
    WhyStepsForm,
)
from processes.linkable import linkable
from processes.models import Outcome, Process
from processes.preparation import missing
from processes.rules.processes import why_closed
from processes.views.processes import process_or_404, staff_of_processes


A_PAGE = 20
CHOICES = 30  # things offered at once; words find the others
shown_and_sent = require_http_methods(["GET", "HEAD", "POST"])


def to_manage(process):
    return redirect("processes:manage", process.municipality.slug, process.pk)


def page(request, template, process, form, **more):
    """A form on a page of its own; 422 if it was sent and does not fit."""
    context = {"process": process, "form": form} | more
    is_wrong = form.is_bound and bool(form.errors)
    return render(request, template, context, status=422 if is_wrong else 200)


@require_safe
@staff_of_processes
def desk(request, municipality):
    """All processes, drafts too; first the outcomes whose day of review has come."""
    here = Process.objects.for_municipality(municipality).select_related("outcome")
    rows = here.prefetch_related("steps").defer("text", "rules").order_by("-created_at", "-pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    due = Outcome.objects.filter(municipality=municipality, review_on__lte=timezone.localdate())
    context = {
        "page": page,
        "rows": [
            (process, progress.badge(process), progress.next_date(process))
            for process in page.object_list
        ],
        "due": due.select_related("process").order_by("review_on", "pk")[:A_PAGE],
    }
    return render(request, "processes/staff/desk.html", context)


@require_safe
@staff_of_processes
def manage(request, municipality, pk):
    """What is set, what is missing, what comes next, and every page of staff about it."""
    process = process_or_404(request, pk, "team")
    gaps = [] if process.is_public else missing(process)
    context = {
        "process": process,
        "badge": progress.badge(process),
        "parts": checklist.parts(process, gaps),
        "gaps": gaps,
        "running": progress.running(process),
        "next": progress.next_step(process),
        "pages": checklist.pages(process),
    }
    return render(request, "processes/staff/manage.html", context)


# --- Words, steps, team, documents


@shown_and_sent
@staff_of_processes
def write(request, municipality):
    form = ProcessForm(request.POST or None, initial={"form_key": uuid4()})
    if form.is_valid():
        key = form.cleaned_data["form_key"] or uuid4()
        try:
            process = acts.begin(municipality, by=request.user, form_key=key, **form.words)
        except acts.CannotProcess as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(
                request, pgettext("process", "It is kept. Nobody but staff sees it yet.")
            )
            return to_manage(process)
    return page(request, "processes/staff/write.html", None, form, closed=why_closed(municipality))


@shown_and_sent
@staff_of_processes
def edit(request, municipality, pk):
    process = process_or_404(request, pk)
    # The form changes the instance that it is given before it is known whether it is valid.
    form = ProcessForm(request.POST or None, instance=process_or_404(request, pk))
    if form.is_valid():
        try:
            acts.revise(process, by=request.user, **form.words)
        except acts.CannotProcess as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Your changes are kept."))
            return to_manage(process)
    return page(request, "processes/staff/write.html", process, form)


@shown_and_sent
@staff_of_processes
def steps(request, municipality, pk):
    """All steps on one page; of an open process their changes need a reason."""
    process = process_or_404(request, pk)
    act = request.POST.get("do", "")
    kept = [
        {name: getattr(step, name) for name in StepsForm.row_form.base_fields}
        for step in process.steps.all()
    ]
    form = StepsForm(request.POST or None, kept=kept, act=act)
    seen = request.POST.get("seen") or definition.mark_of_steps(process)
    reason = reason_form(request, process, act)
    if form.is_valid() and (reason is None or reason.is_valid()):
        why = reason.cleaned_data["why"] if reason else ""
        try:
            acts.set_steps(process, by=request.user, steps=form.values, why=why, seen=seen)
        except acts.CannotProcess as problem:
            form.refuse(str(problem))
        else:
            messages.success(request, _("The steps are kept."))
            return to_manage(process)
    context = {"process": process, "form": form, "seen": seen, "reason": reason}
    status = 422 if form.is_bound else 200
    return render(request, "processes/staff/steps.html", context, status=status)


def reason_form(request, process, act):
    """Asked once it has opened; what was typed stays while rows are moved."""
    if not process.is_public:
        return None
    if act:
        return WhyStepsForm(initial={"why": request.POST.get("why", "")})
    return WhyStepsForm(request.POST or None)


@shown_and_sent
@staff_of_processes
def team(request, municipality, pk):
    process = process_or_404(request, pk, "team")
    act = request.POST.get("do", "")
    form = TeamForm(request.POST or None, kept=TeamForm.kept(process.team.all()), act=act)
    if form.is_valid():
        try:
            acts.set_team(process, by=request.user, members=form.values)
        except acts.CannotProcess as problem:
            form.refuse(str(problem))
        else:
            messages.success(request, _("The team is kept."))
            return to_manage(process)
    context = {"process": process, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "processes/staff/team.html", context, status=status)


@shown_and_sent
@staff_of_processes
def link_step(request, municipality, pk, step_pk):
    """Choose in which thing of this municipality a step happens."""
    process = process_or_404(request, pk)
    step = get_object_or_404(process.steps.select_related("thread"), pk=step_pk)
    words = visible(request.GET.get("q", "")).strip()[:120]
    found = linkable(step, words)
    offered = list(found[:CHOICES])
    if step.thread and step.thread not in offered:
        offered.insert(0, step.thread)
    sent = request.POST.get("thread", "")
    if sent.isascii() and sent.isdigit() and len(sent) < 19:
        offered += [one for one in linkable(step).filter(pk=sent) if one not in offered]
    form = LinkForm(request.POST or None, threads=offered, initial={"thread": step.thread_id or ""})
    if form.is_valid():
        try:
            acts.link_step(step, by=request.user, thread=form.chosen)
        except acts.CannotProcess as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("The step knows where it happens."))
            return to_manage(process)
    more = {"step": step, "words": words, "has_more": len(offered) >= CHOICES}
    return page(request, "processes/staff/link.html", process, form, **more)


@shown_and_sent
@staff_of_processes
def documents(request, municipality, pk):
    process = process_or_404(request, pk)
    kept = list(process.thread.documents.all())
    form = DocumentsForm(request.POST or None, request.FILES or None, kept=kept)
    if form.is_valid():
        try:
            acts.change_documents(
                process,
                by=request.user,
                add=form.cleaned_data["documents"],
                remove=form.removed,
            )
        except acts.CannotProcess as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("The documents are kept."))
            return to_manage(process)
    return page(request, "processes/staff/documents.html", process, form)


# --- Opening, closing, calling off


@shown_and_sent
@staff_of_processes
def open_process(request, municipality, pk):
    """Everything once more as people will read it; whoever opens it has read exactly this."""
    process = process_or_404(request, pk, "team")
    if process.is_public:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            acts.open_process(process, by=request.user, seen=request.POST.get("seen", ""))
        except acts.CannotProcess as reason:
            refused = str(reason)
        else:
            messages.success(request, _("It is open, and who follows you is told."))
            return redirect(process.get_absolute_url())
    context = {
        "process": process,
        "gaps": missing(process),
        "seen": definition.mark(process),
        "refused": refused,
    }
    status = 422 if refused else 200
    return render(request, "processes/staff/open.html", context, status=status)


@shown_and_sent
@staff_of_processes
def close(request, municipality, pk):
    process = process_or_404(request, pk)
    if request.method == "POST":
        try:
            acts.close(process, by=request.user)
        except acts.CannotProcess as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("It is closed. Now say what was decided."))
        return to_manage(process)
    context = {"process": process, "running": progress.running(process)}
    return render(request, "processes/staff/close.html", context)


@shown_and_sent
@staff_of_processes
def call_off(request, municipality, pk):
    process = process_or_404(request, pk)
    form = CallOffForm(request.POST or None)
    if form.is_valid():
        try:
            acts.call_off(process, by=request.user, reason=form.cleaned_data["reason"])
        except acts.CannotProcess as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("It is called off, and who follows it is told."))
            return to_manage(process)
    return page(request, "processes/staff/call_off.html", process, form)
