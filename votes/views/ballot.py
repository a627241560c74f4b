"""How the pages of a ballot look: the form, what was chosen, and what an audit opens."""

from datetime import timedelta
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from accounts import assistance
from votes import ballots, definition
from votes.actions.voting import Opened
from votes.commitments import canonical, preimage, short_code
from votes.enums import QuestionKind
from votes.forms.ballot import BallotForm
from votes.order import order_of
from votes.same_length import filled, longest_sent, of_one_length
from votes.who import PRETENDS, channel_of, voter_of


CARRIED = "papeleta"
ASSISTED_LASTS = timedelta(minutes=5)  # for one vote with an officer's help


def form_of(poll, by, data=None, choices=None):
    rules = definition.shown(poll)
    order = order_of(poll.urn, voter_of(poll, by).key, rules)
    return BallotForm(data, definition=rules, order=order, choices=choices)


@sensitive_variables()
def form_page(request, poll, by, form, *, status=200, problem=""):
    """As long when it is filled in as when it is empty."""
    shown = filled(
        request,
        "votes/_questions.html",
        {"groups": form.groups, "has_errors": bool(form.errors)},
        {"groups": form_of(poll, by).groups},
        definition.shown(poll),
    )
    context = common(request, poll, by) | {
        "form": form,
        "questions": shown,
        "problem": problem,
        "longest": longest_sent(definition.shown(poll)),
    }
    return of_one_length(render(request, "votes/vote.html", context, status=status))


@sensitive_variables()
def review_page(request, poll, by, ballot):
    voter = voter_of(poll, by)
    context = common(request, poll, by) | {
        "answers": answers(request, poll, by, ballot.choices),
        "code": short_code(ballot.promise(poll.urn)),
        "token": ballots.seal(poll.urn, voter.key, ballot),
    }
    return of_one_length(render(request, "votes/review.html", context))


@sensitive_variables()
def audit_page(request, poll, by, opened):
    rules = definition.shown(poll)
    longest = Opened(opened.promise, opened.nonce, definition.longest(rules))
    shown, reference = recipe(poll, opened), recipe(poll, longest)
    context = common(request, poll, by) | {
        "answers": answers(request, poll, by, opened.choices),
        "code": short_code(opened.promise),
        "recipe": filled(request, "votes/_recipe.html", shown, reference, rules),
    }
    return of_one_length(render(request, "votes/audit.html", context))


def common(request, poll, by):
    signed = signed_number(request, poll)
    return {
        "poll": poll,
        "voted": channel_of(poll, voter_of(poll, by)),
        "pretends": signed,
        "pretends_name": PRETENDS,
        "assisted_until": assisted_until(request, poll),
        "carried": CARRIED,
        "address": address_of(request, poll),
        "vote_address": vote_address(request, poll),
    }


@sensitive_variables()
def recipe(poll, opened):
    """With what anybody computes the code again, on whatever machine they trust."""
    hashed = preimage(bytes(poll.urn.digest), opened.nonce, opened.choices)
    return {
        "commitment": opened.promise.hex(),
        "nonce": opened.nonce.hex(),
        "choices": canonical(opened.choices).decode(),
        "hashed": hashed.hex(),
        "digest": bytes(poll.urn.digest).hex(),
    }


@sensitive_variables()
def answers(request, poll, by, choices):
    """All options with a mark at those chosen."""
    rules = definition.shown(poll)
    order = order_of(poll.urn, voter_of(poll, by).key, rules)
    blank = {question["id"]: [] for question in rules["questions"]}
    shown, reference = (
        {"answers": [answer_of(question, these[question["id"]], order) for question in asked]}
        for asked, these in ((rules["questions"], choices), (rules["questions"], blank))
    )
    return filled(request, "votes/_answers.html", shown, reference, rules)


def answer_of(question, answer, order):
    """A question with all its options in the voter's order, each with its mark or number."""
    kind = question["kind"]
    rows = [
        {
            "title": question["titles"][one],
            "is_chosen": one in answer,
            "number": number_of(kind, answer, one) if one in answer else "",
        }
        for one in order.get(question["id"], [])
    ]
    return {
        "title": question["title"],
        "kind": kind,
        "rows": rows,
        "text": answer if kind == QuestionKind.OPEN else "",
        "is_blank": not answer,
    }


def number_of(kind, answer, one):
    """The place of a chosen option in an order, or what it was given."""
    if kind == QuestionKind.RANKED:
        return str(answer.index(one) + 1)
    return str(answer[one]) if isinstance(answer, dict) else ""


def assisted_until(request, poll):
    """Until when an officer may help with this vote; nothing without one."""
    if not request.assistance:
        return None
    return assistance.window(request.session, f"vote:{poll.pk}", ASSISTED_LASTS)


# --- Addresses; those of a test carry on whom one pretends to be


def signed_number(request, poll):
    signed = request.POST.get(PRETENDS) or request.GET.get(PRETENDS) or ""
    return signed if poll.urn.is_test else ""


def vote_address(request, poll):
    return _with_number("votes:vote", request, poll)


def receipt_address(request, poll, attempt):
    return _with_number("votes:receipt", request, poll, attempt.hex())


def address_of(request, poll):
    """The page of the poll; of a test, which has none for others, its ballot."""
    return vote_address(request, poll) if signed_number(request, poll) else poll.get_absolute_url()


def _with_number(name, request, poll, *more):
    address = reverse(name, args=[poll.municipality.slug, poll.pk, *more])
    signed = signed_number(request, poll)
    return f"{address}?{urlencode({PRETENDS: signed})}" if signed else address
