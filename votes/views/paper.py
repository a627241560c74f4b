"""A desk while people vote: its tables, who gets a paper, spoiled ones, papers brought."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from decide.common.permissions import require
from municipalities.middleware import municipality_or_404
from votes import definition, papers
from votes.actions import paper as actions
from votes.enums import Phase
from votes.forms.paper import AttemptForm, ConfirmForm, PersonForm, PretenderForm, SupplyForm
from votes.models import Poll, Shift, Table
from votes.rules import why_not_attend, why_not_on_paper, why_not_recount


def for_those_who(permission):
    """The page is for who holds this permission here, and nobody's cache keeps it."""

    def decorator(view):
        @login_required
        @never_cache
        @wraps(view)
        def guarded(request, municipality_slug, **arguments):
            municipality = municipality_or_404(request)
            require(request.user, permission, municipality)
            return view(request, municipality, **arguments)

        return guarded

    return decorator


def table_or_404(municipality, pk):
    rows = Table.objects.select_related("poll__urn", "poll__thread", "desk", "settled_by")
    table = get_object_or_404(rows, municipality=municipality, pk=pk)
    table.municipality = table.poll.municipality = municipality
    return table


@require_safe
@for_those_who("votes.recount_papers")
def tables(request, municipality):
    """The tables of polls that people vote in now or that are being recounted, and those to come."""
    rows = (
        Table.objects.filter(municipality=municipality)
        .exclude(poll__urn__state__in=["opened", "cancelled"])
        .select_related("poll__urn", "desk")
        .order_by("poll__urn__closes_at", "poll_id", "desk__name")
    )
    steps = papers.steps_of(rows)
    mine = set(Shift.objects.current().filter(officer=request.user).values_list("desk", flat=True))
    groups = {}
    for table in rows:
        groups.setdefault(table.poll, []).append((table, steps[table.pk], table.desk_id in mine))
    can_prepare = request.user.has_perm("votes.work_on_polls", municipality)
    context = {"groups": groups.items(), "can_prepare": can_prepare}
    return render(request, "votes/paper_tables.html", context)


@require_safe
@for_those_who("votes.recount_papers")
def table(request, municipality, pk):
    """What can be done at this table now, and how far its recount has come."""
    table = table_or_404(municipality, pk)
    log = papers.log_of(table)
    parts = table.parts.filter(round=table.round).select_related("by")
    mine = next((part for part in parts if part.by_id == request.user.pk), None)
    context = {
        "table": table,
        "poll": table.poll,
        "phase": table.poll.phase,
        "step": papers.step_of(table),
        "log": log,
        "left": max(table.supplied - log.handed, 0),
        "refusal": why_not_attend(request.user, table),
        "recount_refusal": why_not_recount(request.user, table),
        "parts": [(part, part.entries.count()) for part in parts],
        "mine": mine,
        "works": request.user.has_perm("votes.work_on_polls", municipality),
        "acta": papers.acta_of(table) if table.signed_at else None,
        "sheets": papers.sheets_of(definition.shown(table.poll)["questions"]),
    }
    return render(request, "votes/paper_table.html", context)


@sensitive_post_parameters("number", "again")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who("votes.attend_desk")
def hand_out(request, municipality, pk):
    """First who it is; then, with the number typed once more, a mark and the papers."""
    table = table_or_404(municipality, pk)
    if reason := why_not_attend(request.user, table) or why_not_open(table):
        messages.error(request, str(reason))
        return redirect("votes:table", municipality.slug, pk)
    if table.poll.urn.is_test:
        return hand_out_in_test(request, table)
    offered = [one for one in beside(table) if one.poll.phase == Phase.OPEN]
    options = {"officer": request.user, "municipality": municipality}
    if request.method == "POST" and "seal" in request.POST:
        confirm = ConfirmForm(request.POST, tables=offered, **options)
        if confirm.is_valid():
            chosen = [one for one in offered if str(one.pk) in confirm.cleaned_data["tables"]]
            return handed(request, table, chosen, confirm)
        return confirm_page(request, table, confirm, status=422)

    form = PersonForm(
        request.POST or None, municipality=municipality, age=settings.RESIDENCE_MIN_AGE
    )
    refusals = []
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        known = actions.look_up(kind=facts["kind"], number=facts["number"])
        if known.district or not form.needs_more():
            home = known.district or facts["district"]
            reasons = [
                (one, why_not_on_paper(one.poll, home, known.resident, known.hashes))
                for one in offered
            ]
            may = [one for one, reason in reasons if reason is None]
            refusals = [(one.poll, reason) for one, reason in reasons if reason]
            if may:
                confirm = ConfirmForm.after(form, tables=may, **options)
                return confirm_page(
                    request, table, confirm, known=known, home=home, refusals=refusals
                )
    context = {"table": table, "form": form, "refusals": refusals}
    refused = form.errors or refusals
    return render(request, "votes/paper_hand_out.html", context, status=422 if refused else 200)


def why_not_open(table):
    return None if table.poll.phase == Phase.OPEN else _("People do not vote in this now.")


def beside(table):
    """The tables of the same desk whose polls are of the same kind, real or a test."""
    rows = Table.objects.filter(
        desk=table.desk_id,
        poll__in=Poll.objects.open(),
        poll__urn__is_test=table.poll.urn.is_test,
    ).select_related("poll__urn", "desk")
    found = list(rows.order_by("poll__urn__closes_at", "poll_id"))
    for one in found:
        one.municipality = one.poll.municipality = table.municipality
    return found


def confirm_page(request, table, confirm, *, status=200, **facts):
    context = {"table": table, "form": confirm} | facts
    return render(request, "votes/paper_confirm.html", context, status=status)


def handed(request, table, chosen, confirm):
    facts = confirm.cleaned_data
    try:
        results = actions.hand_out(
            chosen,
            kind=facts["kind"],
            number=facts["number"],
            district=facts["district"],
            seen=facts["seen"],
            attempt=facts["attempt"],
            by=request.user,
        )
    except actions.CannotHandOut as refusal:
        messages.error(request, str(refusal))
        return redirect("votes:hand_out", table.municipality.slug, table.pk)
    return told(request, table, results)


def hand_out_in_test(request, table):
    form = PretenderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            results = actions.hand_out_in_test([table], by=request.user, **form.cleaned_data)
        except actions.CannotHandOut as refusal:
            form.add_error(None, str(refusal))
        else:
            return told(request, table, results)
    context = {"table": table, "form": form}
    status = 422 if form.errors else 200
    return render(request, "votes/paper_hand_out.html", context, status=status)


def told(request, table, results):
    """Said on the table's page, so that pressing «reload» there does nothing again."""
    for one in results:
        name = {"poll": one.poll.title}
        if one.refusal:
            text = _("No paper of «%(poll)s»: %(why)s") % (name | {"why": one.refusal})
            messages.error(request, text)
        elif one.is_repeated:
            messages.info(
                request,
                _("«%(poll)s» was marked a moment ago with the same form. One paper, no more.")
                % name,
            )
        elif one.replaces_web:
            messages.warning(
                request,
                _(
                    "Hand over the paper of «%(poll)s». They had voted on the web: that vote no longer"
                    " counts, the paper replaces it. Tell them so."
                )
                % name,
            )
        else:
            messages.success(
                request, _("Marked. Hand over the paper of «%(poll)s»; they sign the list.") % name
            )
        if one.which and not one.refusal:
            text = _("It is the paper ballot of %(place)s.")
            messages.info(request, text % {"place": one.which})
    return redirect("votes:table", table.municipality.slug, table.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who("votes.attend_desk")
def spoiled(request, municipality, pk):
    """A spoiled paper is taken back, and another handed out without a new mark."""
    table = table_or_404(municipality, pk)
    form = AttemptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            is_new = actions.replace_spoiled(table, by=request.user, **form.cleaned_data)
        except actions.CannotHandOut as refusal:
            messages.error(request, str(refusal))
        else:
            if is_new:
                messages.success(
                    request, _("Written down. Hand over the new paper; they sign again.")
                )
            else:
                messages.info(request, _("This was written down a moment ago. One paper, no more."))
        return redirect("votes:table", municipality.slug, pk)
    return render(request, "votes/paper_spoiled.html", {"table": table, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who("votes.attend_desk")
def supply(request, municipality, pk):
    """Papers are brought to the table."""
    table = table_or_404(municipality, pk)
    form = SupplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.supply(table, by=request.user, **form.cleaned_data)
        except actions.CannotHandOut as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Written down."))
            return redirect("votes:table", municipality.slug, pk)
    context = {"table": table, "form": form}
    return render(request, "votes/paper_supply.html", context, status=422 if form.errors else 200)
