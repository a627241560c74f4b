"""Voting on a debate's statements, and what people agree on."""

import csv

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from debates import opinion_page
from debates.actions import statements as actions
from debates.enums import StatementChoice
from debates.forms.statements import ChoiceForm, StatementForm
from debates.models import Statement, StatementVote
from debates.opinion.lists import MIN_VOTES
from debates.rules.statements import why_not_add, why_not_vote
from debates.views.debates import debate_or_404, seen_or_404
from debates.views.statement_card import address_of, statements_of, vote_context
from decide.common.permissions import Reason
from decide.common.refusals import refused, sign_in
from decide.common.typed import harmless
from participation import limits, traces
from participation.enums import TracedAct
from participation.screening import WAITS


def page_context(request, debate, form=None):
    statements = statements_of(debate, request.user)
    analysis = opinion_page.analysis_of(debate)
    texts = {one.pk: one.text for one in statements}
    add_reason = why_not_add(request.user, debate)
    return vote_context(request, debate, statements) | {
        "rows": opinion_page.rows_of(statements),
        "compared": opinion_page.compared(analysis, texts),
        "groups": opinion_page.groups(analysis, texts),
        "voters": opinion_page.people_of(analysis),
        "computed_at": analysis.computed_at if analysis else None,
        "add_reason": add_reason,
        "form": form or (None if add_reason else StatementForm()),
        "min_votes": MIN_VOTES,
    }


@require_safe
def statements(request, municipality_slug, pk):
    """One statement after the other to vote on, and what all the votes say."""
    debate = debate_or_404(request, pk)
    if not request.user.has_perm("debates.view_debate", debate):
        return render(request, "debates/gone.html", {"debate": debate}, status=410)
    if not debate.takes_statements:
        return redirect(debate)
    return render(request, "debates/statements.html", page_context(request, debate))


@require_POST
def vote(request, municipality_slug, pk, statement):
    """Agree, disagree or pass; again, with another choice, to change one's mind."""
    debate = seen_or_404(request, pk)
    statement = get_object_or_404(debate.statements.select_related("thread"), pk=statement)
    statement.debate, statement.municipality = debate, debate.municipality
    reason = why_not_vote(request.user, debate)
    form = ChoiceForm(request.POST)
    if not reason and not form.is_valid():
        reason = Reason(form.errors["choice"][0])
    if not reason:
        reason = try_to_vote(request, statement, form.cleaned_data["choice"])
    if request.htmx and "mine" not in request.POST:
        return answer_vote(request, debate, reason)
    address = mine_address(debate) if "mine" in request.POST else address_of(debate)
    if reason:
        return refused(request, reason, address)
    messages.success(request, _("Your vote counts. You can change it while the debate is open."))
    return redirect(f"{address}#frase-{statement.pk}" if "mine" in request.POST else address)


def try_to_vote(request, statement, choice):
    """Nobody has to wait: each has one vote on each statement, and who reads fast votes fast.

    For the signals it is the first vote in a debate that tells from where somebody came.
    """
    try:
        is_new = actions.vote(statement, by=request.user, choice=choice)
    except actions.CannotVote as error:
        return Reason(str(error))
    if is_new and is_first(request.user, statement.debate):
        traces.leave(request, statement.debate.thread, TracedAct.REACTION)
    return None


def is_first(user, debate):
    return StatementVote.objects.filter(user=user, statement__debate=debate).count() == 1


def answer_vote(request, debate, reason):
    """The next statement in place of the one that was voted on."""
    context = vote_context(request, debate, statements_of(debate, request.user))
    context |= {"refusal": reason, "said": not reason}
    status = 422 if reason else 200
    response = render(request, "debates/_vote.html", context, status=status)
    if reason:
        heard = str(reason)
    elif context["statement"]:
        heard = _("Your vote counts. Next: %(text)s") % {"text": context["statement"].text}
    else:
        heard = _("Your vote counts. You have voted on all there is.")
    return trigger_client_event(response, "announce", heard)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, municipality_slug, pk):
    """A statement of one's own. Its form stands on the page of statements."""
    debate = seen_or_404(request, pk)
    if request.method != "POST":
        return redirect(address_of(debate))
    if reason := why_not_vote(request.user, debate):
        return refused(request, reason, address_of(debate))
    form = StatementForm(request.POST)
    if form.is_valid() and (statement := try_to_add(request, debate, form)):
        held = statement.is_hidden
        said = WAITS if held else _("Your statement is added. Now others vote on it.")
        messages.success(request, said)
        return redirect(address_of(debate))
    context = page_context(request, debate, form)
    return render(request, "debates/statements.html", context, status=422)


def try_to_add(request, debate, form):
    """The statement, or None with what is wrong at its field."""
    act = TracedAct.COMMENT
    if wait := limits.why_wait(request, request.user, debate.municipality, act):
        form.add_error(None, str(wait))
        return None
    try:
        statement = actions.add(debate, by=request.user, text=form.cleaned_data["text"])
    except actions.SaidAlready as error:
        shown = error.statement
        form.add_error(
            "text",
            _("Somebody has already said it: «%(text)s» Vote on that one, or say something else.")
            % {"text": shown.text}
            if shown
            else str(error),
        )
        return None
    except actions.CannotAdd as error:
        form.add_error("text", str(error))
        return None
    traces.leave(request, statement.thread, act)
    return statement


@require_safe
def my_votes(request, municipality_slug, pk):
    """What I have said of each statement, with the buttons to change it; and my own statements."""
    debate = seen_or_404(request, pk)
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    voted = [one for one in statements_of(debate, request.user) if one.choice is not None]
    own = Statement.objects.filter(debate=debate).of(request.user).select_related("thread")
    context = {
        "debate": debate,
        "voted": voted,
        "own": list(own),
        "vote_reason": why_not_vote(request.user, debate),
        "choices": StatementChoice.choices,
    }
    return render(request, "debates/my_votes.html", context)


COLUMNS = ("id", "frase", "abre_el_debate", "de_acuerdo", "en_desacuerdo", "paso", "votos")


@require_safe
def statements_csv(request, municipality_slug, pk):
    """The totals of each statement, for everybody to check and use. They never say who."""
    debate = seen_or_404(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="frases-debate-{debate.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for one in Statement.objects.public().filter(debate=debate):
        seed = "si" if one.is_seed else "no"
        counts = (one.agrees, one.disagrees, one.passes, one.votes)
        writer.writerow([one.pk, harmless(one.text), seed, *counts])
    return response


def mine_address(debate):
    return reverse("debates:my_votes", args=[debate.municipality.slug, debate.pk])
