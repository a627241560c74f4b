"""The ceremonies step by step, without a browser: what each does, refuses and leaves behind."""

import json
import logging
import pickle

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.utils.translation import override
from nacl.public import PrivateKey

from municipalities.rls import municipality_scope
from participation.models import Event
from tests.factories import (
    MunicipalityFactory,
    PollFactory,
    UserFactory,
    cast_into,
    for_its_keys,
)
from votes import custody, handed, links, opening, underway
from votes.actions import custody as actions
from votes.enums import Custody, UrnState
from votes.models import KeyCeremony, KeyShare, Outcome, Poll
from votes.tasks.opening import open_poll


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def otuzco():
    town = MunicipalityFactory(slug="otuzco")
    with municipality_scope(town):
        yield town


@pytest.fixture
def staff():
    return UserFactory()


@pytest.fixture
def desks():
    return []


@pytest.fixture
def poll(otuzco, desks):
    """Frozen, with three trustees of whom two are needed."""
    return for_its_keys(PollFactory(municipality=otuzco, desks=desks))


@pytest.fixture
def given(poll, staff):
    return actions.begin_keys(poll, by=staff)


@pytest.fixture
def ready(poll, given):
    for one in given:
        actions.prove(share_of(one.trustee), one.words)
    return Poll.objects.select_related("urn", "thread", "municipality").get(pk=poll.pk)


@pytest.fixture
def closed(ready, staff, clock):
    for number in range(3):
        cast_into(ready.urn, choices={"q1": ["a"] if number else ["b"]})
    clock(ready.urn.closes_at)
    return actions.close(ready, by=staff)


def share_of(trustee, number=None):
    shares = KeyShare.objects.filter(trustee=trustee).order_by("ceremony__number")
    return shares.get(ceremony__number=number) if number else shares.last()


def state_of(poll):
    return Poll.objects.select_related("urn").get(pk=poll.pk).urn.state


def everything():
    """All that the ceremonies keep, to see that nothing of it changed."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (KeyCeremony, KeyShare, Outcome, Event)
    ]


# --- The key


def test_beginning_makes_a_part_for_each_trustee_and_keeps_no_key(poll, given):
    ceremony = KeyCeremony.objects.get()

    assert [one.trustee.position for one in given] == [1, 2, 3]
    assert len({one.words for one in given} | {one.link for one in given}) == 6
    key = custody.combine([given[0].words.split(), given[2].words.split()])
    assert bytes(PrivateKey(key).public_key) == bytes(ceremony.public_key)
    assert state_of(poll) == UrnState.FROZEN


def test_only_a_frozen_urn_gets_a_key(otuzco, staff):
    with pytest.raises(actions.CannotBegin):
        actions.begin_keys(PollFactory(municipality=otuzco), by=staff)
    with pytest.raises(actions.CannotBegin):
        actions.begin_keys(PollFactory(municipality=otuzco, ready=True), by=staff)


def test_the_same_button_again_does_not_undo_the_first(poll, staff):
    actions.begin_keys(poll, by=staff, number=1)
    before = everything()

    with pytest.raises(actions.CannotBegin, match="1"):
        actions.begin_keys(poll, by=staff, number=1)

    assert everything() == before


def test_the_code_of_the_link_opens_the_words_and_the_first_time_is_remembered(given):
    one = given[0]
    typed = links.spelled(one.code).lower().replace("0", "o").replace("1", "l")

    assert actions.show_words(share_of(one.trustee), typed) == one.words.split()
    seen = share_of(one.trustee).seen_at
    actions.show_words(share_of(one.trustee), one.code)

    assert seen
    assert share_of(one.trustee).seen_at == seen


def test_another_code_opens_nothing_and_changes_nothing(given):
    before = everything()

    for code in ("", "AAAA", given[1].code, "💧" * 16):
        with pytest.raises(actions.CannotShow):
            actions.show_words(share_of(given[0].trustee), code)

    assert everything() == before


def test_who_proves_their_words_leaves_none_behind(given):
    one = given[0]

    actions.prove(share_of(one.trustee), one.words.upper())

    share = share_of(one.trustee)
    assert share.proven_at
    assert share.sealed is None
    with pytest.raises(actions.CannotShow):
        actions.show_words(share, one.code)


def test_the_trial_ballot_is_opened_as_soon_as_enough_have_proven(poll, given):
    actions.prove(share_of(given[0].trustee), given[0].words)
    assert KeyCeremony.objects.get().tried_at is None

    actions.prove(share_of(given[2].trustee), given[2].words)

    ceremony = KeyCeremony.objects.get()
    assert ceremony.tried_at
    assert ceremony.proven_at is None
    assert not KeyShare.objects.exclude(handed=None).exists()
    assert state_of(poll) == UrnState.FROZEN


def test_the_urn_takes_the_key_once_all_have_proven(poll, ready):
    ceremony = KeyCeremony.objects.get()

    assert ready.urn.state == UrnState.READY
    assert bytes(ready.urn.seal_key) == bytes(ceremony.public_key)
    assert ceremony.proven_at


def test_the_secretary_alone_goes_the_same_way(otuzco, staff):
    poll = PollFactory(municipality=otuzco, custody=Custody.SECRETARY, keys_needed=1)
    poll.trustees.last().delete()
    for_its_keys(poll, trustees=1)

    (one,) = actions.begin_keys(poll, by=staff)
    actions.prove(share_of(one.trustee), one.words)

    assert state_of(poll) == UrnState.READY


def wrong(given, case, poll, staff):
    words = given[0].words.split()
    match case:
        case "unknown word":
            return " ".join(["qqqq", *words[1:]])
        case "a word missing":
            return " ".join(words[:-1])
        case "nothing":
            return ""
        case "one wrong word":
            return " ".join([*words[:-1], "acid" if words[-1] != "acid" else "acne"])
        case "of another trustee":
            return given[1].words
        case "of another vote":
            return custody.make_shares(custody.new_secret(), 2, 3)[0]


WRONG = {
    "unknown word": "«qqqq»",
    "a word missing": "19",
    "nothing": "20",
    "one wrong word": "20",
    "of another trustee": "Trustee",
    "of another vote": "not of this vote",
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_words_are_told_what_is_wrong_and_change_nothing(given, poll, staff, case):
    typed = wrong(given, case, poll, staff)
    before = everything()

    with pytest.raises(actions.WrongWords, match=WRONG[case]):
        actions.prove(share_of(given[0].trustee), typed)

    assert everything() == before


@pytest.mark.parametrize("case", WRONG)
def test_wrong_words_at_the_opening_change_nothing(given, closed, staff, case):
    typed = wrong(given, case, closed, staff)
    before = everything()

    with pytest.raises(actions.WrongWords, match=WRONG[case]):
        actions.hand_in(given[0].trustee, typed)

    assert everything() == before
    assert state_of(closed) == UrnState.CLOSED


def test_beginning_anew_makes_the_first_ceremony_void(poll, given, staff):
    actions.prove(share_of(given[0].trustee), given[0].words)

    again = actions.begin_keys(poll, by=staff)

    old, new = KeyShare.objects.filter(trustee=given[1].trustee).order_by("ceremony__number")
    assert old.sealed is None
    assert new.ceremony.number == 2
    with pytest.raises(actions.CannotShow):
        actions.show_words(old, given[1].code)
    with pytest.raises(actions.WrongWords, match="1.*2"):
        actions.prove(new, given[1].words)
    for one in again:
        actions.prove(share_of(one.trustee), one.words)
    assert state_of(poll) == UrnState.READY


# --- Closing and opening


def test_it_does_not_close_before_its_time(ready, staff):
    with pytest.raises(actions.CannotClose):
        actions.close(ready, by=staff)

    assert state_of(ready) == UrnState.READY


def test_it_closes_once_and_its_followers_hear_of_it(closed, staff):
    with pytest.raises(actions.CannotClose):
        actions.close(closed, by=staff)

    assert Event.objects.filter(verb="poll_closed").count() == 1


def test_nobody_opens_it_before_it_is_closed(ready, given):
    with pytest.raises(actions.CannotOpen):
        actions.hand_in(given[0].trustee, given[0].words)


@pytest.mark.parametrize("desks", [["Mercado"]])
def test_tables_are_recounted_before_it_is_opened(closed, given, desks):
    with pytest.raises(actions.CannotOpen, match="Mercado"):
        actions.hand_in(given[0].trustee, given[0].words)


def test_one_of_two_trustees_opens_nothing(closed, given, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.hand_in(given[0].trustee, given[0].words)
        actions.hand_in(given[0].trustee, given[0].words)

    assert state_of(closed) == UrnState.CLOSED


def test_any_two_trustees_open_it(closed, given, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.hand_in(given[2].trustee, given[2].words)
        actions.hand_in(given[0].trustee, given[0].words)

    statement = json.loads(Outcome.objects.get().statement)
    assert statement["results"]["q1"]["totals"] == {"a": 2, "b": 1}
    assert KeyShare.objects.exclude(used_at=None).count() == 2
    assert not KeyShare.objects.exclude(handed=None).exists()
    assert Event.objects.filter(verb="poll_results").count() == 1


def test_all_on_one_device_open_it_too(closed, given, staff):
    actions.open_now(closed, [given[1].words, given[2].words], by=staff)

    assert state_of(closed) == UrnState.OPENED


def test_too_few_on_one_device_open_nothing(closed, given, staff):
    before = everything()

    with pytest.raises(actions.WrongWords):
        actions.open_now(closed, [given[1].words], by=staff)

    assert everything() == before


# --- What is interrupted goes on


class Killed(BaseException):
    """The process ends here."""


STEPS = {
    "votes.handed.seal": "typing",
    "votes.sealing.unseal": "the trial",
    "votes.handed.forget": "forgetting",
    "votes.actions.urn.accept_keys": "taking the key",
}


@pytest.mark.parametrize("at", STEPS)
def test_a_key_ceremony_killed_at_any_step_goes_on_where_it_stood(poll, given, monkeypatch, at):
    def die(*_args, **_kwargs):
        raise Killed

    killed = 0
    for one in given:
        before = everything()
        with monkeypatch.context() as patched:
            patched.setattr(at, die)
            try:
                with transaction.atomic():
                    actions.prove(share_of(one.trustee), one.words)
            except Killed:
                killed += 1
                assert everything() == before
        actions.prove(share_of(one.trustee), one.words)

    assert killed
    assert state_of(poll) == UrnState.READY


def test_beginning_killed_half_way_leaves_nothing(poll, staff, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("votes.links.new_code", lambda: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed), transaction.atomic():
            actions.begin_keys(poll, by=staff)

    assert not KeyCeremony.objects.exists()
    assert len(actions.begin_keys(poll, by=staff, number=1)) == 3


def test_an_opening_killed_half_way_goes_on_with_the_same_words(
    closed, given, staff, monkeypatch, django_capture_on_commit_callbacks
):
    with monkeypatch.context() as patched:
        patched.setattr("votes.receipts.sign_outcome", lambda *_: (_ for _ in ()).throw(Killed))
        for one in given[:2]:
            actions.hand_in(one.trustee, one.words)
        with pytest.raises(Killed), transaction.atomic():
            open_poll(closed.municipality_id, closed.pk)
    assert state_of(closed) == UrnState.CLOSED
    assert not Outcome.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        actions.go_on(closed, by=staff)

    assert state_of(closed) == UrnState.OPENED
    assert open_poll(closed.municipality_id, closed.pk)
    assert Outcome.objects.count() == 1


def test_words_that_the_cache_lost_are_typed_again(
    closed, given, staff, django_capture_on_commit_callbacks, lose_what_is_kept_of_people
):
    actions.hand_in(given[0].trustee, given[0].words)
    lose_what_is_kept_of_people()
    with django_capture_on_commit_callbacks(execute=True):
        actions.hand_in(given[1].trustee, given[1].words)
    assert state_of(closed) == UrnState.CLOSED

    with django_capture_on_commit_callbacks(execute=True):
        actions.hand_in(given[0].trustee, given[0].words)

    assert state_of(closed) == UrnState.OPENED


def test_an_opening_that_finds_no_words_says_so_and_empties_what_it_cannot_read(
    closed, given, lose_what_is_kept_of_people
):
    for one in given[:2]:
        actions.hand_in(one.trustee, one.words)
    lose_what_is_kept_of_people()

    assert not open_poll(closed.municipality_id, closed.pk)

    assert underway.of(closed.urn).problem
    assert not KeyShare.objects.exclude(handed=None).exists()


def test_an_urn_that_does_not_add_up_stays_closed_and_says_why(closed, given, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise opening.CannotOpenUrn("The roll has 4 marks and the urn 3 ballots.")

    for one in given[:2]:
        actions.hand_in(one.trustee, one.words)
    monkeypatch.setattr(opening, "open_urn", refuse)

    assert not open_poll(closed.municipality_id, closed.pk)

    assert underway.of(closed.urn).problem == "The roll has 4 marks and the urn 3 ballots."
    assert state_of(closed) == UrnState.CLOSED


# --- Words are nowhere


def traces(needles):
    """Where in database and cache one of these is found, in any of the ways it may be written."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name FROM information_schema.tables c"
            " WHERE c.table_schema = 'public' AND c.table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                found |= {table for needle in needles if needle in row}
    client = caches["people"]._cache.get_client()
    for key in client.scan_iter("*"):
        dumped = client.dump(key) or b""
        found |= {key for needle in needles if needle.encode() in dumped}
    return found


def needles_of(given):
    found = set()
    for one in given:
        words = one.words.split()
        found |= {one.words, " ".join(words[:3]), " ".join(words[-3:]), one.code}
        found |= {one.words.encode().hex(), one.code.encode().hex()}
    key = custody.combine(one.words.split() for one in given)
    return found | {key.hex()}


def test_words_codes_and_keys_are_found_nowhere(
    poll, staff, clock, caplog, django_capture_on_commit_callbacks
):
    caplog.set_level(logging.DEBUG)
    given = actions.begin_keys(poll, by=staff)
    needles = needles_of(given)
    assert traces(needles) == set()
    for one in given:
        actions.show_words(share_of(one.trustee), one.code)
        actions.prove(share_of(one.trustee), one.words)
        assert traces(needles) == set()
    poll = Poll.objects.get(pk=poll.pk)
    clock(poll.urn.closes_at)
    actions.close(poll, by=staff)
    with django_capture_on_commit_callbacks(execute=True):
        for one in given[:2]:
            actions.hand_in(one.trustee, one.words)
            assert traces(needles) == set()

    assert traces(needles) == set()
    assert not [needle for needle in needles if needle in caplog.text]
    assert not any(needle.encode() in pickle.dumps(caplog.messages) for needle in needles)


def test_what_is_handed_in_cannot_be_read_with_database_and_settings_alone(closed, given):
    actions.hand_in(given[0].trustee, given[0].words)
    ceremony = KeyCeremony.objects.select_related("poll__urn").get()
    kept = share_of(given[0].trustee).handed
    assert handed.unseal(ceremony, kept) == given[0].words.split()

    caches["people"].delete(handed._name(ceremony))

    assert handed.unseal(ceremony, kept) is None


def test_the_key_of_what_was_handed_in_goes_with_it(
    closed, given, django_capture_on_commit_callbacks
):
    ceremony = KeyCeremony.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        for one in given[:2]:
            actions.hand_in(one.trustee, one.words)

    assert caches["people"].get(handed._name(ceremony)) is None


def test_what_is_sealed_needs_the_code_of_the_link(poll, given):
    """The database holds the sealed words of those who have not proven them, and no code."""
    share = share_of(given[0].trustee)

    assert bytes(share.sealed) not in (b"", given[0].words.encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT votes_keyshare::text FROM votes_keyshare")
        assert not any(one.code in row for (row,) in cursor.fetchall() for one in given)
    with pytest.raises(actions.CannotShow):
        actions.show_words(share, links.new_code())


def test_the_clock_takes_up_an_opening_that_a_killed_worker_left(
    closed, given, monkeypatch, django_capture_on_commit_callbacks
):
    for one in given[:2]:
        actions.hand_in(one.trustee, one.words)
    assert not actions.take_up(closed)  # somebody is at it
    monkeypatch.setattr(underway, "STALE", 0)

    with django_capture_on_commit_callbacks(execute=True):
        assert actions.take_up(closed)

    assert state_of(closed) == UrnState.OPENED


def test_the_clock_does_not_try_again_what_failed_for_a_reason(closed, given):
    for one in given[:2]:
        actions.hand_in(one.trustee, one.words)
    underway.fail(closed.urn, "The roll has 4 marks and the urn 3 ballots.")

    assert not actions.take_up(closed)
