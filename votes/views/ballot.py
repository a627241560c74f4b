"""How the pages of a ballot look: the form, what was chosen, and what an audit opens."""

from datetime import timedelta
from urllib.parse import urlencode

from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from accounts import assistance
from votes import ballots, counting, definition
from votes.actions.voting import Opened
from votes.commitments import canonical, preimage, short_code
from votes.enums import QuestionKind
from votes.forms.ballot import SETS, BallotForm
from votes.order import order_of
from votes.same_length import filled, longest_sent, of_one_length
from votes.who import PRETENDS, asked_place, channel_of, voter_of


CARRIED = "papeleta"
ASSISTED_LASTS = timedelta(minutes=5)  # for one vote with an officer's help


def asked_of(poll, by):
    """The rules with the questions alone that this voter is asked."""
    rules = definition.shown(poll)
    place = asked_place(poll, voter_of(poll, by), rules["questions"])
    return rules | {"questions": counting.asked_in(rules["questions"], place)}


def form_of(poll, by, data=None, choices=None):
    rules = asked_of(poll, by)
    order = order_of(poll.urn, voter_of(poll, by).key, rules)
    return BallotForm(data, definition=rules, order=order, choices=choices)


@sensitive_variables()
def form_page(request, poll, by, form, *, status=200, problem=""):
    """As long when it is filled in as when it is empty; while it is empty it shows no choice."""
    context = {"groups": form.groups, "has_errors": bool(form.errors)} | maps_of(poll)
    parts = []
    if form.is_bound or form.initial:
        empty = {"groups": form_of(poll, by).groups} | maps_of(poll)
        parts = [filled(request, "votes/_questions.html", context, empty, form.questions)]
    context = common(request, poll, by) | {
        "form": form,
        "questions": parts[0].html
        if parts
        else render_to_string("votes/_questions.html", context, request),
        "has_works": any("costs" in question for question in form.questions),
        "problem": problem,
        "longest": longest_sent(form.questions),
    }
    response = render(request, "votes/vote.html", context, status=status)
    return of_one_length(request, response, parts, form.questions) if parts else response


def maps_of(poll):
    """Where the options of a question are told as points of a map."""
    return {"map_address": reverse("votes:places", args=[poll.municipality.slug, poll.pk])}


@sensitive_variables()
def review_page(request, poll, by, ballot):
    voter, rules = voter_of(poll, by), asked_of(poll, by)
    answers = answers_part(request, poll, by, ballot.choices, rules)
    context = common(request, poll, by) | {
        "answers": answers.html,
        "code": short_code(ballot.promise(poll.urn)),
        "token": ballots.seal(poll.urn, voter.key, ballot),
    }
    response = render(request, "votes/review.html", context)
    return of_one_length(request, response, [answers], rules["questions"])


@sensitive_variables()
def audit_page(request, poll, by, opened):
    rules = asked_of(poll, by)
    longest = Opened(opened.promise, opened.nonce, definition.longest(rules))
    answers = answers_part(request, poll, by, opened.choices, rules)
    told = filled(
        request,
        "votes/_recipe.html",
        recipe(poll, opened),
        recipe(poll, longest),
        rules["questions"],
    )
    context = common(request, poll, by) | {
        "answers": answers.html,
        "code": short_code(opened.promise),
        "recipe": told.html,
    }
    response = render(request, "votes/audit.html", context)
    return of_one_length(request, response, [answers, told], rules["questions"])


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
def answers_part(request, poll, by, choices, rules):
    """What was chosen, question by question; the others of a group were not."""
    order = order_of(poll.urn, voter_of(poll, by).key, rules)
    longest = {question["id"]: most_told(question) for question in rules["questions"]}
    shown, reference = (
        {
            "answers": [
                answer_of(question, these[question["id"]], order)
                for question in rules["questions"]
                if question["id"] in these
            ]
        }
        for these in (choices, longest)
    )
    return filled(request, "votes/_answers.html", shown, reference, rules["questions"])


def most_told(question):
    """An answer than which none takes more to be told; of lists that show every option, any."""
    if not is_long(question):
        return counting.blank(question)
    titles = question["titles"]
    longest = sorted(question["options"], key=lambda one: -len(titles[one].encode()))
    chosen = set(longest[: counting.most_at_once(question)])
    return [one for one in question["options"] if one in chosen]


def is_long(question):
    """Of works only those chosen are told; of other options all, with a mark at those chosen."""
    return bool(question.get("costs")) and question["kind"] in SETS


def answer_of(question, answer, order):
    """A question with its options in the voter's order, each with its mark or number, and a sum."""
    kind, costs = question["kind"], question.get("costs", {})
    rows = [
        {
            "title": question["titles"][one],
            "is_chosen": one in answer,
            "number": number_of(kind, answer, one) if one in answer else "",
            "cost": costs.get(one),
        }
        for one in order.get(question["id"], [])
        if one in answer or not is_long(question)
    ]
    return {
        "title": question["title"],
        "kind": kind,
        "rows": rows,
        "text": answer if kind == QuestionKind.OPEN else "",
        "is_blank": not answer,
        "spent": counting.cost(question, answer) if costs else None,
        "money": question.get("money") if kind == QuestionKind.KNAPSACK else None,
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
