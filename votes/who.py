"""Who votes, as the urn knows them: a key made of the proven person, or of a number in a test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from votes import counting, keys
from votes.models import Mark


if TYPE_CHECKING:
    from accounts.models import User
    from votes.models import Poll

PRETENDS = "ensayo"  # in the links of a test and in its forms
SIGNER = Signer(salt="votes.pretend")


class Pretender(NamedTuple):
    """A pretend voter of a test, who is nobody and votes nowhere else."""

    number: int


class Voter(NamedTuple):
    """Whose mark it is on the roll of one urn, and the ubigeo of where they live."""

    key: bytes
    place: str = ""
    pretends: bool = False


def voter_of(poll: Poll, by: User | Pretender) -> Voter | None:
    """None for whoever is no proven person; of those whose proof was withdrawn, who they were."""
    if isinstance(by, Pretender):
        home = pretend_home(poll, by.number)
        return Voter(keys.pretend_key(poll.urn, by.number), home, pretends=True)
    resident = getattr(by, "resident", None)
    if resident is None:
        return None
    return Voter(keys.person_key(poll.urn, resident), resident.district_id)


def pretend_home(poll: Poll, number: int) -> str:
    """Pretend voters live by turns in the districts that questions are put to."""
    _elsewhere, *districts = counting.places_of(json.loads(poll.urn.definition)["questions"])
    return districts[number % len(districts)] if districts else ""


def asked_place(poll: Poll, voter: Voter, questions: list[dict[str, Any]]) -> str:
    """For which district the voter is asked: where they lived when they first voted, or live now.

    Whoever moves while the vote is open goes on answering what they were asked.
    """
    if not any(question.get("districts") for question in questions):
        return voter.place
    marks = Mark.objects.filter(urn=poll.urn, person_key=voter.key)
    marked = marks.values_list("place", flat=True).first()
    return voter.place if marked is None else marked


def channel_of(poll: Poll, voter: Voter | None) -> str:
    """By what way they have voted; empty if they have not."""
    if voter is None:
        return ""
    marks = Mark.objects.filter(urn=poll.urn, person_key=voter.key)
    return marks.values_list("channel", flat=True).first() or ""


def pretend_link(poll: Poll, number: int) -> str:
    """Where a pretend voter of this test votes; nobody can make up another's."""
    address = reverse("votes:vote", args=[poll.municipality.slug, poll.pk])
    return f"{address}?{urlencode({PRETENDS: SIGNER.sign(f'{poll.urn_id}.{number}')})}"


def pretender_of(poll: Poll, signed: str) -> Pretender | None:
    """Whom the number in a link stands for, if the link was made for this test."""
    if not poll.urn.is_test:
        return None
    try:
        urn, _dot, number = SIGNER.unsign(signed).partition(".")
    except BadSignature:
        return None
    return Pretender(int(number)) if urn == str(poll.urn_id) else None
