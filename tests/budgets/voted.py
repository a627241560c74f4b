"""A budget whose works are put to the vote, on which people vote, and which is opened and counted.

budget = budget_of(otuzco, {"Centro": (100_000, [60_000, 50_000, 40_000])})
ballot, key = on_the_ballot(budget)
vote(ballot, {"Centro": "ab"}, people=30)      thirty who choose the first two works of the centre
opened(ballot, key, clock)                     and count_officially of budgets/actions/counts.py

Works are named in the order in which they were written: a, b, c. Ballots go in by the urn's own
action; `clock` is the fixture of tests/votes/conftest.py.
"""

import random
from datetime import timedelta

from django.utils import timezone
from nacl.public import PrivateKey

from budgets.actions import ballots as actions
from budgets.ballots import purpose_of, step_for
from budgets.enums import BudgetState, StepKind
from budgets.models import Ballot, Heading, Work
from tests.budgets.factories import BudgetFactory, CriterionFactory, WorkFactory
from tests.factories import TrusteeFactory, UserFactory, settle
from tests.votes import opened as urn_of
from votes.actions import urn as urns
from votes.enums import CastChannel


GREEDY = {"method": "greedy", "variant": "skip", "threshold": 0}
SHARES = {"method": "mes", "utility": "cost", "completion": "add1u", "increment": 1_000_00}
WORDS = {
    "title": "Qué obras se hacen",
    "text": "Los vecinos escogen obras.",
    "meaning": "Las obras con más votos entran al presupuesto.",
}
PLACES = ("130601", "130602")


def budget_of(town, headings, *, running=(StepKind.VOTE,), decided=True, criteria=None, **fields):
    """Open, its works evaluated; `headings` are names with money and the costs of works, in soles."""
    budget = BudgetFactory(
        municipality=town,
        headings={name: money * 100 for name, (money, _costs) in headings.items()},
        announced=sum(money for money, _costs in headings.values()) * 100,
        running=list(running),
        **fields,
    )
    for position, (name, weight) in enumerate((criteria or {}).items()):
        CriterionFactory(
            municipality=town, budget=budget, name=name, weight=weight, position=position
        )
    for name, (_money, costs) in headings.items():
        heading = heading_of(budget, name)
        for number, cost in enumerate(costs):
            WorkFactory(
                municipality=town,
                heading=heading,
                feasible=True,
                cost=cost * 100,
                title=f"{name} {'abcdefghij'[number]}",
            )
    return open_for_the_vote(budget, decided=decided)


def open_for_the_vote(budget, *, decided=True):
    """Its rules are settled, and what the evaluation found is known to everybody."""
    budget.state, budget.digest = BudgetState.OPEN, bytes(32)
    budget.opened_at, budget.opened_by = timezone.now(), UserFactory()
    if decided:
        budget.decisions_at = budget.decisions_published_at = timezone.now()
    budget.save()
    budget.thread.is_public, budget.thread.path = True, budget.get_absolute_url()
    budget.thread.save()
    return budget


def heading_of(budget, name="Centro"):
    return Heading.objects.select_related("group__budget__municipality").get(
        group__budget=budget, name=name
    )


def work_of(budget, title):
    return Work.objects.select_related("thread", "heading").get(budget=budget, title=title)


def put(budget, *, by=None, works=None, **more):
    """Being prepared; `works` by their titles, all if none are named."""
    chosen = budget.works.filter(title__in=works) if works else budget.works.all()
    step = step_for(budget, purpose_of(budget)) if purpose_of(budget) else None
    dates = {
        "opens_at": timezone.now() - timedelta(minutes=1),
        "closes_at": step.ends_at if step else timezone.now() + timedelta(days=1),
    }
    pks = list(chosen.values_list("pk", flat=True))
    by = by or UserFactory()
    return actions.put_works(budget, by=by, works=pks, **WORDS | dates | more)


def open_it(ballot, *, roll=1000, lots=None):
    """It takes ballots now; the private key."""
    poll = (
        type(ballot.poll)
        .objects.select_related("urn", "thread", "municipality")
        .get(pk=ballot.poll_id)
    )
    for position in (1, 2):
        TrusteeFactory(municipality=poll.municipality, poll=poll, position=position)
    for question in poll.questions.all():
        codes = list(question.options.values_list("code", flat=True))
        question.lots = (lots or {}).get(question.title, codes)
        question.save()
    is_listed = poll.voters == "listed"
    settle(poll, **({} if is_listed else {"roll": {"count": roll, "digest": "00" * 32}}))
    key = PrivateKey.generate()
    poll.urn = urns.accept_keys(poll.urn, seal_key=bytes(key.public_key))
    ballot.poll = poll
    return key


def on_the_ballot(budget, **more):
    ballot = put(budget, **more)
    return ballot, open_it(ballot)


def choices(ballot, chosen):
    """What somebody marks: `{"Centro": "ab"}`, points as `{"Centro": {"a": 7}}`; the rest is blank."""
    questions = urns.definition_of(ballot.poll.urn)["questions"]
    named = {question["title"]: question for question in questions}
    found = {}
    for title, answer in chosen.items():
        found[named[title]["id"]] = answer if isinstance(answer, dict) else list(answer)
    for question in questions:
        if not question.get("group") and not question.get("districts"):
            blank = {} if question["kind"] == "points" else []
            found.setdefault(question["id"], blank)
    return found


def cast(ballot, number, chosen, *, place=PLACES[0], channel=CastChannel.WEB, again=0):
    nonce = random.Random(f"{ballot.poll_id} {number} {again}")
    return urns.cast(
        ballot.poll.urn,
        person=urn_of.person(number),
        attempt=nonce.randbytes(16),
        nonce=nonce.randbytes(16),
        choices=choices(ballot, chosen),
        channel=channel,
        place=place,
        pretends=False,
    )


def vote(ballot, chosen, *, people, first=None, place=PLACES[0], channel=CastChannel.WEB):
    """So many people who choose the same."""
    first = ballot.poll.urn.envelopes.count() if first is None else first
    for number in range(first, first + people):
        cast(ballot, number, chosen, place=place, channel=channel)


def opened(ballot, key, clock):
    """Closed and opened, not counted yet by the budget's rule."""
    ballot.poll = urn_of.opened(ballot.poll, key, clock)
    return Ballot.objects.get(pk=ballot.pk)
