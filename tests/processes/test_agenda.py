"""Whatever has its day, in one agenda: of a municipality, of a month, of the region."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from municipalities.enums import MunicipalityState
from municipalities.rls import municipality_scope
from processes import agenda
from tests.budgets.factories import BudgetFactory, StepFactory as BudgetStepFactory
from tests.factories import DebateFactory, MunicipalityFactory, PollFactory
from tests.norms.factories import NormFactory
from tests.processes.factories import MeetingFactory, MinutesFactory, ProcessFactory, StepFactory


def in_days(number):
    return timezone.now() + timedelta(days=number)


def coming(town, **options):
    return agenda.entries(town, timezone.now(), in_days(60), **options)


def one_of_each(town):
    """A meeting, and a day of a debate, a vote, a budget, a norm and a process."""
    return [
        MeetingFactory(municipality=town, starts_at=in_days(1), ends_at=in_days(2)),
        DebateFactory(municipality=town, thread__closes_at=in_days(3)),
        PollFactory(municipality=town, ready=True, opens_at=in_days(4), closes_at=in_days(5)),
        NormFactory(municipality=town, opens_at=in_days(-1), closes_at=in_days(6)),
        StepFactory(municipality=town, starts_at=in_days(9), ends_at=in_days(10)),
    ]


def test_all_that_has_its_day_stands_in_one_order(here):
    one_of_each(here)

    found = coming(here)

    moments = [entry.starts_at for entry in found]
    assert moments == sorted(moments)
    assert {entry.kind for entry in found} == {
        agenda.Kind.MEETING,
        agenda.Kind.DEBATE,
        agenda.Kind.VOTE,
        agenda.Kind.NORM,
        agenda.Kind.PROCESS,
    }
    assert {entry.what for entry in found if entry.kind == agenda.Kind.VOTE} == {
        agenda.What.VOTE_OPENS,
        agenda.What.VOTE_CLOSES,
    }


def test_the_steps_of_an_open_budget_begin_and_end(here):
    budget = BudgetFactory(municipality=here, opened=True)
    budget.steps.all().delete()
    BudgetStepFactory(municipality=here, budget=budget, starts_at=in_days(2), ends_at=in_days(4))

    found = coming(here, kinds=(agenda.Kind.BUDGET,))

    assert [entry.what for entry in found] == ["budget_begins", "budget_ends"]


def test_what_is_in_preparation_is_in_no_agenda(here):
    MeetingFactory(municipality=here, draft=True)
    NormFactory(municipality=here, draft=True)
    process = ProcessFactory(municipality=here, draft=True)
    StepFactory(municipality=here, process=process, starts_at=in_days(2), ends_at=in_days(3))

    assert coming(here) == []


def test_a_step_is_not_told_beside_the_meeting_that_is_its_own(here):
    process = ProcessFactory(municipality=here)
    step = StepFactory(
        municipality=here, process=process, kind="meeting", starts_at=in_days(7), ends_at=in_days(8)
    )
    MeetingFactory(municipality=here, process=process, step=step)

    assert [entry.kind for entry in coming(here)] == [agenda.Kind.MEETING]
    assert [entry.kind for entry in coming(here, process=process)] == [agenda.Kind.MEETING]


@pytest.mark.parametrize("count", [1, 3])
def test_the_agenda_asks_the_same_queries_for_one_or_many(here, count, django_assert_num_queries):
    for _number in range(count):
        one_of_each(here)

    with django_assert_num_queries(6):
        found = coming(here)
        [(entry.url, entry.what.label) for entry in found]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_or_many(client, town, count):
    with municipality_scope(town):
        for _number in range(count):
            one_of_each(town)
            MinutesFactory(municipality=town)
    client.get("/otuzco/agenda/")

    with CaptureQueriesContext(connection) as asked:
        page = client.get("/otuzco/agenda/")

    assert page.status_code == 200
    COST.setdefault("list", len(asked))
    assert COST["list"] == len(asked)


COST = {}


def test_what_is_over_is_listed_apart_the_latest_first(client, town):
    with municipality_scope(town):
        old, late = (
            MeetingFactory(
                municipality=town,
                starts_at=in_days(-n),
                ends_at=in_days(1 - n),
                called_at=in_days(-n - 5),
            )
            for n in (30, 10)
        )
        ahead = MeetingFactory(municipality=town)

    now = client.get("/otuzco/agenda/").context["page"].object_list
    past = client.get("/otuzco/agenda/?cuando=pasadas").context["page"].object_list

    assert [entry.meeting for entry in now] == [ahead]
    assert [entry.meeting for entry in past] == [late, old]


def test_a_list_is_narrowed_to_one_kind_and_what_makes_no_sense_narrows_nothing(client, town):
    with municipality_scope(town):
        one_of_each(town)

    votes = client.get("/otuzco/agenda/?tipo=votaciones").context["page"].object_list
    nonsense = client.get("/otuzco/agenda/?tipo=%00&page=x").context["page"].object_list

    assert {entry.kind for entry in votes} == {agenda.Kind.VOTE}
    assert len(nonsense) == 8


def test_a_fragment_is_a_part_of_its_page(client, town):
    with municipality_scope(town):
        MeetingFactory(municipality=town)

    page = client.get("/otuzco/agenda/").content.decode()
    fragment = client.get("/otuzco/agenda/", headers={"HX-Request": "true"}).content.decode()

    assert " ".join(fragment.split()) in " ".join(page.split())


# --- A month


def test_a_month_is_a_table_of_whole_weeks_and_a_list_of_what_is_in_it(client, town):
    start = timezone.localtime(in_days(40)).replace(day=15, hour=19, minute=0)
    with municipality_scope(town):
        meeting = MeetingFactory(
            municipality=town, starts_at=start, ends_at=start + timedelta(hours=1)
        )
    address = reverse("agenda:month", args=["otuzco", start.year, start.month])

    page = client.get(address)

    month = page.context["month"]
    assert {len(week) for week in month.weeks} == {7}
    ((day),) = month.days
    assert (day.date, day.entries[0].meeting) == (start.date(), meeting)
    assert 'href="#dia-15"' in page.content.decode()
    assert 'id="dia-15"' in page.content.decode()


def test_an_evening_in_lima_stands_on_its_own_day(here):
    start = timezone.localtime(in_days(5)).replace(hour=22, minute=30)  # tomorrow in UTC
    MeetingFactory(municipality=here, starts_at=start, ends_at=start + timedelta(hours=1))

    (entry,) = coming(here)

    assert entry.day == start.date()


@pytest.mark.parametrize(("year", "month"), [(2026, 13), (2026, 0), (1500, 1), (9999, 12)])
def test_a_month_that_cannot_be_is_not_found(client, town, year, month):
    assert client.get(f"/otuzco/agenda/mes/{year}/{month}/").status_code == 404
    assert client.get(f"/agenda/mes/{year}/{month}/").status_code == 404


# --- The region


def test_the_region_sees_what_is_public_in_every_open_space(client, town):
    neighbour, closed = MunicipalityFactory(), MunicipalityFactory(state=MunicipalityState.PAUSED)
    for place in (town, neighbour, closed):
        with municipality_scope(place):
            MeetingFactory(municipality=place, title=f"De {place.pk}")
            MeetingFactory(municipality=place, draft=True)

    def titles(query=""):
        return {entry.title for entry, _place in client.get(f"/agenda/{query}").context["page"]}

    assert titles() == {f"De {town.pk}", f"De {neighbour.pk}"}
    assert titles(f"?municipalidad={neighbour.slug}") == {f"De {neighbour.pk}"}
    assert titles(f"?provincia={town.place_id[:4]}") == {f"De {town.pk}"}
    assert titles("?tipo=votaciones") == set()


def test_the_region_is_read_once_a_minute_for_everybody(client, town):
    with municipality_scope(town):
        MeetingFactory(municipality=town)
    first = client.get("/agenda/").context["page"].paginator.count
    with municipality_scope(town):
        MeetingFactory(municipality=town)

    assert client.get("/agenda/").context["page"].paginator.count == first == 1


def test_a_month_of_the_region_names_the_place_of_each(client, town):
    with municipality_scope(town):
        meeting = MeetingFactory(municipality=town)
    day = timezone.localtime(meeting.starts_at)

    page = client.get(reverse("region_agenda:month", args=[day.year, day.month]))

    assert town.short_name in page.content.decode()
    assert meeting.get_absolute_url() in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_agenda_of_the_region_costs_the_same_for_one_place_or_many(client, count):
    for place in MunicipalityFactory.create_batch(count):
        with municipality_scope(place):
            one_of_each(place)

    with CaptureQueriesContext(connection) as asked:
        page = client.get("/agenda/")

    assert page.context["page"].paginator.count == 8 * count
    assert len(asked) == COST.setdefault("region", len(asked))
