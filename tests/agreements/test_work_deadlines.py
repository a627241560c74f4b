"""Reminders: each threshold once, also after days without a worker; and calendars."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from agreements import deadlines
from agreements.actions import reminders
from agreements.enums import Heartbeat, ItemState, TaskKind
from agreements.heartbeat import beats
from agreements.models import Reminder, Task
from agreements.views.work import calendar_token
from municipalities.rls import region_scope
from tests.admin.test_scope import regional, staff
from tests.agreements.factories import (
    AgreementFactory,
    CommitmentFactory,
    CoordinatorFactory,
    OfficeFactory,
    ReportFactory,
    WorkItemFactory,
    in_the_region,
    the_region,
)
from tests.factories import InterventionFactory, MunicipalityFactory


ENDS = date(2026, 12, 31)


@pytest.fixture
def otuzco():
    return MunicipalityFactory(short_name="Otuzco")


@pytest.fixture
def agreement(otuzco):
    return AgreementFactory(towns=[otuzco], ends_on=ENDS, signed=date(2026, 1, 1))


@pytest.fixture
def office(agreement, otuzco):
    """The municipality's, which coordinates."""
    with in_the_region():
        party = agreement.parties.get(organization__town=otuzco)
    office = OfficeFactory(email="participacion@example.org")
    CoordinatorFactory(agreement=agreement, party=party, office=office)
    return office


def told(day):
    """What a run on a day tells, by the thresholds of what it is about."""
    with in_the_region(), region_scope("tests"):
        known = set(Reminder.objects.values_list("key", flat=True))
        reminders.tell_of_deadlines(day)
        fresh = set(Reminder.objects.values_list("key", flat=True)) - known
    return sorted(key.partition(":")[0] + key.rpartition(":")[2] for key in fresh)


CROSSED = [
    # days before the end   told of the end
    (181, None),
    (180, -180),
    (179, -180),
    (91, None),  # -180 is history by then
    (90, -90),
    (62, -90),
    (60, -60),
    (0, 0),
    (-30, 0),
    (-31, None),
]


@pytest.mark.parametrize(("left", "offset"), CROSSED)
def test_the_latest_threshold_that_was_crossed_lately(left, offset):
    day = ENDS - timedelta(days=left)

    assert deadlines.latest(deadlines.ENDS, ENDS, day) == offset


def test_after_three_days_without_a_worker_one_notice_for_each_threshold(agreement):
    before = ENDS - timedelta(days=91)

    assert told(before) == []
    assert told(before + timedelta(days=3)) == ["ends-90"]
    assert told(before + timedelta(days=3)) == []
    assert told(before + timedelta(days=4)) == []


def test_if_several_were_crossed_meanwhile_only_the_latest_is_told(agreement):
    assert told(ENDS - timedelta(days=14)) == ["ends-15", "notice-7"]
    assert told(ENDS - timedelta(days=13)) == []


def test_a_date_that_moves_begins_anew(agreement):
    day = ENDS - timedelta(days=30)
    told(day)
    with in_the_region():
        type(agreement).objects.filter(pk=agreement.pk).update(ends_on=ENDS + timedelta(days=30))

    assert "ends-60" in told(day)


def test_the_office_that_coordinates_gets_an_e_mail(
    agreement, office, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        told(ENDS - timedelta(days=90))

    assert [mail.to for mail in mailoutbox] == [["participacion@example.org"]]
    assert agreement.code in mailoutbox[0].body


def test_within_90_days_of_its_end_somebody_has_to_renew_it_once(agreement):
    told(ENDS - timedelta(days=90))
    told(ENDS - timedelta(days=60))

    with in_the_region():
        task = Task.objects.select_related("agreement").get(kind=TaskKind.RENEW)
    assert (task.agreement, task.due_on) == (agreement, ENDS)


def test_reports_and_steps_are_told_before_and_after_their_day(agreement, office, otuzco):
    with in_the_region():
        party = agreement.parties.get(organization__town=otuzco)
    mine = {"agreement": agreement, "party": party}
    ReportFactory(**mine, due_on=date(2026, 4, 22))
    WorkItemFactory(**mine, due_on=date(2026, 4, 22), first_due_on=date(2026, 4, 22))
    WorkItemFactory(**mine, due_on=date(2026, 4, 22))  # of a plan that nobody approved

    seen = {day: told(date(2026, 4, 22) + timedelta(days=day)) for day in (-7, -3, 0, 7, 14)}

    assert seen == {
        -7: ["report-7", "step-15"],
        -3: ["step-3"],
        0: ["report0", "step0"],
        7: ["report7", "step7"],
        14: ["report14"],
    }


def test_90_days_are_left_of_the_commitment_and_its_renewal_is_a_task():
    CommitmentFactory(code="LAL0009", ends_on=date(2020, 12, 31))
    the_region()
    day = date(2020, 10, 2)

    assert [one.days for one in deadlines.guard(day)] == [90]
    assert told(day) == ["commitment-90"]
    with in_the_region():
        assert (
            Task.objects.get(kind=TaskKind.RENEW).key
            == f"renew:commitment:{deadlines.Commitment.objects.get().pk}:2020-12-31"
        )


# --- Spaces without activity


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (0, Heartbeat.ACTIVE),
        (59, Heartbeat.ACTIVE),
        (60, Heartbeat.AT_RISK),
        (89, Heartbeat.AT_RISK),
        (90, Heartbeat.INACTIVE),
        (None, Heartbeat.INACTIVE),
    ],
)
def test_the_heartbeat_of_a_space(days, state):
    day = date(2026, 7, 1)
    last = None if days is None else day - timedelta(days=days)

    assert beats(last, day) == state


def test_a_space_where_nobody_takes_part_becomes_a_task_once_for_each_silence(otuzco):
    AgreementFactory(towns=[otuzco], starts_on=date(2020, 1, 1), signed=date(2020, 1, 1))
    today = timezone.localdate()
    with in_the_region(), region_scope("tests"):
        InterventionFactory(municipality=otuzco, day=today - timedelta(days=90))
        assert [reminders.look_after_spaces(today) for _ in range(2)] == [1, 0]
        InterventionFactory(municipality=otuzco, day=today)
        assert reminders.look_after_spaces(today + timedelta(days=89)) == 0
        assert reminders.look_after_spaces(today + timedelta(days=90)) == 1


# --- Calendars


def test_a_planner_s_telephone_reads_all_dates_without_signing_in(client, agreement):
    planner = regional(Role.PLANNER)
    with in_the_region():
        agreement.ends_on = timezone.localdate() + timedelta(days=40)
        agreement.save(update_fields=["ends_on"])

    answer = client.get(reverse("agreements:calendar", args=[calendar_token(planner)]))

    assert answer["Content-Type"].startswith("text/calendar")
    assert agreement.code in answer.content.decode()


def test_the_calendar_of_somebody_without_a_role_is_not_there(client, otuzco):
    for token in (calendar_token(staff(otuzco)), "1:x"):
        assert client.get(reverse("agreements:calendar", args=[token])).status_code == 404


def test_a_municipality_s_calendar_shows_what_is_published(client, otuzco):
    soon = timezone.localdate() + timedelta(days=40)
    for published in (True, False):
        made = AgreementFactory(
            towns=[otuzco],
            code="CONV-PUBLIC" if published else "CONV-DRAFT",
            published=published,
        )
        WorkItemFactory(agreement=made, due_on=soon, state=ItemState.PENDING)

    found = client.get(reverse("agreed:calendar", args=[otuzco.slug])).content.decode()

    assert ("CONV-PUBLIC" in found, "CONV-DRAFT" in found) == (True, False)
