"""A vote that a room above asks: works with costs, in headings and districts, within money.

poll, key = open_works(otuzco, questions=[heading("Agua"), heading("Pistas")])
"""

from datetime import timedelta

from django.utils import timezone
from nacl.public import PrivateKey

from tests.factories import DeskFactory, TableFactory, TrusteeFactory, UserFactory, settle
from votes.actions import asked, urn as urns
from votes.actions.asked import AskedOption, AskedQuestion
from votes.enums import QuestionKind


POT = 120_000_00
RULE = {"method": "greedy", "variant": "skip", "threshold": 0}
BUDGET = {
    "title": "Presupuesto participativo 2027: qué obras se hacen",
    "text": "Los vecinos escogen obras.",
    "meaning": "Las obras con más votos entran al presupuesto mientras alcance la plata.",
    "part_of": "Presupuesto participativo 2027",
    "part_of_address": "/otuzco/presupuestos/1/",
}


def work(number, cost, **more):
    return AskedOption(title=f"Obra {number}", cost=cost, **more)


def works(*costs):
    return [work(number, cost * 100) for number, cost in enumerate(costs, start=1)]


def heading(title="¿Qué obras?", kind=QuestionKind.KNAPSACK, **more):
    """Three works, of which any two fit into the pot and all three do not."""
    facts = {"options": works(45_000, 55_000, 60_000), "money": POT, "rule": RULE, "group": ""}
    return AskedQuestion(title=title, kind=kind, **facts | more)


def ask(town, questions=None, *, by=None, **more):
    """Being prepared, and open for a day as soon as it is settled."""
    now = timezone.now()
    facts = {"opens_at": now - timedelta(minutes=1), "closes_at": now + timedelta(days=1)}
    return asked.ask(
        municipality=town,
        by=by or UserFactory(),
        questions=questions or [heading()],
        **BUDGET | facts | more,
    )


def open_works(town, questions=None, *, listed=None, desks=(), **more):
    """With the private key; `listed` are the hashes of those who vote, `desks` where on paper."""
    if listed is not None:
        more["voters"] = "listed"
    poll = ask(town, questions, **more)
    if listed is not None:
        asked.list_voters(poll, by=UserFactory(), hashes=listed)
    for name in desks:
        desk = DeskFactory(municipality=town, name=name)
        TableFactory(municipality=town, poll=poll, desk=desk)
    for number in (1, 2):
        TrusteeFactory(municipality=town, poll=poll, position=number)
    for question in poll.questions.all():
        question.lots = list(question.options.values_list("code", flat=True))
        question.save()
    roll = {} if listed is not None else {"roll": {"count": 1000, "digest": "00" * 32}}
    settle(poll, **roll)
    key = PrivateKey.generate()
    poll.urn = urns.accept_keys(poll.urn, seal_key=bytes(key.public_key))
    return poll, key
