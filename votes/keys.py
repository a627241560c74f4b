"""Secrets of an urn that live outside the database, derived from the site's own.

Whoever has a copy of the database and not these can neither tell whose a mark on the roll
is, nor follow a person from one urn to another, nor sign a receipt. An urn remembers under
which version of the keys it was made, so that changing them does not disturb it.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from django.conf import settings
from nacl.signing import SigningKey


if TYPE_CHECKING:
    from accounts.models import Resident
    from votes.models import Urn


def person_key(urn: Urn, resident: Resident) -> bytes:
    """What stands for a person on the roll of one urn and nowhere else.

    Made of the proven person, of whom there is one for each document whatever becomes of
    their accounts or of the key the document is kept under.
    """
    return _derived(urn, "roll", str(resident.pk))


def pretend_key(urn: Urn, number: int) -> bytes:
    """What stands for a pretend voter of a test; never that of a person."""
    return _derived(urn, "pretend", str(number))


def roll_secret(urn: Urn) -> bytes:
    """Under which the list of those who may vote is hashed, so that nobody tries people on it."""
    return _derived(urn, "list")


def form_key(urn: Urn) -> bytes:
    """Under which a ballot is sealed between its review and its cast, in the page itself."""
    return _derived(urn, "form")


def order_key(urn: Urn, person: bytes, what: str) -> bytes:
    """By which the options of one voter are put into an order that stays the same."""
    return _derived(urn, "order", f"{person.hex()}:{what}")


def signing_key(urn: Urn) -> bytes:
    """The seed of the key that signs this urn's receipts and heads."""
    return _derived(urn, "sign")


def public_signing_key(urn: Urn) -> bytes:
    return bytes(SigningKey(signing_key(urn)).verify_key)


def link_secret(urn: Urn, code: str) -> bytes:
    """Under which a trustee's words wait until they open the link that holds the code."""
    return _derived(urn, "link", code)


def handed_secret(urn: Urn, half: bytes) -> bytes:
    """Under which the words that trustees have typed wait for those of the others."""
    return _derived(urn, "handed", half.hex())


def _derived(urn: Urn, purpose: str, data: str = "") -> bytes:
    secret = settings.DOCUMENT_KEYS[urn.key_version]
    message = f"urn:{purpose}:{urn.municipality_id}:{urn.pk}:{data}"
    return hmac.digest(secret.encode(), message.encode(), "sha256")
