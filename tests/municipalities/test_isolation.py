"""The walls, proven for every tenant table there is: nobody lists them, PostgreSQL does."""

import inspect
import itertools

import factory
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.db.utils import IntegrityError, InternalError

from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from tests import factories
from tests.agreements import factories as agreement_factories
from tests.budgets import factories as budget_factories
from tests.norms import factories as norm_factories
from tests.processes import factories as process_factories


MODULES = (
    factories,
    budget_factories,
    agreement_factories,
    norm_factories,
    process_factories,
)


def tenant_models():
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if any(
            field.column == "municipality_id" and field.remote_field
            for field in model._meta.concrete_fields
        )
        and model is not Municipality
    ]


def factory_of(model):
    made = [
        one
        for module in MODULES
        for _name, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, factory.django.DjangoModelFactory) and one._meta.model is model
    ]
    assert made, f"{model.__name__} is a tenant model: give it a factory in tests/factories.py"
    return made[0]


# A former address and a population belong to public facts about places, not to a tenant.
PUBLIC = {"municipalities_formerslug"}
TENANTS = [model for model in tenant_models() if model._meta.db_table not in PUBLIC]
each_tenant_model = pytest.mark.parametrize("model", TENANTS, ids=lambda m: m._meta.label)


def make_one_in(municipality, model):
    with municipality_scope(municipality):
        return factory_of(model)(municipality=municipality)


def ids_seen(model):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {model._meta.pk.column}, municipality_id FROM {model._meta.db_table}"
        )
        return cursor.fetchall()


def attempt(sql, params):
    """How many rows a statement changes; none if the table refuses any change."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.rowcount
    except (IntegrityError, InternalError, ProgrammingError) as error:
        if "only ever added" not in str(error) and "permission denied" not in str(error):
            raise
        return 0


def test_every_table_with_a_municipality_has_a_forced_policy():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'municipality_id'
            WHERE c.relkind = 'r' AND NOT (
                c.relrowsecurity AND c.relforcerowsecurity
                AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
            """
        )
        assert {name for (name,) in cursor.fetchall()} == PUBLIC


def test_every_tenant_table_is_a_model_that_the_tests_below_visit():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relrowsecurity"
        )
        protected = {name for (name,) in cursor.fetchall()}

    # What several places share has tests of its own (tests/agreements/test_walls.py; of processes
    # test_escalations.py and test_templates.py).
    shared = {
        model._meta.db_table
        for room in ("agreements", "processes")
        for model in apps.get_app_config(room).get_models()
        if model not in TENANTS
    }
    assert protected == {model._meta.db_table for model in TENANTS} | shared


@each_tenant_model
def test_raw_sql_sees_only_the_municipality_of_its_scope(model):
    ours, theirs = factories.MunicipalityFactory.create_batch(2)
    mine, other = make_one_in(ours, model), make_one_in(theirs, model)

    with municipality_scope(ours):
        in_ours = ids_seen(model)
    without = {pk for pk, town in ids_seen(model) if town is not None}

    assert mine.pk in {pk for pk, _town in in_ours}
    assert {town for _pk, town in in_ours} <= {ours.pk, None}
    assert not {mine.pk, other.pk} & without


@each_tenant_model
def test_raw_sql_cannot_change_or_delete_rows_of_another_municipality(model):
    ours, theirs = factories.MunicipalityFactory.create_batch(2)
    other = make_one_in(theirs, model)
    table, key = model._meta.db_table, model._meta.pk.column

    with municipality_scope(ours):
        changed = attempt(
            f"UPDATE {table} SET municipality_id = %s WHERE {key} = %s", [ours.pk, other.pk]
        )
        deleted = attempt(f"DELETE FROM {table} WHERE {key} = %s", [other.pk])

    assert (changed, deleted) == (0, 0)
    with municipality_scope(theirs):
        assert other.pk in {pk for pk, _town in ids_seen(model)}


@each_tenant_model
def test_nobody_inserts_a_row_for_another_municipality(model):
    ours, theirs = factories.MunicipalityFactory.create_batch(2)
    other = make_one_in(theirs, model)
    columns = [
        field.column
        for field in model._meta.concrete_fields
        if not field.generated and field is not model._meta.pk
    ]
    with municipality_scope(theirs), connection.cursor() as cursor:
        names = ", ".join(columns)
        cursor.execute(
            f"CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT {names} FROM {model._meta.db_table}"
            f" WHERE {model._meta.pk.column} = %s",
            [other.pk],
        )

    with (
        # Some tables are written by functions alone: nobody inserts there for any municipality.
        pytest.raises(ProgrammingError, match="row-level security|permission denied"),
        municipality_scope(ours),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {names} FROM copied")


@each_tenant_model
def test_indexes_of_a_tenant_table_reach_its_rows_by_municipality(model):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM pg_index i
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = %s::regclass AND a.attname = 'municipality_id'
            """,
            [model._meta.db_table],
        )
        assert cursor.fetchone()[0] >= 1


def test_the_policy_is_evaluated_once_per_query_and_uses_the_index():
    town = factories.MunicipalityFactory()
    with municipality_scope(town), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM proposals_proposal ORDER BY published_at DESC LIMIT 20"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "InitPlan" in plan
    assert "Index Cond: (municipality_id = ANY" in plan


def test_a_planner_sees_the_towns_of_the_scope_and_no_other():
    one, two, other = factories.MunicipalityFactory.create_batch(3)
    rows = {town.pk: factories.ProposalFactory for town in (one, two, other)}
    for town in (one, two, other):
        make_one_in(town, rows[town.pk]._meta.model)

    with municipality_scope(one, two):
        seen = {town for _pk, town in ids_seen(factories.ProposalFactory._meta.model)}
        with municipality_scope(one):
            inner = {town for _pk, town in ids_seen(factories.ProposalFactory._meta.model)}

    assert (seen, inner) == ({one.pk, two.pk}, {one.pk})


def test_the_application_cannot_lift_a_policy():
    for sql in itertools.chain.from_iterable(
        (
            f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY",
            f"TRUNCATE {model._meta.db_table}",
            f"DROP POLICY in_scope ON {model._meta.db_table}",
        )
        for model in TENANTS
    ):
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
