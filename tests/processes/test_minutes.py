"""What a meeting decided: written, frozen, counted, and told apart from a mere formality."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from municipalities.rls import municipality_scope
from participation.models import Event, Intervention
from processes import formality
from processes.actions import minutes
from processes.enums import UndertakingState
from processes.models import AgendaItem, Meeting, Minutes
from tests.processes.factories import (
    AgendaItemFactory,
    MeetingFactory,
    MinutesFactory,
    UndertakingFactory,
    UndertakingUpdateFactory,
)


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def days_ago(number):
    return timezone.now() - timedelta(days=number)


def held(here, days, **fields):
    """A meeting of so many days ago, with its acta published."""
    start = days_ago(days)
    hours = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    meeting = MeetingFactory(municipality=here, called_at=start - timedelta(days=9), **hours)
    MinutesFactory(municipality=here, meeting=meeting, **fields)
    return meeting


# --- Writing and publishing


def test_an_acta_is_for_staff_until_it_is_published_and_then_frozen(here, rosa):
    meeting = MeetingFactory(municipality=here, over=True)
    point = AgendaItemFactory(municipality=here, meeting=meeting)

    minutes.write(meeting, by=rosa, text="Se habló.", attended=12, decided={point.pk: "Se hace."})
    minutes.write(meeting, by=rosa, text="Se habló mucho.", attended=14)
    acta = minutes.publish(meeting, by=rosa)

    point.refresh_from_db()
    assert (acta.text, acta.attended, point.decided) == ("Se habló mucho.", 14, "Se hace.")
    with pytest.raises(minutes.CannotMinute):
        minutes.write(meeting, by=rosa, text="Otra cosa.", attended=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Minutes.objects.filter(pk=acta.pk).update(text="Otra cosa.")
    with pytest.raises(IntegrityError), transaction.atomic():
        AgendaItem.objects.filter(pk=point.pk).update(decided="Otra cosa.")


@pytest.mark.parametrize("traits", [{"draft": True}, {"over": True, "cancelled": True}])
def test_what_was_not_held_has_no_acta(here, rosa, traits):
    meeting = MeetingFactory(municipality=here, **traits)

    with pytest.raises(minutes.CannotMinute):
        minutes.write(meeting, by=rosa, text="Se habló.", attended=1)


def test_a_meeting_to_come_has_no_acta(here, rosa):
    meeting = MeetingFactory(municipality=here)

    with pytest.raises(minutes.CannotMinute):
        minutes.write(meeting, by=rosa, text="Se habló.", attended=1)


@pytest.mark.parametrize(("attended", "reached"), [(30, True), (29, False)])
def test_whether_there_was_a_quorum_follows_from_who_came(here, rosa, attended, reached):
    meeting = MeetingFactory(municipality=here, over=True, quorum=30)

    acta = minutes.write(meeting, by=rosa, text="Se habló.", attended=attended)

    assert acta.had_quorum == reached


def test_no_more_women_came_than_people(here, rosa):
    meeting = MeetingFactory(municipality=here, over=True)

    with pytest.raises(minutes.CannotMinute):
        minutes.write(meeting, by=rosa, text="Se habló.", attended=10, women=11)


def test_who_came_is_counted_once_by_what_the_sheet_says(here, rosa):
    meeting = MeetingFactory(municipality=here, over=True)
    minutes.write(meeting, by=rosa, text="Se habló.", attended=10, women=6, rural=3)

    minutes.publish(meeting, by=rosa)
    with pytest.raises(minutes.CannotMinute):
        minutes.publish(meeting, by=rosa)

    rows = Intervention.objects.filter(kind="attendance")
    assert rows.count() == 10
    assert rows.filter(gender="woman").count() == 6
    assert rows.filter(area="rural").count() == 3
    assert rows.filter(gender="woman", area="rural").count() == 0  # nobody said so
    assert {row.day for row in rows} == {timezone.localdate(meeting.starts_at)}


def test_of_nobody_more_is_said_than_the_numbers_force(here, rosa):
    acta = MinutesFactory.build(attended=10, women=8, rural=5)

    people = minutes.people_of(acta)

    assert sum(bool(one.gender and one.area) for one in people) == 3


def test_followers_hear_of_an_acta_and_of_a_restricted_one_that_it_exists(here, rosa):
    meeting = MeetingFactory(municipality=here, over=True, closed=True)
    minutes.write(meeting, by=rosa, text="Un secreto.", attended=3)

    acta = minutes.publish(meeting, by=rosa)

    assert acta.is_restricted
    assert Event.objects.get(verb="minutes_published").data == {"restricted": True}


# --- Who reads it


def test_a_restricted_acta_is_seen_to_exist_and_read_by_staff_alone(client, town, rosa):
    with municipality_scope(town):
        acta = MinutesFactory(municipality=town, text="Un secreto.", is_restricted=True)
        AgendaItemFactory(municipality=town, meeting=acta.meeting, title="Punto")
        pk = acta.meeting_id
    addresses = [reverse(f"agenda:{name}", args=["otuzco", pk]) for name in ("minutes", "meeting")]
    pdf = reverse("agenda:minutes_pdf", args=["otuzco", pk])

    seen = [client.get(address) for address in addresses]
    hidden = client.get(pdf)
    client.force_login(rosa)
    read = client.get(addresses[0])

    assert [page.status_code for page in seen] == [200, 200]
    assert all("Un secreto." not in page.content.decode() for page in seen)
    assert hidden.status_code == 404
    assert "Un secreto." in read.content.decode()
    assert client.get(pdf).status_code == 200


def test_what_a_restricted_acta_decided_is_not_shown_with_the_agenda(client, town):
    with municipality_scope(town):
        meeting = MeetingFactory(municipality=town, over=True)
        AgendaItemFactory(municipality=town, meeting=meeting, decided="Lo decidido.")
        MinutesFactory(municipality=town, meeting=meeting, is_restricted=True)

    assert "Lo decidido." not in client.get(meeting.get_absolute_url()).content.decode()


def test_the_acta_on_paper_has_its_decisions_and_a_line_for_each_signature(client, town):
    with municipality_scope(town):
        acta = MinutesFactory(
            municipality=town, text="Se habló del agua.", signatures="Rosa Quispe, Alcaldesa"
        )
        UndertakingFactory(municipality=town, meeting=acta.meeting, text="Limpiar el canal")
    address = reverse("agenda:minutes_pdf", args=["otuzco", acta.meeting_id])

    pages = [client.get(address).content for _time in range(2)]

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pages[0])).pages)
    assert pages[0] == pages[1]
    assert all(said in text for said in ("Se habló del agua.", "Rosa Quispe", "Limpiar el canal"))


def test_staff_write_and_publish_an_acta_by_their_pages(client, town, rosa):
    with municipality_scope(town):
        meeting = MeetingFactory(municipality=town, over=True)
        point = AgendaItemFactory(municipality=town, meeting=meeting)
    client.force_login(rosa)
    typed = {"attended": "40", "women": "41", "text": "Se habló.", f"decided_{point.pk}": "Sí."}
    write = reverse("agenda:write_minutes", args=["otuzco", meeting.pk])

    wrong = client.post(write, typed)
    right = client.post(write, typed | {"women": "25"})
    client.post(reverse("agenda:publish_minutes", args=["otuzco", meeting.pk]))

    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"women"})
    assert right.status_code == 302
    client.logout()
    page = client.get(reverse("agenda:minutes", args=["otuzco", meeting.pk]))
    assert "Sí." in page.content.decode()


# --- What was agreed


def test_staff_write_down_what_was_agreed_and_machines_read_it(client, town, rosa):
    with municipality_scope(town):
        meeting = MeetingFactory(municipality=town, over=True)
        UndertakingFactory(municipality=town, meeting=meeting, is_public=False)
    client.force_login(rosa)
    due = timezone.localdate() + timedelta(days=20)
    typed = {"owner": "=Obras", "text": "Limpiar el canal", "due_on": due.isoformat()}

    client.post(reverse("agenda:agree", args=["otuzco", meeting.pk]), typed)
    client.logout()
    told = client.get(reverse("agenda:agreements_json", args=["otuzco", meeting.pk])).json()
    everything = client.get(reverse("agenda:all_agreements_json", args=["otuzco"])).json()
    table = client.get(reverse("agenda:agreements_csv", args=["otuzco", meeting.pk]))

    (row,) = told["agreements"]
    assert (row["text"], row["owner"], row["state"]) == ("Limpiar el canal", "=Obras", "open")
    assert row["due_on"] == due.isoformat()
    assert everything["agreements"] == told["agreements"]
    (line,) = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
    assert line["responsable"] == "'=Obras"  # no formula for a spreadsheet


# --- Only formal


def settled(meeting):
    return formality.is_only_formal(Meeting.objects.get(pk=meeting.pk))


@pytest.mark.parametrize(("days", "formal"), [(31, True), (29, False)])
def test_a_meeting_of_which_nothing_came_is_only_formal_after_thirty_days(here, days, formal):
    assert settled(held(here, days)) == formal


def test_a_decision_makes_it_more_than_formal(here):
    start = days_ago(40)
    meeting = MeetingFactory(
        municipality=here, starts_at=start, ends_at=start + timedelta(hours=1), called_at=start
    )
    AgendaItemFactory(municipality=here, meeting=meeting, decided="Se hace.")
    MinutesFactory(municipality=here, meeting=meeting)

    assert not settled(meeting)


@pytest.mark.parametrize(
    ("due", "state", "told", "formal"),
    [
        (20, UndertakingState.OPEN, None, False),  # in time
        (-5, UndertakingState.OPEN, None, True),  # overdue, and nobody says anything
        (-5, UndertakingState.OPEN, "asks", True),  # that it is asked for is no news
        (-5, UndertakingState.OPEN, "told", False),
        (-5, UndertakingState.DONE, None, False),
        (20, UndertakingState.DROPPED, None, True),
    ],
)
def test_what_was_agreed_counts_while_it_is_in_time_or_something_came_of_it(
    here, due, state, told, formal
):
    meeting = held(here, 40)
    agreed = UndertakingFactory(
        municipality=here,
        meeting=meeting,
        due_on=timezone.localdate() + timedelta(days=due),
        state=state,
    )
    if told:
        UndertakingUpdateFactory(
            municipality=here, undertaking=agreed, asks_evidence=told == "asks"
        )

    assert settled(meeting) == formal
    assert (meeting in formality.only_formal(Meeting.objects.all())) == formal
    assert (meeting in formality.effective(Meeting.objects.all())) != formal
    marked = formality.with_formality(Meeting.objects.all()).get(pk=meeting.pk)
    assert marked.formality == formal


@pytest.mark.parametrize("trait", ["without an acta", "cancelled"])
def test_what_has_no_acta_is_not_called_formal(here, trait):
    start = days_ago(40)
    hours = {"starts_at": start, "ends_at": start + timedelta(hours=1), "called_at": start}
    meeting = MeetingFactory(municipality=here, cancelled=trait == "cancelled", **hours)

    assert not settled(meeting)


def test_meetings_that_were_only_formal_are_not_counted_among_the_effective(client, town, rosa):
    with municipality_scope(town):
        held(town, 60, attended=40)
        UndertakingFactory(municipality=town, meeting=held(town, 60, attended=25))
        held(town, 10, attended=7)
        MeetingFactory(municipality=town, over=True)
        told = formality.figures(town)
    client.force_login(rosa)

    page = client.get(reverse("agenda:desk", args=["otuzco"]))

    assert (told["effective"], told["effective_people"]) == (1, 25)
    assert (told["formal"], told["formal_people"]) == (1, 40)
    assert (told["open"], told["open_people"], told["without_minutes"]) == (1, 7, 1)
    assert page.context["figures"] == told


def test_a_formal_meeting_says_so_in_the_list_and_on_its_page(client, town):
    with municipality_scope(town):
        meeting = held(town, 60)

    listed = client.get(reverse("agenda:index", args=["otuzco"]) + "?cuando=pasadas")
    page = client.get(meeting.get_absolute_url())

    (entry,) = listed.context["page"].object_list
    assert entry.meeting.formality
    assert page.context["meeting"].formality
    assert 'class="alert tone-bad"' in page.content.decode()
