"""Mails that come back: which addresses are dead, and that we stop writing to them.

A report counts only if it speaks of a message of ours to that very person. What may pass
(a full box, a line that is down) changes nothing: the next mail is tried again.
"""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from municipalities.rls import region_scope
from participation.mail_line import is_dead_address
from participation.message_ids import known
from participation.models import NewsletterCopy


LARGEST = 2 * 1024 * 1024
# What a report may hold; more are not read.
RECIPIENTS = 20


@dataclass(frozen=True)
class Report:
    """What became of one message to one address: RFC 3464."""

    address: str
    action: str
    status: str
    message_id: str

    @property
    def is_final(self) -> bool:
        return self.action == "failed" and is_dead_address(self.status)


def parse(raw: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(raw[:LARGEST])


def reports_in(message: Message) -> list[Report]:
    """What a delivery status notification says, address by address; nothing if it is none."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return []
    original, found = "", []
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ("message/rfc822", "text/rfc822-headers", "message/global-headers"):
            original = original or _message_id_in(part)
        elif kind == "message/delivery-status" and part.is_multipart():
            found += [block for block in part.get_payload() if "Final-Recipient" in block]
    return [
        Report(
            address=_address_in(block),
            action=str(block.get("Action", "")).strip().lower(),
            status=str(block.get("Status", "")).split(" ")[0].strip(),
            message_id=original,
        )
        for block in found[:RECIPIENTS]
    ]


def _address_in(block: Message) -> str:
    """RFC 3464: «rfc822; rosa@example.org». The original one is what we wrote to."""
    field = str(block.get("Original-Recipient") or block.get("Final-Recipient"))
    return field.rpartition(";")[2].strip().strip("<>")


def _message_id_in(part: Message) -> str:
    text = part.as_string()[:20_000]
    found = re.search(r"^Message-ID:\s*(<[^>\s]+>)", text, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""


def take_in(report: Report) -> bool:
    """Stop writing to the address if the report is ours and final; says whether it was alive."""
    ours = known(report.message_id)
    if not report.is_final or ours is None:
        return False
    what, user_id = ours
    note_on_newsletter(what, user_id)
    return mark_bounced(user_id, report.address)


def note_on_newsletter(what: str, user_id: int) -> None:
    """Count it among those that came back, if it was a copy of a newsletter."""
    kind, _dot, number = what.partition(".")
    if kind != "newsletter" or not number.isdigit():
        return
    with transaction.atomic(), region_scope("a newsletter came back"):
        sent = NewsletterCopy.objects.filter(pk=number, user=user_id, sent_at__isnull=False)
        sent.filter(bounced_at=None).update(bounced_at=timezone.now())


def mark_bounced(user_id: int, address: str) -> bool:
    """That this person's address is dead, if it still is theirs; says whether that is new."""
    alive = User.objects.filter(pk=user_id, email__iexact=address, email_bounced_at=None)
    return bool(alive.update(email_bounced_at=timezone.now()))


def messages_of(path: Path) -> Iterator[EmailMessage]:
    """The messages of a mailbox file."""
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.keys():  # noqa: SIM118  its iterator parses in another way
            yield parse(box.get_bytes(key))
    finally:
        box.close()
