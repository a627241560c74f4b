"""Once means once, also when many press at the same moment, at desks and on the web."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import cycle
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Resident
from municipalities.rls import scoped_transaction
from participation.models import Intervention
from tests.factories import PadronFactory, PollFactory, TableFactory, UserFactory, enrol
from tests.votes.at_a_desk import NOBODY, hand_out, officer_of, resident, town_of_votes
from tests.votes.test_paper_pages import confirm, hidden, look_up
from votes.actions import paper_recount
from votes.enums import CastChannel, PaperAct, TableStep
from votes.models import EntryPart, Envelope, Mark, PaperEntry, PaperEvent, Table, Turnout
from votes.papers import step_of


@pytest.fixture
def town(transactional_db):
    return town_of_votes(slug="otuzco")


@pytest.fixture
def tables(town):
    """Two desks of one poll."""
    with scoped_transaction(town):
        PollFactory(municipality=town, desks=["Mercado", "Plaza"], ready=True)
        return list(Table.objects.select_related("poll__urn", "desk", "municipality"))


def at_once(town, *acts):
    """What each of them gets, in a transaction of its own; or its refusal."""

    def one(act):
        try:
            with scoped_transaction(town):
                return act()
        except paper_recount.CannotRecount as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, acts))


def test_many_officers_at_two_desks_hand_one_person_one_paper(town, tables):
    with scoped_transaction(town):
        officers = [officer_of(town, table) for table in tables]
        enrol(PadronFactory(municipality=town), NOBODY, date(1980, 5, 1), town.place)

    handed = at_once(
        town,
        *[
            lambda table=table, by=by: hand_out(table, by=by, number=NOBODY)[0]
            for _time, (table, by) in zip(
                range(20), cycle(zip(tables, officers, strict=True)), strict=False
            )
        ],
    )

    assert sum(not one.refusal for one in handed) == 1
    with scoped_transaction(town):
        for model in (Resident, Mark, PaperEvent, Turnout):
            assert model.objects.count() == 1, model
        assert Intervention.objects.filter(kind="ballot").count() == 1


def test_one_form_sent_many_times_hands_out_one_paper(town, tables):
    table, attempt = tables[0], uuid4()
    with scoped_transaction(town):
        officer = officer_of(town, table)
        resident(town)

    handed = at_once(town, *[lambda: hand_out(table, by=officer, attempt=attempt)[0]] * 20)

    assert [one.refusal for one in handed] == [""] * 20
    assert sum(not one.is_repeated for one in handed) == 1
    with scoped_transaction(town):
        assert PaperEvent.objects.get().act == PaperAct.HANDED


def test_a_vote_on_the_web_and_one_at_a_desk_at_once_count_once(town, tables):
    """Scenario 12, by the pages of both, for eight people."""
    table, numbers = tables[0], [f"6060606{n}" for n in range(8)]
    with scoped_transaction(town):
        officer = officer_of(town, table)
        people = [resident(town, number=number) for number in numbers]
    at_the_desk = [ready_at_the_desk(officer, table, number) for number in numbers]
    on_the_web = [ready_on_the_web(person.user, table.poll) for person in people]

    with ThreadPoolExecutor(8) as pool:
        both = [one for pair in zip(at_the_desk, on_the_web, strict=True) for one in pair]
        answers = list(pool.map(closing, both))

    assert {answer.status_code for answer in answers} <= {200, 302, 403, 409, 422}
    with scoped_transaction(town):
        assert set(Mark.objects.values_list("channel", flat=True)) == {CastChannel.PAPER}
        assert Mark.objects.count() == Turnout.objects.count() == 8
        assert PaperEvent.objects.filter(act=PaperAct.HANDED).count() == 8
        assert Envelope.objects.count() <= 8


def ready_at_the_desk(officer, table, number):
    """The officer has looked the person up; one press is missing."""
    client = Client()
    client.force_login(officer)
    shown = look_up(client, table, number=number)
    return lambda: confirm(client, table, shown, again=number)


def ready_on_the_web(user, poll):
    """The person has reviewed their ballot; one press is missing."""
    client = Client()
    client.force_login(user)
    review = client.post(reverse("votes:vote", args=["otuzco", poll.pk]), {"q1": "a"})
    carried = hidden(review)
    return lambda: client.post(reverse("votes:cast", args=["otuzco", poll.pk]), carried)


def closing(act):
    try:
        return act()
    finally:
        connection.close()


@pytest.fixture
def signed(town):
    with scoped_transaction(town):
        table = TableFactory(municipality=town, signed=True)
        return Table.objects.select_related("poll__urn").get(pk=table.pk)


def test_of_many_who_want_to_enter_a_table_two_have_a_part(town, signed):
    with scoped_transaction(town):
        people = UserFactory.create_batch(10)

    at_once(
        town,
        *[lambda by=by: paper_recount.take_part(signed, by=by) for by in people for _twice in "ab"],
    )

    with scoped_transaction(town):
        assert EntryPart.objects.count() == 2


def test_one_paper_saved_many_times_is_one_entry_and_the_last_settles_once(town, signed):
    read = {number: {"q1": ["a"]} for number in (1, 2)}
    with scoped_transaction(town):
        parts = [paper_recount.take_part(signed, by=UserFactory()) for _two in "ab"]

    at_once(
        town,
        *[
            lambda part=part: paper_recount.enter(part, read=read, by=part.by)
            for part in parts
            for _time in range(10)
        ],
    )

    with scoped_transaction(town):
        assert PaperEntry.objects.count() == 4
        signed.refresh_from_db()
        assert step_of(signed) == TableStep.SETTLED
