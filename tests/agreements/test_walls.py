"""What belongs to no one municipality: parties see it, others only what is published."""

import inspect

import factory
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from agreements.models import Agreement, Evidence, Organization, Trace, Verification
from municipalities.rls import municipality_scope
from tests.agreements import factories
from tests.agreements.factories import (
    AgreementEventFactory,
    AgreementFactory,
    EvidenceFactory,
    PartyFactory,
    VerificationFactory,
    in_the_region,
    organization_of,
)
from tests.factories import MunicipalityFactory, UserFactory


def shared_models():
    """Those of this room that no column gives to a municipality."""
    return [
        model
        for model in apps.get_app_config("agreements").get_models()
        if "municipality" not in {field.name for field in model._meta.concrete_fields}
    ]


def factory_of(model):
    for _name, one in inspect.getmembers(factories, inspect.isclass):
        if issubclass(one, factory.django.DjangoModelFactory) and one._meta.model is model:
            return one
    raise AssertionError(f"{model.__name__} has no factory in tests/agreements/factories.py")


PARTS = [m for m in shared_models() if "agreement" in {f.name for f in m._meta.concrete_fields}]
each_part = pytest.mark.parametrize("model", PARTS, ids=lambda m: m.__name__)
each_shared = pytest.mark.parametrize("model", shared_models(), ids=lambda m: m.__name__)


def seen(model, *scope):
    with municipality_scope(*scope):
        return set(model.objects.values_list("pk", flat=True))


@pytest.fixture
def towns():
    return MunicipalityFactory.create_batch(3)


def test_every_table_of_the_room_has_a_wall():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'agreements_%%'"
            " AND NOT (relrowsecurity AND relforcerowsecurity)"
        )
        through = {
            model._meta.db_table
            for model in apps.get_app_config("agreements").get_models(include_auto_created=True)
            if model._meta.auto_created
        }
        assert {name for (name,) in cursor.fetchall()} == through


@each_part
def test_two_parties_see_what_a_third_municipality_does_not(model, towns):
    otuzco, viru, pataz = towns
    agreement = AgreementFactory(towns=[otuzco, viru])
    row = factory_of(model)(agreement=agreement)

    assert row.pk in seen(model, otuzco)
    assert row.pk in seen(model, viru)
    assert row.pk not in seen(model, pataz)
    assert row.pk not in seen(model)


@each_part
def test_no_one_else_writes_what_a_convenio_says_even_when_it_is_published(model, towns):
    otuzco, _viru, pataz = towns
    row = factory_of(model)(agreement=AgreementFactory(towns=[otuzco], published=True))
    table = model._meta.db_table

    with municipality_scope(pataz), connection.cursor() as cursor:
        for statement in (
            f"UPDATE {table} SET agreement_id = agreement_id WHERE id = %s",
            f"DELETE FROM {table} WHERE id = %s",
        ):
            assert changed_by(cursor, statement, row) == 0


def changed_by(cursor, statement, row):
    """How many rows; tables that are only added to refuse everybody."""
    try:
        with transaction.atomic():
            cursor.execute(statement, [row.pk])
            return cursor.rowcount
    except DatabaseError as error:
        if "only ever added" not in str(error):
            raise
        return 0


@each_shared
def test_without_the_region_nobody_changes_what_is_the_region_s(model, towns):
    row = factory_of(model)()
    table = model._meta.db_table

    with municipality_scope(towns[0]), connection.cursor() as cursor:
        assert changed_by(cursor, f"UPDATE {table} SET id = id WHERE id = %s", row) == 0
        assert changed_by(cursor, f"DELETE FROM {table} WHERE id = %s", row) == 0


def test_a_municipality_adds_no_organisation_of_its_own(towns):
    with (
        municipality_scope(towns[0]),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Organization.objects.create(kind="civil_society", name="Inventada")


def test_a_published_convenio_shows_its_sheet_to_everybody(towns):
    otuzco, _viru, pataz = towns
    agreement = AgreementFactory(towns=[otuzco])
    assert agreement.pk not in seen(Agreement)
    with in_the_region():
        Agreement.objects.filter(pk=agreement.pk).update(published_at=timezone.now())
    assert agreement.pk in seen(Agreement) & seen(Agreement, pataz)


def test_who_joins_or_leaves_gains_or_loses_sight(towns):
    otuzco, viru, _pataz = towns
    agreement = AgreementFactory(towns=[otuzco])
    party = PartyFactory(agreement=agreement, organization=organization_of(viru))
    assert agreement.pk in seen(Agreement, viru)
    with in_the_region():
        party.delete()
    assert agreement.pk not in seen(Agreement, viru)


def test_the_database_refuses_to_sign_without_each_party_s_date(towns):
    AgreementFactory(towns=towns[:1])
    with (
        in_the_region(),
        pytest.raises(DatabaseError, match="once each party has its date"),
        transaction.atomic(),
    ):
        Agreement.objects.update(state="signed", signed_on=timezone.localdate())


def test_whoever_shows_evidence_does_not_verify_it(towns):
    rosa = UserFactory()
    with municipality_scope(towns[0]):
        evidence = EvidenceFactory(municipality=towns[0], added_by=rosa)
        with pytest.raises(DatabaseError, match="does not verify it"), transaction.atomic():
            VerificationFactory(municipality=towns[0], evidence=evidence, by=rosa)
        assert not Verification.objects.exists()


def test_evidence_is_never_deleted_whoever_asks(towns):
    with municipality_scope(towns[0]):
        evidence = EvidenceFactory(municipality=towns[0])
        with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
            Evidence.objects.filter(pk=evidence.pk).delete()


def test_raw_sql_leaves_its_trace_too(towns):
    agreement = AgreementFactory(title="Antes")
    with in_the_region(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE agreements_agreement SET title = 'Después' WHERE id = %s", [agreement.pk]
        )
        trace = Trace.objects.filter(table="agreements_agreement", row=agreement.pk).first()
    assert (trace.verb, trace.before, trace.after) == (
        "update",
        {"title": "Antes"},
        {"title": "Después"},
    )


def test_each_event_names_the_hash_of_the_one_before(towns):
    agreement = AgreementFactory()
    first, second = AgreementEventFactory.create_batch(2, agreement=agreement)
    with in_the_region():
        first.refresh_from_db()
        second.refresh_from_db()
    assert (first.seq, first.previous, second.seq, second.previous) == (1, "", 2, first.hash)
