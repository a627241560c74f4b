"""As a hostile reader of everything public: what people chose is in none of it before the opening."""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import override

from municipalities.enums import Module, MunicipalityState
from municipalities.rls import municipality_scope
from tests.factories import MunicipalityFactory
from tests.votes.opened import cast, closed, paper, ready_poll
from votes import urls
from votes.enums import CastChannel


ELSEWHERE = (
    "municipalities:home",
    "participation:activity",
    "participation:activity_feed",
    "votes:index",
    "votes:feed",
)
# What is of chance: tokens of forms, fingerprints, codes of receipts.
OF_CHANCE = re.compile(
    r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}|[0-9a-f]{16,}|\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b|[\w-]{43,}"
)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(
        slug="otuzco", modules=[Module.VOTES], state=MunicipalityState.OPEN
    )
    with municipality_scope(municipality), override("en"):
        yield municipality


def public_addresses(poll):
    """Each address of the room that a visitor may ask about a poll, and those that tell of it."""
    found = [poll.get_absolute_url()]
    for pattern in urls.urlpatterns:
        try:
            found.append(reverse(f"votes:{pattern.name}", args=["otuzco", poll.pk]))
        except NoReverseMatch:
            continue  # it wants more than the number of the poll
    for name in ELSEWHERE:
        found.append(reverse(name, args=["otuzco"]))
    return sorted({one for one in found if "/gestion/" not in one and "/mesas/" not in one})


def everything_said(poll):
    visitor, said = Client(), {}
    for address in public_addresses(poll):
        answer = visitor.get(address)
        content = b"".join(answer) if answer.streaming else answer.content
        if answer["Content-Type"] != "application/pdf":  # its sections are those of the page
            said[address] = (answer.status_code, OF_CHANCE.sub("·", content.decode()))
    return said


@pytest.mark.parametrize("after_closing", [False, True], ids=["open", "being counted"])
def test_nothing_public_depends_on_what_people_chose(
    otuzco, clock, empty_cache, time_machine, after_closing
):
    poll, _key = ready_poll(otuzco, desks=["Mercado"])
    time_machine.move_to(timezone.now(), tick=False)  # hours in pages are of no choice
    said = []
    for option in ("a", "b"):
        undo = transaction.savepoint()
        given = {"q1": [option], "q2": [option], "q3": [option], "q4": {option: 5}, "q5": option}
        for number in range(40):
            channel = CastChannel.ASSISTED if number % 4 == 0 else CastChannel.WEB
            cast(poll, number, given=given, channel=channel)
        if after_closing:
            paper(poll, "Mercado", 30, given=given)
            closed(poll, clock)
        empty_cache()
        said.append(everything_said(poll))
        transaction.savepoint_rollback(undo)
        poll.urn.refresh_from_db()

    assert len(said[0]) > 12
    assert said[0] == said[1]
