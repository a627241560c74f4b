"""What came out of a budget and why; before that, when and how it is decided."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budgets import counting, explained, outcomes, tallies, words
from budgets.actions import counts as actions
from budgets.enums import CountState, Mode
from budgets.forms.counts import RuleForm
from budgets.models import Count, Heading
from budgets.outcome import compare
from budgets.views.budgets import seen_or_404
from participation.limits import HOUR, Rate, why_wait_to_ask
from votes import results as of_votes


PER_PAGE = 60
# Counts by other rules that nobody has asked for before.
FOR_ONE, FOR_AN_ADDRESS = Rate(12, HOUR), Rate(40, HOUR)


def heading_or_404(budget, pk):
    headings = Heading.objects.select_related("group").filter(group__budget=budget)
    heading = get_object_or_404(headings, pk=pk)
    heading.group.budget = budget
    return heading


@require_safe
def results(request, municipality_slug, pk):
    """Of each heading what is done with its money; while it is counted, how far that has come."""
    budget = seen_or_404(request, pk)
    standing = outcomes.Standing(budget)
    context = {
        "budget": budget,
        "standing": standing,
        "headings": outcomes.summaries(budget),
        "confirmed": tallies.confirmation(budget) if budget.mode == Mode.MATRIX else None,
        "decides": words.who_decides(budget),
    }
    template = "budgets/results/index.html"
    return render(request, f"{template}#standing" if request.htmx else template, context)


@require_safe
def heading_results(request, municipality_slug, pk, heading):
    """Every work of a heading: its votes, whether it is done, and why."""
    budget = seen_or_404(request, pk)
    heading = heading_or_404(budget, heading)
    standing = outcomes.Standing(budget)
    count = Count.objects.official().done().filter(heading=heading).first()
    context = {"budget": budget, "heading": heading, "standing": standing}
    if count is None:
        return render(request, "budgets/results/wait.html", context, status=404)
    outcome = outcomes.of_heading(heading, count)
    page = Paginator(outcome.rows, PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "count": count,
        "outcome": outcome,
        "page": page,
        "figures": figures_of(heading, standing.ballot),
        "sheet": tallies.agreed(heading) if standing.is_by_hand else None,
        "counted": words.how_counted(count.rule),
    }
    return render(request, "budgets/results/heading.html", context)


def figures_of(heading, ballot):
    """Of the urn: ballots of each sort, and the ways by which they came."""
    if ballot is None:
        return None
    ballot.poll.municipality = heading.group.budget.municipality
    found = of_votes.of(ballot.poll)
    question = next((one for one in found.questions if one.code == heading.question), None)
    return {"results": found, "question": question}


def others_of(official):
    """What others have asked to be counted otherwise, and is counted."""
    found = Count.objects.done().filter(heading=official.heading, is_official=False)
    return [
        (count, words.rule_name(count.rule))
        for count in found.exclude(rule_key=official.rule_key).defer("result").order_by("rule_key")
    ]


# --- How it is counted


@require_safe
def how_counted(request, municipality_slug, pk):
    """The rule of this budget, with an example small enough to follow by hand."""
    budget = seen_or_404(request, pk)
    rule = counting.complete(budget.rule)
    context = {
        "budget": budget,
        "standing": outcomes.Standing(budget),
        "name": words.rule_name(rule),
        "rules": words.rules_of(budget),
        "example": explained.example(),
    }
    return render(request, "budgets/results/how_counted.html", context)


# --- What if?


@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request, municipality_slug, pk, heading):
    """Choose another rule; the same ballots are counted by it, and nothing changes."""
    budget = seen_or_404(request, pk)
    heading = heading_or_404(budget, heading)
    official = urn_count_or_404(heading)
    form = RuleForm(
        request.POST or None,
        initial=official.rule,
        money=official.result["money"],
        ballots=official.result["ballots"],
    )
    if form.is_valid():
        count, reason = asked(request, heading, form.rule)
        if count:
            return redirect(
                "budgets:what_if_count", budget.municipality.slug, pk, heading.pk, count.pk
            )
        form.add_error(None, str(reason))
    context = {
        "budget": budget,
        "heading": heading,
        "form": form,
        "official": words.rule_name(official.rule),
        "others": others_of(official),
    }
    return render(
        request, "budgets/results/what_if.html", context, status=422 if form.errors else 200
    )


def urn_count_or_404(heading):
    """The official count of ballots that could be counted otherwise, with all of its result."""
    count = Count.objects.official().done().filter(heading=heading).first()
    if count is None or not heading.question or heading.group.budget.mode == Mode.MATRIX:
        raise Http404
    return count


def asked(request, what, rule):
    """The count by this rule, or why it is not made now; what is known already costs nothing."""
    if found := actions.known(what, rule):
        return found, None
    reason = why_wait_to_ask(
        request,
        request.municipality,
        "count",
        account=FOR_ONE,
        address=FOR_AN_ADDRESS,
        told=_("Many counts were asked for in a short time."),
    )
    if reason:
        return None, reason
    by = request.user if request.user.is_authenticated else None
    try:
        return actions.ask_another_rule(what, rule, by=by), None
    except actions.CannotCount as problem:
        return None, problem


@require_safe
def what_if_count(request, municipality_slug, pk, heading, count):
    """What another rule would have chosen, beside what was decided; or how far its count has come."""
    budget = seen_or_404(request, pk)
    heading = heading_or_404(budget, heading)
    official = urn_count_or_404(heading)
    count = get_object_or_404(Count, heading=heading, is_official=False, pk=count)
    context = {"budget": budget, "heading": heading, "count": count}
    context["name"] = words.rule_name(count.rule)
    if count.state == CountState.DONE:
        decided = outcomes.of_heading(heading, official)
        outcome = outcomes.of_heading(heading, count)
        context |= {
            "outcome": outcome,
            "decided": decided,
            "official": words.rule_name(official.rule),
            "difference": compare(decided, outcome),
            "page": Paginator(outcome.rows, PER_PAGE).get_page(request.GET.get("page")),
            "counted": words.how_counted(count.rule),
        }
    template = "budgets/results/what_if_count.html"
    return render(request, f"{template}#count" if request.htmx else template, context)
