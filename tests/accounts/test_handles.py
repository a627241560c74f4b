import hashlib
from importlib import import_module
from threading import Barrier, Thread as Worker

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts import handles
from accounts.actions.handles import give
from accounts.actions.own_data import delete_account
from accounts.models import FormerHandle, User
from tests.captcha import answered
from tests.factories import MunicipalityFactory, UserFactory


backfill = import_module("accounts.migrations.0008_handles")


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Rosa Quispe Luján", "rosa-quispe-lujan"),
        ("  Ñusta   d'Ávila ", "nusta-davila"),
        ("J_M -- P.", "j-m-p"),
        ("Rosa 987 654 321", "rosa"),
        ("Li", "vecino"),
        ("李小龙", "vecino"),
        ("Juan 7", "juan-7"),
        ("a" * 60, "a" * 34),
        ("Asociación de Productores de Palta de Virú", "asociacion-de-productores-de-palta"),
    ],
)
def test_a_handle_is_made_of_the_name_others_see(name, handle):
    assert handles.made_from(name) == handle


def test_who_is_called_the_same_gets_the_next_number():
    people = [UserFactory(display_name="Rosa Quispe", handle=None) for _ in range(3)]

    assert [give(person) for person in people] == ["rosa-quispe", "rosa-quispe-2", "rosa-quispe-3"]
    assert give(people[0]) == "rosa-quispe"


@pytest.mark.parametrize("name", ["Alcaldía", "Admin", "Moderador", "Salud"])
def test_nobody_is_called_as_the_site_or_an_authority(name):
    assert give(UserFactory(display_name=name, handle=None)).endswith("-2")


def test_nobody_is_called_as_a_municipality():
    MunicipalityFactory(slug="otuzco")

    assert give(UserFactory(display_name="Otuzco", handle=None)) == "otuzco-2"


def test_a_new_account_gets_a_handle(client, sms):
    client.post(
        reverse("account_signup"),
        {
            "contact": "rosa.secreta@example.org",
            "display_name": "Rosa Quispe Luján",
            "password1": "papa amarilla con queso",
            "terms": "on",
            **answered(),
        },
    )

    assert User.objects.get(email="rosa.secreta@example.org").handle == "rosa-quispe-lujan"


@pytest.mark.parametrize("handle", ["Rosa", "rosa quispe", "rosa--q", "-rosa", "rosa_q", "rósa"])
def test_the_database_keeps_handles_plain(handle):
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(handle=handle)


@pytest.mark.parametrize(
    "typed", ["ro", "12345", "rosa quispe", "rósa", "a" * 41, "rosa/../x", "<b>", "9876543-21"]
)
def test_what_cannot_be_a_handle_is_told_at_its_field(client, rosa, typed):
    client.force_login(rosa)

    response = client.post(reverse("accounts:edit"), said(rosa, handle=typed))

    assert response.status_code == 422
    assert "handle" in response.context["form"].errors
    assert User.objects.get(pk=rosa.pk).handle == rosa.handle


def said(user, **changes):
    return {"display_name": user.display_name, "handle": user.handle, "language": "es"} | changes


@pytest.mark.parametrize("typed", ["@Rosa-Quispe", " rosa-quispe "])
def test_one_changes_ones_handle(client, rosa, typed):
    client.force_login(rosa)

    client.post(reverse("accounts:edit"), said(rosa, handle=typed))

    assert User.objects.get(pk=rosa.pk).handle == "rosa-quispe"


def test_who_leaves_the_field_empty_keeps_their_handle(client, rosa):
    client.force_login(rosa)

    client.post(reverse("accounts:edit"), said(rosa, handle=""))

    assert User.objects.get(pk=rosa.pk).handle == rosa.handle


def test_who_has_none_yet_gets_one_with_their_profile(client, rosa):
    User.objects.filter(pk=rosa.pk).update(handle=None)
    client.force_login(rosa)

    client.post(reverse("accounts:edit"), said(rosa, handle=""))

    assert User.objects.get(pk=rosa.pk).handle == "rosa-q"


@pytest.mark.parametrize("wanted", ["juana", "alcalde", "otuzco", "cuenta"])
def test_one_does_not_take_anothers_handle(client, rosa, wanted):
    UserFactory(handle="juana")
    MunicipalityFactory(slug="otuzco")
    client.force_login(rosa)

    response = client.post(reverse("accounts:edit"), said(rosa, handle=wanted))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["handle"]


def test_who_took_it_a_moment_before_is_told_at_the_field(client, rosa, monkeypatch):
    UserFactory(handle="juana")
    monkeypatch.setattr("accounts.forms.profile.ProfileForm.validate_unique", lambda form: None)
    client.force_login(rosa)

    response = client.post(reverse("accounts:edit"), said(rosa, handle="juana"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["handle"]


# --- what somebody was called before


def test_a_handle_that_was_given_up_is_nobodys_again(client, rosa):
    before = rosa.handle
    User.objects.filter(pk=rosa.pk).update(handle="la-rosa")
    juana = UserFactory(handle="juana")
    client.force_login(juana)

    response = client.post(reverse("accounts:edit"), said(juana, handle=before))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["handle"]
    assert User.objects.get(pk=juana.pk).handle == "juana"


def test_the_name_of_a_deleted_account_is_nobodys_again_and_only_its_hash_stays():
    person = UserFactory(display_name="Rosa Quispe", handle="rosa-quispe")

    delete_account(person)

    assert give(UserFactory(display_name="Rosa Quispe", handle=None)) == "rosa-quispe-2"
    assert FormerHandle.objects.filter(digest=hashlib.sha256(b"rosa-quispe").digest()).count() == 1
    assert {field.name for field in FormerHandle._meta.get_fields()} == {"id", "digest"}


def test_saving_a_profile_with_the_same_handle_reserves_nothing(client, rosa):
    client.force_login(rosa)

    client.post(reverse("accounts:edit"), said(rosa, display_name="Rosa"))

    assert not FormerHandle.objects.exists()


def test_the_database_refuses_a_former_handle_whoever_asks():
    UserFactory(handle="rosa-quispe").delete()

    for make in (UserFactory, User.objects.filter(pk=UserFactory().pk).update):
        with pytest.raises(IntegrityError), transaction.atomic():
            make(handle="rosa-quispe")


def test_who_waits_for_a_handle_to_be_given_up_does_not_get_it(transactional_db):
    rosa, juana = UserFactory(handle="rosa-quispe"), UserFactory(handle="juana")
    outcome = []

    def take():
        try:
            User.objects.filter(pk=juana.pk).update(handle="rosa-quispe")
            outcome.append("taken")
        except IntegrityError:
            outcome.append("refused")
        finally:
            connection.close()

    worker = Worker(target=take)
    with transaction.atomic():
        User.objects.filter(pk=rosa.pk).update(handle="la-rosa")
        worker.start()
        worker.join(timeout=1)  # it waits for what this transaction does with the name
        assert outcome == []
    worker.join()

    assert outcome == ["refused"]


def test_existing_accounts_get_handles_once(db):
    for name in ("Rosa Quispe", "Rosa Quispe", "Otuzco", "佐藤"):
        UserFactory(display_name=name, handle=None)
    kept = UserFactory(display_name="Juana", handle="la-juana")
    MunicipalityFactory(slug="otuzco")
    editor = type("Editor", (), {"connection": connection})

    for _ in range(2):
        backfill.give(apps, editor)

    assert sorted(User.objects.exclude(pk=kept.pk).values_list("handle", flat=True)) == [
        "otuzco-2",
        "rosa-quispe",
        "rosa-quispe-2",
        "vecino",
    ]
    assert User.objects.get(pk=kept.pk).handle == "la-juana"


def test_a_handle_is_not_a_dni():
    with pytest.raises(ValidationError):
        handles.clean("rosa-12345678")


def test_ten_of_one_name_at_the_same_moment_get_ten_handles(transactional_db):
    people = [UserFactory(display_name="Rosa Quispe", handle=None) for _ in range(10)]
    ready = Barrier(len(people))

    def work(person):
        ready.wait()
        try:
            give(person)
        finally:
            connection.close()

    workers = [Worker(target=work, args=[person]) for person in people]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(set(User.objects.exclude(handle=None).values_list("handle", flat=True))) == 10
