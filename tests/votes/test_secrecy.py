"""While an urn is open nobody learns a choice, a count or a length; afterwards nobody links one."""

import json
import random
import re
import secrets
from collections import Counter
from datetime import timedelta

import psycopg
import pytest
from django.core import mail
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from nacl.public import PrivateKey

from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from participation.tasks.notices import tell_followers
from tests.factories import (
    MunicipalityFactory,
    PollFactory,
    QuestionFactory,
    ResidentFactory,
    UrnFactory,
    UserFactory,
    cast_into,
    settle,
)
from tests.votes.ballots import QUESTIONS, answers, person_of
from tests.votes.everywhere import IS_EMBEDDED, Everywhere, superuser
from votes import counting, opening
from votes.actions import urn as urns
from votes.commitments import canonical
from votes.enums import QuestionKind


pytestmark = pytest.mark.skipif(not IS_EMBEDDED, reason="needs the files of PostgreSQL")


@pytest.fixture
def poll(transactional_db):
    """A yes-or-no question and a text, put to seven people of a town."""
    town = MunicipalityFactory(modules=[Module.VOTES])
    with scoped_transaction(town):
        poll = PollFactory(municipality=town, questions__lots=["a", "b"])
        text = QuestionFactory(
            municipality=town, poll=poll, position=2, kind=QuestionKind.OPEN, length=200
        )
        text.options.all().delete()
        settle(poll)
        poll.urn = urns.accept_keys(poll.urn, seal_key=bytes(PrivateKey.generate().public_key))
    return poll


@pytest.fixture
def everywhere(poll, monkeypatch):
    return Everywhere(monkeypatch)


def page(poll, name):
    return reverse(f"votes:{name}", args=[poll.municipality.slug, poll.pk])


def choose(browser, poll, choice, text):
    """Fill the form in; what the page of the review carries on."""
    form = {"q1": choice, "q2": text, **({"q2-blanco": "on"} if not text else {})}
    review = browser.post(page(poll, "vote"), form)
    assert review.status_code == 200, review.content.decode()
    return re.search(r'name="papeleta" value="([^"]+)"', review.content.decode())[1]


def cast(browser, poll, choice, text):
    done = browser.post(
        page(poll, "cast"), {"papeleta": choose(browser, poll, choice, text)}, follow=True
    )
    assert done.status_code == 200, done.content.decode()


def a_morning_of(poll, residents, choice, text):
    """Each votes; one of them audits a ballot first, and two think better of it."""
    for number, resident in enumerate(residents):
        browser = Client()
        browser.force_login(resident.user)
        if number == 0:
            token = choose(browser, poll, choice, text)
            assert browser.post(page(poll, "audit"), {"papeleta": token}).status_code == 200
        for _time in range(2 if number in (1, 2) else 1):
            cast(browser, poll, choice, text)


def seven(poll):
    return [ResidentFactory(district=poll.municipality.place) for _number in range(7)]


def test_during_an_open_poll_nothing_that_was_chosen_can_be_read_anywhere(poll, everywhere):
    text = f"Quiero más sombra, {secrets.token_hex(12)}, y un puente."
    chosen = {"q1": ["a"], "q2": text}

    a_morning_of(poll, seven(poll), "a", text)
    provoke_an_error_inside_the_cast(poll, chosen)
    with scoped_transaction(poll.municipality):
        urns.extend_log(poll.urn, whole=True)

    assert b"not an envelope of this urn" in everywhere.log()
    written = canonical(chosen).decode()
    assert everywhere.where(text, text[20:44], written, written[:14]) == set()


def provoke_an_error_inside_the_cast(poll, chosen):
    """A ballot of another length: PostgreSQL writes the statement that failed into its log."""
    with scoped_transaction(poll.municipality):
        urn = type(poll.urn).objects.get(pk=poll.urn.pk)
        urn.sealed_length += 256
        with pytest.raises(DatabaseError), transaction.atomic():
            cast_into(urn, choices=chosen)


def test_whoever_looks_like_that_would_find_it(poll, everywhere):
    """A search that finds nothing proves something only if it finds what is there."""
    word = f"aquí {secrets.token_hex(12)}"
    browser = Client()
    browser.force_login(UserFactory(display_name=word))
    session = browser.session
    session["seen"] = word
    session.save()
    cache.set("page", {"text": word})
    mail.EmailMessage(word, "", None, ["a@example.org"]).send()
    tell_followers.delay(1, word)
    with pytest.raises(psycopg.DataError), superuser() as root:
        root.execute(f"SELECT '{word}'::int")

    places = {"tables", "sessions", "journal", "log", "valkey", "queue", "mails"}
    assert everywhere.where(word) == places


def test_two_opposite_mornings_leave_the_same_behind(poll, everywhere):
    """So neither a choice nor a count nor a length is in it: whatever one chose, it is the same."""
    people = [seven(poll), seven(poll)]

    before = everywhere.rows()
    a_morning_of(poll, people[0], "a", "")
    between = everywhere.rows()
    a_morning_of(poll, people[1], "b", "Un puente, una pista y tres losas. " * 5)
    after = everywhere.rows()

    short, long = plain(between - before), plain(after - between)
    assert short == long
    assert {table for table, _row in short} >= {"votes_envelope", "votes_mark", "votes_spoiled"}


def plain(rows):
    """Rows without what differs from one to the next whatever is chosen: names, hashes, times."""
    return Counter((table, outline(table, json.loads(row))) for table, row in rows)


def outline(table, row):
    def told(name, value):
        names_somebody = name == "id" or name.endswith(("_id", "_key")) or table == "accounts_user"
        if names_somebody or name in ("session_data", "path"):
            return name
        if isinstance(value, str) and value.startswith("\\x"):
            return name, len(value)
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value):
            return name
        return name, json.dumps(value)

    return tuple(told(name, value) for name, value in sorted(row.items()))


# --- After opening


@pytest.fixture
def key():
    return PrivateKey.generate()


def opened_after(votes, key):
    """An urn into which these people put these answers in this order; its rows as they lie."""
    town = MunicipalityFactory()
    with scoped_transaction(town):
        urn = UrnFactory(municipality=town, closes_at=timezone.now() + timedelta(seconds=3))
        longest = {question["id"]: counting.longest(question) for question in QUESTIONS}
        urn = urns.freeze(urn, definition={"questions": QUESTIONS}, longest=longest)
        urn = urns.accept_keys(urn, seal_key=bytes(key.public_key))
    for person, chosen in votes:
        with scoped_transaction(town):
            cast_into(urn, person=person, choices=chosen)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_sleep(extract(epoch FROM %s - clock_timestamp()))", [urn.closes_at]
        )
    with scoped_transaction(town):
        urn = urns.close(urn)
        opening.open_urn(urn, private_key=bytes(key), eligible=100)
    return urn


def rows_as_they_lie(urn):
    with superuser() as root:
        return root.execute(
            "SELECT question, cell, answer, number FROM votes_openedanswer WHERE urn_id = %s"
            " ORDER BY ctid",
            [urn.pk],
        ).fetchall()


def test_after_opening_the_same_answers_of_other_people_in_another_order_leave_the_same(
    transactional_db, key
):
    """So nothing in the opened rows, nor in how they lie, leads to whose they were."""
    people, given = [person_of(n) for n in range(30)], [answers(n) for n in range(30)]
    others = random.Random(5).sample(list(zip(people, reversed(given), strict=True)), 30)

    one = opened_after([*zip(people, given, strict=True)], key)
    other = opened_after(others, key)

    assert rows_as_they_lie(one) == rows_as_they_lie(other)


def test_the_opened_rows_are_of_one_transaction_and_in_the_order_of_the_answers(
    transactional_db, key
):
    urn = opened_after([(person_of(n), answers(n)) for n in range(30)], key)

    with superuser() as root:

        def transactions(table):
            found = root.execute(f"SELECT DISTINCT xmin::text FROM {table}").fetchall()
            return {xmin for (xmin,) in found}

        of_answers = transactions("votes_openedanswer")
        assert len(of_answers) == 1
        assert not of_answers & (transactions("votes_envelope") | transactions("votes_mark"))
        assert len(transactions("votes_envelope")) == 30
    rows = rows_as_they_lie(urn)
    assert rows == sorted(rows)
