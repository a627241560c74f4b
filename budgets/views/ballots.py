"""The staff's page of what is decided by vote in a budget, and putting works or candidates to it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets import ballots as what, tallies, words
from budgets.actions import ballots as actions, counts as counting_actions
from budgets.enums import Mode, Purpose
from budgets.forms.ballots import CommitteeForm, WorksForm
from budgets.models import Count
from budgets.views.budgets import budget_or_404, staff_of_budgets
from budgets.views.staff_forms import attempt
from votes.progress import badge


def desk_url(budget):
    return reverse("budgets:ballots", args=[budget.municipality.slug, budget.pk])


@require_safe
@staff_of_budgets()
def ballots(request, municipality, pk):
    """What decides here, how far it has come, and the way to each page on which it goes on."""
    budget = budget_or_404(request, pk)
    purpose = what.purpose_of(budget)
    ballot = what.current(budget, purpose)
    headings = what.headings_of(budget)
    context = {
        "budget": budget,
        "mode": Mode(budget.mode),
        "vote": told(budget, ballot) if ballot else None,
        "committee": told(budget, what.current(budget, Purpose.COMMITTEE)),
        "strays": what.strays(budget) if ballot and ballot.poll.is_prepared else [],
        "by_hand": budget.mode == Mode.AGENTS and ballot is None,
        "confirmed": tallies.confirmation(budget) if budget.mode == Mode.MATRIX else None,
        "counts": counted(headings, ballot),
        "can_run": request.user.has_perm("budgets.run_budget", municipality),
    }
    return render(request, "budgets/ballot/desk.html", context)


def told(budget, ballot):
    if ballot is None:
        return None
    poll = ballot.poll
    poll.municipality = poll.urn.municipality = budget.municipality
    return {
        "poll": poll,
        "badge": badge(poll),
        "is_prepared": poll.is_prepared,
        "is_called_off": what.is_called_off(ballot),
        "is_opened": what.is_opened(ballot),
    }


def counted(headings, ballot):
    """The official count of each heading, once there is something to count."""
    found = Count.objects.official().filter(heading__in=headings).defer("result")
    by_heading = {count.heading_id: count for count in found}
    if not by_heading and not what.is_opened(ballot):
        return []
    return [
        (heading, by_heading.get(heading.pk))
        for heading in headings
        if heading.question or heading.pk in by_heading
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def make_ballot(request, municipality, pk):
    """Choose the works of each heading; while the vote is prepared, choose others in their place."""
    budget = budget_or_404(request, pk)
    purpose = what.purpose_of(budget)
    if purpose is None:
        messages.error(request, _("Here the matrix decides: no works are put to a vote."))
        return redirect(desk_url(budget))
    ballot = to_write(budget, purpose)
    form = WorksForm(request.POST or None, budget=budget, purpose=purpose, ballot=ballot)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("title", "text", "meaning")}
        dates = {name: form.cleaned_data[name] for name in ("opens_at", "closes_at")}
        try:
            actions.put_works(budget, by=request.user, works=form.works, **said, **dates)
        except actions.CannotAsk as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(
                request, _("The vote is being prepared. Nobody but staff sees it yet.")
            )
            return redirect(desk_url(budget))
    context = {
        "budget": budget,
        "form": form,
        "ballot": ballot,
        "counted": words.how_counted(budget.rule),
    }
    status = 422 if form.errors else 200
    return render(request, "budgets/ballot/works.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def elect_committee(request, municipality, pk):
    budget = budget_or_404(request, pk)
    ballot = to_write(budget, Purpose.COMMITTEE)
    form = CommitteeForm(
        request.POST or None, budget=budget, purpose=Purpose.COMMITTEE, ballot=ballot
    )
    if form.is_valid():
        try:
            actions.elect_committee(budget, by=request.user, **form.cleaned_data)
        except actions.CannotAsk as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(
                request, _("The election is being prepared. Nobody but staff sees it yet.")
            )
            return redirect(desk_url(budget))
    context = {"budget": budget, "form": form}
    status = 422 if form.errors else 200
    return render(request, "budgets/ballot/committee.html", context, status=status)


def to_write(budget, purpose):
    """The vote that is still being prepared; one that was called off is not written on."""
    ballot = what.current(budget, purpose)
    return ballot if ballot and ballot.poll.is_prepared else None


@require_POST
@staff_of_budgets("budgets.run_budget")
def count_now(request, municipality, pk):
    """Have it counted at once, or begin a count that stopped anew."""
    budget = budget_or_404(request, pk)
    attempt(
        request,
        _("It is being counted."),
        counting_actions.CannotCount,
        counting_actions.count_again,
        budget,
        by=request.user,
    )
    return redirect(desk_url(budget))
