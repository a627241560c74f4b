"""What agents decide without the urn: votes typed from an acta, and the matrix they confirm."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budgets import ballots, matrix as points, tallies as what
from budgets.actions import tallies as actions
from budgets.enums import Mode
from budgets.forms.tallies import ConfirmForm, LotsForm, SheetForm
from budgets.models import Count
from budgets.views.ballots import desk_url
from budgets.views.budgets import budget_or_404, staff_of_budgets
from budgets.views.results import heading_or_404
from participation.models import Event


@require_safe
@staff_of_budgets()
def tallies(request, municipality, pk):
    """Each heading with how far its sheets have come."""
    budget = budget_or_404(request, pk)
    headings = ballots.headings_of(budget)
    counts = {
        count.heading_id: count
        for count in Count.objects.official().filter(heading__in=headings).defer("result")
    }
    context = {
        "budget": budget,
        "reason": actions.why_not_by_hand(budget),
        "rows": [
            (heading, what.sheets_of(heading), counts.get(heading.pk)) for heading in headings
        ],
        "lots": drawn(budget),
        "can_run": request.user.has_perm("budgets.run_budget", municipality),
    }
    return render(request, "budgets/ballot/tallies.html", context)


def drawn(budget):
    """Where and before whom lots were drawn, the last time first."""
    return list(Event.objects.filter(thread=budget.thread, verb="budget_lots").order_by("-at"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets()
def tally(request, municipality, pk, heading):
    """One person's sheet. What the other typed is shown once both are in, where they differ."""
    budget = budget_or_404(request, pk)
    heading = heading_or_404(budget, heading)
    sheets = what.sheets_of(heading)
    mine = next((sheet for sheet in sheets if sheet.by_id == request.user.pk), None)
    form = SheetForm(request.POST or None, works=what.works_of(heading), sheet=mine)
    if form.is_valid():
        note = form.cleaned_data["note"]
        try:
            actions.type_sheet(
                heading,
                by=request.user,
                present=form.cleaned_data["present"],
                votes=form.votes,
                note=note,
            )
        except actions.CannotType as reason:
            form.add_error(None, str(reason))
        else:
            return after_typing(request, budget, heading)
    context = {
        "budget": budget,
        "heading": heading,
        "form": form,
        "mine": mine,
        "sheets": sheets,
        "reason": actions.why_not_by_hand(budget),
        "differing": what.differing(*sheets) if len(sheets) == len(what.ENTRIES) else [],
        "agreed": what.agreed(heading),
        "count": Count.objects.official().filter(heading=heading).defer("result").first(),
    }
    status = 422 if form.errors else 200
    return render(request, "budgets/ballot/tally.html", context, status=status)


def after_typing(request, budget, heading):
    here = budget.municipality.slug, budget.pk
    sheets = what.sheets_of(heading)
    if what.agreed(heading):
        messages.success(request, _("Both sheets say the same: it is being counted."))
        return redirect("budgets:tallies", *here)
    if len(sheets) == len(what.ENTRIES):
        messages.warning(request, _("The two sheets differ. Look at the acta again."))
        return redirect("budgets:tally", *here, heading.pk)
    messages.success(request, _("It is kept. Somebody else types it too."))
    return redirect("budgets:tallies", *here)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def draw_lots(request, municipality, pk):
    budget = budget_or_404(request, pk)
    form = LotsForm(request.POST or None)
    if form.is_valid():
        try:
            actions.draw_lots(budget, by=request.user, where=form.cleaned_data["where"])
        except actions.CannotDraw as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("The lots are drawn."))
            return redirect("budgets:draw_lots", municipality.slug, pk)
    works = budget.works.exclude(lot=None).order_by("lot").select_related("heading")
    context = {
        "budget": budget,
        "form": form,
        "order": [(work.heading.name, work.title) for work in works],
        "lots": drawn(budget),
        "back": desk_url(budget),
    }
    status = 422 if form.errors else 200
    return render(request, "budgets/ballot/lots.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def confirm_matrix(request, municipality, pk):
    """Read the order once more, and note when and how the agents confirmed it."""
    budget = budget_or_404(request, pk)
    if budget.mode != Mode.MATRIX:
        messages.error(request, _("In this budget the matrix does not decide."))
        return redirect(desk_url(budget))
    form = ConfirmForm(request.POST or None)
    if form.is_valid():
        try:
            actions.confirm_matrix(budget, by=request.user, **form.cleaned_data)
        except actions.CannotConfirm as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("It is noted, and being counted."))
            return redirect(desk_url(budget))
    rows = points.of(budget) if budget.decisions_published_at else []
    context = {
        "budget": budget,
        "form": form,
        "headings": by_heading(budget, rows),
        "tied": [row.work for row in rows if row.is_tied],
        "confirmed": what.confirmation(budget),
        "back": desk_url(budget),
    }
    status = 422 if form.errors else 200
    return render(request, "budgets/ballot/matrix.html", context, status=status)


def by_heading(budget, rows):
    return [
        (heading, found)
        for heading in ballots.headings_of(budget)
        if (found := [row for row in rows if row.work.heading_id == heading.pk])
    ]
