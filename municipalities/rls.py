"""Row-level security: the database itself refuses rows of other municipalities.

A request or a task opens a scope, and the policies of PostgreSQL read it. The
scope ends with its transaction, so it cannot leak to the next user of a pooled
connection. No scope, no rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import connection, migrations, transaction
from psycopg.pq import TransactionStatus


if TYPE_CHECKING:
    from municipalities.models import Municipality

SCOPE = "decide.municipalities"
PERSON = "decide.person"

_current: ContextVar[tuple[tuple[int, ...], int | None]] = ContextVar("scope", default=((), None))
doors = logging.getLogger("decide.doors")


def current_scope() -> tuple[int, ...]:
    """Ids of the municipalities of the open scope; empty outside of one."""
    return _current.get()[0]


@contextmanager
def municipality_scope(*municipalities: Municipality, person: int | None = None) -> Iterator[None]:
    """Limit every query in the block to these municipalities.

    A citizen's scope holds one; a regional planner's holds a whole region. `person`
    is the id of the signed-in account, whose own roles and notices stay visible
    everywhere.
    """
    with _scope(tuple(m.pk for m in municipalities), person or _current.get()[1]):
        yield


@contextmanager
def scoped_transaction(*municipalities: Municipality, person: int | None = None) -> Iterator[None]:
    """A transaction with its scope: what a request or a task runs in.

    The outermost transaction takes the setting with it when it ends, so that only a
    nested one has to put the outer scope back.
    """
    nested = connection.in_atomic_block
    with (
        transaction.atomic(),
        _scope(tuple(m.pk for m in municipalities), person, restore=nested),
    ):
        yield


@contextmanager
def region_scope(reason: str, *, by: object = None) -> Iterator[None]:
    """The one door that reads across municipalities; it says in the log who opens it and why."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(id) FROM municipalities_municipality")
        (ids,) = cursor.fetchone()
    doors.info("%s by %s", reason, getattr(by, "pk", None))
    with _scope(tuple(ids or ()), _current.get()[1]):
        yield


@contextmanager
def _scope(ids: tuple[int, ...], person: int | None, *, restore: bool = True) -> Iterator[None]:
    if not connection.in_atomic_block:
        raise RuntimeError("Open a municipality scope inside transaction.atomic().")

    token = _current.set((ids, person))
    _tell_database()
    try:
        yield
    finally:
        _current.reset(token)
        # A transaction that has failed takes its settings with it.
        if restore and not connection.needs_rollback and not _has_failed():
            _tell_database()


def _tell_database() -> None:
    ids, person = _current.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, true), set_config(%s, %s, true)",
            [SCOPE, "{" + ",".join(map(str, ids)) + "}", PERSON, str(person or "")],
        )


def _has_failed() -> bool:
    return connection.connection.info.transaction_status == TransactionStatus.INERROR


# The settings are read in sub-selects so that PostgreSQL evaluates them once per query, not
# once per row.
IDS = f"(SELECT nullif(current_setting('{SCOPE}', true), '')::bigint[])::bigint[]"
MYSELF = f"(SELECT nullif(current_setting('{PERSON}', true), '')::bigint)"
IN_REGION = f"""(SELECT EXISTS (
    SELECT FROM municipalities_municipality WHERE kind = 'region' AND id = ANY ({IDS})))"""  # noqa: S608  no words of anybody


class ProtectTable(migrations.RunSQL):
    """Migration operation: show and accept only rows inside the scope.

    `shared` also shows rows that belong to no municipality; `own` names a column that
    holds an account, whose rows its person reads from anywhere; `public` is a condition on
    rows that everybody reads.
    """

    def __init__(
        self, table: str, *, shared: bool = False, own: str = "", public: str = ""
    ) -> None:
        inside = f"municipality_id = ANY ({IDS})"
        visible = f"municipality_id IS NULL OR {inside}" if shared else inside
        sql = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY in_scope ON {table} USING ({visible}) WITH CHECK ({inside})",
        ]
        reverse = [
            f"DROP POLICY in_scope ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ]
        if own:
            sql.append(f"CREATE POLICY own ON {table} FOR SELECT USING ({own} = {MYSELF})")
            reverse.insert(0, f"DROP POLICY own ON {table}")
        if public:
            sql.append(f"CREATE POLICY public ON {table} FOR SELECT USING ({public})")
            reverse.insert(0, f"DROP POLICY public ON {table}")
        super().__init__(sql=sql, reverse_sql=reverse)


class ProtectShared(migrations.RunSQL):
    """Migration operation for what belongs to no one municipality (docs/decisions/0100).

    `may` says whose scope reads and writes a row; nothing but the region's, if it is empty.
    `public` is a condition on rows that everybody reads, `own` a column as in ProtectTable.
    """

    def __init__(self, table: str, *, may: str = "", public: str = "", own: str = "") -> None:
        inside = f"{IN_REGION} OR {may}" if may else IN_REGION
        policies = [("shared", f"USING ({inside}) WITH CHECK ({inside})")]
        if public:
            policies.append(("public", f"FOR SELECT USING ({public})"))
        if own:
            policies.append(("own", f"FOR SELECT USING ({own} = {MYSELF})"))
        super().__init__(
            sql=[
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
                *(f"CREATE POLICY {name} ON {table} {rule}" for name, rule in policies),
            ],
            reverse_sql=[
                *(f"DROP POLICY {name} ON {table}" for name, _rule in reversed(policies)),
                f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            ],
        )


class SameParent(migrations.RunSQL):
    """Migration operation: a foreign key that holds a second column too.

    A row's thread is of its own municipality, a reply of its parent's thread, whoever
    forges an id. The other table needs a unique constraint over `id` and that column.
    """

    def __init__(self, table: str, column: str, of: str, *, and_: str = "municipality_id") -> None:
        name = f"{table}_{column.removesuffix('_id')}_same_{and_.removesuffix('_id')}"
        super().__init__(
            sql=f"""
                ALTER TABLE {table} ADD CONSTRAINT {name}
                FOREIGN KEY ({column}, {and_}) REFERENCES {of} (id, {and_})
                DEFERRABLE INITIALLY DEFERRED
            """,
            reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        )


class AppendOnly(migrations.RunSQL):
    """Migration operation: rows are added, never changed or removed, whoever asks."""

    def __init__(self, table: str) -> None:
        super().__init__(
            sql=[
                """
                CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
                        USING ERRCODE = 'restrict_violation';
                END $$
                """,
                f"""
                CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
                """,
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only",
            ],
            reverse_sql=[f"DROP TRIGGER append_only ON {table}"],
        )


class Function(migrations.RunSQL):
    """Migration operation: a function of the database, named with the types that it takes."""

    def __init__(self, signature: str, sql: str) -> None:
        super().__init__(sql=sql, reverse_sql=f"DROP FUNCTION {signature}")


class Guard(migrations.RunSQL):
    """Migration operation: a trigger for each row, which fires whoever writes, replicas too.

    On INSERT let it fire AFTER, so that the wall has looked at the row and said its own no.
    """

    def __init__(
        self,
        table: str,
        calls: str,
        *,
        on: str = "UPDATE OR DELETE",
        when: str = "BEFORE",
        name: str = "",
    ) -> None:
        name = name or f"guard_{when.lower()}"
        super().__init__(
            sql=[
                f"CREATE TRIGGER {name} {when} {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {calls}",
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
            ],
            reverse_sql=f"DROP TRIGGER {name} ON {table}",
        )
