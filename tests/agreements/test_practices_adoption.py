"""How deep a practice has taken root: each level has its evidence, and goes with it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agreements import adoption
from agreements.actions import adoption as actions, transfers
from agreements.adoption import Facts, missing_for, supported
from agreements.enums import Adoption, EvidenceKind, PieceKind
from agreements.models import Evidence
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    AdoptionStepFactory,
    BaselineSheetFactory,
    EntryFactory,
    PeriodFactory,
)
from tests.agreements.practices import accepted_evidence, in_region, show, underway
from tests.factories import MunicipalityFactory, UserFactory


LADDER = [
    (Adoption.INTERESTED, ["has_paper"]),
    (Adoption.COMMITTED, ["has_convenio"]),
    (Adoption.PILOT, ["is_adapted", "is_used", "has_baseline"]),
    (Adoption.IMPLEMENTED, ["core_works", "has_report"]),
    (Adoption.INSTITUTIONAL, ["has_norm"]),
    (Adoption.SUSTAINED, ["is_sustained"]),
]


@pytest.mark.parametrize(("level", "needs"), LADDER)
def test_each_level_needs_its_evidence_and_all_below(level, needs):
    below = [fact for one, facts in LADDER if one < level for fact in facts]
    everything = dict.fromkeys([*below, *needs], True)

    assert supported(Facts(**everything)) == level
    for fact in everything:
        if fact != "has_paper":  # a convenio says more than a letter
            assert supported(Facts(**everything | {fact: False})) < level
    assert missing_for(level, Facts(**everything)) == []


def test_handing_it_on_counts_as_much_as_two_years():
    facts = dict.fromkeys([f for _level, names in LADDER[:-1] for f in names], True)

    assert supported(Facts(**facts, is_donor=True)) == Adoption.SUSTAINED


def test_dropping_a_core_component_caps_at_implemented():
    everything = dict.fromkeys([f for _level, names in LADDER for f in names], True)

    assert supported(Facts(**everything)) == Adoption.SUSTAINED
    assert supported(Facts(**everything, drops_core=True)) == Adoption.IMPLEMENTED


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def person():
    return UserFactory()


def implemented(town, person, *, drop=False):
    """All that the fourth level demands is there."""
    transfer = underway(town)
    show(transfer, PieceKind.FIRST_USE)
    today = timezone.localdate()
    with in_region():
        BaselineSheetFactory(municipality=town, locked_at=timezone.now(), locked_by=person)
        EntryFactory(
            municipality=town, state="accepted", period=PeriodFactory(ends_on=today), numerator=3
        )
        for component in transfer.version.components.all():
            transfers.adapt(transfer, component, by=person, choice="keep", verified_on=today)
    return transfer


def test_step_by_step_to_the_fourth_level(town, person):
    transfer = implemented(town, person)
    with in_region():
        for level in (1, 2, 3, 4):
            actions.reach(transfer, level, by=person)
        assert adoption.current(transfer).level == Adoption.IMPLEMENTED
        with pytest.raises(actions.CannotReach):
            actions.reach(transfer, Adoption.INSTITUTIONAL, by=person)


def test_the_fifth_level_needs_the_norm_and_goes_when_it_is_removed(town, person):
    transfer = implemented(town, person)
    (norm,) = show(transfer, PieceKind.NORM)
    with in_region():
        actions.reach(transfer, Adoption.INSTITUTIONAL, by=person)
        assert adoption.refresh(transfer, by=person) is None
        Evidence.objects.filter(pk=norm.pk).update(state="removed", state_reason="Se derogó.")

        step = adoption.refresh(transfer, by=person)

        assert step.level == Adoption.IMPLEMENTED
        assert step.reason
        assert adoption.current(transfer) == step
        assert transfer.adoption.count() == 3  # nothing of the story is lost


def test_the_norm_may_also_hang_on_the_level_and_is_looked_up_in_the_town_s_scope(town, person):
    transfer = implemented(town, person)
    with in_region():
        step = actions.reach(transfer, Adoption.IMPLEMENTED, by=person)
    norm = accepted_evidence(town, adoption=step, kind=EvidenceKind.NORM)
    with municipality_scope(town):
        actions.reach(transfer, Adoption.INSTITUTIONAL, by=person)
        Evidence.objects.filter(pk=norm.pk).update(state="removed", state_reason="Se derogó.")
        assert adoption.refresh(transfer, by=person).level == Adoption.IMPLEMENTED


def test_dropping_a_core_component_later_lowers_what_was_institutional(town, person):
    transfer = implemented(town, person)
    show(transfer, PieceKind.NORM)
    with in_region():
        actions.reach(transfer, Adoption.INSTITUTIONAL, by=person)
        core = transfer.version.components.filter(is_core=True)
        transfers.adapt(transfer, core.get(), by=person, choice="drop", why="No se pudo.")

        latest = adoption.current(transfer)

        assert latest.is_partial
        assert latest.level <= Adoption.IMPLEMENTED
        with pytest.raises(actions.CannotReach):
            actions.reach(transfer, Adoption.INSTITUTIONAL, by=person)


def test_whoever_says_that_it_stands_lower_says_why(town, person):
    transfer = implemented(town, person)
    with in_region():
        actions.reach(transfer, Adoption.PILOT, by=person)
        with pytest.raises(actions.CannotReach):
            actions.reach(transfer, Adoption.COMMITTED, by=person)
        actions.reach(transfer, Adoption.COMMITTED, by=person, reason="Se dejó de usar.")


def test_giving_it_up_leaves_only_that_it_is_known(town, person):
    transfer = implemented(town, person)
    with in_region():
        actions.reach(transfer, Adoption.PILOT, by=person)
        transfers.abandon(transfer, by=person, reason="Cambió la gestión.")
        assert adoption.current(transfer).level == Adoption.KNOWS


@pytest.mark.parametrize(
    ("days_ago", "fresh", "reached"), [(800, 30, 6), (700, 30, 5), (800, 300, 5)]
)
def test_two_years_with_fresh_data_sustain_it(town, person, days_ago, fresh, reached):
    today = timezone.localdate()
    transfer = underway(town)
    show(transfer, PieceKind.FIRST_USE, PieceKind.NORM)
    with in_region():
        BaselineSheetFactory(municipality=town, locked_at=timezone.now(), locked_by=person)
        EntryFactory(
            municipality=town,
            state="accepted",
            period=PeriodFactory(
                starts_on=today - timedelta(days=fresh + 90), ends_on=today - timedelta(days=fresh)
            ),
        )
        for component in transfer.version.components.all():
            transfers.adapt(transfer, component, by=person, choice="keep", verified_on=today)
        AdoptionStepFactory(
            municipality=town, transfer=transfer, level=4, day=today - timedelta(days=days_ago)
        )
        assert supported(adoption.facts_of(transfer)) == reached
