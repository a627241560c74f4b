"""Text messages, by SMS or WhatsApp, through whatever gateway the settings name for each."""

from __future__ import annotations

import json
import sys
import unicodedata
import urllib.error
import urllib.request
from enum import StrEnum
from http import HTTPStatus
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts import mailbox


LENGTH = 160
SECONDS = 10


class Way(StrEnum):
    SMS = "sms"
    WHATSAPP = "whatsapp"


class NotSent(Exception):
    """The gateway did not take the message; it may do so later."""


class Refused(Exception):
    """The gateway will never take this message: the number or what it says is wrong."""


class Gateway(Protocol):
    """What hands a message over. `reference` is the same when the same message comes again."""

    def send(self, way: Way, phone: str, text: str, reference: str) -> None: ...


class ConsoleGateway:
    """For those who develop: writes the message where the server runs."""

    def send(self, way: Way, phone: str, text: str, reference: str) -> None:
        sys.stdout.write(f"{way.upper()} {phone}: {text}\n")


class MailboxGateway:
    """For the demo: the message can be read in its mailbox page."""

    def send(self, way: Way, phone: str, text: str, reference: str) -> None:
        mailbox.keep(way, phone, text)


class HttpGateway:
    """For a server: one POST of {"to", "text", "reference"} as JSON, with the token as bearer.

    The reference is also the Idempotency-Key, by which a gateway knows that a message which
    comes again, because its answer was lost, is the same.
    """

    def send(self, way: Way, phone: str, text: str, reference: str) -> None:
        url, token = _setting(way, "URL"), _setting(way, "TOKEN")
        request = urllib.request.Request(  # noqa: S310  the address is the operator's
            url,
            data=json.dumps({"to": phone, "text": text, "reference": reference}).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {token}",
                **({"Idempotency-Key": reference} if reference else {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
                pass
        except urllib.error.HTTPError as error:
            refusal = f"{url}: {error.code}"
            raise (Refused if _is_for_good(error.code) else NotSent)(refusal) from error
        except (urllib.error.URLError, OSError) as error:
            raise NotSent(f"{url}: {error}") from error


# It is the message, and not the moment, the key or the address of the gateway, that is wrong.
OF_THE_MESSAGE = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.GONE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}


def _is_for_good(code: int) -> bool:
    return code in OF_THE_MESSAGE


def _setting(way: Way, name: str) -> str:
    return getattr(settings, f"{way.upper()}_{name}")


def is_offered(way: Way) -> bool:
    """Whether there is a gateway for it."""
    return bool(_setting(way, "BACKEND"))


def plain(text: str) -> str:
    """Without accents and at most 160 characters, so that it travels as one GSM-7 message."""
    text = unicodedata.normalize("NFKD", text.replace("«", '"').replace("»", '"'))
    return text.encode("ascii", "ignore").decode()[:LENGTH]


def send(phone: str, text: str, *, way: Way = Way.SMS, reference: str = "") -> None:
    gateway: Gateway = import_string(_setting(way, "BACKEND"))()
    gateway.send(way, phone, plain(text) if way == Way.SMS else text, reference)
