"""What tests of voting share: a poll that is open, people who may vote in it, and their forms."""

import re

from django.urls import reverse
from nacl.public import PrivateKey

from tests.factories import PollFactory, QuestionFactory, TrusteeFactory, settle
from votes import sealing
from votes.actions import urn as urns
from votes.models import Envelope


# One question of each kind there is, and two answers to each that differ as much as can be.
KINDS = {
    "yes_no": ({}, {"": "a"}, {"": "-"}),
    "single": ({"options": ("Mango", "Palta", "Lúcuma")}, {"": "c"}, {"": "a"}),
    "multiple": ({"options": ("Mango", "Palta", "Lúcuma"), "most": 2}, {"": ["a", "c"]}, {"": "b"}),
    "approval": (
        {"options": ("Mango", "Palta", "Lúcuma")},
        {"": ["a", "b", "c"]},
        {"-blanco": "on"},
    ),
    "ranked": (
        {"options": ("Mango", "Palta", "Lúcuma"), "most": None},
        {"-c": "1", "-a": "2", "-b": "3"},
        {"-blanco": "on"},
    ),
    "score": (
        {"options": ("Mango", "Palta"), "lowest": 0, "highest": 100},
        {"-a": "100", "-b": "0"},
        {"-a": "7"},
    ),
    "points": ({"options": ("Mango", "Palta"), "points": 10}, {"-a": "10"}, {"-a": "3", "-b": "4"}),
    "open": ({"length": 300}, {"": '«Sí», & "bueno" <b>'}, {"-blanco": "on"}),
}


def open_poll(town, *kinds, seal_key=None, **fields):
    """A poll that takes ballots now, with a question of each kind named."""
    poll = PollFactory(municipality=town, questions=False, **fields)
    for number in (1, 2):
        TrusteeFactory(municipality=town, poll=poll, position=number)
    for position, kind in enumerate(kinds or ["yes_no"], start=1):
        QuestionFactory(
            municipality=town, poll=poll, position=position, kind=kind, **KINDS[kind][0]
        )
    settle(poll)
    seal_key = seal_key or PrivateKey.generate()
    poll.urn = urns.accept_keys(poll.urn, seal_key=bytes(seal_key.public_key))
    return poll


def address(poll, verb="vote", *more):
    return reverse(f"votes:{verb}", args=[poll.municipality.slug, poll.pk, *more])


def typed(*kinds, other=False):
    """A form filled in: the first of the two answers to each, or the second."""
    found = {}
    for position, kind in enumerate(kinds or ["yes_no"], start=1):
        answer = KINDS[kind][2 if other else 1]
        found |= {f"q{position}{name}": value for name, value in answer.items()}
    return found


def token_in(response):
    return re.search(r'name="papeleta" value="([^"]+)"', response.content.decode())[1]


def code_in(response):
    return re.search(r"ballot-code\"[^>]*>([^<]+)<", response.content.decode())[1]


def review(client, poll, data):
    return client.post(address(poll), data)


def cast(client, poll, data):
    """Choose, review and cast; the page with the receipt."""
    token = token_in(review(client, poll, data))
    return client.post(address(poll, "cast"), {"papeleta": token}, follow=True)


def opened(poll, key):
    """What is inside of all envelopes, the first cast first."""
    rows = Envelope.objects.filter(urn=poll.urn).order_by("pk")
    return [sealing.unseal(bytes(key), bytes(row.sealed)).choices for row in rows]
