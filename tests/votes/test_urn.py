import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from nacl.public import PrivateKey

from municipalities.rls import municipality_scope, scoped_transaction
from tests.factories import (
    ApprovalFactory,
    MunicipalityFactory,
    PollFactory,
    TableFactory,
    UrnFactory,
    cast_into,
    settle,
)
from votes import keys, receipts, sealing
from votes.actions import urn as actions
from votes.commitments import commitment, new_nonce
from votes.enums import CastChannel, UrnState
from votes.models import Envelope, Mark, Urn


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def urn(otuzco):
    return UrnFactory(municipality=otuzco, ready=True)


def someone():
    return os.urandom(32)


def channel_of(urn, person):
    return Mark.objects.get(urn=urn, person_key=person).channel


# --- Casting


def test_a_ballot_is_taken_and_its_receipt_signed(urn):
    receipt = cast_into(urn, person=someone())

    assert Envelope.objects.get(urn=urn).commitment == receipt.commitment
    assert receipts.receipt_holds(
        bytes(urn.sign_key), receipt.digest, receipt.commitment, receipt.day, receipt.signature
    )


def test_the_same_form_sent_again_gives_the_same_receipt(urn):
    person, attempt = someone(), os.urandom(16)

    first = cast_into(urn, person=person, attempt=attempt)
    second = cast_into(urn, person=person, attempt=attempt)

    assert (second.code, second.signature) == (first.code, first.signature)
    assert (first.is_repeated, second.is_repeated) == (False, True)
    assert Envelope.objects.filter(urn=urn).count() == 1


def test_who_changes_their_mind_has_one_mark_and_two_envelopes(urn):
    person = someone()

    cast_into(urn, person=person, choices={"q1": "yes"})
    cast_into(urn, person=person, choices={"q1": "no"})

    assert Mark.objects.filter(urn=urn).count() == 1
    assert Envelope.objects.filter(urn=urn).count() == 2


def test_every_sealed_ballot_is_as_long_as_any_other(urn):
    cast_into(urn, choices={"q1": "a"})
    cast_into(urn, choices={"q1": "a" * 40})

    assert {len(e.sealed) for e in Envelope.objects.filter(urn=urn)} == {urn.sealed_length}


def test_choices_longer_than_the_rules_allow_are_refused(urn):
    with pytest.raises(sealing.TooLong):
        cast_into(urn, choices={"q1": "a" * 4000})


def test_with_the_private_key_a_ballot_opens_and_its_commitment_is_found_again(otuzco):
    private = PrivateKey.generate()
    urn = actions.freeze(
        UrnFactory(municipality=otuzco), definition={"q": 1}, longest={"q1": "a" * 40}
    )
    actions.accept_keys(urn, seal_key=bytes(private.public_key))
    receipt = cast_into(urn, choices={"q1": "no"})

    content = sealing.unseal(bytes(private), bytes(Envelope.objects.get(urn=urn).sealed))

    assert content.choices == {"q1": "no"}
    assert commitment(bytes(urn.digest), content.nonce, content.choices) == receipt.commitment


def test_somebody_who_voted_on_paper_no_longer_votes_on_the_web(urn):
    person = someone()
    assert actions.mark_paper(urn, person=person) is False

    with pytest.raises(actions.CannotCast, match="en papel"):
        cast_into(urn, person=person)
    with pytest.raises(actions.CannotCast, match="en papel"):
        actions.mark_paper(urn, person=person)

    assert not Envelope.objects.filter(urn=urn).exists()


def test_paper_replaces_what_was_sent_by_the_web(urn):
    person = someone()
    cast_into(urn, person=person)

    assert actions.mark_paper(urn, person=person) is True
    assert channel_of(urn, person) == CastChannel.PAPER


def test_the_mark_of_a_person_in_one_urn_says_nothing_in_another(otuzco):
    one, other = UrnFactory.create_batch(2, municipality=otuzco)

    class Somebody:
        pk = 7

    assert keys.person_key(one, Somebody) != keys.person_key(other, Somebody)
    assert keys.person_key(one, Somebody) == keys.person_key(one, Somebody)


# --- States and the clock


@pytest.mark.parametrize(
    ("opens", "closes", "outcome"),
    [
        (timedelta(hours=1), timedelta(hours=2), "early"),
        (-timedelta(hours=2), -timedelta(hours=1), "closed"),
    ],
)
def test_outside_its_hours_an_urn_takes_nothing(otuzco, opens, closes, outcome):
    now = timezone.now()
    urn = UrnFactory(municipality=otuzco, opens_at=now + opens, closes_at=now + closes, ready=True)

    with pytest.raises(actions.CannotCast) as refusal:
        cast_into(urn)

    assert refusal.value.outcome == outcome
    assert not Mark.objects.filter(urn=urn).exists()


@pytest.mark.parametrize(("before_closing", "taken"), [(1, True), (0, False), (-1, False)])
def test_the_last_microsecond_counts_and_the_closing_instant_does_not(
    urn, clock, before_closing, taken
):
    clock(urn.closes_at - timedelta(microseconds=before_closing))

    if taken:
        assert cast_into(urn).code
    else:
        with pytest.raises(actions.CannotCast, match="ya cerró"):
            cast_into(urn)


@pytest.mark.parametrize(("after_opening", "taken"), [(0, True), (-1, False)])
def test_the_opening_instant_counts_already(urn, clock, after_opening, taken):
    clock(urn.opens_at + timedelta(microseconds=after_opening))

    if taken:
        assert cast_into(urn).code
    else:
        with pytest.raises(actions.CannotCast, match="todavía no empieza"):
            cast_into(urn)


def test_a_closed_urn_stays_closed_whatever_the_clock_says_then(urn, clock):
    clock(urn.closes_at)
    actions.close(urn)
    clock(urn.closes_at - timedelta(hours=1))

    with pytest.raises(actions.CannotCast, match="ya cerró"):
        cast_into(urn)


def test_an_urn_without_proven_keys_takes_nothing(otuzco):
    urn = actions.freeze(UrnFactory(municipality=otuzco), definition={}, longest={})
    urn.seal_key = bytes(PrivateKey.generate().public_key)

    with pytest.raises(actions.CannotCast, match="todavía no empieza"):
        cast_into(urn, choices={})


def refused(sql, *params):
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        connection.cursor().execute(sql, params)
    return str(refusal.value)


def test_frozen_rules_do_not_change_whoever_writes(urn):
    for column, value in (
        ("definition", "{}"),
        ("closes_at", "2030-01-01"),
        ("sealed_length", 5000),
        ("label", "Another"),
    ):
        said = refused(f"UPDATE votes_urn SET {column} = %s WHERE id = %s", value, urn.pk)
        assert "the rules of a frozen urn do not change" in said
    key = bytes(32)
    assert "keys" in refused("UPDATE votes_urn SET seal_key = %s WHERE id = %s", key, urn.pk)
    assert "stays" in refused("DELETE FROM votes_urn WHERE id = %s", urn.pk)


def test_a_digest_that_is_not_the_definitions_is_refused(otuzco):
    urn = UrnFactory(municipality=otuzco)

    said = refused(
        "UPDATE votes_urn SET state = 'frozen', digest = %s WHERE id = %s", bytes(32), urn.pk
    )

    assert "the digest is not that of the definition" in said


@pytest.mark.parametrize("state", ["prepared", "frozen", "opened"])
def test_an_open_urn_only_goes_the_legal_way(urn, state):
    said = refused("UPDATE votes_urn SET state = %s WHERE id = %s", state, urn.pk)

    assert "does not go" in said


def test_an_urn_does_not_close_before_its_time(urn):
    assert "still open" in refused("UPDATE votes_urn SET state = 'closed' WHERE id = %s", urn.pk)


def test_envelopes_and_marks_are_written_by_the_urns_functions_alone(urn):
    cast_into(urn)

    for sql in (
        "DELETE FROM votes_envelope",
        "UPDATE votes_envelope SET day = '2020-01-01'",
        "UPDATE votes_mark SET channel = 'paper'",
        "DELETE FROM votes_mark",
        "INSERT INTO votes_mark (municipality_id, urn_id, person_key, channel)"
        " SELECT municipality_id, urn_id, '\\x00', 'web' FROM votes_mark",
    ):
        assert "permission denied" in refused(sql)


def test_an_envelope_that_does_not_fit_is_refused_and_leaves_no_mark(urn):
    short = [
        urn.pk,
        someone(),
        "web",
        bytes(16),
        bytes(32),
        b"short",
        bytes(64),
        timezone.localdate(),
    ]

    said = refused("SELECT votes_cast(%s, %s, %s, %s, %s, %s, %s, %s, '', false)", *short)

    assert "not an envelope of this urn" in said
    assert not Mark.objects.filter(urn=urn).exists()


def test_another_towns_urn_takes_nothing_from_here(urn):
    elsewhere = MunicipalityFactory()

    with (
        municipality_scope(elsewhere),
        pytest.raises(actions.CannotCast, match="no hay esa votación"),
    ):
        cast_into(urn)


def test_a_receipt_is_signed_for_the_databases_day_whatever_this_machine_thinks(urn, monkeypatch):
    today = timezone.localdate()
    monkeypatch.setattr("votes.actions.urn.timezone.localdate", lambda: today - timedelta(days=1))

    assert cast_into(urn).day == today


# --- The log


def test_the_log_waits_for_enough_ballots_and_keeps_no_order_of_voting(urn):
    for _number in range(24):
        cast_into(urn)
    assert actions.extend_log(urn) is None

    cast_into(urn)
    first = actions.extend_log(urn)

    leaves = [bytes(leaf.commitment) for leaf in urn.leaves.order_by("place")]
    assert (first.size, leaves) == (25, sorted(leaves))


def test_each_head_is_signed_and_names_the_one_before(urn):
    cast_into(urn)
    first = actions.extend_log(urn, whole=True)
    cast_into(urn)
    second = actions.extend_log(urn, whole=True)

    assert bytes(second.previous) == actions.head_hash(first)
    for head in (first, second):
        said = receipts.Head(
            head.number, head.size, bytes(head.root), bytes(head.previous), head.at
        )
        assert receipts.head_holds(
            bytes(urn.sign_key), bytes(urn.digest), said, bytes(head.signature)
        )


# --- At once


@pytest.fixture
def open_urn(transactional_db):
    municipality = MunicipalityFactory()
    with scoped_transaction(municipality):
        return UrnFactory(municipality=municipality, ready=True)


def at_once(work, jobs, threads=16):
    """Each job in a thread with a connection of its own: what came of it, or the refusal."""

    def alone(job):
        try:
            return work(job)
        except actions.CannotCast as refusal:
            return refusal.outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(alone, jobs))


def cast_alone(urn, person, attempt=None):
    with scoped_transaction(urn.municipality):
        return cast_into(urn, person=person, attempt=attempt)


def counted(urn):
    """The last envelope of each person who has not voted on paper."""
    with scoped_transaction(urn.municipality):
        on_web = Mark.objects.filter(urn=urn).exclude(channel=CastChannel.PAPER)
        people = {bytes(mark.person_key) for mark in on_web}
        last = {bytes(e.person_key): e for e in Envelope.objects.filter(urn=urn).order_by("pk")}
        return {key: last[key] for key in people}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM votes_envelope",
        "UPDATE votes_envelope SET day = day + 1",
        "UPDATE votes_envelope SET sealed = ''",
        "SELECT votes_destroy(urn_id) FROM votes_envelope",
        "TRUNCATE votes_envelope",
    ],
)
def test_not_even_the_owner_changes_an_envelope(open_urn, sql):
    cast_alone(open_urn, someone())
    name = connection.settings_dict["NAME"]

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name) as owner:
        scope = f"{{{open_urn.municipality_id}}}"
        owner.execute("SELECT set_config('decide.municipalities', %s, true)", [scope])
        with pytest.raises(psycopg.errors.RestrictViolation, match="only ever added"):
            owner.execute(sql)


def test_three_hundred_casts_by_one_person_at_once_leave_one_counted_vote(open_urn):
    person = someone()

    results = at_once(lambda _job: cast_alone(open_urn, person), range(300))

    votes = counted(open_urn)
    assert list(votes) == [person]
    given = {receipt.commitment for receipt in results}
    assert len(given) == 300
    assert bytes(votes[person].commitment) in given


def test_one_form_sent_forty_times_at_once_is_one_envelope_and_one_receipt(open_urn):
    person, attempt = someone(), os.urandom(16)

    results = at_once(lambda _job: cast_alone(open_urn, person, attempt), range(40))

    assert len({receipt.signature for receipt in results}) == 1
    with scoped_transaction(open_urn.municipality):
        assert Envelope.objects.filter(urn=open_urn).count() == 1


def test_web_and_paper_at_once_count_once_and_the_paper_wins(open_urn):
    people = [someone() for _number in range(20)]

    def vote(job):
        person, way = job
        if way == "paper":
            with scoped_transaction(open_urn.municipality):
                return actions.mark_paper(open_urn, person=person)
        return cast_alone(open_urn, person)

    at_once(vote, [(person, way) for person in people for way in ("web", "paper", "web")])

    with scoped_transaction(open_urn.municipality):
        channels = list(Mark.objects.filter(urn=open_urn).values_list("channel", flat=True))
    assert channels == [CastChannel.PAPER] * 20
    assert counted(open_urn) == {}


def test_of_fifty_people_who_vote_forty_times_each_at_once_in_all_ways_fifty_are_counted(open_urn):
    people = [someone() for _number in range(50)]
    on_paper = set(people[::2])

    def vote(job):
        person, number = job
        with scoped_transaction(open_urn.municipality):
            if person in on_paper and number == 20:
                return actions.mark_paper(open_urn, person=person)
            channel = CastChannel.ASSISTED if number % 3 == 0 else CastChannel.WEB
            return cast_into(open_urn, person=person, channel=channel)

    jobs = [(person, number) for number in range(40) for person in people]
    results = at_once(vote, jobs)

    with scoped_transaction(open_urn.municipality):
        marks = Mark.objects.filter(urn=open_urn)
        assert {bytes(mark.person_key) for mark in marks} == set(people)
        assert marks.count() == 50
        assert marks.filter(channel=CastChannel.PAPER).count() == 25
    sealed = counted(open_urn)
    assert set(sealed) == set(people) - on_paper
    given = {one.commitment for one in results if isinstance(one, actions.Receipt)}
    assert {bytes(one.commitment) for one in sealed.values()} <= given
    assert {one for one in results if isinstance(one, str)} <= {"paper"}


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_web_host_whose_clock_is_ten_minutes_off_changes_nothing(otuzco, clock, minutes):
    """It thinks that the urn has closed already, or that it is open still: it is not asked."""
    urn = UrnFactory(municipality=otuzco, ready=True)
    person, attempt = someone(), os.urandom(16)

    with time_machine.travel(urn.closes_at + timedelta(minutes=minutes), tick=False):
        clock(urn.closes_at - timedelta(microseconds=1))
        receipt = cast_into(urn, person=person, attempt=attempt)
        clock(urn.closes_at)
        with pytest.raises(actions.CannotCast, match="ya cerró"):
            cast_into(urn)
        again = cast_into(urn, person=person, attempt=attempt)

    assert receipt.day == timezone.localdate(urn.closes_at)
    assert (again.code, again.is_repeated) == (receipt.code, True)


def test_casts_across_the_closing_instant_are_each_in_or_refused(transactional_db):
    municipality = MunicipalityFactory()
    with scoped_transaction(municipality):
        urn = UrnFactory(
            municipality=municipality,
            closes_at=timezone.now() + timedelta(seconds=4),
            ready=True,
        )

    def close_when_possible():
        try:
            while True:
                try:
                    with scoped_transaction(municipality):
                        return actions.close(urn)
                except DatabaseError as early:
                    assert "still open" in str(early)  # noqa: PT017  asked again until its time
        finally:
            connection.close()

    def cast_in_turn(number):
        """From three seconds before closing on, one each two milliseconds, if the machine can."""
        turn = urn.closes_at + timedelta(milliseconds=2 * number - 3000)
        time.sleep(max(0, (turn - timezone.now()).total_seconds()))
        return cast_alone(urn, someone())

    with ThreadPoolExecutor(1) as closer:
        closing = closer.submit(close_when_possible)
        results = at_once(cast_in_turn, range(2000))
        closing.result()

    taken = {r.commitment for r in results if isinstance(r, actions.Receipt)}
    refused_ones = [r for r in results if isinstance(r, str)]
    with scoped_transaction(municipality):
        inside = {bytes(e.commitment) for e in Envelope.objects.filter(urn=urn)}
        marks = Mark.objects.filter(urn=urn).count()
        head = urn.checkpoints.get()
        assert Urn.objects.get(pk=urn.pk).state == UrnState.CLOSED

    assert inside == taken
    assert taken
    assert refused_ones
    assert len(taken) + len(refused_ones) == 2000
    assert set(refused_ones) <= {"closed"}
    assert (marks, head.size) == (len(taken), len(taken))


def test_a_retry_after_closing_finds_the_receipt_of_what_was_taken(transactional_db):
    municipality = MunicipalityFactory()
    person, attempt, nonce = someone(), os.urandom(16), new_nonce()
    with scoped_transaction(municipality):
        urn = UrnFactory(
            municipality=municipality, closes_at=timezone.now() + timedelta(seconds=2), ready=True
        )
        first = actions.cast(urn, person=person, attempt=attempt, nonce=nonce, choices={"q1": "no"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(2.1)")
    with scoped_transaction(municipality):
        actions.close(urn)
        again = actions.cast(urn, person=person, attempt=attempt, nonce=nonce, choices={"q1": "no"})

    assert (again.code, again.is_repeated) == (first.code, True)


def test_not_even_a_slip_of_ours_freezes_a_vote_that_two_people_have_not_approved(otuzco):
    poll = PollFactory(municipality=otuzco)
    ApprovalFactory(municipality=otuzco, poll=poll, content=bytes(32))
    ApprovalFactory(municipality=otuzco, poll=poll, content=bytes(31) + b"x")

    with pytest.raises(DatabaseError, match="two people approve"), transaction.atomic():
        actions.freeze(poll.urn, definition={"title": poll.title}, longest={})


def test_an_urn_whose_table_is_not_settled_does_not_open(otuzco, clock):
    poll = PollFactory(municipality=otuzco)
    TableFactory(municipality=otuzco, poll=poll)
    settle(poll)
    urn = actions.accept_keys(poll.urn, seal_key=bytes(PrivateKey.generate().public_key))
    clock(urn.closes_at)
    urn = actions.close(urn)

    urn.state = UrnState.OPENED
    with pytest.raises(DatabaseError, match="not settled"), transaction.atomic():
        urn.save()


def test_an_urn_with_a_mark_and_no_envelope_does_not_open(open_urn):
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name) as owner:
        scope = f"{{{open_urn.municipality_id}}}"
        owner.execute("SELECT set_config('decide.municipalities', %s, true)", [scope])
        owner.execute("SELECT votes_guard_opening(%s)", [open_urn.pk])
        owner.execute(
            "INSERT INTO votes_mark (municipality_id, urn_id, person_key, channel, place)"
            " VALUES (%s, %s, %s, 'web', '')",
            [open_urn.municipality_id, open_urn.pk, someone()],
        )

        with pytest.raises(psycopg.errors.RestrictViolation, match="differ"):
            owner.execute("SELECT votes_guard_opening(%s)", [open_urn.pk])
