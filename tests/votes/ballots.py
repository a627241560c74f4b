"""A vote with a question of each sort, its ballots, and a desk where some vote on paper."""

import hashlib
import random

from django.utils import timezone

from tests.factories import (
    EntryPartFactory,
    ImageFactory,
    PaperEntryFactory,
    PaperEventFactory,
    UserFactory,
)
from votes.actions import urn as actions
from votes.enums import EntryRole, PaperAct


QUESTIONS = [
    {
        "id": "road",
        "kind": "yes_no",
        "options": ["yes", "no"],
        "quorum": [1, 3],
        "majority": {"option": "yes", "share": [1, 2], "of": "valid"},
        "lots": ["no", "yes"],
    },
    {
        "id": "works",
        "kind": "multiple",
        "options": ["a", "b", "c"],
        "most": 2,
        "lots": ["a", "b", "c"],
    },
    {"id": "order", "kind": "ranked", "options": ["x", "y", "z"], "lots": ["z", "y", "x"]},
    {"id": "marks", "kind": "score", "options": ["m", "n"], "scale": [0, 5], "lots": ["m", "n"]},
    {"id": "why", "kind": "open", "length": 80},
]


def answers(number):
    chance = random.Random(number)
    return {
        "road": [["yes"], ["yes"], ["no"], []][number % 4],
        "works": [one for one in "abc" if chance.random() < 0.4][:2],
        "order": chance.sample(["x", "y", "z"], chance.randint(0, 3)),
        "marks": {"m": chance.randint(0, 5)},
        "why": "Porque sí, ñandú." if number % 5 == 0 else "",
    }


def paper(number):
    """What somebody wrote on a paper: as on the screen, and now and then too much."""
    return answers(number) | ({"works": None} if number % 7 == 0 else {})


def person_of(number, way="web"):
    return hashlib.sha256(f"{way} {number}".encode()).digest()


def vote(urn, people=60, places=("130602", "130613"), channel="web"):
    """So many people vote; what each of them chose."""
    given = []
    for number in range(people):
        person = person_of(number, channel)
        given.append(answers(number))
        actions.cast(
            urn,
            person=person,
            attempt=person[-16:],
            nonce=random.Random(f"{channel} {number}").randbytes(16),
            choices=given[-1],
            channel=channel,
            place=places[number % len(places)],
        )
    return given


def hand_out(urn, people):
    """So many take a paper ballot."""
    for number in range(people):
        actions.mark_paper(urn, person=person_of(number, "paper"))


def settle(table, entered, second=None, third=None, **figures):
    """A table after closing: its box emptied, its acta signed, its papers entered twice."""
    read = {"spoiled": 0, "blank": 0, "void": 0, "papers": len(entered), "note": ""} | figures
    read.setdefault("signatures", read["papers"] + read["spoiled"])
    read.setdefault("left_over", table.supplied - read["signatures"])
    here, officer = {"municipality": table.municipality, "table": table}, UserFactory()
    for act, name in ((PaperAct.HANDED, "signatures"), (PaperAct.SPOILED, "spoiled")):
        PaperEventFactory.create_batch(read[name], **here, act=act, officer=officer)
    table.emptied_at = timezone.now()
    table.save()
    table.photo = ImageFactory(municipality=table.municipality)
    table.photo_sha256 = hashlib.sha256(table.desk.name.encode()).hexdigest()
    table.signed_at, table.signed_by = timezone.now(), officer
    for name, value in read.items():
        setattr(table, name, value)
    table.save()
    enter(table, EntryRole.FIRST, entered)
    enter(table, EntryRole.SECOND, second or entered)
    if third:
        enter(table, EntryRole.THIRD, third)
    table.settled_at, table.settled_by = timezone.now(), officer
    table.save()


def enter(table, role, entered):
    """What one person reads on each paper."""
    part = EntryPartFactory(municipality=table.municipality, table=table, role=role)
    for number, one in enumerate(entered, start=1):
        PaperEntryFactory(municipality=table.municipality, part=part, number=number, answers=one)
    part.done_at = timezone.now()
    part.save()
