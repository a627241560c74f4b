"""Meetings: called in time or late, moved and cancelled for all to see, and a seat for each."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts import assistance
from municipalities.enums import MunicipalityState
from municipalities.rls import municipality_scope
from participation.enums import Channel
from participation.models import Event, Intervention, Notice
from processes.actions import meetings, registrations
from processes.enums import MeetingState
from processes.models import Meeting, Registration
from processes.tasks.meetings import tell_registered
from tests.factories import FollowFactory, UserFactory
from tests.processes.factories import (
    AgendaItemFactory,
    MeetingFactory,
    MinutesFactory,
    ProcessFactory,
    RegistrationFactory,
    UndertakingFactory,
)


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def in_days(number, hours=0):
    return timezone.now() + timedelta(days=number, hours=hours)


def prepared(town, by, **fields):
    values = {"title": "Asamblea del agua", "place_name": "Casa comunal"}
    values |= {"starts_at": in_days(10), "ends_at": in_days(10, 2)} | fields
    return meetings.prepare(town, by=by, form_key=uuid.uuid4(), **values)


def sent(django_capture_on_commit_callbacks, act, *args, **kwargs):
    """What the act gave, once all that waits for its commit has run."""
    with django_capture_on_commit_callbacks(execute=True):
        return act(*args, **kwargs)


def event_of(message):
    """The appointment in a mail, and what the mail asks of the calendar."""
    (part,) = [p for p in message.message().walk() if p.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    return calendar.walk("VEVENT")[0], str(calendar["method"])


# --- Preparing and calling


def test_the_same_form_sent_again_prepares_one_meeting(here, rosa):
    key, hours = uuid.uuid4(), {"starts_at": in_days(3), "ends_at": in_days(3, 1)}

    first = meetings.prepare(here, by=rosa, form_key=key, title="Asamblea", **hours)
    again = meetings.prepare(here, by=rosa, form_key=key, title="Asamblea", **hours)

    assert first == again


def test_a_meeting_in_preparation_is_for_staff_alone(client, town, rosa):
    with municipality_scope(town):
        meeting = prepared(town, rosa)
    address = reverse("agenda:meeting", args=["otuzco", meeting.pk])

    assert client.get(address).status_code == 404
    client.force_login(rosa)
    assert client.get(address).status_code == 200


def test_who_follows_the_municipality_hears_of_a_meeting_that_is_called(
    here, rosa, django_capture_on_commit_callbacks
):
    follow = FollowFactory(municipality=here, thread=None)
    meeting = prepared(here, rosa)

    sent(django_capture_on_commit_callbacks, meetings.call, meeting, by=rosa)

    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CALLED
    assert meeting.thread.is_public
    assert Notice.objects.get(event__verb="meeting_called").user == follow.user


@pytest.mark.parametrize(("days", "in_time"), [(11, True), (9, False)])
def test_what_is_called_with_less_notice_than_the_rules_ask_says_so(here, rosa, days, in_time):
    meeting = prepared(here, rosa, starts_at=in_days(days), ends_at=in_days(days, 1), call_days=10)

    assert meeting.would_be_called_in_time == in_time
    assert meetings.call(meeting, by=rosa).was_called_in_time == in_time
    assert Event.objects.get(verb="meeting_called").data["late"] != in_time


def test_a_meeting_without_a_place_is_not_called(here, rosa):
    meeting = prepared(here, rosa, place_name="")

    with pytest.raises(meetings.CannotMeet):
        meetings.call(meeting, by=rosa)


def test_a_meeting_whose_hour_has_passed_is_not_called(here, rosa):
    meeting = prepared(here, rosa, starts_at=in_days(-1), ends_at=in_days(-1, 1))

    with pytest.raises(meetings.CannotMeet):
        meetings.call(meeting, by=rosa)


def test_nothing_is_called_where_the_space_is_not_open(here, rosa):
    meeting = prepared(here, rosa)
    here.state = MunicipalityState.PAUSED
    here.save()

    with pytest.raises(meetings.CannotMeet):
        meetings.call(meeting, by=rosa)


def test_a_closed_session_says_why_or_is_not_prepared(here, rosa):
    with pytest.raises(meetings.CannotMeet):
        prepared(here, rosa, is_closed=True)

    assert prepared(here, rosa, is_closed=True, closed_why="Salud de una persona").is_closed


def test_points_keep_their_order_and_their_minutes(here, rosa):
    meeting = prepared(here, rosa, items=["El agua", {"title": "La luz", "minutes": 20}])

    meetings.revise(meeting, by=rosa, items=[{"title": "La luz", "minutes": 30}, "El agua"])

    assert list(meeting.items.values_list("position", "title", "minutes")) == [
        (1, "La luz", 30),
        (2, "El agua", None),
    ]


# --- Moving and cancelling


def test_who_registered_is_told_of_the_new_hour_with_what_their_calendar_reads(
    here, rosa, django_capture_on_commit_callbacks
):
    meeting = MeetingFactory(municipality=here, takes_registrations=True)
    person = UserFactory()
    sent(django_capture_on_commit_callbacks, registrations.register, meeting, by=person)
    (invitation,) = mail.outbox
    starts, ends = in_days(14), in_days(14, 1)

    sent(
        django_capture_on_commit_callbacks,
        meetings.move,
        meeting,
        by=rosa,
        starts_at=starts,
        ends_at=ends,
        reason="La lluvia.",
    )

    first, asked = event_of(invitation)
    moved, asked_again = event_of(mail.outbox[1])
    assert (asked, asked_again) == ("REQUEST", "REQUEST")
    assert first["uid"] == moved["uid"]
    assert (first["sequence"], moved["sequence"]) == (0, 1)
    assert moved["dtstart"].dt == starts.replace(microsecond=0)
    assert moved["attendee"] == f"mailto:{person.email}"
    assert mail.outbox[1].to == [person.email]
    assert invitation.extra_headers["Message-ID"] != mail.outbox[1].extra_headers["Message-ID"]


def test_a_cancelled_meeting_is_struck_out_of_calendars_and_stays_listed(
    client, town, rosa, django_capture_on_commit_callbacks
):
    with municipality_scope(town):
        meeting = MeetingFactory(municipality=town, takes_registrations=True)
        sent(django_capture_on_commit_callbacks, registrations.register, meeting, by=UserFactory())
        sent(
            django_capture_on_commit_callbacks,
            meetings.cancel,
            meeting,
            by=rosa,
            reason="La carretera está cortada.",
        )

    event, asked = event_of(mail.outbox[-1])
    feed = Calendar.from_ical(client.get(reverse("agenda:ics", args=["otuzco"])).content)
    (listed,) = feed.walk("VEVENT")
    page = client.get(meeting.get_absolute_url())
    assert asked == "CANCEL"
    assert {str(event["status"]), str(listed["status"])} == {"CANCELLED"}
    assert listed["sequence"] == 1
    assert "La carretera está cortada." in page.content.decode()
    assert meeting.get_absolute_url() in client.get("/otuzco/agenda/").content.decode()


def test_a_task_that_runs_twice_sends_nothing_twice(here, rosa, django_capture_on_commit_callbacks):
    meeting = MeetingFactory(municipality=here, takes_registrations=True)
    sent(django_capture_on_commit_callbacks, registrations.register, meeting, by=UserFactory())

    assert len(mail.outbox) == 1
    assert tell_registered(here.pk, meeting.pk) == 0
    assert len(mail.outbox) == 1


def test_who_has_no_mail_finds_a_notice_of_the_move(here, rosa, django_capture_on_commit_callbacks):
    meeting = MeetingFactory(municipality=here, takes_registrations=True)
    person = UserFactory(email=None, phone="+51949000111", phone_verified=True)
    sent(django_capture_on_commit_callbacks, registrations.register, meeting, by=person)

    sent(django_capture_on_commit_callbacks, meetings.cancel, meeting, by=rosa, reason="La lluvia.")

    assert mail.outbox == []
    assert Notice.objects.get(user=person).event.verb == "meeting_cancelled_told"


@pytest.mark.parametrize("act", [meetings.cancel, meetings.move])
def test_what_is_over_is_neither_moved_nor_cancelled(here, rosa, act):
    meeting = MeetingFactory(municipality=here, over=True)
    hours = {} if act is meetings.cancel else {"starts_at": in_days(2), "ends_at": in_days(2, 1)}

    with pytest.raises(meetings.CannotMeet):
        act(meeting, by=rosa, reason="Porque sí", **hours)


def test_a_cancelled_meeting_takes_nobody(here):
    meeting = MeetingFactory(municipality=here, cancelled=True, takes_registrations=True)

    with pytest.raises(registrations.CannotRegister):
        registrations.register(meeting, by=UserFactory())


def test_another_place_is_told_to_who_registered_and_other_words_are_not(
    here, rosa, django_capture_on_commit_callbacks
):
    meeting = MeetingFactory(municipality=here, takes_registrations=True)
    sent(django_capture_on_commit_callbacks, registrations.register, meeting, by=UserFactory())
    mail.outbox.clear()

    sent(django_capture_on_commit_callbacks, meetings.revise, meeting, by=rosa, text="Más largo.")
    assert mail.outbox == []
    sent(
        django_capture_on_commit_callbacks, meetings.revise, meeting, by=rosa, place_name="Colegio"
    )

    (message,) = mail.outbox
    assert str(event_of(message)[0]["location"]) == "Colegio"
    assert Meeting.objects.get(pk=meeting.pk).sequence == 1


# --- Seats


def test_the_last_seat_goes_to_one_and_the_next_waits_for_it(
    here, django_capture_on_commit_callbacks
):
    meeting = MeetingFactory(municipality=here, takes_registrations=True, capacity=1)
    julia, percy, wilmer = UserFactory.create_batch(3)
    for person in (julia, percy, wilmer):
        sent(django_capture_on_commit_callbacks, registrations.register, meeting, by=person)

    ranks = [registrations.rank(r) for r in Registration.objects.standing()]
    assert ranks == [0, 1, 2]
    assert [message.to for message in mail.outbox] == [[julia.email]]


def test_a_seat_given_back_goes_to_who_waited_longest_and_tells_them(
    here, django_capture_on_commit_callbacks
):
    meeting = MeetingFactory(municipality=here, takes_registrations=True, capacity=1)
    julia, percy, wilmer = UserFactory.create_batch(3)
    for person in (julia, percy, wilmer):
        registrations.register(meeting, by=person)
    mail.outbox.clear()

    sent(django_capture_on_commit_callbacks, registrations.cancel, meeting, by=julia)

    seated = Registration.objects.seated().get()
    assert seated.user == percy
    assert [message.to for message in mail.outbox] == [[percy.email]]
    assert event_of(mail.outbox[0])[1] == "REQUEST"
    assert registrations.rank(Registration.objects.waiting().get()) == 1


def test_the_seat_of_an_account_that_closes_goes_to_who_waited_longest(here):
    meeting = MeetingFactory(municipality=here, takes_registrations=True, capacity=1)
    julia, percy = UserFactory.create_batch(2)
    for person in (julia, percy):
        registrations.register(meeting, by=person)

    registrations.leave_all(julia)

    assert [one.user for one in Registration.objects.seated()] == [percy]
    assert Registration.objects.count() == 1


def test_who_gave_a_seat_back_and_comes_again_waits_behind_the_others(here):
    meeting = MeetingFactory(municipality=here, takes_registrations=True, capacity=1)
    julia, percy, wilmer = UserFactory.create_batch(3)
    for person in (julia, percy, wilmer):
        registrations.register(meeting, by=person)
    registrations.cancel(meeting, by=julia)

    again = registrations.register(meeting, by=julia)

    assert registrations.rank(again) == 2
    assert Registration.objects.count() == 3


def test_more_seats_are_given_at_once_to_those_who_wait(here, rosa):
    meeting = MeetingFactory(municipality=here, takes_registrations=True, capacity=1)
    for person in UserFactory.create_batch(3):
        registrations.register(meeting, by=person)

    meetings.revise(meeting, by=rosa, capacity=2)

    assert Registration.objects.seated().count() == 2


def test_registering_and_taking_it_back_leave_no_trace_in_the_sum(here):
    meeting = MeetingFactory(municipality=here, takes_registrations=True)
    person = UserFactory()
    registrations.register(meeting, by=person)
    registrations.register(meeting, by=person)
    registrations.cancel(meeting, by=person)

    amounts = Intervention.objects.filter(kind="meeting").values_list("amount", flat=True)
    assert sorted(amounts) == [-1, 1]


def test_nobody_registers_for_a_closed_session_or_one_that_takes_nobody(here):
    closed = MeetingFactory(municipality=here, takes_registrations=True, closed=True)
    plain = MeetingFactory(municipality=here)

    for meeting in (closed, plain):
        with pytest.raises(registrations.CannotRegister):
            registrations.register(meeting, by=UserFactory())


def test_a_visitor_is_taken_to_sign_in_before_registering(client, town):
    with municipality_scope(town):
        meeting = MeetingFactory(municipality=town, takes_registrations=True)

    answer = client.post(reverse("agenda:register", args=["otuzco", meeting.pk]))

    assert answer.url.startswith(reverse("account_login"))


def test_staff_note_who_came_of_those_who_registered(client, town, rosa):
    with municipality_scope(town):
        meeting = MeetingFactory(municipality=town, takes_registrations=True, over=True)
        came, stayed = RegistrationFactory.create_batch(2, municipality=town, meeting=meeting)
    client.force_login(rosa)

    client.post(reverse("agenda:attendance", args=["otuzco", meeting.pk]), {"came": came.pk})

    with municipality_scope(town):
        came.refresh_from_db()
        stayed.refresh_from_db()
    assert (came.came, stayed.came) == (True, False)


# --- Pages


def test_staff_prepare_call_and_move_a_meeting_by_their_pages(client, town, rosa):
    client.force_login(rosa)
    start = timezone.localtime(in_days(9)).replace(second=0, microsecond=0)
    typed = {
        "kind": "assembly",
        "title": "Asamblea del agua",
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "place_name": "Casa comunal",
        "items": "El agua | 20\nLa luz",
        "takes_registrations": "on",
        "capacity": "30",
        "call_days": "10",
        "form_key": str(uuid.uuid4()),
    }

    manage = client.post(reverse("agenda:write", args=["otuzco"]), typed).url
    with municipality_scope(town):
        meeting = Meeting.objects.get()
        points = list(meeting.items.values_list("title", "minutes"))
    call = reverse("agenda:call", args=["otuzco", meeting.pk])
    unsure = client.post(call, {})
    called = client.post(call, {"late": "on"})

    assert manage == reverse("agenda:manage", args=["otuzco", meeting.pk])
    assert points == [("El agua", 20), ("La luz", None)]
    assert (unsure.status_code, called.status_code) == (422, 302)
    with municipality_scope(town):
        meeting.refresh_from_db()
    assert not meeting.was_called_in_time
    assert client.get(manage).status_code == 200


def test_a_form_that_lacks_its_title_says_so_and_keeps_the_rest(client, town, rosa):
    client.force_login(rosa)

    page = client.post(reverse("agenda:write", args=["otuzco"]), {"items": "El agua"})

    assert page.status_code == 422
    assert {"title", "starts_at", "ends_at"} <= set(page.context["form"].errors)
    assert "El agua" in page.content.decode()


def test_a_process_lends_its_name_to_the_meeting_that_is_prepared_for_it(client, town, rosa):
    with municipality_scope(town):
        process = ProcessFactory(municipality=town)
    client.force_login(rosa)

    page = client.get(f"{reverse('agenda:write', args=['otuzco'])}?proceso={process.pk}")

    assert page.context["form"]["process"].value() == process.pk


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_the_same_for_one_meeting_or_many(
    client, town, rosa, count, django_assert_max_num_queries
):
    with municipality_scope(town):
        for state in ({"draft": True}, {"over": True}, {}):
            MeetingFactory.create_batch(count, municipality=town, **state)
    client.force_login(rosa)

    with django_assert_max_num_queries(32) as asked:
        page = client.get(reverse("agenda:desk", args=["otuzco"]))

    assert page.status_code == 200
    numbers.setdefault("desk", len(asked))
    assert numbers["desk"] == len(asked)


numbers = {}


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_a_meeting_costs_the_same_however_much_it_says(client, town, count):
    with municipality_scope(town):
        acta = MinutesFactory(municipality=town)
        AgendaItemFactory.create_batch(count, municipality=town, meeting=acta.meeting)
        UndertakingFactory.create_batch(count, municipality=town, meeting=acta.meeting)
        RegistrationFactory.create_batch(count, municipality=town, meeting=acta.meeting)
    address = acta.meeting.get_absolute_url()
    client.get(address)

    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)

    assert page.status_code == 200
    assert len(asked) == numbers.setdefault("page", len(asked))


# --- At a desk


def test_who_registers_at_a_desk_came_by_the_desk(here, rosa):
    meeting = MeetingFactory(municipality=here, takes_registrations=True)
    person = UserFactory(email=None)
    helped = assistance.Assistance(rosa, person, here, in_days(1))

    with assistance.marked(helped):
        registration = registrations.register(meeting, by=person)

    assert registration.channel == Channel.DESK
    assert Intervention.objects.get(kind="meeting").channel == Channel.DESK


def test_a_seat_that_came_free_some_other_way_is_not_taken_by_who_comes_last(here):
    meeting = MeetingFactory(municipality=here, takes_registrations=True, capacity=1)
    julia, percy, wilmer = UserFactory.create_batch(3)
    registrations.register(meeting, by=julia)
    registrations.register(meeting, by=percy)
    Registration.objects.filter(user=julia).delete()  # her account is closed

    late = registrations.register(meeting, by=wilmer)

    assert Registration.objects.seated().get().user == percy
    assert registrations.rank(late) == 1
