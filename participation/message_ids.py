"""The Message-ID of what we send: the same when the same thing is sent again, and signed.

A mail server that was asked twice, because we were interrupted after it had said yes, can
see by it that it has the message already. What comes back undelivered is believed only if it
brings one of ours, so that nobody stops another's mails with a made-up report.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac


SALT = "participation.message_ids"
OURS = re.compile(r"<?(?P<what>[a-z]+\.[0-9-]+)\.(?P<user>\d+)\.(?P<seal>[0-9a-f]{20})@[^>\s]+>?")


def message_id(kind: str, number: int | str, user_id: int) -> str:
    """`kind` is a word, `number` digits and hyphens: which one of its kind for this person."""
    what = f"{kind}.{number}"
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{what}.{user_id}.{_seal(what, user_id)}@{host}>"


def known(text: str) -> tuple[str, int] | None:
    """What it was («kind.number») and for which account, if this is a Message-ID of ours."""
    found = OURS.fullmatch(text.strip())
    if found is None:
        return None
    user_id = int(found["user"])
    ours = constant_time_compare(found["seal"], _seal(found["what"], user_id))
    return (found["what"], user_id) if ours else None


def _seal(what: str, user_id: int) -> str:
    """Short, so that mail programs do not break the header."""
    return salted_hmac(SALT, f"{what}:{user_id}").hexdigest()[:20]
