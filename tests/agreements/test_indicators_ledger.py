from datetime import date, timedelta

import pytest

from agreements import ledger
from agreements.models import LedgerMark, LedgerSum
from agreements.periodic import add_up_the_ledger
from municipalities.cache import scoped_key
from municipalities.rls import municipality_scope
from participation.enums import Channel, InterventionKind
from participation.models import Intervention
from tests.agreements.factories import in_the_region, the_region
from tests.factories import InterventionFactory, MunicipalityFactory


YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def otuzco():
    the_region()
    return MunicipalityFactory()


def act(municipality, day=date(2026, 3, 1), amount=1, **more):
    with municipality_scope(municipality):
        return InterventionFactory(
            municipality=municipality,
            **{"kind": InterventionKind.PROPOSAL, "day": day, "amount": amount} | more,
        )


def sums():
    with in_the_region():
        fields = [f.attname for f in LedgerSum._meta.concrete_fields if f.name != "id"]
        return set(LedgerSum.objects.values_list(*fields))


def total(municipality, *days):
    with in_the_region():
        return ledger.tally(*days).total(municipality.pk, [InterventionKind.PROPOSAL])


def test_added_up_step_by_step_or_anew_it_is_the_same(otuzco):
    viru = MunicipalityFactory()
    for number in range(30):
        where = otuzco if number % 3 else viru
        act(
            where,
            date(2026, 1, 1) + timedelta(days=number % 4),
            gender=["woman", "man", ""][number % 3],
        )
        if number % 10 == 0:
            ledger.advance()
    act(otuzco, amount=-1)
    ledger.advance()
    step_by_step = sums()
    with in_the_region():
        assert ledger.tally(*YEAR) == ledger.tally_anew(*YEAR)

    ledger.rebuild()

    assert sums() == step_by_step
    assert sum(row[-1] for row in step_by_step) == 29


def test_nothing_is_added_twice(otuzco):
    act(otuzco)

    assert add_up_the_ledger() >= 1
    assert add_up_the_ledger() == 0
    assert total(otuzco, *YEAR) == 1
    with in_the_region():
        assert LedgerMark.objects.count() == 1
        assert LedgerMark.objects.get().through == Intervention.objects.latest("pk").pk


def test_any_past_day_can_be_read_again(otuzco):
    act(otuzco, date(2026, 1, 10))
    act(otuzco, date(2026, 2, 10))
    ledger.advance()
    before = total(otuzco, date(2026, 1, 1), date(2026, 1, 31))

    act(otuzco, date(2026, 2, 11), amount=-1)
    ledger.advance()

    assert before == total(otuzco, date(2026, 1, 1), date(2026, 1, 31)) == 1
    assert total(otuzco, *YEAR) == 1


def test_what_was_brought_from_another_portal_is_not_counted(otuzco):
    act(otuzco, channel=Channel.IMPORT)
    act(otuzco)
    ledger.advance()

    assert total(otuzco, *YEAR) == 1


def test_nobody_reads_the_sums_from_outside(otuzco):
    act(otuzco)
    ledger.advance()

    with municipality_scope():
        assert not LedgerSum.objects.exists()


def test_what_is_kept_of_a_whole_region_has_a_short_key_of_its_own(monkeypatch):
    def key(*scope):
        monkeypatch.setattr("municipalities.cache.current_scope", lambda: scope)
        return scoped_key("tally", "decide", 1)

    assert len(key(*range(2_000))) < 200
    assert len({key(*range(2_000)), key(*range(1_999)), key(1), key()}) == 4
