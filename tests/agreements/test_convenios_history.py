"""The chain of what happened shows a row that somebody changed behind it (acceptance test 19)."""

import os

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction

from agreements.history import record, traces, verify
from agreements.models import AgreementEvent
from tests.agreements.convenios import regional, whole
from tests.agreements.factories import AgreementEventFactory, AgreementFactory, in_the_region
from tests.factories import MunicipalityFactory


def test_a_chain_that_nobody_touched_holds():
    planner = regional()
    agreement = whole(MunicipalityFactory())
    with in_the_region():
        for word in ("Uno", "Dos, con «eñes» y\nlíneas"):
            record(agreement, "edited", by=planner, reason=word)
        found = verify(agreement)
    assert (found.holds, found.events, found.breaks_at) == (True, 2, None)


def test_a_convenio_without_events_holds():
    agreement = AgreementFactory()
    with in_the_region():
        assert verify(agreement).holds


def test_not_even_the_region_changes_an_event():
    event = AgreementEventFactory()
    with (
        in_the_region(),
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
    ):
        AgreementEvent.objects.filter(pk=event.pk).update(reason="Otra cosa")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreements_agreementevent SET reason = 'Otra cosa' WHERE id = %s",
        "UPDATE agreements_agreementevent SET by_id = NULL, at = at - interval '1 day' WHERE id = %s",
        "DELETE FROM agreements_agreementevent WHERE id = %s",
    ],
)
def test_a_row_that_the_owner_of_the_database_changed_is_found(transactional_db, statement):
    with transaction.atomic():
        agreement = AgreementFactory()
        events = AgreementEventFactory.create_batch(3, agreement=agreement, verb="edited")
        with in_the_region():
            assert verify(agreement).holds

    behind_everybody_s_back(statement, events[1].pk)

    with transaction.atomic(), in_the_region():
        assert verify(agreement).breaks_at in (2, 3)


def behind_everybody_s_back(statement, pk):
    """The owner takes the guards and the wall away, changes the row, and puts them back."""
    table = "ALTER TABLE agreements_agreementevent"
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name) as owner:
        owner.execute(f"{table} DISABLE TRIGGER USER")
        owner.execute(f"{table} NO FORCE ROW LEVEL SECURITY")
        assert owner.execute(statement, [pk]).rowcount == 1
        owner.execute(f"{table} FORCE ROW LEVEL SECURITY")
        for trigger in ("append_only", "chain", "leave_a_trace"):
            owner.execute(f"{table} ENABLE ALWAYS TRIGGER {trigger}")


def test_the_database_s_own_traces_of_a_convenio_and_its_parts():
    agreement = whole(MunicipalityFactory())
    with in_the_region():
        agreement.undertakings.update(weight=50)
        found = traces(agreement)
    assert {"agreements_agreement", "agreements_party", "agreements_undertaking"} <= {
        trace.table for trace in found
    }
