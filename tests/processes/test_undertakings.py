"""What was agreed: who does what by when, how it stands, and who hears of it."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from municipalities.rls import municipality_scope
from participation.models import Notice
from processes import reminders
from processes.actions import undertakings as actions
from processes.enums import Light, PartyKind, UndertakingState
from processes.models import Undertaking, UndertakingUpdate
from processes.undertakings import BADGES, BY_WEIGHT, for_everybody, shining
from tests.factories import FollowFactory, MunicipalityFactory, RoleGrantFactory, UserFactory
from tests.processes.factories import (
    MeetingFactory,
    PartyFactory,
    ProcessFactory,
    UndertakingFactory,
    UndertakingUpdateFactory,
)


TODAY = timezone.localdate
LIGHTS = [
    ({"state": UndertakingState.DONE}, -5, Light.GREEN),
    ({"state": UndertakingState.DROPPED}, -5, Light.GREY),
    ({}, -1, Light.RED),
    ({}, 0, Light.AMBER),
    ({}, 7, Light.AMBER),
    ({}, 8, Light.BLUE),
]


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", contact_office="Oficina de Diálogo")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def officer(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


@pytest.fixture
def table(otuzco):
    return ProcessFactory(municipality=otuzco, dialogue=True)


@pytest.fixture
def mine(otuzco, table):
    return PartyFactory(municipality=otuzco, process=table, kind=PartyKind.COMPANY, name="Minera")


def promised(table, party=None, days=30, **fields):
    return UndertakingFactory(
        municipality=table.municipality,
        process=table,
        meeting=None,
        party=party,
        due_on=TODAY() + timedelta(days=days),
        **fields,
    )


def at(name, *args):
    return reverse(f"processes:{name}", args=["otuzco", *args])


@pytest.mark.parametrize(("fields", "days", "light"), LIGHTS)
def test_the_light_of_one_and_of_a_list_agree(table, fields, days, light):
    made = promised(table, days=days, **fields)

    shines = [one for one in Light if Undertaking.objects.filter(shining(one)).exists()]

    assert made.light == light
    assert shines == [light]


def test_no_two_lights_differ_by_their_colour_alone():
    badges = [BADGES[light] for light in BY_WEIGHT]

    assert len({str(badge.label) for badge in badges}) == len(Light)
    assert len({badge.icon for badge in badges}) == len(Light)


def test_what_is_agreed_is_told_to_followers_of_the_process(
    table, mine, officer, django_capture_on_commit_callbacks
):
    follower = FollowFactory(municipality=table.municipality, thread=table.thread).user

    with django_capture_on_commit_callbacks(execute=True):
        made = actions.agree(
            by=officer, owner="", text="Limpiar el canal", due_on=TODAY(), process=table, party=mine
        )

    assert (made.owner, made.party, made.process) == ("Minera", mine, table)
    event = table.thread.events.get(verb="undertaking_agreed")
    assert event.data["undertaking"] == made.pk
    assert list(Notice.objects.values_list("user", flat=True)) == [follower.pk]


def test_what_a_meeting_of_a_process_agrees_is_of_both(table, officer):
    meeting = MeetingFactory(municipality=table.municipality, process=table, over=True)

    made = actions.agree(by=officer, owner="Obras", text="X", due_on=TODAY(), meeting=meeting)

    assert (made.process, made.meeting) == (table, meeting)


@pytest.mark.parametrize("missing", [{"owner": ""}, {"text": " . "}])
def test_nothing_is_agreed_without_somebody_and_something(table, officer, missing):
    said = {"owner": "Obras", "text": "Limpiar", "due_on": TODAY(), "process": table} | missing

    with pytest.raises(actions.CannotAgree):
        actions.agree(by=officer, **said)


def test_a_party_of_another_table_promises_nothing_here(table, officer):
    stranger = PartyFactory(municipality=table.municipality)

    with pytest.raises(actions.CannotAgree):
        actions.agree(
            by=officer, owner="X", text="Y", due_on=TODAY(), process=table, party=stranger
        )


def test_a_citizen_writes_down_nothing(table):
    with pytest.raises(actions.CannotAgree):
        actions.agree(by=UserFactory(), owner="X", text="Y", due_on=TODAY(), process=table)
    with pytest.raises(actions.CannotTell):
        actions.tell(promised(table), by=UserFactory(), state="done", text="Ya")


def test_state_and_day_are_those_of_the_last_word(table, officer):
    made, later = promised(table, days=-3), TODAY() + timedelta(days=20)

    actions.tell(made, by=officer, state="open", text="Llovió.", due_on=later)
    made.refresh_from_db()
    assert (made.state, made.due_on, made.light) == ("open", later, Light.BLUE)

    actions.tell(made, by=officer, state="done", text="Hecho.", url="https://example.org/foto")
    made.refresh_from_db()
    assert (made.state, made.due_on, made.light) == ("done", later, Light.GREEN)
    assert [update.text for update in made.updates.all()] == ["Llovió.", "Hecho."]


def test_only_what_is_still_to_be_done_gets_another_day(table, officer):
    with pytest.raises(actions.CannotTell):
        actions.tell(promised(table), by=officer, state="done", text="Ya", due_on=TODAY())


def test_what_was_told_is_never_rewritten(table, officer):
    made = promised(table)
    actions.tell(made, by=officer, state="done", text="Hecho.")

    for sql in (
        "UPDATE processes_undertakingupdate SET text = 'x'",
        "DELETE FROM processes_undertakingupdate",
    ):
        with (
            pytest.raises((IntegrityError, InternalError), match="only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_evidence_is_asked_in_public_with_its_day_until_something_is_told(
    client, table, mine, officer
):
    made = promised(table, mine, days=-3)

    actions.ask_evidence(made, by=officer)

    page = client.get(at("undertaking", made.pk))
    assert page.status_code == 200
    assert b"tone-error" in page.content
    listed = client.get(at("undertakings_data", table.pk, "json")).json()["agreements"][0]
    assert listed["light"] == "red"
    assert listed["party_kind"] == "company"
    assert listed["evidence_asked_on"] == TODAY().isoformat()
    made.refresh_from_db()
    assert made.state == UndertakingState.OPEN

    actions.tell(made, by=officer, state="done", text="Aquí está.", url="https://example.org/a")
    listed = client.get(at("undertakings_data", table.pk, "json")).json()["agreements"][0]
    assert (listed["light"], listed["evidence_asked_on"]) == ("green", "")
    assert listed["evidence"] == "https://example.org/a"


def test_no_evidence_is_asked_of_what_was_given_up(table, officer):
    with pytest.raises(actions.CannotTell):
        actions.ask_evidence(promised(table, state=UndertakingState.DROPPED), by=officer)


def test_what_is_overdue_comes_first_and_what_was_given_up_last(client, table):
    given_up = promised(table, days=-50, state=UndertakingState.DROPPED)
    done = promised(table, days=-60, state=UndertakingState.DONE)
    later, late = promised(table, days=60), promised(table, days=-1)

    page = client.get(at("undertakings", table.pk))

    assert [u.pk for u in page.context["page"]] == [late.pk, later.pk, done.pk, given_up.pk]


def test_the_list_is_narrowed_by_light_by_kind_of_party_and_by_words(client, otuzco, table, mine):
    people = PartyFactory(
        municipality=otuzco, process=table, kind=PartyKind.POPULATION, name="Ronda"
    )
    late = promised(table, mine, days=-1, text="Limpiar el canal de Agallpampa")
    other = promised(table, people, text="Levantar el bloqueo", owner="Ronda José")

    def found(**asked):
        return {u.pk for u in client.get(at("town_undertakings"), asked).context["page"]}

    assert found() == {late.pk, other.pk}
    assert found(luz="red") == {late.pk}
    assert found(parte="population") == {other.pk}
    assert found(q="CANAL") == {late.pk}
    assert found(q="jose") == {other.pk}
    assert found(luz="violet", q="\x00") == {late.pk, other.pk}


def test_a_fragment_is_a_part_of_the_page(client, table):
    promised(table)

    page = client.get(at("undertakings", table.pk))

    assert b'id="results"' in page.content


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_asks_the_same_queries_for_one_or_many(
    client, table, mine, count, django_assert_max_num_queries
):
    for made in [promised(table, mine) for _ in range(count)]:
        UndertakingUpdateFactory(municipality=table.municipality, undertaking=made)

    with django_assert_max_num_queries(12):
        assert len(client.get(at("undertakings", table.pk)).context["page"]) == count


def test_a_long_list_has_pages(client, table):
    for _ in range(21):
        promised(table)

    assert len(client.get(at("undertakings", table.pk), {"page": 2}).context["page"]) == 1


def test_what_was_agreed_in_confidence_is_counted_and_not_shown(client, table, officer):
    kept, shown = promised(table, is_public=False, text="SECRETO"), promised(table)

    page = client.get(at("undertakings", table.pk))
    assert [u.pk for u in page.context["page"]] == [shown.pk]
    assert page.context["kept_back"] == 1
    assert b"SECRETO" not in page.content
    assert client.get(at("undertaking", kept.pk)).status_code == 404
    assert b"SECRETO" not in client.get(at("town_undertakings_data", "csv")).content
    assert b"SECRETO" not in client.get(at("table", table.pk)).content

    client.force_login(officer)
    assert client.get(at("undertaking", kept.pk)).status_code == 200
    assert len(client.get(at("undertakings", table.pk)).context["page"]) == 2


def test_the_story_of_what_is_confidential_is_no_public_event(table, officer):
    made = actions.agree(
        by=officer, owner="Juez", text="SECRETO", due_on=TODAY(), process=table, is_public=False
    )
    actions.tell(made, by=officer, state="done", text="SECRETO TAMBIÉN")

    events = list(table.thread.events.all())
    assert [event.is_public for event in events] == [False, False]
    assert not any("SECRETO" in f"{event.text} {event.data}" for event in events)


def test_what_is_agreed_in_a_process_being_prepared_is_seen_by_staff_alone(client, otuzco):
    draft = ProcessFactory(municipality=otuzco, draft=True, dialogue=True)
    made = promised(draft)

    assert not for_everybody(Undertaking.objects.all()).exists()
    assert client.get(at("undertaking", made.pk)).status_code == 404
    assert client.get(at("undertakings", draft.pk)).status_code == 404


def test_a_spreadsheet_takes_no_words_for_a_formula(client, table):
    promised(table, owner="=HYPERLINK(1)", text='Ñandú, "comillas"')

    text = client.get(at("undertakings_data", table.pk, "csv")).content.decode()

    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["owner"] == "'=HYPERLINK(1)"
    assert row["text"] == 'Ñandú, "comillas"'


def test_there_is_no_other_kind_of_file(client, table):
    assert client.get(at("undertakings_data", table.pk, "exe")).status_code == 404


# --- In the pages of staff


def test_an_officer_writes_it_down_tells_of_it_and_asks_for_evidence(client, table, mine, officer):
    client.force_login(officer)
    day = TODAY() - timedelta(days=2)

    client.post(
        at("agree", table.pk),
        {"party": mine.pk, "text": "Pagar el daño", "due_on": day.isoformat(), "is_public": "on"},
    )
    made = Undertaking.objects.get()
    assert (made.owner, made.due_on, made.is_public) == ("Minera", day, True)

    client.post(at("ask_evidence", made.pk), {"text": ""})
    client.post(at("tell", made.pk), {"state": "done", "text": "Pagado"})
    made.refresh_from_db()
    assert made.light == Light.GREEN
    assert [u.asks_evidence for u in made.updates.all()] == [True, False]


@pytest.mark.parametrize(
    "wrong", [{"due_on": "mañana"}, {"text": ""}, {"party": "999"}, {"owner": "", "party": ""}]
)
def test_what_is_wrong_is_asked_again(client, table, mine, officer, wrong):
    client.force_login(officer)
    sent = {"party": mine.pk, "owner": "", "text": "X", "due_on": TODAY().isoformat()} | wrong

    assert client.post(at("agree", table.pk), sent).status_code == 422
    assert not Undertaking.objects.exists()


# --- Reminders


@pytest.fixture
def reminded(otuzco, django_capture_on_commit_callbacks):
    def run():
        with django_capture_on_commit_callbacks(execute=True):
            return reminders.remind()

    return run


def test_staff_and_followers_are_reminded_once_before_the_day_and_once_after(
    table, officer, reminded
):
    follower = FollowFactory(municipality=table.municipality, thread=table.thread).user
    made = promised(table, days=7)
    promised(table, days=8)

    assert (reminded(), reminded()) == (1, 0)
    people = Notice.objects.filter(event__verb="undertaking_soon").values_list("user", flat=True)
    assert set(people) == {officer.pk, follower.pk}

    Undertaking.objects.filter(pk=made.pk).update(due_on=TODAY() - timedelta(days=1))
    assert (reminded(), reminded()) == (1, 0)
    people = Notice.objects.filter(event__verb="undertaking_overdue").values_list("user", flat=True)
    assert set(people) == {officer.pk, follower.pk}


def test_days_without_a_worker_lose_nothing_and_repeat_nothing(table, officer, reminded):
    promised(table, days=-20)

    assert (reminded(), reminded()) == (1, 0)
    assert [e.verb for e in table.thread.events.all()] == ["undertaking_overdue"]


def test_another_day_begins_anew(table, officer, reminded):
    made = promised(table, days=-1)
    reminded()

    actions.tell(made, by=officer, state="open", text="Más tarde", due_on=TODAY())

    assert (reminded(), reminded()) == (1, 0)


def test_what_is_done_or_given_up_reminds_nobody(table, reminded):
    promised(table, days=-1, state=UndertakingState.DONE)
    promised(table, days=-1, state=UndertakingState.DROPPED)

    assert reminded() == 0


def test_what_is_confidential_reminds_staff_alone_and_without_its_words(table, officer, reminded):
    FollowFactory(municipality=table.municipality, thread=table.thread)
    promised(table, days=-1, is_public=False, text="SECRETO")

    assert reminded() == 1
    event = table.thread.events.get()
    assert (event.is_public, "SECRETO" in f"{event.text}{event.data}") == (False, False)
    assert list(Notice.objects.values_list("user", flat=True)) == [officer.pk]


def test_what_was_told_of_it_stands_in_its_story(client, table, officer):
    made = promised(table)
    actions.tell(made, by=officer, state="open", text="Vamos por la mitad.")

    page = client.get(at("undertaking", made.pk))

    assert b"Vamos por la mitad." in page.content
    assert UndertakingUpdate.objects.count() == 1
