"""A ballot between its review and its cast: sealed in the page, and kept nowhere.

What was chosen is in no session, cache, table or log. The voter carries it from one page to the
next without being able to open it, for whoever knew the nonce could prove to others how they
voted. All are of one length, for one hour, one voter and one urn.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import struct
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from votes import keys
from votes.commitments import NONCE, canonical, commitment, new_nonce


if TYPE_CHECKING:
    from votes.models import Urn

LASTS = timedelta(hours=1)
ATTEMPT = 16
HEAD = struct.Struct(f">{ATTEMPT}s{NONCE}s32sqI")


class BadToken(Exception):
    """This is no ballot of this voter and urn; the text says what to do."""

    text = _("This page is not valid any more. Choose once more: nothing has been sent.")

    def __init__(self) -> None:
        super().__init__(str(self.text))


class Expired(BadToken):
    """It was reviewed too long ago."""

    text = _("More than an hour has passed since you chose. Look at it once more and send it.")

    def __init__(self, ballot: Ballot) -> None:
        super().__init__()
        self.ballot = ballot


class Ballot(NamedTuple):
    """One form as it was filled in; `attempt` names it for the urn, so that it counts once."""

    attempt: bytes
    nonce: bytes
    choices: dict[str, Any]
    made_at: int

    def promise(self, urn: Urn) -> bytes:
        return commitment(bytes(urn.digest), self.nonce, self.choices)


def new(choices: dict[str, Any]) -> Ballot:
    return Ballot(secrets.token_bytes(ATTEMPT), new_nonce(), choices, _now())


@sensitive_variables()
def seal(urn: Urn, person: bytes, ballot: Ballot) -> str:
    """As it travels in the page: text of the same length whatever was chosen."""
    text = canonical(ballot.choices)
    head = HEAD.pack(ballot.attempt, ballot.nonce, person, ballot.made_at, len(text))
    inside = head + text.ljust(urn.sealed_length, b"\0")
    return base64.urlsafe_b64encode(SecretBox(keys.form_key(urn)).encrypt(inside)).decode()


@sensitive_variables()
def unseal(urn: Urn, person: bytes, token: str) -> Ballot:
    """The ballot again; raises BadToken, and Expired with what was in it."""
    try:
        inside = SecretBox(keys.form_key(urn)).decrypt(base64.urlsafe_b64decode(token.encode()))
    except (CryptoError, binascii.Error, ValueError, TypeError) as problem:
        raise BadToken from problem
    attempt, nonce, owner, made_at, length = HEAD.unpack_from(inside)
    if not secrets.compare_digest(owner, person):
        raise BadToken
    choices = json.loads(inside[HEAD.size : HEAD.size + length])
    ballot = Ballot(attempt, nonce, choices, made_at)
    if _now() - made_at > LASTS.total_seconds():
        raise Expired(ballot)
    return ballot


def _now() -> int:
    return int(timezone.now().timestamp())
