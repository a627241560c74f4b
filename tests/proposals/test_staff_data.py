"""Open data, the desk's spreadsheet, and the words of the history."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation
from openpyxl import load_workbook

from municipalities.rls import municipality_scope, scoped_transaction
from participation.verbs import LED_TO
from proposals import resources
from proposals.enums import WAYS, ProposalState, Step
from proposals.models import Proposal
from proposals.timeline import SAYS, story_of
from tests.factories import (
    AnswerFactory,
    EventFactory,
    MilestoneFactory,
    MunicipalityFactory,
    ProposalFactory,
    TechnicalSheetFactory,
    UserFactory,
)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        yield municipality


def read(municipality):
    text = "".join(resources.open_data(municipality))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_open_data_hold_what_is_public_once_and_nothing_else(otuzco):
    shown = ProposalFactory(municipality=otuzco, published=True)
    ProposalFactory(municipality=otuzco)
    ProposalFactory(
        municipality=otuzco,
        published=True,
        hidden_at=timezone.now(),
        hidden_by=UserFactory(),
        hidden_reason="Insults",
    )
    elsewhere = MunicipalityFactory()
    with municipality_scope(elsewhere):
        ProposalFactory(municipality=elsewhere, published=True)

    assert [row["codigo"] for row in read(otuzco)] == [shown.code]


def test_open_data_name_no_persons_and_no_internal_notes(otuzco):
    author = UserFactory(display_name="Rosa Quispe", email="rosa@example.org")
    proposal = ProposalFactory(
        municipality=otuzco, published=True, author=author, organisation="Not hers to name"
    )
    TechnicalSheetFactory(proposal=proposal, municipality=otuzco, notes="Ask the surveyor")

    text = "".join(resources.open_data(otuzco)) + str(
        load_workbook(io.BytesIO(resources.spreadsheet(Proposal.objects.all()))).active.values
    )

    for secret in ("Rosa", "rosa@", "surveyor", "Not hers"):
        assert secret not in text


def test_an_answer_shows_in_the_data_only_once_it_is_published(otuzco):
    proposal = ProposalFactory(municipality=otuzco, published=True, state=ProposalState.EVALUATION)
    answer = AnswerFactory(proposal=proposal, municipality=otuzco)
    (row,) = read(otuzco)
    assert row["decision"] == row["respuesta"] == row["firma"] == row["oficina_que_responde"] == ""

    answer.published_at = timezone.now()
    answer.save()

    (row,) = read(otuzco)
    assert (row["decision"], row["firma"]) == ("accepted", "Rosa Paredes")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_run_as_a_formula(otuzco, start):
    ProposalFactory(municipality=otuzco, published=True, title=f"{start}HYPERLINK(1)")

    assert read(otuzco)[0]["titulo"] == f"'{start}HYPERLINK(1)"


def test_a_spreadsheet_survives_what_no_cell_may_hold(otuzco):
    proposal = ProposalFactory(municipality=otuzco, published=True, title="Bridge\x0b\x1f!")
    TechnicalSheetFactory(proposal=proposal, municipality=otuzco, office="=1+1")
    MilestoneFactory(proposal=proposal, municipality=otuzco)

    sheet = load_workbook(io.BytesIO(resources.spreadsheet(Proposal.objects.all()))).active
    head, row = sheet.values

    found = dict(zip(head, row, strict=True))
    assert found["titulo"] == "Bridge!"
    assert found["oficina_responsable"] == "'=1+1"
    assert found["hitos_pendientes"] == 1


def test_numbers_below_zero_stay_numbers():
    assert resources.harmless(-7.9) == -7.9


@pytest.mark.usefixtures("transactional_db")
def test_a_stream_read_after_the_request_still_sees_its_municipality_in_parts(monkeypatch):
    monkeypatch.setattr(resources, "CHUNK", 2)
    municipality = MunicipalityFactory()
    with scoped_transaction(municipality):
        ProposalFactory.create_batch(5, municipality=municipality, published=True)

    assert len({row["codigo"] for row in read(municipality)}) == 5


@pytest.mark.parametrize("count", [1, 3])
def test_open_data_ask_the_same_queries_for_one_or_many(
    otuzco, count, django_assert_max_num_queries
):
    for proposal in ProposalFactory.create_batch(count, municipality=otuzco, published=True):
        AnswerFactory(proposal=proposal, municipality=otuzco, published_at=timezone.now())
        MilestoneFactory(proposal=proposal, municipality=otuzco)

    with django_assert_max_num_queries(6):  # two of them read, the rest is the scope
        assert len(read(otuzco)) == count


def test_the_median_time_to_answer_ignores_drafts_and_one_very_late_answer(otuzco):
    now = timezone.now()
    for days in (2, 4, 300):
        proposal = ProposalFactory(
            municipality=otuzco,
            published=True,
            state=ProposalState.ANSWERED,
            reached_at=now - timedelta(days=days),
        )
        AnswerFactory(proposal=proposal, municipality=otuzco, published_at=now)
    waiting = ProposalFactory(municipality=otuzco, published=True, reached_at=now)
    AnswerFactory(proposal=waiting, municipality=otuzco)

    assert Proposal.objects.median_time_to_answer() == timedelta(days=4)


def test_without_answers_there_is_no_median(otuzco):
    assert Proposal.objects.median_time_to_answer() is None


def test_every_verb_that_is_recorded_has_its_sentence():
    recorded = set()
    for path in (settings.BASE_DIR / "proposals").rglob("*.py"):
        source = Path(path).read_text()
        recorded.update(re.findall(r'(?:history\.record|_record)\(\s*"(\w+)"', source))
        recorded.update(re.findall(r'_take\(Step\.\w+, proposal, "(\w+)"', source))

    assert {"published", "answered", "work_started"} <= recorded
    # Moderation records two of any thing; what something led to is told on that thing's page.
    assert recorded - LED_TO | {"hidden", "restored"} <= set(SAYS)


def test_every_sentence_can_be_told(otuzco):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    for verb in SAYS:
        EventFactory(
            thread=proposal.thread,
            municipality=otuzco,
            verb=verb,
            data={
                "title": "100 %",
                "day": "2026-03-04",
                "verdict": "accepted",
                "signed_by": "R.",
                "answer": "accepted",
                "to": "La Libertad",
            },
        )
    with translation.override("en"):
        story = story_of(proposal)

    assert len(story) == len(SAYS)
    assert "Milestone reached: 100 %" in [entry.title for entry in story]


def test_every_step_has_its_way():
    assert set(WAYS) == set(Step)
