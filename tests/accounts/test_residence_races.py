"""Once means once, also when everybody comes at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import ResidenceTries, Resident
from decide.common import documents
from municipalities.rls import municipality_scope
from participation.models import Intervention
from tests.factories import MunicipalityFactory, PadronFactory, UserFactory, enrol


AT_ONCE = 24
BORN = date(1980, 2, 1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db, settings):
    # The village shares one address; here it shall not slow itself down.
    settings.RESIDENCE_TRIES = 5
    town = MunicipalityFactory()
    with transaction.atomic(), municipality_scope(town):
        padron = PadronFactory(municipality=town)
        for number in range(AT_ONCE):
            enrol(padron, f"990000{number:02}", BORN, town.place)
    return town


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def at_the_same_moment(acts):
    """Run all of them at once, each on a connection of its own; returns what they returned."""
    ready = Barrier(len(acts))

    def run(act):
        try:
            ready.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def proving(client, town, number):
    data = {
        "district": town.place_id,
        "kind": "dni",
        "number": number,
        "birth_date": "01/02/1980",
    }
    return lambda: client.post("/cuenta/residencia/", data)


def interventions(town):
    with transaction.atomic(), municipality_scope(town):
        return Intervention.objects.filter(kind="residence").count()


def test_one_dni_in_many_accounts_at_once_verifies_one(town, monkeypatch):
    monkeypatch.setattr("accounts.slowing.FREE", 1000)
    clients = [signed_in(UserFactory()) for _person in range(AT_ONCE)]

    responses = at_the_same_moment([proving(client, town, "99000001") for client in clients])

    assert sorted(response.status_code for response in responses) == [302] + [422] * (AT_ONCE - 1)
    assert Resident.objects.count() == 1
    assert Resident.objects.get().user is not None
    assert interventions(town) == 1
    texts = {
        response.content.decode().count("could not prove")
        + response.content.decode().count("No pudimos")
        for response in responses
        if response.status_code == 422
    }
    assert texts == {1}


def test_one_account_that_sends_many_times_is_verified_once(town):
    client = signed_in(UserFactory())

    responses = at_the_same_moment([proving(client, town, "99000001")] * AT_ONCE)

    assert {response.status_code for response in responses} == {302}
    assert Resident.objects.count() == 1
    assert interventions(town) == 1


def test_one_account_with_many_dnis_gets_one(town, monkeypatch):
    monkeypatch.setattr("accounts.slowing.FREE", 1000)
    person = UserFactory()
    client = signed_in(person)

    at_the_same_moment([proving(client, town, f"990000{number:02}") for number in range(AT_ONCE)])

    assert Resident.objects.filter(user=person).count() == 1
    assert Resident.objects.count() == 1


def test_many_wrong_tries_at_once_are_still_five(town, monkeypatch):
    monkeypatch.setattr("accounts.slowing.FREE", 1000)
    person = UserFactory()
    client = signed_in(person)

    responses = at_the_same_moment([proving(client, town, "99999999")] * AT_ONCE)

    assert sum(response.status_code == 422 for response in responses) == 4
    tries = ResidenceTries.objects.get(user=person)
    assert tries.is_locked
    proving(client, town, "99000001")()
    assert not Resident.objects.exists()


def test_who_left_an_account_behind_is_claimed_by_one(town, monkeypatch):
    monkeypatch.setattr("accounts.slowing.FREE", 1000)
    left = Resident.objects.create(
        document_hash=documents.document_hash("dni", "99000001"),
        document_kind="dni",
        district=town.place,
        method="padron",
    )
    clients = [signed_in(UserFactory()) for _person in range(AT_ONCE)]

    responses = at_the_same_moment([proving(client, town, "99000001") for client in clients])

    assert sum(response.status_code == 302 for response in responses) == 1
    left.refresh_from_db()
    assert left.user is not None
    assert interventions(town) == 0
