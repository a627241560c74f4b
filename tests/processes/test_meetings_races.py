"""One seat is one seat, also when thirty people want it at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from municipalities.rls import scoped_transaction
from participation.models import Intervention
from processes.actions import registrations
from processes.models import Registration
from tests.factories import MunicipalityFactory, UserFactory
from tests.processes.factories import MeetingFactory


@pytest.fixture
def town(transactional_db):
    return MunicipalityFactory()


def at_once(town, acts):
    def one(act):
        try:
            with scoped_transaction(town):
                return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        return list(pool.map(one, acts))


def test_of_thirty_who_want_five_seats_five_get_one_and_the_rest_wait_in_order(town):
    with scoped_transaction(town):
        meeting = MeetingFactory(municipality=town, takes_registrations=True, capacity=5)
    people = UserFactory.create_batch(30, email=None)

    at_once(town, [lambda p=p: registrations.register(meeting, by=p).pk for p in people])

    with scoped_transaction(town):
        assert Registration.objects.seated().count() == 5
        ranks = sorted(registrations.rank(r) for r in Registration.objects.waiting())
        assert ranks == list(range(1, 26))
        assert Intervention.objects.filter(kind="meeting").count() == 30


def test_the_same_person_asking_twenty_times_takes_one_seat(town):
    with scoped_transaction(town):
        meeting = MeetingFactory(municipality=town, takes_registrations=True, capacity=5)
    person = UserFactory(email=None)

    at_once(town, [lambda: registrations.register(meeting, by=person).pk] * 20)

    with scoped_transaction(town):
        assert Registration.objects.count() == 1
        assert Intervention.objects.filter(kind="meeting").count() == 1


def test_seats_given_back_at_once_are_each_given_once(town):
    with scoped_transaction(town):
        meeting = MeetingFactory(municipality=town, takes_registrations=True, capacity=10)
        people = UserFactory.create_batch(25, email=None)
        for person in people:
            registrations.register(meeting, by=person)

    at_once(town, [lambda p=p: registrations.cancel(meeting, by=p).pk for p in people[:10]])

    with scoped_transaction(town):
        seated = set(Registration.objects.seated().values_list("user_id", flat=True))
    assert seated == {person.pk for person in people[10:20]}
