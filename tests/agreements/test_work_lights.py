"""The traffic light: each condition of the published formula, and what the database knows for it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import Role
from agreements import lights
from agreements.actions import work
from agreements.enums import AgreementState, ItemState, Light, ReportState
from agreements.lights import Facts, reading
from tests.admin.test_scope import regional
from tests.agreements.factories import (
    AgreementFactory,
    OverrideFactory,
    ReportFactory,
    UndertakingFactory,
    WorkItemFactory,
    in_the_region,
)
from tests.factories import MunicipalityFactory, UserFactory


DAY = date(2026, 7, 1)
WELL = {
    "signed_on": date(2026, 1, 1),
    "ends_on": date(2027, 12, 31),
    "verified": Decimal(50),
    "expected": Decimal(50),
    "days_between": 92,
    "last_report": date(2026, 6, 1),
}
AGO = {days: DAY - timedelta(days=days) for days in (1, 14, 15, 16, 30, 31, 138, 139)}

LIGHTS = [
    # what is known beside that all is well                                   light
    ({},                                                                      Light.GREEN),
    ({"state": AgreementState.CLOSED, "verified": Decimal(100)},              Light.BLUE),
    ({"state": AgreementState.CLOSED, "verified": Decimal(99)},               Light.GREEN),
    ({"has_plan": False},                                                     Light.GREY),
    ({"has_target": False},                                                   Light.GREY),
    ({"last_report": None},                                                   Light.GREY),
    ({"days_between": None},                                                  Light.GREY),
    ({"last_report": AGO[138]},                                               Light.GREEN),
    ({"last_report": AGO[139]},                                               Light.GREY),
    ({"last_report": AGO[139], "ends_on": AGO[1]},                            Light.GREY),
    ({"ends_on": AGO[1]},                                                     Light.RED),
    ({"ends_on": AGO[1], "verified": Decimal(100)},                           Light.GREEN),
    ({"ends_on": DAY},                                                        Light.AMBER),
    ({"verified": Decimal(29), "expected": Decimal(50)},                      Light.RED),
    ({"verified": Decimal(30), "expected": Decimal(50)},                      Light.AMBER),
    ({"verified": Decimal("42.4"), "expected": Decimal(50)},                  Light.AMBER),
    ({"verified": Decimal("42.5"), "expected": Decimal(50)},                  Light.GREEN),
    ({"verified": Decimal(0), "expected": Decimal(0)},                        Light.GREEN),
    ({"late_since": AGO[31], "late_high_since": AGO[31]},                     Light.RED),
    ({"late_since": AGO[30], "late_high_since": AGO[30]},                     Light.AMBER),
    ({"late_since": AGO[31]},                                                 Light.AMBER),
    ({"overdue_since": AGO[15]},                                              Light.RED),
    ({"overdue_since": AGO[14]},                                              Light.GREEN),
    ({"ends_on": DAY + timedelta(days=60), "verified": Decimal(89)},          Light.AMBER),
    ({"ends_on": DAY + timedelta(days=60), "verified": Decimal(90)},          Light.GREEN),
    ({"ends_on": DAY + timedelta(days=61), "verified": Decimal(89)},          Light.GREEN),
    ({"turned_down_on": AGO[16]},                                             Light.AMBER),
    ({"turned_down_on": AGO[15]},                                             Light.GREEN),
]  # fmt: skip


@pytest.mark.parametrize(("known", "light"), LIGHTS)
def test_the_formula_case_by_case(known, light):
    found = reading(Facts(day=DAY, **WELL | known))

    assert found.light == light
    assert found.why


@pytest.mark.parametrize(
    "missing", [{"has_plan": False}, {"has_target": False}, {"last_report": None}]
)
@pytest.mark.parametrize("known", [known for known, _light in LIGHTS])
def test_a_light_never_turns_green_with_missing_data(known, missing):
    assert reading(Facts(day=DAY, **WELL | known | missing)).light != Light.GREEN


@pytest.fixture
def otuzco():
    return MunicipalityFactory(short_name="Otuzco")


@pytest.fixture
def planner():
    return regional(Role.PLANNER)


def midday(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("America/Lima"))


def running(otuzco, **more):
    """A convenio with a plan, a target and a report; one step of two is verified."""
    agreement = AgreementFactory(towns=[otuzco], signed=date(2026, 1, 1))
    town = next(p for p in parties(agreement) if p.organization.town_id == otuzco.pk)
    UndertakingFactory(
        agreement=agreement, party=town, baseline=0, baseline_on=date(2026, 1, 1), target=10
    )
    rosa, julio = UserFactory.create_batch(2)
    WorkItemFactory(
        agreement=agreement,
        party=town,
        due_on=date(2026, 3, 1),
        first_due_on=date(2026, 3, 1),
        done_on=date(2026, 2, 1),
        state=ItemState.VERIFIED,
        submitted_by=rosa,
        verified_by=julio,
    )
    WorkItemFactory(
        agreement=agreement,
        party=town,
        due_on=date(2026, 12, 1),
        first_due_on=date(2026, 12, 1),
        **more,
    )
    ReportFactory(
        agreement=agreement,
        party=town,
        state=ReportState.ACCEPTED,
        accepted_at=midday(date(2026, 6, 1)),
    )
    return agreement


def parties(agreement):
    with in_the_region():
        return list(agreement.parties.select_related("organization"))


def light_of(agreement, day=DAY):
    with in_the_region():
        return lights.of([agreement.pk], day)[agreement.pk]


def test_what_the_database_knows_gives_the_light(otuzco):
    found = light_of(running(otuzco))

    assert (found.light, found.facts.verified, found.facts.expected) == (Light.GREEN, 50, 50)


def test_a_red_light_says_since_when_and_who_has_to_act(otuzco):
    agreement = running(otuzco, is_high=True)

    found = light_of(agreement, date(2026, 12, 2))
    assert found.light == Light.GREY  # the report of June is too old by then
    ReportFactory(
        agreement=agreement,
        party=parties(agreement)[0],
        period_ends_on=date(2026, 9, 30),
        state=ReportState.ACCEPTED,
        accepted_at=midday(date(2026, 10, 5)),
    )
    found = light_of(agreement, date(2026, 12, 2))
    assert (found.light, found.since) == (Light.RED, date(2026, 12, 1))
    assert found.who == otuzco.organization.name


def test_a_convenio_fresh_from_signing_is_grey(otuzco):
    agreement = AgreementFactory(towns=[otuzco], signed=date(2026, 1, 1))

    found = light_of(agreement)

    assert (found.light, found.since) == (Light.GREY, date(2026, 1, 1))


def test_many_lights_cost_one_query(otuzco, django_assert_num_queries):
    for _ in range(3):
        AgreementFactory(towns=[otuzco], signed=date(2026, 1, 1))
    with in_the_region(), django_assert_num_queries(1):
        assert len(lights.of(day=DAY)) == 3


def test_a_light_set_by_hand_says_so_expires_and_reverts(otuzco):
    agreement = running(otuzco)
    OverrideFactory(
        agreement=agreement,
        light=Light.AMBER,
        set_on=DAY,
        expires_on=DAY + timedelta(days=10),
    )

    during = light_of(agreement, DAY + timedelta(days=10))
    after = light_of(agreement, DAY + timedelta(days=11))

    assert (during.light, during.is_by_hand, during.computed) == (Light.AMBER, True, Light.GREEN)
    assert (after.light, after.is_by_hand) == (Light.GREEN, False)


@pytest.mark.parametrize(
    ("days", "reason"), [(0, "Llega mañana."), (61, "Llega mañana."), (30, "…")]
)
def test_a_light_by_hand_needs_a_reason_and_an_end_within_60_days(otuzco, planner, days, reason):
    agreement = running(otuzco)
    until = timezone.localdate() + timedelta(days=days)

    with in_the_region(), pytest.raises(work.CannotOverride):
        work.override(agreement, by=planner, light=Light.AMBER, reason=reason, expires_on=until)


def test_the_database_too_refuses_a_light_by_hand_without_end(otuzco):
    with pytest.raises(IntegrityError, match="ends_in_time"), transaction.atomic():
        OverrideFactory(
            agreement=running(otuzco), expires_on=timezone.localdate() + timedelta(days=61)
        )
