import base64
import json
from concurrent.futures import ThreadPoolExecutor

import altcha
import pytest
import time_machine
from django.core.cache import caches
from django.urls import reverse

from accounts import captcha
from tests.captcha import answered


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.CAPTCHA_COST = 10


def solution(challenge=None):
    """What a browser sends: our challenge, solved with ALTCHA's own code."""
    made = altcha.Challenge.from_dict(challenge or captcha.challenge())
    return altcha.Payload(made, altcha.solve_challenge(made)).to_base64()


def test_a_browser_that_did_the_work_has_shown_that_there_is_a_person():
    assert captcha.is_solved(solution())


def test_the_challenge_is_fetched_from_this_site_and_by_nobody_kept(client):
    response = client.get(reverse("accounts:captcha_challenge"))

    assert "no-store" in response.headers["Cache-Control"]
    assert captcha.is_solved(solution(response.json()))


def test_a_solution_counts_once():
    sent = solution()

    assert captcha.is_solved(sent)
    assert not captcha.is_solved(sent)


def test_a_solution_sent_twenty_times_at_once_counts_once():
    sent = solution()

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(captcha.is_solved, [sent] * 20)) == 1


def test_the_same_solution_written_in_another_way_is_still_the_same():
    sent = solution()
    content = json.loads(base64.b64decode(sent))
    content["solution"]["time"] = 12.5
    again = base64.b64encode(json.dumps(content, indent=1).encode()).decode()

    assert captcha.is_solved(sent)
    assert not captcha.is_solved(again)


def test_a_solution_runs_out():
    with time_machine.travel("2026-11-23 10:00Z", tick=False) as clock:
        sent = solution()
        clock.shift(captcha.LASTS + 1)
        assert not captcha.is_solved(sent)


def changed(**parameters):
    content = captcha.challenge()
    content["parameters"] |= parameters
    return content


@pytest.mark.parametrize(
    "make",
    [
        lambda: "",
        lambda: "nonsense",
        lambda: "é" * 20,
        lambda: base64.b64encode(b"[]").decode(),
        lambda: base64.b64encode(b'{"challenge": 1, "solution": 2}').decode(),
        lambda: base64.b64encode(b'{"a":' * 500 + b"1" + b"}" * 500).decode(),
        lambda: "A" * 100_000,
        lambda: solution(changed(keyPrefix="00")),
        lambda: solution(changed(expiresAt=4_000_000_000)),
        lambda: solution({**captcha.challenge(), "signature": "0" * 64}),
        lambda: altcha.Payload(
            altcha.Challenge.from_dict(captcha.challenge()), altcha.Solution(3, "00" * 32)
        ).to_base64(),
    ],
)
def test_what_was_not_worked_for_counts_nothing(make):
    assert not captcha.is_solved(make())


def test_if_valkey_is_away_a_solution_in_time_counts(settings):
    settings.CACHES = settings.CACHES | {
        "people": settings.CACHES["people"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    }

    assert captcha.is_solved(solution())


# --- without JavaScript
def test_a_question_is_answered_in_digits_or_in_words():
    question = captcha.question()
    total = sum(captcha._numbers_of(captcha._name_in(question.token)))

    assert captcha.is_answered(question.token, f" {total} ")
    other = captcha.question()
    word = captcha.NUMBERS[sum(captcha._numbers_of(captcha._name_in(other.token)))]
    assert captcha.is_answered(other.token, f"{str(word).capitalize()}.")


@pytest.mark.parametrize("answer", ["0", "", "siete mil", "-7", "٧", "1e1", "9" * 5000])
def test_a_wrong_answer_counts_nothing_and_uses_the_question_up(answer):
    question = captcha.question()
    right = str(sum(captcha._numbers_of(captcha._name_in(question.token))))

    assert not captcha.is_answered(question.token, answer)
    assert not captcha.is_answered(question.token, right)


def test_a_question_runs_out_and_cannot_be_made_up():
    with time_machine.travel("2026-11-23 10:00Z", tick=False) as clock:
        data = answered()
        clock.shift(captcha.LASTS + 1)
        assert not captcha.is_answered(data["person_token"], data["person"])
    assert not captcha.is_answered("made:up", "7")


# --- the page
def test_who_has_shown_it_goes_back_and_is_not_asked_for_a_while(client):
    response = client.post(reverse("accounts:captcha"), {"next": "/otuzco/", **answered()})

    assert response.url == "/otuzco/"
    assert captcha.PASSED in client.session


@pytest.mark.parametrize(
    "away", ["abc", "https://example.com/", "//example.com", "javascript:alert(1)"]
)
def test_the_way_back_stays_on_this_site(client, away):
    response = client.post(reverse("accounts:captcha"), {"next": away, **answered()})

    assert response.url == "/"


def test_a_wrong_answer_is_told_with_a_new_question(client):
    data = answered() | {"person": "99"}
    response = client.post(reverse("accounts:captcha"), data)

    assert response.status_code == 422
    assert "Aquí tienes otra pregunta" in response.text
    assert data["person_token"] not in response.text
    assert captcha.PASSED not in client.session


def test_nothing_typed_is_told_with_the_same_question(client):
    data = answered() | {"person": ""}
    response = client.post(reverse("accounts:captcha"), data)

    assert response.status_code == 422
    assert data["person_token"] in response.text
    assert caches["people"] is not None
