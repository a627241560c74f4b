"""One connection to the mail server for many messages, and what the server says to each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
)
from typing import TYPE_CHECKING, Self

from django.core.mail import get_connection
from django.db import connection


if TYPE_CHECKING:
    from django.core.mail import EmailMessage


class LineDown(OSError):
    """The mail server is not there, or will take nothing from us now."""


@dataclass(frozen=True)
class Answer:
    """What the server said to one message. Without a problem it has taken it."""

    problem: str = ""
    for_good: bool = False  # asking again is of no use
    bounced: bool = False  # the address is dead

    @property
    def taken(self) -> bool:
        return not self.problem


class MailLine:
    """`with MailLine() as line: line.send(message)`; opened with the first message."""

    def __enter__(self) -> Self:
        self.connection = get_connection()
        self.is_open = False
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.connection.close()

    def send(self, message: EmailMessage) -> Answer:
        """What the server says to it; LineDown if it does not answer, or answers for all."""
        self._open()
        try:
            self.connection.send_messages([message])
        except SMTPRecipientsRefused as refused:
            code, text = next(iter(refused.recipients.values()))
            return answer(code, text)
        except SMTPDataError as refused:
            return answer(refused.smtp_code, refused.smtp_error, of_recipient=False)
        except SMTPNotSupportedError as problem:  # an address that this server cannot write to
            return Answer(str(problem)[:300], for_good=True)
        except ValueError as problem:  # no mail can be made of it: a header, an address
            return Answer(f"{type(problem).__name__}: {problem}"[:300], for_good=True)
        except (SMTPException, OSError) as problem:
            self._lose()
            raise LineDown(str(problem)) from problem
        return Answer()

    def _open(self) -> None:
        if self.is_open:
            return
        try:
            self.connection.open()
        except (SMTPException, OSError) as problem:
            self._lose()
            raise LineDown(str(problem)) from problem
        self.is_open = True

    def _lose(self) -> None:
        try:
            self.close()
        except (SMTPException, OSError):
            self.connection = get_connection()


def commit_without_waiting() -> None:
    """For the transaction in which a message is sent and remembered: its commit does not wait
    for the disk, and if this machine vanishes, the lock of the row does not outlive it for long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'off', true),"
            " set_config('idle_in_transaction_session_timeout', '300s', true)"
        )


# The subject and detail of an enhanced status code (RFC 3463): X.1.* is about the address,
# X.2.1 a mailbox that is closed. Full boxes, policies and the network are not the address.
ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
DEAD_WITHOUT_STATUS = {550, 551, 553}
TRY_LATER = 421


def answer(code: int, text: bytes | str, *, of_recipient: bool = True) -> Answer:
    """How to take a refusal: 4xx passes, 5xx does not; and is it the address that is dead?"""
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if code == TRY_LATER:
        raise LineDown(f"{code} {said}")
    status = ENHANCED.search(said)
    dead = of_recipient and (
        is_dead_address(status.group()) if status else code in DEAD_WITHOUT_STATUS
    )
    return Answer(f"{code} {said}"[:300], for_good=code >= 500, bounced=code >= 500 and dead)


def is_dead_address(status: str) -> bool:
    """Whether an enhanced status says that the address does not exist or is closed for good."""
    found = ENHANCED.fullmatch(status)
    return found is not None and (
        found[1] == "5" and (found[2] == "1" or (found[2], found[3]) == ("2", "1"))
    )
