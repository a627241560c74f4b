from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.enums import Role
from agreements.actions import indicators as actions
from agreements.actions.indicators import Value
from agreements.enums import Adding, EntryState, PeriodState
from agreements.models import Entry, EntryCell, Period, Trace
from agreements.outliers import odd
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    EntryCellFactory,
    EntryFactory,
    IndicatorFactory,
    PeriodFactory,
    in_the_region,
    the_region,
)
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory


@pytest.fixture
def otuzco():
    return MunicipalityFactory()


@pytest.fixture
def indicator():
    return IndicatorFactory()


@pytest.fixture
def period():
    return PeriodFactory()


def regional(role=Role.PLANNER):
    region = the_region()
    with municipality_scope(region):
        return RoleGrantFactory(municipality=region, role=role).user


def enter(municipality, indicator, period, value, **more):
    by = more.pop("by", None) or UserFactory()
    with municipality_scope(municipality):
        return actions.enter(
            municipality=municipality,
            indicator=indicator,
            period=period,
            value=value,
            by=by,
            **more,
        )


def sent(otuzco, indicator, period, by=None):
    by = by or UserFactory()
    entry = enter(otuzco, indicator, period, Value(Decimal(5)), by=by).entry
    with municipality_scope(otuzco):
        actions.send(municipality=otuzco, period=period, by=by)
    return entry


def test_the_same_value_again_changes_nothing(otuzco, indicator, period):
    value = Value(Decimal(5), None, "", {("woman", "", ""): Decimal(5)})
    first = enter(otuzco, indicator, period, value)
    again = enter(otuzco, indicator, period, value, version=0)

    assert (first.changed, again.changed) == (True, False)
    assert again.entry.version == first.entry.version == 1


def test_who_read_an_older_version_is_told_so(otuzco, indicator, period):
    enter(otuzco, indicator, period, Value(Decimal(5)))

    with pytest.raises(actions.ChangedMeanwhile):
        enter(otuzco, indicator, period, Value(Decimal(6)), version=0)
    assert enter(otuzco, indicator, period, Value(Decimal(6)), version=1).entry.version == 2


@pytest.mark.parametrize(("women", "is_complete"), [(3, True), (2, False)])
def test_parts_that_do_not_add_up_are_kept_and_marked(
    otuzco, indicator, period, women, is_complete
):
    cells = {("woman", "rural", ""): Decimal(women), ("man", "", ""): Decimal(2)}

    entry = enter(otuzco, indicator, period, Value(Decimal(5), None, "", cells)).entry

    assert entry.is_complete is is_complete
    assert entry.numerator == 5


def test_no_progress_is_a_zero_that_somebody_said(otuzco, indicator, period):
    with municipality_scope(otuzco):
        saved = actions.no_progress(
            municipality=otuzco, indicator=indicator, period=period, by=UserFactory()
        )
    assert (saved.entry.numerator, bool(saved.entry.note)) == (0, True)


def test_no_progress_of_what_stays_is_the_value_before(otuzco, period):
    latest = IndicatorFactory(over_time=Adding.LATEST)
    before = PeriodFactory(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    with municipality_scope(otuzco):
        EntryFactory(municipality=otuzco, indicator=latest, period=before, numerator=8)
        saved = actions.no_progress(
            municipality=otuzco, indicator=latest, period=period, by=UserFactory()
        )
    assert saved.entry.numerator == 8


def test_another_person_accepts_what_was_sent(otuzco, indicator, period):
    entry = sent(otuzco, indicator, period)

    with in_the_region():
        accepted = actions.accept(entry, by=regional())

    assert accepted.state == EntryState.ACCEPTED
    with municipality_scope():
        assert Entry.objects.filter(pk=entry.pk).exists()


def test_nobody_accepts_their_own_value(otuzco, indicator, period):
    planner = regional()
    entry = sent(otuzco, indicator, period, by=planner)

    with in_the_region(), pytest.raises(actions.CannotAccept):
        actions.accept(entry, by=planner)


def test_a_draft_is_not_accepted_nor_by_anybody_of_the_town(otuzco, indicator, period):
    entry = enter(otuzco, indicator, period, Value(Decimal(5))).entry
    with in_the_region(), pytest.raises(actions.CannotAccept):
        actions.accept(entry, by=regional())
    with in_the_region(), pytest.raises(actions.CannotAccept):
        actions.accept(sent(otuzco, indicator, period), by=UserFactory())


def test_what_is_returned_says_why_and_leaves_the_public_figures(otuzco, indicator, period):
    entry, planner = sent(otuzco, indicator, period), regional()
    with in_the_region():
        actions.accept(entry, by=planner)
        with pytest.raises(actions.CannotReturn):
            actions.give_back(entry, " ", by=planner)
        returned = actions.give_back(entry, "Falta el acta.", by=planner)

    assert (returned.state, returned.returned_why) == (EntryState.RETURNED, "Falta el acta.")
    with municipality_scope():
        assert not Entry.objects.filter(pk=entry.pk).exists()


def test_what_was_accepted_does_not_change_until_it_is_returned(otuzco, indicator, period):
    entry = sent(otuzco, indicator, period)
    with in_the_region():
        actions.accept(entry, by=regional())

    with pytest.raises(actions.CannotEnter):
        enter(otuzco, indicator, period, Value(Decimal(6)))


def test_a_locked_period_takes_no_value(otuzco, indicator, period):
    with in_the_region():
        actions.lock(period, by=regional())

    with pytest.raises(actions.CannotEnter):
        enter(otuzco, indicator, period, Value(Decimal(6)))


@pytest.mark.parametrize("statement", ["insert", "update", "delete", "cell", "new cell"])
def test_the_database_itself_keeps_a_locked_period(otuzco, indicator, period, statement):
    with municipality_scope(otuzco):
        entry = EntryFactory(municipality=otuzco, indicator=indicator, period=period)
        cell = EntryCellFactory(municipality=otuzco, entry=entry)
    with in_the_region():
        Period.objects.filter(pk=period.pk).update(state=PeriodState.LOCKED)
    acts = {
        "insert": lambda: EntryFactory(municipality=otuzco, period=period),
        "update": lambda: Entry.objects.filter(pk=entry.pk).update(numerator=99),
        "delete": lambda: Entry.objects.filter(pk=entry.pk).delete(),
        "cell": lambda: EntryCell.objects.filter(pk=cell.pk).update(numerator=99),
        "new cell": lambda: EntryCellFactory(municipality=otuzco, entry=entry, gender="man"),
    }

    with (
        municipality_scope(otuzco),
        pytest.raises(DatabaseError, match="locked"),
        transaction.atomic(),
    ):
        acts[statement]()


def test_only_the_region_s_administrator_unlocks_and_says_why(period):
    with in_the_region():
        actions.lock(period, by=regional())
        with pytest.raises(actions.CannotUnlock):
            actions.unlock(period, "Error de digitación", by=regional())
        administrator = regional(Role.REGIONAL_ADMINISTRATOR)
        with pytest.raises(actions.CannotUnlock):
            actions.unlock(period, "", by=administrator)
        assert actions.unlock(period, "Error de digitación", by=administrator).state == "open"
        trace = Trace.objects.filter(table="agreements_period", row=period.pk).first()
        assert trace.reason == "Error de digitación"


def test_the_database_wants_a_reason_to_unlock(period):
    with in_the_region():
        Period.objects.filter(pk=period.pk).update(state=PeriodState.LOCKED)
        with pytest.raises(DatabaseError, match="reason"), transaction.atomic():
            Period.objects.filter(pk=period.pk).update(state=PeriodState.OPEN)


@pytest.mark.parametrize(
    ("value", "before", "many"),
    [
        (100, [9], 1),
        (1, [12], 1),
        (10, [10], 1),
        (0, [0], 0),
        (11, [10], 0),
        (30, [10, 11, 9, 10], 1),
        (11, [10, 11, 9, 10], 0),
        (None, [10], 0),
        (10, [], 0),
    ],
)
def test_what_looks_odd_is_pointed_out(value, before, many):
    found = odd(None if value is None else Decimal(value), [Decimal(n) for n in before])
    assert len(found) == many


def test_a_send_takes_what_has_a_value_and_leaves_the_rest(otuzco, indicator, period):
    enter(otuzco, indicator, period, Value(Decimal(5)))
    enter(otuzco, IndicatorFactory(), period, Value(None, None, "Sin dato todavía"))

    with municipality_scope(otuzco):
        assert actions.send(municipality=otuzco, period=period, by=UserFactory()) == 1
