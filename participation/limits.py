"""How much one account does in a while, and when an address has to show that people are behind it.

One table. Accounts wait when they have done too much at once. An address never refuses
anybody, for a whole village may share one: beyond its limit whoever acts solves a check
(accounts/captcha.py), and declared places have a limit of their own.

Counted in Valkey, in one step that no parallel request can slip through. If Valkey is away,
nobody is kept from a civic act: it goes on, and the log says so.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import math
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import redis
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import caches
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, ngettext

from accounts import captcha
from accounts.forms.captcha import Captcha
from decide.common.permissions import Reason
from participation.enums import TracedAct
from participation.models import DeclaredPlace
from participation.rules.moderation import settings_of
from participation.screening import is_new


if TYPE_CHECKING:
    from django.http import HttpRequest  # noqa: TID251  only its type

    from accounts.models import User
    from municipalities.models import Municipality

log = logging.getLogger("decide.limits")

MINUTE, HOUR, DAY, WEEK = 60, 60 * 60, 24 * 60 * 60, 7 * 24 * 60 * 60


@dataclass(frozen=True)
class Rate:
    """So many in so many seconds, whichever seconds one looks at."""

    amount: int
    seconds: int


@dataclass(frozen=True)
class Limit:
    """Of one kind of act: what an account may, and what a new one may."""

    account: tuple[Rate, ...]
    new: tuple[Rate, ...]
    told: str


LIMITS: dict[str, Limit] = {
    TracedAct.COMMENT: Limit(
        account=(Rate(10, 10 * MINUTE), Rate(100, DAY)),
        new=(Rate(3, 10 * MINUTE), Rate(20, DAY)),
        told=_("You have written a lot of comments in a short time."),
    ),
    TracedAct.REACTION: Limit(
        account=(Rate(30, MINUTE), Rate(600, DAY)),
        new=(Rate(15, MINUTE), Rate(200, DAY)),
        told=_("You have agreed and disagreed a lot in a short time."),
    ),
    TracedAct.FLAG: Limit(
        account=(Rate(5, 10 * MINUTE), Rate(10, DAY)),
        new=(Rate(3, 10 * MINUTE), Rate(5, DAY)),
        told=_("You have flagged a lot in a short time. Moderation is looking at it."),
    ),
    TracedAct.DEBATE: Limit(
        account=(Rate(3, WEEK),),
        new=(Rate(1, DAY), Rate(3, WEEK)),
        told=_("You have opened several debates in a short time."),
    ),
    TracedAct.PROPOSAL: Limit(
        account=(Rate(3, WEEK),),
        new=(Rate(3, WEEK),),
        told=_("You have published several proposals in a short time."),
    ),
    TracedAct.SUPPORT: Limit(
        account=(Rate(30, MINUTE), Rate(300, DAY)),
        new=(Rate(30, MINUTE), Rate(300, DAY)),
        told=_("You have supported a lot in a short time."),
    ),
    TracedAct.WORK: Limit(
        account=(Rate(5, WEEK),),
        new=(Rate(5, WEEK),),
        told=_("You have put forward several works in a short time."),
    ),
}
# What a municipality may set as new goes no further (ConversationSettings).
NEW_AT_MOST = timedelta(days=90)
# All acts from one address together; a declared place says its own.
ADDRESS = Rate(120, HOUR)

# Looks at every set and only then adds to all of them, so that a refusal counts nothing.
# KEYS: one sorted set for each subject. ARGV: now, a name for this act, and for each set the
# number of its rates and then their amounts and milliseconds.
# Answers the first set that is full (from 1; 0 for none) and how long until it is not.
TAKE = """
local now, name, at = tonumber(ARGV[1]), ARGV[2], 3
local longest = {}
for i, key in ipairs(KEYS) do
  local rates = tonumber(ARGV[at])
  at = at + 1
  local wait = 0
  longest[i] = 0
  for _ = 1, rates do
    local amount, span = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
    at = at + 2
    if span > longest[i] then longest[i] = span end
    local since = '(' .. (now - span)
    local count = redis.call('ZCOUNT', key, since, '+inf')
    if count >= amount then
      local oldest = redis.call(
        'ZRANGEBYSCORE', key, since, '+inf', 'WITHSCORES', 'LIMIT', count - amount, 1)
      wait = math.max(wait, tonumber(oldest[2]) + span - now)
    end
  end
  if wait > 0 then return {i, wait} end
end
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - longest[i])
  redis.call('ZADD', key, now, name)
  redis.call('PEXPIRE', key, longest[i])
end
return {0, 0}
"""


def why_wait(
    request: HttpRequest | None, user: User, municipality: Municipality, act: str
) -> Reason | None:
    """Why this person has to wait before the act, or to show that they are a person; else it counts.

    Asked by views, once, right before the action. Those who hold a role here are not counted.
    """
    if not user.is_authenticated or any(pk == municipality.pk for _role, pk in user.roles):
        return None
    limit = LIMITS[act]
    rates = limit.new if goes_slowly(user, municipality) else limit.account
    subjects = [(f"account:{municipality.pk}:{act}:{user.pk}", rates)]
    if request is not None and not captcha.has_passed(request):
        subjects.append(_whence(request, municipality))
    try:
        full, milliseconds = take(subjects)
    except redis.RedisError:
        log.exception("limits are not counted: Valkey does not answer")
        return None
    if full == 1:
        wait = math.ceil(milliseconds / 1000)
        return Reason(_told(limit, wait, is_slow=rates != limit.account))
    if full == 2:
        return _ask(request, user, municipality, act)
    return None


def why_wait_to_ask(
    request: HttpRequest,
    municipality: Municipality,
    what: str,
    *,
    account: Rate,
    address: Rate,
    told: str,
) -> Reason | None:
    """Why somebody has to wait with what needs no account, and costs the server work; else it counts.

    Who is signed in is counted by account, visitors by address. Those who hold a role here are not.
    """
    user = request.user
    if user.is_authenticated:
        if any(pk == municipality.pk for _role, pk in user.roles):
            return None
        subject = f"account:{municipality.pk}:{what}:{user.pk}", (account,)
    else:
        subject = f"address:{municipality.pk}:{what}:{_digest_of_address(request)}", (address,)
    try:
        full, milliseconds = take([subject])
    except redis.RedisError:
        log.exception("limits are not counted: Valkey does not answer")
        return None
    if not full:
        return None
    wait = _("You can go on in %(wait)s.") % {"wait": in_words(math.ceil(milliseconds / 1000))}
    return Reason(f"{told} {wait}")


def _ask(request: HttpRequest, user: User, municipality: Municipality, act: str) -> Reason | None:
    """Show it in the form itself (accounts/_person.html), or on the page that the reason leads to."""
    shown = Captcha(request.POST) if "person" in request.POST else Captcha()
    if shown.is_valid():
        captcha.remember(request)
        return why_wait(request, user, municipality, act)
    request.person_form = shown
    return captcha.ask(request)


def take(subjects: list[tuple[str, tuple[Rate, ...]]]) -> tuple[int, int]:
    """Count one act for all subjects, if none of them is full; which is, and for how long."""
    keys = [caches["people"].make_key(f"limits:{name}") for name, _rates in subjects]
    values: list[str | int] = [int(timezone.now().timestamp() * 1000), secrets.token_hex(8)]
    for _name, rates in subjects:
        values.append(len(rates))
        for rate in rates:
            values += [rate.amount, rate.seconds * 1000]
    full, milliseconds = valkey().eval(TAKE, len(keys), *keys, *values)
    return full, int(milliseconds)


def goes_slowly(user: User, municipality: Municipality) -> bool:
    """Whether the account is new here; of an old one nothing needs to be asked."""
    is_old = timezone.now() - user.date_joined > NEW_AT_MOST
    return not is_old and is_new(user, settings_of(municipality.pk))


def place_of(request: HttpRequest, municipality: Municipality) -> DeclaredPlace | None:
    """The declared place whose network this request comes from, now; read once for a request."""
    if not hasattr(request, "declared_place"):
        request.declared_place = _find_place(request, municipality)
    return request.declared_place


def _find_place(request: HttpRequest, municipality: Municipality) -> DeclaredPlace | None:
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except ValueError:
        return None
    now = timezone.now()
    declared = DeclaredPlace.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), municipality=municipality, starts_at__lte=now
    )
    return next(
        (place for place in declared if address in ipaddress.ip_network(place.network)), None
    )


def in_words(seconds: int) -> str:
    """How long somebody has to wait, never said too short."""
    if seconds < 90 * MINUTE:
        minutes = max(1, math.ceil(seconds / MINUTE))
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if seconds < 2 * DAY:
        hours = math.ceil(seconds / HOUR)
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = math.ceil(seconds / DAY)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _told(limit: Limit, seconds: int, *, is_slow: bool) -> str:
    wait = _("You can go on in %(wait)s.") % {"wait": in_words(seconds)}
    slow = _("New accounts go slowly in their first days.") if is_slow else ""
    return " ".join(map(str, filter(None, (limit.told, slow, wait))))


def _whence(request: HttpRequest, municipality: Municipality) -> tuple[str, tuple[Rate, ...]]:
    """The address, or the declared place that it belongs to."""
    if place := place_of(request, municipality):
        return f"place:{place.pk}", (Rate(place.acts_per_hour, HOUR),)
    return f"address:{municipality.pk}:{_digest_of_address(request)}", (ADDRESS,)


def _digest_of_address(request: HttpRequest) -> str:
    address = get_adapter().get_client_ip(request)
    return hmac.digest(settings.SECRET_KEY.encode(), address.encode(), "sha256").hex()[:32]


@cache
def valkey() -> redis.Redis:
    """Answers at once or not at all: nobody waits for a counter."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, decode_responses=False
    )
