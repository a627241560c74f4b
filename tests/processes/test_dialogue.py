"""A dialogue has parties of several kinds, somebody who facilitates, and a table that everybody sees."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from municipalities.rls import municipality_scope
from processes.actions import dialogue as actions
from processes.enums import MeetingKind, PartyKind, TeamRole
from processes.models import Party
from processes.rules.dialogue import why_not_open_dialogue
from processes.undertakings import BY_WEIGHT, matrix
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory
from tests.processes.factories import (
    MeetingFactory,
    MinutesFactory,
    PartyFactory,
    ProcessFactory,
    TeamMemberFactory,
    UndertakingFactory,
)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def officer(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


@pytest.fixture
def table(otuzco):
    return ProcessFactory(municipality=otuzco, dialogue=True)


def at(name, *args):
    return reverse(f"processes:{name}", args=["otuzco", *args])


def party(name, kind=PartyKind.COMPANY, **more):
    return {"name": name, "kind": kind, "speaker": "", "contact": ""} | more


def seated(table):
    return list(table.parties.values_list("name", "kind"))


# --- What it takes to open


def test_a_dialogue_needs_two_kinds_of_parties_and_a_facilitator(otuzco):
    draft = ProcessFactory(municipality=otuzco, dialogue=True, draft=True)
    PartyFactory.create_batch(2, municipality=otuzco, process=draft, kind=PartyKind.COMPANY)
    assert why_not_open_dialogue(draft)

    PartyFactory(municipality=otuzco, process=draft, kind=PartyKind.POPULATION)
    assert why_not_open_dialogue(draft)

    TeamMemberFactory(municipality=otuzco, process=draft, role=TeamRole.LEADS)
    assert why_not_open_dialogue(draft)

    TeamMemberFactory(municipality=otuzco, process=draft, role=TeamRole.FACILITATES)
    assert why_not_open_dialogue(draft) is None


def test_another_process_needs_no_parties(otuzco):
    assert why_not_open_dialogue(ProcessFactory(municipality=otuzco, draft=True)) is None


# --- Parties


def test_parties_are_seated_in_their_order_and_the_history_says_who_came(table, officer):
    actions.set_parties(
        table, by=officer, parties=[party("Ronda", PartyKind.POPULATION), party("Minera")]
    )

    assert seated(table) == [("Ronda", "population"), ("Minera", "company")]
    event = table.thread.events.get(verb="parties_changed")
    assert event.data == {"came": ["Minera", "Ronda"], "gone": []}


def test_parties_exchange_their_names_and_keep_what_they_promised(otuzco, table, officer):
    first = PartyFactory(municipality=otuzco, process=table, name="A")
    second = PartyFactory(municipality=otuzco, process=table, name="B")
    promise = UndertakingFactory(municipality=otuzco, meeting=None, process=table, party=first)

    actions.set_parties(
        table, by=officer, parties=[party("A", pk=second.pk), party("B", pk=first.pk)]
    )

    promise.refresh_from_db()
    assert promise.party.name == "B"
    assert [p.pk for p in table.parties.all()] == [second.pk, first.pk]


def test_who_has_promised_something_does_not_leave_the_record(otuzco, table, officer):
    bound = PartyFactory(municipality=otuzco, process=table, name="Minera")
    UndertakingFactory(municipality=otuzco, meeting=None, process=table, party=bound)

    with pytest.raises(actions.CannotSeat):
        actions.set_parties(table, by=officer, parties=[party("Ronda")])

    assert [name for name, _kind in seated(table)] == ["Minera"]


@pytest.mark.parametrize(
    "parties",
    [[party("")], [party("Minera"), party(" minera ")], [party("X", kind="clergy")]],
)
def test_each_party_has_one_name_and_a_kind(table, officer, parties):
    with pytest.raises(actions.CannotSeat):
        actions.set_parties(table, by=officer, parties=parties)


def test_a_citizen_seats_nobody(table):
    with pytest.raises(actions.CannotSeat):
        actions.set_parties(table, by=UserFactory(), parties=[party("X")])


def test_only_a_dialogue_that_goes_on_has_parties_to_write_down(otuzco, officer):
    plain = ProcessFactory(municipality=otuzco)
    over = ProcessFactory(municipality=otuzco, dialogue=True, closed=True)

    for process in (plain, over):
        with pytest.raises(actions.CannotSeat):
            actions.set_parties(process, by=officer, parties=[party("X")])


def test_the_page_of_parties_needs_no_script(client, table, officer):
    client.force_login(officer)
    typed = {"p0_name": "Minera", "p0_kind": "company", "p0_contact": "secreto@minera.pe"}

    page = client.post(at("parties", table.pk), typed | {"do": "more"})
    assert page.status_code == 200
    assert page.context["form"].count == 3
    assert not Party.objects.exists()

    assert client.post(at("parties", table.pk), {"p0_name": "Minera"}).status_code == 422
    assert client.post(at("parties", table.pk), typed).status_code == 302
    row = Party.objects.get()
    assert row.contact == "secreto@minera.pe"

    again = typed | {"p0_pk": row.pk, "p0_name": "Minera Andina"}
    client.post(at("parties", table.pk), again)
    assert [(p.pk, p.name) for p in Party.objects.all()] == [(row.pk, "Minera Andina")]


# --- The table


def test_how_a_party_is_reached_is_for_staff_alone(client, otuzco, table):
    PartyFactory(
        municipality=otuzco, process=table, speaker="Ana Cruz", contact="secreto@minera.pe"
    )

    page = client.get(at("table", table.pk))

    assert b"Ana Cruz" in page.content
    assert b"secreto@minera.pe" not in page.content


def test_the_matrix_counts_each_party_by_each_light(otuzco, table):
    company, people = PartyFactory.create_batch(2, municipality=otuzco, process=table)
    here = {"municipality": otuzco, "meeting": None, "process": table}
    UndertakingFactory.create_batch(2, party=company, due_on="2020-01-01", **here)
    UndertakingFactory(party=people, state="done", **here)
    UndertakingFactory(**here)
    UndertakingFactory(party=people, is_public=False, **here)

    counted = {row.party: [number for _badge, number in row.cells] for row in matrix(table)}

    assert BY_WEIGHT[0] == "red"
    assert counted == {company: [2, 0, 0, 0, 0], people: [0, 0, 0, 1, 0], None: [0, 0, 1, 0, 0]}


def test_a_closed_session_is_listed_with_its_reason_and_its_acta_is_only_named(
    client, otuzco, table
):
    here = {"municipality": otuzco, "process": table, "kind": MeetingKind.TABLE}
    closed = MeetingFactory(closed=True, over=True, closed_why="Datos de menores.", **here)
    MinutesFactory(municipality=otuzco, meeting=closed, is_restricted=True, text="SECRETO")
    MeetingFactory(draft=True, title="BORRADOR", **here)

    page = client.get(at("table", table.pk))

    assert [meeting.pk for meeting in page.context["sessions"]] == [closed.pk]
    assert b"Datos de menores." in page.content
    assert b"SECRETO" not in page.content
    assert b"BORRADOR" not in page.content


def test_only_a_dialogue_has_a_table_and_only_staff_see_one_that_is_prepared(
    client, otuzco, officer
):
    plain = ProcessFactory(municipality=otuzco)
    draft = ProcessFactory(municipality=otuzco, dialogue=True, draft=True)

    assert client.get(at("table", plain.pk)).status_code == 404
    assert client.get(at("table", draft.pk)).status_code == 404
    client.force_login(officer)
    assert client.get(at("table", draft.pk)).status_code == 200


@pytest.mark.parametrize("count", [1, 8])
def test_the_table_asks_the_same_queries_for_few_or_many(
    client, otuzco, table, count, django_assert_max_num_queries
):
    here = {"municipality": otuzco, "process": table}
    for row in PartyFactory.create_batch(count, **here):
        UndertakingFactory(meeting=None, party=row, **here)
        MeetingFactory(kind=MeetingKind.TABLE, over=True, **here)

    with django_assert_max_num_queries(16):
        assert client.get(at("table", table.pk)).status_code == 200
