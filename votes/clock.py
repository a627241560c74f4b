"""The one clock that says whether an urn is open: the database's."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT votes_clock()")
        return cursor.fetchone()[0]
