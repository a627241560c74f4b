"""Staff say which desks there are, who attends them when, and for which poll they work."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from votes import definition, papers
from votes.actions import paper_desks as actions
from votes.forms.paper_desks import DeskForm, ShiftForm, TablesForm
from votes.models import Desk, Poll, Shift
from votes.views.paper import for_those_who


STAFF = for_those_who("votes.work_on_polls")


@require_safe
@STAFF
def desks(request, municipality):
    coming = Shift.objects.filter(ends_at__gt=timezone.now()).select_related("officer")
    rows = Desk.objects.filter(municipality=municipality).prefetch_related(
        Prefetch("shifts", coming, to_attr="coming")
    )
    return render(request, "votes/paper_desks.html", {"desks": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@STAFF
def new_desk(request, municipality):
    return save(request, municipality, DeskForm(request.POST or None))


@require_http_methods(["GET", "HEAD", "POST"])
@STAFF
def desk(request, municipality, pk):
    """One desk: its name, its shifts, and a form for one more."""
    desk = get_object_or_404(Desk, municipality=municipality, pk=pk)
    if request.POST.get("do") == "shift":
        form = ShiftForm(request.POST, municipality=municipality)
        if form.is_valid():
            try:
                actions.add_shift(desk, **form.cleaned_data)
            except actions.CannotSetDesks as refusal:
                form.add_error("officer", str(refusal))
            else:
                messages.success(request, _("The shift is set."))
                return redirect("votes:desk_of_papers", municipality.slug, pk)
        return page(request, municipality, desk, DeskForm(instance=desk), shift=form)
    return save(request, municipality, DeskForm(request.POST or None, instance=desk), desk)


def save(request, municipality, form, desk=None):
    if request.method == "POST" and form.is_valid():
        try:
            desk = actions.save_desk(municipality, desk=desk, **form.cleaned_data)
        except actions.CannotSetDesks as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The desk is saved."))
            return redirect("votes:desk_of_papers", municipality.slug, desk.pk)
    return page(request, municipality, desk, form)


def page(request, municipality, desk, form, shift=None):
    shifts = []
    if desk:
        shifts = desk.shifts.filter(ends_at__gt=timezone.now()).select_related("officer")
        shift = shift or ShiftForm(municipality=municipality)
    context = {"desk": desk, "form": form, "shifts": shifts, "shift_form": shift}
    wrong = form.errors or (shift and shift.errors)
    return render(request, "votes/paper_desk.html", context, status=422 if wrong else 200)


@require_POST
@STAFF
def end_shift(request, municipality, pk):
    shift = get_object_or_404(Shift, municipality=municipality, pk=pk)
    actions.end_shift(shift)
    messages.success(request, _("The shift is taken out."))
    return redirect("votes:desk_of_papers", municipality.slug, shift.desk_id)


@require_http_methods(["GET", "HEAD", "POST"])
@STAFF
def poll_desks(request, municipality, pk):
    """Which desks work for a poll, and with how many papers; settled with its rules."""
    polls = Poll.objects.filter(municipality=municipality).select_related("urn")
    poll = get_object_or_404(polls, pk=pk)
    tables = list(poll.tables.select_related("desk").order_by("desk__name"))
    in_use = Desk.objects.filter(municipality=municipality).exclude(
        is_active=False, tables__isnull=True
    )
    form = TablesForm(
        request.POST or None,
        desks=[one for one in in_use.distinct() if one.is_active or has(tables, one)],
        tables=tables,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_tables(poll, form.supplied)
        except actions.CannotSetDesks as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The desks of the vote are saved."))
            return redirect("votes:poll_desks", municipality.slug, pk)
    sheets = papers.sheets_of(definition.shown(poll)["questions"])
    context = {"poll": poll, "form": form, "tables": tables, "sheets": sheets}
    status = 422 if form.errors else 200
    return render(request, "votes/paper_poll_desks.html", context, status=status)


def has(tables, desk):
    return any(table.desk_id == desk.pk for table in tables)
