"""The demo's mailbox: what would have gone out by e-mail and SMS, kept in Valkey to be read.

Only with DEMO=1; nothing here is reachable on a real site.
"""

import json

import redis
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


KEPT = 300


def _box() -> tuple[redis.Redis, str]:
    prefix = settings.CACHES["default"]["KEY_PREFIX"]
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True), f"{prefix}:mailbox"


def keep(kind: str, to: str, text: str, subject: str = "", *, stays: bool = False) -> None:
    """With `stays` it is not pushed out by what comes later."""
    box, key = _box()
    message = {
        "kind": kind,
        "to": to,
        "subject": subject,
        "text": text,
        "at": timezone.now().isoformat(),
    }
    if stays:
        box.lpush(f"{key}:stays", json.dumps(message))
        return
    box.lpush(key, json.dumps(message))
    box.ltrim(key, 0, KEPT - 1)


def read(to: str = "", limit: int = 50) -> list[dict]:
    """The newest first; with `to`, only what went to that address or number."""
    box, key = _box()
    kept = box.lrange(key, 0, KEPT - 1) + box.lrange(f"{key}:stays", 0, KEPT - 1)
    messages = sorted(map(json.loads, kept), key=lambda message: message["at"], reverse=True)
    found = [message for message in messages if not to or to.lower() in message["to"].lower()]
    for message in found[:limit]:
        message["at"] = timezone.datetime.fromisoformat(message["at"])
    return found[:limit]


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        for message in email_messages:
            for address in message.recipients():
                keep("email", address, message.body, message.subject)
        return len(email_messages)
