"""Why something is changed: the trace that the database writes keeps the reason."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Every change in the block leaves its trace with this reason; only inside a transaction."""
    _say(reason)
    yield
    _say("")


def _say(reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('decide.reason', %s, true)", [reason[:2_000]])
