"""Reports of the parties, their coordinators, and new authorities in January 2027."""

from datetime import date, timedelta

import pytest
import time_machine

from agreements.actions import convenios, coordinators, reports
from agreements.lateness import Lateness, lateness
from agreements.models import Report, Task
from agreements.periodic import ask_who_is_there
from municipalities.rls import municipality_scope
from tests.agreements.convenios import municipal_party, regional, staff_of, whole
from tests.agreements.factories import (
    CoordinatorFactory,
    MemberFactory,
    OfficeFactory,
    ReportFactory,
    in_the_region,
)
from tests.factories import MunicipalityFactory


@pytest.fixture
def planner():
    return regional()


@pytest.fixture
def otuzco():
    return MunicipalityFactory()


@pytest.fixture
def agreement(otuzco):
    return whole(otuzco, signed=True, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))


@pytest.fixture
def report(agreement):
    return ReportFactory(agreement=agreement, party=municipal_party(agreement))


# --- Reports


def test_each_quarter_is_owed_fifteen_working_days_later(planner, agreement):
    with in_the_region():
        planned = reports.plan(agreement, by=planner)
        again = reports.plan(agreement, by=planner)
        found = Report.objects.filter(agreement=agreement)

        assert [one.period_ends_on for one in planned] == [
            date(2026, 3, 31),
            date(2026, 6, 30),
            date(2026, 9, 30),
            date(2026, 12, 31),
        ]
        # After 31 March 2026 come Holy Thursday and Good Friday.
        assert planned[0].due_on == date(2026, 4, 23)
        assert again == []
        assert {one.party for one in found} == {municipal_party(agreement)}


@pytest.mark.parametrize(
    ("days", "state", "expected"),
    [
        (-8, "due", Lateness.IN_TIME),
        (-7, "due", Lateness.SOON),
        (0, "due", Lateness.SOON),
        (1, "due", Lateness.LATE),
        (14, "returned", Lateness.LATE),
        (15, "due", Lateness.VERY_LATE),
        (15, "submitted", Lateness.SENT),
        (15, "certified", Lateness.SENT),
        (15, "accepted", Lateness.SENT),
    ],
)
def test_how_late_a_report_is_follows_from_its_day(days, state, expected):
    due = date(2026, 4, 22)
    assert lateness(Report(due_on=due, state=state), due + timedelta(days=days)) == expected


def test_one_sends_another_certifies_and_the_region_accepts(planner, otuzco, report):
    first, second = staff_of(otuzco), staff_of(otuzco)
    with municipality_scope(otuzco):
        reports.submit(report, by=first, text="Se hicieron dos talleres.")
        with pytest.raises(reports.CannotReport):
            reports.certify(report, by=first)
        reports.certify(report, by=second)
    with in_the_region():
        accepted = reports.accept(report, by=planner)
        verbs = list(report.agreement.events.values_list("verb", flat=True))
    assert (accepted.state, accepted.accepted_by) == ("accepted", planner)
    assert verbs == ["report_submitted", "report_certified", "report_accepted"]


def test_a_returned_report_says_why_and_is_certified_again(planner, otuzco, report):
    first, second = staff_of(otuzco), staff_of(otuzco)
    with municipality_scope(otuzco):
        reports.submit(report, by=first, text="Hicimos algo.")
        reports.certify(report, by=second)
    with in_the_region():
        with pytest.raises(reports.CannotReport):
            reports.give_back(report, by=planner, reason=" ")
        returned = reports.give_back(report, by=planner, reason="¿Cuántas personas?")
    with municipality_scope(otuzco):
        again = reports.submit(returned, by=second, no_progress=True)
        with pytest.raises(reports.CannotReport):
            reports.certify(again, by=second)
        reports.certify(again, by=first)


def test_a_report_that_says_nothing_is_none(otuzco, report):
    with municipality_scope(otuzco), pytest.raises(reports.CannotReport):
        reports.submit(report, by=staff_of(otuzco), text=" ")


def test_nobody_reports_for_another_party(planner, report):
    other = staff_of(MunicipalityFactory())
    with in_the_region():
        for person in (other, planner):
            with pytest.raises(reports.CannotReport):
                reports.submit(report, by=person, text="x")


def test_whoever_speaks_for_an_organisation_reports_for_it(agreement):
    with in_the_region():
        party = municipal_party(agreement)
        member = MemberFactory(organization=party.organization)
        former = MemberFactory(organization=party.organization, ends_on=date(2020, 1, 1))
        report = ReportFactory(agreement=agreement, party=party)
        with pytest.raises(reports.CannotReport):
            reports.submit(report, by=former.user, text="x")
        assert reports.submit(report, by=member.user, text="x").submitted_by == member.user


def test_only_what_was_certified_is_accepted(planner, otuzco, report):
    with in_the_region(), pytest.raises(reports.CannotReport):
        reports.accept(report, by=planner)


# --- Coordinators


def test_a_coordinator_ends_when_another_begins(planner, agreement):
    with in_the_region():
        party = municipal_party(agreement)
        old, new = OfficeFactory.create_batch(2, organization=party.organization)
        first = coordinators.name(party, old, starts_on=date(2026, 1, 2), by=planner)
        second = coordinators.name(
            party, new, starts_on=date(2026, 6, 1), by=planner, designated_by="RA 12-2026"
        )
        first.refresh_from_db()
        with pytest.raises(convenios.CannotChange):
            coordinators.name(party, OfficeFactory(), starts_on=date(2026, 7, 1), by=planner)
    assert (first.ends_on, second.ends_on) == (date(2026, 5, 31), None)


def test_new_authorities_are_asked_once_for_each_municipal_party(planner):
    ours, theirs = MunicipalityFactory.create_batch(2)
    agreement = whole(ours, theirs, signed=True)
    expired = whole(ours, signed=True, ends_on=date(2026, 6, 30))
    with in_the_region():
        assert coordinators.open_ratify_tasks(date(2026, 12, 31)) == 0
        assert coordinators.open_ratify_tasks(date(2027, 1, 4)) == 2
        assert coordinators.open_ratify_tasks(date(2027, 1, 5)) == 0
        tasks = Task.objects.filter(kind="ratify")
        assert {task.municipality for task in tasks} == {ours, theirs}
        assert {task.due_on for task in tasks} == {date(2027, 1, 31)}
        assert not tasks.filter(agreement=expired).exists()
        assert tasks.filter(agreement=agreement).count() == 2


def test_whoever_was_named_by_the_new_authorities_is_not_asked_for_again(planner, otuzco):
    agreement = whole(otuzco, signed=True)
    with in_the_region():
        party = municipal_party(agreement)
        office = OfficeFactory(organization=party.organization)
        CoordinatorFactory(
            agreement=agreement, party=party, office=office, starts_on=date(2027, 1, 2)
        )
        assert coordinators.open_ratify_tasks(date(2027, 1, 4)) == 0


@time_machine.travel("2027-01-10 12:00-05:00")
def test_ratifying_or_naming_another_settles_the_task(planner, otuzco):
    agreement, other = whole(otuzco, signed=True), whole(otuzco, signed=True)
    with in_the_region():
        coordinators.open_ratify_tasks(date(2027, 1, 4))
        party = municipal_party(agreement)
        with pytest.raises(convenios.CannotChange):
            coordinators.ratify(party, by=planner, act=" ")
        coordinators.ratify(party, by=planner, act="Oficio 3-2027-MPO")
        second = municipal_party(other)
        office = OfficeFactory(organization=second.organization)
        coordinators.name(second, office, starts_on=date(2027, 1, 9), by=planner)
        assert set(Task.objects.values_list("state", flat=True)) == {"done"}


def test_an_office_past_its_day_is_to_be_brought_up_to_date_once():
    office = OfficeFactory(valid_until=date(2026, 6, 30))
    OfficeFactory(valid_until=date(2030, 1, 1))
    OfficeFactory()
    with in_the_region():
        assert not office.is_current
        assert coordinators.open_contact_tasks(date(2026, 7, 1)) == 1
        assert coordinators.open_contact_tasks(date(2026, 7, 2)) == 0
        assert Task.objects.get(kind="contact").office == office


@time_machine.travel("2027-01-04 05:10-05:00")
def test_every_day_the_clock_asks_what_nobody_has_asked_yet():
    whole(MunicipalityFactory(), signed=True)
    OfficeFactory(valid_until=date(2026, 12, 31))
    assert ask_who_is_there() == 2
    assert ask_who_is_there() == 0
