"""A poll with questions of several kinds, in which people vote, which closes and is opened.

    poll, key = ready_poll(otuzco)                 open, the key in the test's own hands
    vote(poll, people=80)                          ballots of two districts
    closed(poll, clock)                            its time is over
    opened(poll, key, clock)                       and counted

With `ready_poll(otuzco, desks=["Mercado"])` and `paper(poll, "Mercado", 30)` people also vote on
paper; their papers are recounted and entered when the poll closes.

Ballots go in by the urn's own action and nothing is faked but the database's clock (the fixture
`clock` of conftest.py), which another test of the same transaction does not see.
"""

import hashlib
import random

from django.utils import timezone
from nacl.public import PrivateKey

from accounts.enums import Gender
from participation.enums import AgeBand
from tests.factories import (
    ApprovalFactory,
    PollFactory,
    QuestionFactory,
    TrusteeFactory,
    TurnoutFactory,
    recounted,
)
from votes import definition, opening
from votes.actions import urn as urns
from votes.enums import CastChannel, QuestionKind, UrnState


PLACES = ("130601", "130602")
QUESTIONS = (
    {
        "kind": QuestionKind.YES_NO,
        "title": "¿Abrimos el mercado los domingos?",
        "quorum_of": 1,
        "quorum_in": 3,
        "options": ("Sí", "No"),
        "lots": ["b", "a"],
    },
    {
        "kind": QuestionKind.MULTIPLE,
        "title": "¿Qué obras van primero?",
        "most": 2,
        "options": ("Agua para Chanchacap", "Pista a la plaza", "Losa deportiva"),
        "lots": ["c", "b", "a"],
    },
    {
        "kind": QuestionKind.RANKED,
        "title": "¿Qué nombre lleva el parque?",
        "options": ("Los Alisos", "La Puerta", "El Mirador"),
        "lots": ["a", "b", "c"],
    },
    {
        "kind": QuestionKind.SCORE,
        "title": "¿Cómo atiende la municipalidad?",
        "options": ("Registro civil", "Limpieza"),
        "lots": ["a", "b"],
    },
    {"kind": QuestionKind.OPEN, "title": "¿Qué falta en el mercado?", "options": None},
)


def ready_poll(municipality, questions=QUESTIONS, *, eligible=1000, **fields):
    """A poll that is open for a day and the private key to it; `questions=[…]` for fewer."""
    key = PrivateKey.generate()
    poll = PollFactory(municipality=municipality, questions=False, **fields)
    for position, wanted in enumerate(questions, start=1):
        asked = QuestionFactory(municipality=municipality, poll=poll, position=position, **wanted)
        if asked.kind == QuestionKind.OPEN:
            asked.options.all().delete()
    for position, name in enumerate(("Julia Rojas", "Padre Anselmo Díaz", "Rosa Quispe"), start=1):
        TrusteeFactory(municipality=municipality, poll=poll, position=position, name=name)
    content = definition.content_hash(poll)
    ApprovalFactory.create_batch(2, municipality=municipality, poll=poll, content=content)
    rules = definition.of(poll) | {"roll": {"count": eligible, "digest": "00" * 32}}
    poll.urn = urns.freeze(poll.urn, definition=rules, longest=definition.longest(rules))
    poll.urn = urns.accept_keys(poll.urn, seal_key=bytes(key.public_key))
    poll.thread.is_public, poll.thread.path = not poll.urn.is_test, poll.get_absolute_url()
    poll.thread.save()
    return poll, key


def person(number):
    return hashlib.sha256(b"person %d" % number).digest()


def choices(poll, number):
    """What voter `number` answers; the same each time, and of all sorts."""
    chance = random.Random(number)
    return {
        question["id"]: answer(question, number, chance)
        for question in urns.definition_of(poll.urn)["questions"]
    }


def answer(question, number, chance):
    options = question.get("options", [])
    match question["kind"]:
        case "yes_no" | "single":
            return [[options[0]], [options[0]], [options[1]], [options[0]], []][number % 5]
        case "multiple" | "approval":
            return [one for one in options if chance.random() < 0.5][: question.get("most") or 9]
        case "ranked":
            return chance.sample(options, chance.randint(0, len(options)))
        case "score":
            return {one: chance.randint(*question["scale"]) for one in options}
        case "points":
            return {options[0]: question["points"]}
    return f"Más sombra, y puesto {number % 3}." if number % 4 == 0 else ""


def cast(poll, number, *, place=PLACES[0], channel=CastChannel.WEB, given=None, again=0):
    """One ballot of one person; `again` sends another one after it."""
    nonce = random.Random(f"{poll.pk} {number} {again}")
    return urns.cast(
        poll.urn,
        person=person(number),
        attempt=nonce.randbytes(16),
        nonce=nonce.randbytes(16),
        choices=given or choices(poll, number),
        channel=channel,
        place=place,
        pretends=poll.urn.is_test,
    )


def vote(poll, *, people=80, first=0, places=PLACES, describes=True):
    """So many people vote by the web, in turn of each place, and some say who they are."""
    for number in range(first, first + people):
        cast(poll, number, place=places[number % len(places)])
        if describes:
            TurnoutFactory(
                municipality=poll.municipality,
                urn=poll.urn,
                gender=[Gender.WOMAN, Gender.WOMAN, Gender.MAN, ""][number % 4],
                age_band=AgeBand.values[1 + number % 4],
            )


def paper(poll, desk, people, *, first=1000, given=None):
    """So many people vote on paper at this desk; their papers wait for the recount."""
    for number in range(first, first + people):
        urns.mark_paper(poll.urn, person=person(number), place=PLACES[0], pretends=poll.urn.is_test)
    papers = [given or choices(poll, number) for number in range(first, first + people)]
    poll.papers = getattr(poll, "papers", {}) | {desk: papers}


def closed(poll, clock):
    """Its time is over, and what is in the boxes has been recounted."""
    clock(poll.urn.closes_at)
    poll.urn = urns.close(poll.urn)
    for table in poll.tables.select_related("desk"):
        table.poll = poll
        recounted(table, getattr(poll, "papers", {}).get(table.desk.name, []))
    return poll


def opened(poll, key, clock, eligible=None):
    """Closed if it was not yet, and counted; the poll afresh, as a page reads it."""
    if poll.urn.state != UrnState.CLOSED:
        closed(poll, clock)
    rules = urns.definition_of(poll.urn)
    opening.open_urn(
        poll.urn,
        private_key=bytes(key),
        eligible=rules["roll"]["count"] if eligible is None else eligible,
    )
    clock(timezone.now())
    poll.urn.refresh_from_db()
    return (
        type(poll).objects.select_related("urn__outcome", "thread", "municipality").get(pk=poll.pk)
    )
