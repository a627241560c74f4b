"""What happens to an urn: its rules are frozen, it takes ballots, its log grows, it closes.

Who may vote and what the choices mean is the business of what owns the urn (a poll, a
budget). Here a ballot is bytes, and a voter a key.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from votes import keys, merkle, receipts, sealing
from votes.commitments import canonical, commitment, short_code
from votes.enums import CastChannel, UrnState
from votes.models import Checkpoint, Urn


# Commitments join the log in batches, so that it does not tell who voted when.
BATCH_AT_LEAST = 25
BATCH_EVERY = 15 * 60  # seconds

INTO_LOG = """
INSERT INTO votes_leaf (municipality_id, urn_id, place, commitment)
SELECT e.municipality_id, e.urn_id, %s - 1 + row_number() OVER (ORDER BY e.commitment), e.commitment
FROM votes_envelope e
WHERE e.urn_id = %s AND NOT EXISTS (
    SELECT FROM votes_leaf l WHERE l.urn_id = e.urn_id AND l.commitment = e.commitment
)
"""
NO_HEAD = bytes(32)
WHY = {
    "unknown": _("There is no such vote here."),
    "not_ready": _("This vote has not opened yet."),
    "early": _("This vote has not opened yet."),
    "closed": _("This vote is closed: what arrives now is no longer counted."),
    "cancelled": _("This vote was cancelled."),
    "paper": _("You have voted on paper, at a desk. That vote counts, and no other after it."),
    "spoiled": _("You audited this ballot, and so it can no longer be cast. Choose once more."),
    "cast": _("This ballot has been cast already, and so it can no longer be opened to look at."),
}


class CannotCast(Exception):
    """The urn did not take the ballot; the text says why, and nothing was kept."""

    def __init__(self, outcome: str) -> None:
        super().__init__(str(WHY[outcome]))
        self.outcome = outcome


class CannotFreeze(Exception):
    """The urn's rules are settled already."""


class CannotDestroy(Exception):
    """What was sealed stays while somebody may still object to the result."""


class Receipt(NamedTuple):
    """What a voter takes home: it proves that a ballot is in, and never which."""

    digest: bytes
    commitment: bytes
    day: date
    signature: bytes
    is_repeated: bool = False
    is_first: bool = False
    attempt: bytes = b""

    @property
    def code(self) -> str:
        return short_code(self.commitment)


@transaction.atomic
def freeze(urn: Urn, *, definition: dict[str, Any], longest: Any) -> Urn:
    """Settle the rules: from here on they and their digest do not change.

    The key that signs receipts joins them, so that their digest speaks for it too.
    `longest` are the longest choices they allow, so that every sealed ballot is as long.
    """
    urn = Urn.objects.select_for_update(of=("self",), no_key=True).get(pk=urn.pk)
    if urn.state != UrnState.PREPARED:
        raise CannotFreeze(_("Its rules are frozen already."))
    urn.sign_key = keys.public_signing_key(urn)
    text = canonical(definition | {"sign_key": urn.sign_key.hex()})
    urn.definition = text.decode()
    urn.digest = hashlib.sha256(text).digest()
    urn.sealed_length = sealing.sealed_length(longest)
    urn.state = UrnState.FROZEN
    urn.save(update_fields=["definition", "digest", "sealed_length", "sign_key", "state"])
    return urn


@transaction.atomic
def accept_keys(urn: Urn, *, seal_key: bytes) -> Urn:
    """The trustees hold their parts of the key to this lock: the urn opens by the clock."""
    urn.seal_key = seal_key
    urn.state = UrnState.READY
    urn.save(update_fields=["seal_key", "state"])
    return urn


def cast(
    urn: Urn,
    *,
    person: bytes,
    attempt: bytes,
    nonce: bytes,
    choices: Any,
    channel: str = CastChannel.WEB,
    place: str = "",
    pretends: bool = False,
) -> Receipt:
    """Seal the choices and put them into the urn; the same attempt again gives the same receipt.

    `person` is keys.person_key of who votes, `attempt` the 16 bytes of the form, `place` the
    ubigeo of their district. The last cast of a person before closing counts. `is_first` of the
    receipt says that nobody had marked them on the roll before. Who pretends votes in tests only.
    """
    promise = commitment(bytes(urn.digest), nonce, choices)
    sealed = sealing.seal(bytes(urn.seal_key), nonce, choices, urn.sealed_length)
    envelope = (person, channel, attempt, promise, sealed)
    day = timezone.localdate()
    outcome, kept, signature, first = _cast(urn, envelope, day, place, pretends)
    if outcome == "other_day":  # this machine's clock and the database's are across midnight
        day = _today_of_the_database()
        outcome, kept, signature, first = _cast(urn, envelope, day, place, pretends)
    if outcome not in ("ok", "ok_again"):
        raise CannotCast(outcome if outcome in WHY else "closed")
    if outcome == "ok_again":
        day = urn.envelopes.values_list("day", flat=True).get(commitment=kept)
    return Receipt(bytes(urn.digest), kept, day, signature, outcome == "ok_again", first, attempt)


def _cast(
    urn: Urn,
    envelope: tuple[bytes, str, bytes, bytes, bytes],
    day: date,
    place: str,
    pretends: bool,
) -> tuple[str, bytes, bytes, bool]:
    promise = envelope[3]
    signed = receipts.sign_receipt(keys.signing_key(urn), bytes(urn.digest), promise, day)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM votes_cast(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [urn.pk, *envelope, signed, day, place, pretends],
        )
        return cursor.fetchone()


def _today_of_the_database() -> date:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (votes_clock() AT TIME ZONE 'America/Lima')::date")
        return cursor.fetchone()[0]


def spoil(urn: Urn, *, person: bytes, attempt: bytes, promise: bytes) -> None:
    """A ballot is opened for its voter to check instead of being cast: its form casts no more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT votes_spoil(%s, %s, %s, %s)", [urn.pk, person, attempt, promise])
        outcome = cursor.fetchone()[0]
    if outcome != "ok":
        raise CannotCast(outcome)


def mark_paper(urn: Urn, *, person: bytes, place: str = "", pretends: bool = False) -> bool:
    """Somebody is handed a paper ballot; whether it replaces one they had sent by the web."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT votes_mark_paper(%s, %s, %s, %s)", [urn.pk, person, place, pretends])
        outcome = cursor.fetchone()[0]
    if outcome not in ("ok", "replaced"):
        raise CannotCast(outcome)
    return outcome == "replaced"


@transaction.atomic
def extend_log(urn: Urn, *, whole: bool = False) -> Checkpoint | None:
    """Bring the commitments that are not in the public log yet into it, and sign its head.

    While the urn takes ballots a batch waits for 25 of them and a quarter of an hour, so
    that no order of voting can be read from it; with `whole`, all that there are.
    """
    urn = Urn.objects.select_for_update(of=("self",), no_key=True).get(pk=urn.pk)
    last = urn.checkpoints.order_by("number").last()
    now = timezone.now()
    if not whole and (_is_recent(last, now) or _waiting(urn) < BATCH_AT_LEAST):
        return None
    if not _let_into_log(urn) and whole and last:
        return last

    leaves = [
        bytes(leaf) for leaf in urn.leaves.values_list("commitment", flat=True).order_by("place")
    ]
    head = receipts.Head(
        number=last.number + 1 if last else 1,
        size=len(leaves),
        root=merkle.root(leaves),
        previous=head_hash(last) if last else NO_HEAD,
        at=now,
    )
    return Checkpoint.objects.create(
        municipality_id=urn.municipality_id,
        urn=urn,
        signature=receipts.sign_head(keys.signing_key(urn), bytes(urn.digest), head),
        **head._asdict(),
    )


def _waiting(urn: Urn) -> int:
    return urn.envelopes.count() - urn.leaves.count()


def _let_into_log(urn: Urn) -> int:
    """Those that are not in it yet get the next places, by their value; how many they are."""
    with connection.cursor() as cursor:
        cursor.execute(INTO_LOG, [urn.leaves.count(), urn.pk])
        return cursor.rowcount


def _is_recent(last: Checkpoint | None, now: datetime) -> bool:
    return last is not None and (now - last.at).total_seconds() < BATCH_EVERY


def head_hash(checkpoint: Checkpoint) -> bytes:
    """What the next head names as the one before it."""
    return hashlib.sha256(bytes(checkpoint.root) + bytes(checkpoint.signature)).digest()


@transaction.atomic
def close(urn: Urn) -> Urn:
    """No more ballots; waits for those on their way. The last head of the log is signed."""
    urn.state = UrnState.CLOSED
    urn.save(update_fields=["state"])
    extend_log(urn, whole=True)
    return urn


def destroy_sealed(urn: Urn) -> int:
    """Empty every envelope once objections are over; commitments, marks and results stay.

    How many were emptied: none if it was done before. The database's clock decides.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT votes_destroy(%s)", [urn.pk])
            return cursor.fetchone()[0]
    except IntegrityError as refusal:
        raise CannotDestroy(
            _("Sealed ballots are kept until the time for objections is over.")
        ) from refusal


def definition_of(urn: Urn) -> Any:
    return json.loads(urn.definition)
