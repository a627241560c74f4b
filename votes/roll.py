"""Who may vote in a poll, as known when its rules are frozen: how many, and a hash of the list.

The list itself is never published. It is those whose residence in the poll's territory is proven
and those whom a valid padrón of the municipality names there; or, of a poll that is put to a closed
list, those on it. Each person once.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from accounts.models import Resident
from municipalities.models import Padron, PadronEntry
from votes import keys
from votes.enums import Voters


if TYPE_CHECKING:
    from votes.models import Poll


class Roll(NamedTuple):
    """How many people, and the hash by which the same list is recognised."""

    count: int
    digest: bytes


def territory(poll: Poll, field: str = "district") -> Q:
    """The condition that somebody lives where the poll is held."""
    if poll.districts:
        return Q(**{f"{field}__in": poll.districts})
    return Q(**{f"{field}__code__startswith": poll.municipality.place_id})


def of(poll: Poll) -> Roll:
    people = set()
    if poll.voters == Voters.LISTED:
        sources = [poll.listed.all()]
    else:
        sources = [
            Resident.objects.standing().filter(territory(poll)),
            PadronEntry.objects.filter(territory(poll), padron__in=Padron.objects.valid()),
        ]
    for rows in sources:
        people.update(bytes(one) for one in rows.values_list("document_hash", flat=True).iterator())
    secret = keys.roll_secret(poll.urn)
    hasher = hashlib.sha256()
    for one in sorted(hmac.digest(secret, person, "sha256") for person in people):
        hasher.update(one)
    return Roll(len(people), hasher.digest())


def told(poll: Poll) -> dict[str, Any]:
    """As the rules of the poll tell it."""
    people = of(poll)
    return {"count": people.count, "digest": people.digest.hex()}
