"""Meetings for who calls them: prepare, call, move, cancel, and note who came."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from decide.common.typed import number
from municipalities.desks import for_staff
from processes import formality
from processes.actions import meetings as actions, registrations
from processes.enums import MeetingState
from processes.formality import with_formality
from processes.forms.meetings import CallForm, CancelForm, MeetingForm, MoveForm
from processes.models import Meeting, Process
from processes.rules.meetings import why_not_change
from processes.views.meetings import acta_of, agreed_in, meeting_or_404


PER_PAGE, PEOPLE = 20, 100
FORM = ["GET", "HEAD", "POST"]


staff_of_the_agenda = for_staff("processes.work_on_agenda")


def form_page(request, form, meeting, *, title, button, lead="", danger=False):
    """One form about one meeting; what is behind it stays a click away."""
    context = {
        "form": form,
        "meeting": meeting,
        "title": title,
        "button": button,
        "lead": lead,
        "danger": danger,
    }
    status = 422 if form.is_bound else 200
    return render(request, "processes/agenda/form.html", context, status=status)


def manage_of(meeting):
    return reverse("agenda:manage", args=[meeting.municipality.slug, meeting.pk])


@require_safe
@staff_of_the_agenda
def desk(request, municipality):
    """What is being prepared, what comes, what lacks its acta; and how many had an effect."""
    here = with_formality(Meeting.objects.for_municipality(municipality))
    here = here.select_related("minutes")
    page = Paginator(here.order_by("-starts_at", "-pk"), PER_PAGE)
    page = page.get_page(request.GET.get("page"))
    lists = {
        "drafts": list(here.filter(state=MeetingState.DRAFT)[:PER_PAGE]),
        "coming": list(here.coming()[:PER_PAGE]),
        "unwritten": list(here.without_minutes().order_by("-starts_at")[:PER_PAGE]),
        "page": page,
    }
    for rows in lists.values():
        for row in rows:
            row.municipality = municipality
    context = lists | {"figures": formality.figures(municipality)}
    return render(request, "processes/agenda/desk.html", context)


@require_http_methods(FORM)
@staff_of_the_agenda
def write(request, municipality):
    initial = {"form_key": uuid.uuid4()} | process_asked(request, municipality)
    form = MeetingForm(request.POST or None, here=municipality, initial=initial)
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            meeting = actions.prepare(
                municipality,
                by=request.user,
                form_key=cleaned["form_key"] or uuid.uuid4(),
                process=cleaned["process"],
                items=cleaned["items"],
                **form.words,
            )
        except actions.CannotMeet as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is kept. Call it when all of it is right."))
            return redirect(manage_of(meeting))
    return write_page(request, form)


def process_asked(request, municipality):
    pk = number(request.GET.get("proceso"))
    here = Process.objects.for_municipality(municipality)
    return {"process": pk} if pk and here.filter(pk=pk).exists() else {}


def write_page(request, form, meeting=None):
    status = 422 if form.is_bound else 200
    context = {"form": form, "meeting": meeting}
    return render(request, "processes/agenda/write.html", context, status=status)


@require_http_methods(FORM)
@staff_of_the_agenda
def edit(request, municipality, pk):
    meeting = meeting_or_404(request, pk)
    if problem := why_not_change(meeting):
        return refuse(request, meeting, problem)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = MeetingForm(*data, here=municipality, meeting=meeting)
    if form.is_valid():
        try:
            problems = actions.revise(
                meeting,
                by=request.user,
                items=form.cleaned_data["items"],
                files=form.files_changed,
                **form.words,
            )
        except actions.CannotMeet as error:
            form.add_error(None, str(error))
        else:
            for problem in problems:
                messages.error(request, problem)
            messages.success(request, _("Your changes are kept."))
            return redirect(manage_of(meeting))
    return write_page(request, form, meeting)


@require_safe
@staff_of_the_agenda
def manage(request, municipality, pk):
    """One meeting: where it stands, and what can be done with it now."""
    meeting = meeting_or_404(request, pk)
    acta = acta_of(meeting)
    context = {
        "meeting": meeting,
        "acta": acta,
        "items": meeting.items.all(),
        "undertakings": agreed_in(meeting, request.user),
        "seated": meeting.registrations.seated().count(),
        "waiting": meeting.registrations.waiting().count(),
        "may_change": not why_not_change(meeting),
        "is_draft": meeting.state == MeetingState.DRAFT,
        "is_called": meeting.state == MeetingState.CALLED,
        "would_be_late": is_late(meeting),
    }
    return render(request, "processes/agenda/manage.html", context)


def is_late(meeting):
    return meeting.state == MeetingState.DRAFT and not meeting.would_be_called_in_time


@require_http_methods(FORM)
@staff_of_the_agenda
def call(request, municipality, pk):
    meeting = meeting_or_404(request, pk)
    if meeting.state != MeetingState.DRAFT:
        return refuse(request, meeting, _("It has been called already."))
    late = is_late(meeting)
    form = CallForm(request.POST if request.method == "POST" else None, is_late=late)
    if form.is_valid():
        said = _("It is called, and people are told.")
        return done(request, meeting, said, actions.call, by=request.user)
    lead = (
        _("The rules ask for %(days)d days of notice, and there are fewer left.")
        % {"days": meeting.call_days}
        if late
        else _("Everybody reads it from now on, and those who follow the municipality are told.")
    )
    return form_page(request, form, meeting, title=_("Call it?"), button=_("Call it"), lead=lead)


@require_http_methods(FORM)
@staff_of_the_agenda
def move(request, municipality, pk):
    meeting = meeting_or_404(request, pk)
    if problem := why_not_change(meeting):
        return refuse(request, meeting, problem)
    initial = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    form = MoveForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = _("It is moved, and people are told.")
        return done(request, meeting, said, actions.move, by=request.user, **form.cleaned_data)
    return form_page(
        request, form, meeting, title=_("Move it"), button=_("Move it and tell people")
    )


@require_http_methods(FORM)
@staff_of_the_agenda
def cancel(request, municipality, pk):
    meeting = meeting_or_404(request, pk)
    if problem := why_not_change(meeting):
        return refuse(request, meeting, problem)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = _("It is cancelled, and people are told.")
        return done(request, meeting, said, actions.cancel, by=request.user, **form.cleaned_data)
    return form_page(
        request,
        form,
        meeting,
        title=_("Cancel it?"),
        button=_("Cancel it and tell people"),
        lead=_("It stays in the agenda, with the reason. It cannot be called again."),
        danger=True,
    )


def done(request, meeting, said, act, **values):
    try:
        act(meeting, **values)
    except actions.CannotMeet as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(manage_of(meeting))


def refuse(request, meeting, problem):
    messages.error(request, problem)
    return redirect(manage_of(meeting))


@require_http_methods(FORM)
@staff_of_the_agenda
def attendance(request, municipality, pk):
    """Who registered, in the order in which they came; a mark for each who was there."""
    meeting = meeting_or_404(request, pk)
    rows = meeting.registrations.standing().select_related("user")
    page = Paginator(rows, PEOPLE).get_page(request.GET.get("page"))
    if request.method == "POST":
        shown = [row.pk for row in page.object_list]
        came = [pk for pk in map(number, request.POST.getlist("came")) if pk]
        registrations.mark(meeting, came=came, among=shown)
        messages.success(request, _("It is noted who came."))
        return redirect(f"{request.path}?page={page.number}")
    context = {"meeting": meeting, "page": page}
    return render(request, "processes/agenda/attendance.html", context)
