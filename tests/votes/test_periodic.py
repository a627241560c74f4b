from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.enums import Role
from municipalities.rls import municipality_scope
from participation.models import Event, Notice
from tests.factories import (
    FollowFactory,
    MunicipalityFactory,
    PollFactory,
    RoleGrantFactory,
    UrnFactory,
    cast_into,
)
from votes import periodic
from votes.actions import by_the_clock as acts, urn as urns
from votes.enums import UrnState
from votes.models import Envelope, Poll, Urn


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


def opened(poll):
    """As if it had been counted; no trigger asks where the state came from but the guard."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('test.clock', %s, true)", [poll.urn.closes_at.isoformat()]
        )
    urn = urns.close(poll.urn)
    urn.state = UrnState.OPENED
    urn.save(update_fields=["state"])
    return poll


def verbs(poll):
    return list(Event.objects.filter(thread=poll.thread).values_list("verb", flat=True))


def test_followers_hear_once_that_it_opened_closes_soon_and_closed(
    otuzco, django_capture_on_commit_callbacks
):
    now = timezone.now()
    poll = PollFactory(
        municipality=otuzco,
        ready=True,
        opens_at=now + timedelta(hours=1),
        closes_at=now + timedelta(days=3),
    )
    follower = FollowFactory(municipality=otuzco, thread=poll.thread).user

    for hours in (0, 2, 3, 60, 61, 72.5, 73):
        with (
            time_machine.travel(now + timedelta(hours=hours), tick=False),
            django_capture_on_commit_callbacks(execute=True),
        ):
            periodic.tell()

    told = ["poll_opened", "poll_closes_soon", "poll_closed"]
    assert verbs(poll) == told
    heard = Notice.objects.filter(user=follower).order_by("pk")
    assert list(heard.values_list("event__verb", flat=True)) == told


def test_a_short_vote_does_not_say_twice_when_it_closes(otuzco):
    poll = PollFactory(municipality=otuzco, ready=True)

    periodic.tell()

    assert verbs(poll) == ["poll_opened"]


def test_nobody_is_told_of_a_test_or_of_what_closed_long_ago(otuzco):
    test = PollFactory(municipality=otuzco, ready=True, is_test=True)
    now = timezone.now()
    old = PollFactory(
        municipality=otuzco,
        ready=True,
        opens_at=now - timedelta(days=9),
        closes_at=now - timedelta(days=8),
    )

    assert periodic.tell() == 0
    assert verbs(test) == verbs(old) == []


def test_an_urn_whose_time_is_over_is_closed_and_its_last_head_signed(otuzco):
    now = timezone.now()
    open_one = UrnFactory(municipality=otuzco, ready=True)
    over = UrnFactory(
        municipality=otuzco,
        ready=True,
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(minutes=2),
    )

    assert [periodic.close_what_is_over() for _ in range(2)] == [1, 0]
    assert Urn.objects.get(pk=over.pk).state == UrnState.CLOSED
    assert over.checkpoints.count() == 1
    assert Urn.objects.get(pk=open_one.pk).state == UrnState.READY


def test_the_log_of_an_open_urn_grows_by_full_batches(otuzco):
    urn = UrnFactory(municipality=otuzco, ready=True)
    for _ in range(24):
        cast_into(urn)
    assert periodic.extend_logs() == 0

    cast_into(urn)

    assert [periodic.extend_logs() for _ in range(2)] == [1, 0]
    assert urn.leaves.count() == 25


@pytest.fixture
def watched(otuzco):
    poll = PollFactory(
        municipality=otuzco, ready=True, watchers=["comite@example.org", "onpe@example.org"]
    )
    cast_into(poll.urn)
    urns.extend_log(poll.urn, whole=True)
    return poll


def test_each_head_is_mailed_once_to_each_watcher_and_tells_no_order(watched):
    assert [periodic.send_heads() for _ in range(2)] == [1, 0]
    cast_into(watched.urn)
    head = urns.extend_log(watched.urn, whole=True)

    assert periodic.send_heads() == 1
    assert [message.to for message in mail.outbox] == [
        ["comite@example.org"],
        ["onpe@example.org"],
    ] * 2
    assert bytes(head.root).hex() in mail.outbox[-1].body
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 4
    assert not watched.thread.events.public().filter(verb=acts.HEADS_SENT).exists()


def test_a_broken_address_does_not_keep_the_others_from_their_head(watched, monkeypatch):
    send = acts._send
    monkeypatch.setattr(
        acts, "_send", lambda poll, head, to: "onpe" not in to and send(poll, head, to)
    )

    assert [periodic.send_heads() for _ in range(2)] == [1, 0]
    assert len(mail.outbox) == 1
    assert watched.thread.events.get(verb=acts.HEADS_SENT).data["failed"] == 1


def test_when_no_mail_goes_out_it_is_tried_again(watched, monkeypatch):
    monkeypatch.setattr(acts, "_send", lambda poll, head, to: False)
    assert periodic.send_heads() == 0
    monkeypatch.undo()

    assert periodic.send_heads() == 1


def test_trouble_with_one_does_not_keep_the_others_from_their_turn(otuzco, monkeypatch):
    first, second = PollFactory.create_batch(2, municipality=otuzco, ready=True)
    tell = acts.tell_what_the_clock_says

    def trouble(poll):
        if poll == first:
            raise RuntimeError
        return tell(poll)

    trouble.__name__ = "tell"
    monkeypatch.setattr(acts, "tell_what_the_clock_says", trouble)

    assert periodic.tell() == 1
    assert verbs(second) == ["poll_opened"]


def test_staff_are_reminded_once_of_an_answer_and_that_it_is_late_everybody_reads(
    otuzco, clock, django_capture_on_commit_callbacks
):
    now = timezone.now()
    evaluator = RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user
    RoleGrantFactory(municipality=otuzco, role=Role.MODERATOR)
    poll = opened(
        PollFactory(
            municipality=otuzco,
            ready=True,
            opens_at=now - timedelta(days=2),
            closes_at=now - timedelta(days=1),
            answer_due_on=timezone.localdate(now) + timedelta(days=10),
        )
    )

    for days in (0, 4, 5, 11, 12):
        with (
            time_machine.travel(now + timedelta(days=days), tick=False),
            django_capture_on_commit_callbacks(execute=True),
        ):
            periodic.remind()

    assert verbs(poll) == ["poll_answer_due", "poll_answer_late"]
    public = poll.thread.events.public()
    assert list(public.values_list("verb", flat=True)) == ["poll_answer_late"]
    assert list(Notice.objects.values_list("user", "event__verb")) == [
        (evaluator.pk, "poll_answer_due")
    ]


def test_a_review_reminds_on_its_day_until_there_is_a_note(otuzco, clock):
    today = timezone.localdate()
    poll = opened(
        PollFactory(
            municipality=otuzco,
            ready=True,
            opens_at=timezone.now() - timedelta(days=40),
            closes_at=timezone.now() - timedelta(days=39),
        )
    )
    Poll.objects.filter(pk=poll.pk).update(
        answer="We will.",
        answered_at=timezone.now(),
        answered_by=RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user,
        review_on=today,
    )

    assert [periodic.remind() for _ in range(2)] == [1, 0]
    assert poll.thread.events.get(verb="poll_review_due").data["on"] == today.isoformat()


def test_sealed_ballots_are_destroyed_after_objections_and_it_is_told(otuzco, clock):
    poll = PollFactory(municipality=otuzco, ready=True)
    cast_into(poll.urn)
    poll = opened(poll)
    urn = Urn.objects.get(pk=poll.urn_id)
    urn.objections_until = timezone.now() - timedelta(minutes=5)
    urn.save(update_fields=["objections_until"])

    assert [periodic.destroy_sealed() for _ in range(2)] == [1, 0]
    assert bytes(Envelope.objects.get(urn=urn).sealed) == b""
    assert poll.thread.events.public().get(verb="poll_ballots_destroyed").data == {"number": 1}
