"""The actas as documents, and what they may tell."""

import io
import json

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from accounts.enums import DeskActKind
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.factories import DeskActFactory, MunicipalityFactory
from tests.votes.opened import cast, closed, opened, paper, ready_poll, vote
from votes import integrity, published, reports
from votes.actions import urn as urns
from votes.enums import CastChannel


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.VOTES])
    with municipality_scope(municipality), override("en"):
        yield municipality


@pytest.fixture
def ready(otuzco):
    return ready_poll(otuzco, desks=["Mercado"], title="¿Qué hacemos con el mercado?")


def text_of(document):
    """What is written in it, in one line."""
    pages = PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def section(acta, code):
    return next(one for one in acta.sections if one.code == code)


def test_the_acta_has_what_is_read_aloud_and_signed(ready, clock):
    poll, key = ready
    vote(poll)
    paper(poll, "Mercado", 30)
    poll = opened(poll, key, clock)

    document = reports.acta(poll)

    text = text_of(document)
    assert "¿Qué hacemos con el mercado?" in text
    assert "Julia Rojas" in text
    assert "Observer of the vote" in text
    assert "Mercado 50 20 30" in text
    package = published.package_of(poll.urn).sha256
    assert package[:32] in text
    assert package[32:] in text
    assert bytes(poll.urn.digest).hex()[:32] in text
    assert document == reports.acta(poll)


def test_the_acta_of_integrity_at_closing_has_no_word_of_the_result(ready, clock):
    poll, _key = ready
    vote(poll)
    closed(poll, clock)

    acta = integrity.of(poll)

    assert acta.is_complete is False
    assert {one.code for one in acta.sections}.isdisjoint({"opening", "objections"})
    told = json.dumps(acta.as_json)
    for word in ("Losa deportiva", "Sombra", "valid", "blank"):
        assert word not in told
    assert text_of(reports.integrity(acta))


def test_it_says_what_was_replaced_and_by_which_rule(ready, clock):
    poll, key = ready
    vote(poll, people=40)
    for number in range(6):
        cast(poll, number, again=1)
    paper(poll, "Mercado", 7, first=30)
    urns.spoil(poll.urn, person=bytes(32), attempt=bytes(16), promise=bytes(32))

    rows = section(integrity.of(opened(poll, key, clock)), "replaced").rows

    assert [row[:2] for row in rows] == [
        ["Arrived by the web or with help", "46"],
        ["Replaced by a later one of the same person", "6"],
        ["Replaced by a paper ballot", "7"],
        ["Counted of them", "33"],
        ["Audited instead of cast", "1"],
        ["Spoiled papers", "0"],
    ]


def test_a_handful_that_was_replaced_is_not_told_apart(ready, clock):
    poll, key = ready
    vote(poll, people=40)
    for number in range(6):
        cast(poll, number, again=1)
    paper(poll, "Mercado", 1, first=30)

    rows = section(integrity.of(opened(poll, key, clock)), "replaced").rows

    assert [row[1] for row in rows[1:3]] == ["too few to be told", "too few to be told"]


def test_officers_are_letters_with_their_share(ready, clock, otuzco):
    poll, key = ready
    vote(poll, people=30)
    ana, luz = (DeskActFactory(municipality=otuzco).officer for _ in range(2))
    for number, officer in enumerate([ana] * 12 + [luz] * 6, start=100):
        cast(poll, number, channel=CastChannel.ASSISTED)
        DeskActFactory(
            municipality=otuzco,
            officer=officer,
            act=DeskActKind.ASSISTED,
            seen=f"/otuzco/votaciones/{poll.pk}/votar/emitir/",
        )

    acta = integrity.of(opened(poll, key, clock))

    assert [row[:2] for row in section(acta, "helped").rows] == [
        ["Officer A", "12"],
        ["Officer B", "6"],
    ]
    assert ana.display_name not in json.dumps(acta.as_json)


def test_days_places_and_people_are_told_without_small_groups(ready, clock):
    poll, key = ready
    vote(poll, people=60, places=("130601",) * 13 + ("130602", "130603"))

    acta = integrity.of(opened(poll, key, clock))

    assert section(acta, "days").rows[0][1] == "60"
    assert [row[1] for row in section(acta, "places").rows] == [
        "52",
        "too few to be told",
        "too few to be told",
    ]
    assert {row[0] for row in section(acta, "people-1").rows} == {"Woman", "Man", "Not said"}


def test_of_twenty_people_nobody_is_described(ready, clock):
    poll, key = ready
    vote(poll, people=20)

    acta = integrity.of(opened(poll, key, clock))

    assert not [one for one in acta.sections if one.code.startswith("people")]


def test_it_names_the_approvals_the_freezing_and_the_objections(ready, clock):
    poll, key = ready
    vote(poll, people=5)
    poll = opened(poll, key, clock)

    acta = integrity.of(poll)

    assert [row[0] for row in section(acta, "rules").rows].count("Approved") == 2
    assert section(acta, "rules").rows[-1][1] == "none"
    assert "They were taken until" in section(acta, "objections").note
    assert "Julia Rojas" in section(acta, "opening").rows[1][1]
