"""Municipalities say that they are interested, the region answers, and everybody sees it."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from agreements.actions import interest as actions
from agreements.enums import InterestState, TaskKind, TaskState
from agreements.models import Interest, Task
from municipalities.rls import municipality_scope
from tests.agreements.factories import InterestFactory, in_the_region
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory


@pytest.fixture
def otuzco():
    return MunicipalityFactory(slug="otuzco")


@pytest.fixture
def rosa(otuzco):
    with municipality_scope(otuzco):
        return RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user


def test_a_municipality_s_interest_is_public_at_once_and_the_region_gets_a_task(
    client, otuzco, rosa
):
    client.force_login(rosa)
    sent = client.post(
        reverse("agreed:interests", args=["otuzco"]),
        {"letter": "Oficio 15-2026", "text": "Queremos audiencias con respuesta."},
    )
    client.logout()

    assert sent.status_code == 302
    page = client.get(reverse("agreements:interests")).content.decode()
    assert "Oficio 15-2026" in page
    with in_the_region():
        task = Task.objects.get(kind=TaskKind.INTEREST)
        assert (task.municipality, task.state) == (otuzco, TaskState.OPEN)


def test_what_is_missing_is_said_and_what_was_typed_stays(client, otuzco, rosa):
    client.force_login(rosa)

    page = client.post(reverse("agreed:interests", args=["otuzco"]), {"text": "Queremos."})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["letter"]
    assert "Queremos." in page.content.decode()


STEPS = [
    # from         what happens                                        to, or refused
    ("interested", lambda i, by: actions.withdraw(i, by=by),           "withdrawn"),
    ("invited",    lambda i, by: actions.withdraw(i, by=by),           "withdrawn"),
    ("declined",   lambda i, by: actions.withdraw(i, by=by),           None),
    ("withdrawn",  lambda i, by: actions.withdraw(i, by=by),           None),
    ("interested", lambda i, by: answer(i, "invited", by),             "invited"),
    ("invited",    lambda i, by: answer(i, "invited", by),             None),
    ("withdrawn",  lambda i, by: answer(i, "invited", by),             None),
    ("interested", lambda i, by: answer(i, "declined", by),            "declined"),
    ("invited",    lambda i, by: answer(i, "declined", by),            "declined"),
    ("withdrawn",  lambda i, by: answer(i, "declined", by),            None),
    ("interested", lambda i, by: answer(i, "declined", by, reason=""), None),
]  # fmt: skip


def answer(interest, state, by, reason="No hay personal este año."):
    return actions.answer(interest, state=InterestState(state), reason=reason, by=by)


@pytest.mark.parametrize(("before", "happens", "after"), STEPS)
def test_the_states_of_an_interest(otuzco, before, happens, after):
    with in_the_region():
        interest = InterestFactory(municipality=otuzco, state=before)
        if after is None:
            with pytest.raises(actions.CannotExpress):
                happens(interest, UserFactory())
        else:
            happens(interest, UserFactory())
        interest.refresh_from_db()
        assert interest.state == (after or before)


def test_answering_closes_the_task(otuzco, rosa):
    with in_the_region():
        interest = actions.express(otuzco, by=rosa)
        answer(interest, "invited", UserFactory())

        assert Task.objects.get().state == TaskState.DONE


def test_the_same_is_not_said_twice_while_it_stands(otuzco, rosa):
    with municipality_scope(otuzco):
        first = actions.express(otuzco, by=rosa)
        with pytest.raises(actions.CannotExpress):
            actions.express(otuzco, by=rosa)
        actions.withdraw(first, by=rosa)
        actions.express(otuzco, by=rosa)


def test_the_region_invites_and_who_was_interested_is_invited_too(otuzco, rosa):
    other = MunicipalityFactory()
    with in_the_region():
        said = actions.express(otuzco, by=rosa)
        actions.invite(otuzco, by=UserFactory())
        actions.invite(other, by=UserFactory(), text="Por su historia de conflictos.")

        said.refresh_from_db()
        assert said.state == "invited"
        assert Interest.objects.get(municipality=other).published_at
        with pytest.raises(actions.CannotExpress):
            actions.invite(other, by=UserFactory())


def test_a_municipality_withdraws_its_own_alone(client, otuzco, rosa):
    other = MunicipalityFactory()
    with in_the_region():
        ours = actions.express(otuzco, by=rosa)
        theirs = actions.express(other, by=UserFactory())
    client.force_login(rosa)

    def withdraw(interest):
        return client.post(reverse("agreed:withdraw_interest", args=["otuzco", interest.pk]))

    assert (withdraw(ours).status_code, withdraw(theirs).status_code) == (302, 404)


def test_only_its_administrators_speak_for_a_municipality(client, otuzco):
    client.force_login(UserFactory())

    assert client.post(reverse("agreed:interests", args=["otuzco"]), {}).status_code == 403
    with in_the_region():
        assert not Interest.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_queries_for_one_or_many(
    client, count, django_assert_max_num_queries
):
    for _each in range(count):
        town = MunicipalityFactory()
        with municipality_scope(town):
            InterestFactory(municipality=town, published_at="2026-05-01T00:00Z")

    with django_assert_max_num_queries(8):
        client.get(reverse("agreements:interests"))
