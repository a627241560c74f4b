"""Shows that there is a person: proof of work that the browser does by itself, or a plain question.

The proof speaks ALTCHA's protocol and needs nobody else's server. Without JavaScript the same
field asks a sum in words. Either is signed, runs out, and counts once. Nothing is asked of who
has just passed, on this device, for a while.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import logging
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import altcha
import redis
from django.conf import settings
from django.core import signing
from django.core.cache import caches
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from decide.common.permissions import Detour


if TYPE_CHECKING:
    from django.http import HttpRequest  # noqa: TID251  only its type

log = logging.getLogger("decide.captcha")

# How long a challenge or a question can be answered: a form is filled in slowly on a phone.
LASTS = 60 * 60
# How long nothing more is asked of somebody who has passed.
PASSED_FOR = 30 * 60
PASSED = "captcha_passed_until"
ALGORITHM = "PBKDF2/SHA-256"
# The browser tries numbers from 0 on until it comes to one of these.
FEWEST, MOST = 80, 240
SALT = "accounts.captcha"
NUMBERS = [
    _("zero"),
    _("one"),
    _("two"),
    _("three"),
    _("four"),
    _("five"),
    _("six"),
    _("seven"),
    _("eight"),
    _("nine"),
    _("ten"),
    _("eleven"),
    _("twelve"),
    _("thirteen"),
    _("fourteen"),
    _("fifteen"),
    _("sixteen"),
    _("seventeen"),
    _("eighteen"),
]


# --- proof of work
def challenge() -> dict:
    """What a browser has to solve, as ALTCHA's second protocol writes it."""
    made = altcha.create_challenge(
        ALGORITHM,
        settings.CAPTCHA_COST,
        counter=FEWEST + secrets.randbelow(MOST - FEWEST),
        expires_at=int(time.time()) + LASTS,
        hmac_secret=_key("challenge"),
    )
    return made.to_dict()


def is_solved(payload: str) -> bool:
    """Whether this is the solution of one of our challenges, in time and for the first time."""
    if len(payload) > 4000:
        return False
    try:
        content = json.loads(base64.b64decode(payload, validate=True))
        solution = altcha.Payload.from_dict(content)
        parameters = solution.challenge.parameters
        if (parameters.algorithm, parameters.cost) != (ALGORITHM, settings.CAPTCHA_COST):
            return False
        result = altcha.verify_solution(solution, _key("challenge"))
    except (
        RecursionError,
        binascii.Error,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        ArithmeticError,
    ):
        return False
    return bool(result.verified) and _is_first(str(solution.challenge.signature))


# --- a question for who has no JavaScript
@dataclass(frozen=True)
class Question:
    text: str
    token: str


def question() -> Question:
    """A sum of two small numbers in words."""
    return _of(signing.dumps(secrets.token_urlsafe(9), salt=SALT))


def same_question(token: str) -> Question | None:
    """The question that was shown with this token, while it can be answered."""
    return _of(token) if _name_in(token) else None


def is_answered(token: str, answer: str) -> bool:
    """Whether the answer is right, in time and the first one to this question."""
    name = _name_in(token)
    return bool(name) and _is_first(name) and _number(answer) == sum(_numbers_of(name))


def _of(token: str) -> Question:
    one, other = _numbers_of(_name_in(token))
    words = {"one": NUMBERS[one], "other": NUMBERS[other]}
    return Question(gettext("How much is %(one)s plus %(other)s?") % words, token)


def _name_in(token: str) -> str:
    try:
        return signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return ""


def _numbers_of(name: str) -> tuple[int, int]:
    """Which two numbers a question is about; without our key its name does not tell."""
    digest = hmac.digest(_key("question").encode(), name.encode(), "sha256")
    return 1 + digest[0] % 9, 1 + digest[1] % 9


def _number(answer: str) -> int:
    """«7», «siete» or «Siete.» as a number; −1 for anything else."""
    answer = answer.strip().strip(".!¡").lower()
    if answer.isascii() and answer.isdigit():
        return int(answer[:4])
    words = [str(word).lower() for word in NUMBERS]
    return words.index(answer) if answer in words else -1


# --- who has passed
def has_passed(request: HttpRequest) -> bool:
    return request.session.get(PASSED, 0) > time.time()


def remember(request: HttpRequest) -> None:
    request.session[PASSED] = time.time() + PASSED_FOR


def ask(request: HttpRequest) -> Detour:
    """The way on for who has to show it first; they come back to where they were."""
    page = request.headers.get("Referer", "")
    if request.method == "GET":
        page = request.get_full_path()
    back = page.removeprefix(f"{request.scheme}://{request.get_host()}")
    query = f"?{urlencode({'next': back})}" if back.startswith("/") else ""
    return Detour(
        _(
            "Many people are taking part from this connection just now. Show once that you are a"
            " person, and then send it again."
        ),
        f"{reverse('accounts:captcha')}{query}",
        _("I am a person"),
    )


def _is_first(name: str) -> bool:
    """Each solution counts once. If Valkey is away it counts all the same: signed and in time."""
    key = f"captcha:{sha256(name.encode()).hexdigest()}"
    try:
        return caches["people"].add(key, 1, LASTS)
    except redis.RedisError:
        log.exception("solutions are not remembered: Valkey does not answer")
        return True


def _key(purpose: str) -> str:
    return f"{SALT}.{purpose}:{settings.SECRET_KEY}"
