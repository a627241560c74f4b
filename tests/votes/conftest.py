import os

import psycopg
import pytest
from django.db import connection


MOVABLE_CLOCK = """
CREATE OR REPLACE FUNCTION votes_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(
        nullif(current_setting('test.clock', true), '')::timestamptz,
        clock_timestamp()
    )
$$
"""


@pytest.fixture
def clock(db):
    """Say what the database's clock shows for the rest of this transaction.

    Only its owner can give it such a clock, and only the test's own database gets one.
    """
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name) as owner:
        owner.execute(MOVABLE_CLOCK)

    def show(moment):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('test.clock', %s, true)", [moment.isoformat()])

    return show
