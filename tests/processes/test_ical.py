"""What calendars read: checked with a parser, whatever somebody typed."""

from datetime import UTC, date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings, strategies as st
from icalendar import Calendar

from decide.calendar import Appointment, Day, Invitation, feed, ics, invitation
from municipalities.rls import municipality_scope
from processes import ical
from processes.actions import meetings
from tests.factories import DebateFactory, MunicipalityFactory, UserFactory
from tests.processes.factories import MeetingFactory, ProcessFactory, StepFactory


NOW = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def appointment(**fields):
    values = {"uid": "a@b", "starts_at": NOW, "title": "x", "url": "https://x/", "changed_at": NOW}
    return Appointment(**values | fields)


def lines_of(content):
    """Every line ends as RFC 5545 asks and is no longer than it allows."""
    assert content.endswith(b"\r\n")
    lines = content[:-2].split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    for line in lines:
        line.decode()  # no letter is cut in two
    return lines


@settings(max_examples=150, deadline=None)
@given(title=TYPED, text=TYPED, place=TYPED, name=TYPED)
def test_whatever_is_typed_stays_within_its_own_line(title, text, place, name):
    content = feed(name, [appointment(title=title, text=text, place=place), appointment(uid="2")])

    lines_of(content)
    calendar = Calendar.from_ical(content)
    first, second = calendar.walk("VEVENT")
    assert (str(first["uid"]), str(second["uid"])) == ("a@b", "2")
    assert str(first["summary"]).split() == kept(title).split()
    assert first["dtstart"].dt == NOW


@settings(max_examples=100, deadline=None)
@given(name=TYPED, organizer=TYPED)
def test_an_invitation_names_both_sides_whatever_they_are_called(name, organizer):
    to = Invitation(organizer, "decide@example.org", name, "rosa@example.org")

    content = invitation(appointment(), to, now=NOW)

    lines_of(content)
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event["attendee"] == "mailto:rosa@example.org"
    assert event["organizer"] == "mailto:decide@example.org"


@settings(max_examples=60, deadline=None)
@given(title=TYPED)
def test_a_whole_day_stays_a_day(title):
    content = ics("Fechas", [Day("d@x", date(2026, 12, 4), title, "https://x/")], now=NOW)

    lines_of(content.encode())
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 12, 4), date(2026, 12, 5))


def kept(text):
    """The text without what no line can hold."""
    ends = dict.fromkeys(map(ord, "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
    text = text.translate(ends)
    return "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign != "\x7f"))


# --- Of meetings


def events(client, address):
    answer = client.get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    lines_of(answer.content)
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_meeting_keeps_its_identity_when_it_moves(client, town):
    with municipality_scope(town):
        rosa, meeting = UserFactory(), MeetingFactory(municipality=town)
        address = reverse("agenda:meeting_ics", args=["otuzco", meeting.pk])
        (before,) = events(client, address)
        start = timezone.now() + timedelta(days=20)
        hours = {"starts_at": start, "ends_at": start + timedelta(hours=2)}
        meetings.move(meeting, by=rosa, reason="La lluvia.", **hours)

    (after,) = events(client, address)

    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["dtstart"].dt == start.replace(microsecond=0)
    assert after["last-modified"].dt >= before["last-modified"].dt


def test_a_meeting_says_where_it_is_and_nothing_of_who_comes(client, town):
    with municipality_scope(town):
        meeting = MeetingFactory(
            municipality=town,
            place_name="Colegio; aula 2",
            address="Jr. Lima, 5",
            latitude=-7.9,
            longitude=-78.5,
            online_url="https://video.example.org/1",
        )

    (event,) = events(client, reverse("agenda:meeting_ics", args=["otuzco", meeting.pk]))

    assert str(event["location"]) == "Colegio; aula 2, Jr. Lima, 5"
    assert (event["geo"].latitude, event["geo"].longitude) == (-7.9, -78.5)
    assert "https://video.example.org/1" in str(event["description"])
    assert not {"attendee", "organizer"} & {key.lower() for key in event}


def test_how_to_join_a_closed_session_is_in_no_calendar(client, town):
    with municipality_scope(town):
        MeetingFactory(municipality=town, closed=True, online_url="https://video.example.org/1")

    (event,) = events(client, reverse("agenda:ics", args=["otuzco"]))

    assert "video.example.org" not in str(event["description"])


def test_a_municipality_s_calendar_has_what_is_coming_and_was_cancelled(client, town):
    with municipality_scope(town):
        MeetingFactory(municipality=town)
        MeetingFactory(municipality=town, cancelled=True)
        MeetingFactory(municipality=town, draft=True)
        closes = timezone.now() + timedelta(days=4)
        DebateFactory(municipality=town, thread__closes_at=closes)

    found = events(client, reverse("agenda:ics", args=["otuzco"]))

    assert sorted(str(event["status"]) for event in found) == [
        "CANCELLED",
        "CONFIRMED",
        "CONFIRMED",
    ]
    assert len({str(event["uid"]) for event in found}) == 3


def test_a_process_has_a_calendar_of_its_own(client, town):
    with municipality_scope(town):
        process = ProcessFactory(municipality=town)
        StepFactory(municipality=town, process=process)
        mine = MeetingFactory(municipality=town, process=process)
        MeetingFactory(municipality=town)
        hidden = ProcessFactory(municipality=town, draft=True)

    found = events(client, reverse("agenda:process_ics", args=["otuzco", process.pk]))

    assert len(found) == 2
    assert f"{mine.uid}@{ical.host()}" in {str(event["uid"]) for event in found}
    address = reverse("agenda:process_ics", args=["otuzco", hidden.pk])
    assert client.get(address).status_code == 404


def test_the_region_s_calendar_has_all_places_or_one(client, town):
    other = MunicipalityFactory()
    for place in (town, other):
        with municipality_scope(place):
            MeetingFactory(municipality=place)

    assert len(events(client, reverse("region_agenda:ics"))) == 2
    assert len(events(client, f"{reverse('region_agenda:ics')}?municipalidad=otuzco")) == 1


def test_a_calendar_that_has_not_changed_is_not_sent_again(client, town):
    with municipality_scope(town):
        MeetingFactory(municipality=town)
    address = reverse("agenda:ics", args=["otuzco"])

    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304


def test_the_feed_of_meetings_has_the_cancelled_too_and_no_draft(client, town):
    with municipality_scope(town):
        MeetingFactory(municipality=town, title="La de \x07 mañana")
        MeetingFactory(municipality=town, cancelled=True, title="La de ayer")
        MeetingFactory(municipality=town, draft=True, title="La secreta")

    content = client.get(reverse("agenda:feed", args=["otuzco"])).content.decode()

    assert content.count("<entry>") == 2
    assert "La secreta" not in content
