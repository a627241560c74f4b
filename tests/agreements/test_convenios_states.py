"""Which move a convenio makes from which state, who may, and what may be changed when: cell by cell."""

from datetime import date

import pytest

from accounts.enums import Role
from agreements.actions import convenios as actions
from agreements.enums import AgreementState
from agreements.models import Agreement
from agreements.rules.convenios import who_is, why_not_edit, why_not_move
from agreements.states import EDITABLE, FIELDS, MOVES, Part, Who, fields_open, may_edit
from tests.agreements.convenios import regional, staff_of, whole
from tests.agreements.factories import AgreementFileFactory, in_the_region
from tests.factories import MunicipalityFactory, UserFactory


STATES = [
    "draft",
    "review",
    "observed",
    "to_sign",
    "signed",
    "suspended",
    "terminated",
    "closed",
    "denied",
]
# Where each move leads from each state; «–» where it is refused.
TABLE = """
           draft   review   observed  to_sign   signed     suspended  terminated  closed  denied
send       review  –        review    –         –          –          –           –       –
observe    –       observed –         observed  –          –          –           –       –
clear      –       to_sign  –         –         –          –          –           –       –
sign       –       –        –         signed    –          –          –           –       –
suspend    –       –        –         –         suspended  –          –           –       –
resume     –       –        –         –         –          signed     –           –       –
terminate  –       –        –         –         terminated terminated –           –       –
close      –       –        –         –         closed     –          closed      –       –
deny       denied  denied   denied    denied    –          –          –           –       –
"""
# What planners change (P), and staff of a party too (S), in each state.
MATRIX = """
              draft  review  observed  to_sign  signed  suspended  terminated  closed  denied
contents      P      P       P         –        –       –          –           –       –
words         P      P       P         P        P       P          P           P       –
signing       P      P       P         P        –       –          –           –       –
files         P      P       P         P        P       P          P           P       –
coordinators  P      P       P         P        P       P          –           –       –
fulfilment    –      –       –         –        P       P          –           –       –
addenda       –      –       –         –        P       P          –           –       –
reports       –      –       –         –        PS      PS         PS          P       –
"""


def rows(table):
    head, *lines = table.strip().splitlines()
    states = head.split()
    for line in lines:
        name, *cells = line.split()
        for state, cell in zip(states, cells, strict=True):
            yield name, state, cell


def test_the_tables_name_every_move_every_state_and_every_part():
    assert {verb for verb, _state, _cell in rows(TABLE)} == set(MOVES)
    assert {part for part, _state, _cell in rows(MATRIX)} == set(Part) == set(EDITABLE)
    assert {state for _verb, state, _cell in rows(TABLE)} == set(AgreementState.values)


@pytest.mark.parametrize(("verb", "state", "after"), list(rows(TABLE)))
def test_each_move_is_made_or_refused_as_the_table_says(verb, state, after):
    planner = regional()
    agreement = whole(MunicipalityFactory(), signed=True)
    document = AgreementFileFactory(agreement=agreement, kind="final")
    with in_the_region():
        # Past its draft nothing is signed by the way: the row is set as the owner of data would.
        Agreement.objects.filter(pk=agreement.pk).update(
            state=state,
            end_cause="mutual" if state == "terminated" else "",
            ended_on=date(2026, 6, 1) if state == "terminated" else None,
        )
        agreement.refresh_from_db()
        values = {"reason": "Porque sí.", "cause": "mutual", "document": document}

        if after == "–":
            with pytest.raises(actions.CannotMove):
                actions.move(agreement, verb, by=planner, **values)
            agreement.refresh_from_db()
            assert agreement.state == state
            assert not agreement.events.exists()
        else:
            moved = actions.move(agreement, verb, by=planner, **values)
            event = agreement.events.get()
            assert moved.state == after
            assert (event.verb, event.before, event.after, event.by) == (
                verb,
                state,
                after,
                planner,
            )


@pytest.mark.parametrize(("part", "state", "cell"), list(rows(MATRIX)))
def test_each_part_is_open_to_whom_the_matrix_says(part, state, cell):
    assert may_edit(Part(part), Who.PLANNER, state) == ("P" in cell)
    assert may_edit(Part(part), Who.STAFF, state) == ("S" in cell)
    assert not may_edit(Part(part), Who.OBSERVER, state)
    assert not may_edit(Part(part), None, state)


def test_the_columns_that_are_open_follow_the_matrix():
    assert fields_open(Who.PLANNER, "signed") == set(FIELDS[Part.WORDS])
    assert "title" in fields_open(Who.PLANNER, "draft")
    assert "council_exception" in fields_open(Who.PLANNER, "to_sign")
    assert "title" not in fields_open(Who.PLANNER, "to_sign")
    assert fields_open(Who.STAFF, "draft") == set()


def test_nobody_but_planners_moves_a_convenio():
    ours, theirs = MunicipalityFactory.create_batch(2)
    agreement = whole(ours)
    people = {
        regional(): Who.PLANNER,
        regional(Role.REGIONAL_ADMINISTRATOR): Who.PLANNER,
        regional(Role.OBSERVER): Who.OBSERVER,
        staff_of(ours): Who.STAFF,
        staff_of(theirs): None,
        UserFactory(): None,
    }
    with in_the_region():
        for person, who in people.items():
            assert who_is(person, agreement) == who
            assert (why_not_move(person, agreement, "observe") is None) == (who == Who.PLANNER)
            assert (why_not_edit(person, agreement, Part.WORDS) is None) == (who == Who.PLANNER)


@pytest.mark.parametrize(
    ("verb", "state", "lacking"),
    [
        ("observe", "to_sign", {"reason": ""}),
        ("deny", "to_sign", {"reason": ""}),
        ("suspend", "signed", {"document": None}),
        ("suspend", "signed", {"reason": " "}),
        ("terminate", "signed", {"document": None}),
        ("terminate", "signed", {"cause": ""}),
        ("terminate", "signed", {"cause": "because"}),
    ],
)
def test_what_a_move_needs_is_asked_for(verb, state, lacking):
    planner = regional()
    agreement = whole(MunicipalityFactory(), signed=state == "signed")
    document = AgreementFileFactory(agreement=agreement)
    values = {"reason": "Porque sí.", "cause": "mutual", "document": document} | lacking

    with in_the_region(), pytest.raises(actions.CannotMove):
        actions.move(agreement, verb, by=planner, **values)


def test_a_document_of_another_convenio_decides_nothing_here():
    planner = regional()
    agreement = whole(MunicipalityFactory(), signed=True)
    document = AgreementFileFactory()

    with in_the_region(), pytest.raises(actions.CannotMove):
        actions.move(
            agreement, "terminate", by=planner, reason="x", cause="mutual", document=document
        )


def test_what_is_promised_rests_and_ends_with_the_convenio_for_the_same_reason():
    planner = regional()
    agreement = whole(MunicipalityFactory(), signed=True)
    document = AgreementFileFactory(agreement=agreement)
    with in_the_region():
        first, second = agreement.undertakings.order_by("pk")
        actions.fulfil(first, "done", by=planner)
        actions.move(agreement, "suspend", by=planner, reason="Lluvias.", document=document)
        second.refresh_from_db()
        assert (second.state, second.state_reason) == ("suspended", "Lluvias.")

        actions.move(agreement, "resume", by=planner, reason="Ya se pasa.")
        second.refresh_from_db()
        assert second.state == "open"

        ended = actions.move(
            agreement,
            "terminate",
            by=planner,
            reason="De común acuerdo.",
            cause="mutual",
            document=document,
        )
        first.refresh_from_db()
        second.refresh_from_db()
    assert ended.end_cause == "mutual"
    assert (first.state, second.state) == ("done", "cancelled")
    assert second.state_reason == "De común acuerdo."


def test_a_convenio_closes_with_its_final_report_alone():
    planner = regional()
    agreement = whole(MunicipalityFactory(), signed=True)
    with in_the_region(), pytest.raises(actions.CannotMove):
        actions.move(agreement, "close", by=planner)
    AgreementFileFactory(agreement=agreement, kind="final")
    with in_the_region():
        assert actions.move(agreement, "close", by=planner).state == "closed"
