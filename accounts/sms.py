"""Text messages, through whatever gateway the settings name (SMS_BACKEND)."""

from __future__ import annotations

import json
import sys
import unicodedata
import urllib.error
import urllib.request
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts import mailbox


LENGTH = 160
SECONDS = 10


class NotSent(Exception):
    """The gateway did not take the message."""


class Gateway(Protocol):
    def send(self, phone: str, text: str) -> None: ...


class ConsoleGateway:
    """For those who develop: writes the message where the server runs."""

    def send(self, phone: str, text: str) -> None:
        sys.stdout.write(f"SMS {phone}: {text}\n")


class MailboxGateway:
    """For the demo: the message can be read in its mailbox page."""

    def send(self, phone: str, text: str) -> None:
        mailbox.keep("sms", phone, text)


class HttpGateway:
    """For a server: one POST of {"to", "text"} as JSON to SMS_URL, with SMS_TOKEN as bearer."""

    def send(self, phone: str, text: str) -> None:
        request = urllib.request.Request(  # noqa: S310  the address is the operator's
            settings.SMS_URL,
            data=json.dumps({"to": phone, "text": text}).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {settings.SMS_TOKEN}",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
                pass
        except (urllib.error.URLError, TimeoutError, OSError) as error:
            raise NotSent(f"{settings.SMS_URL}: {error}") from error


def plain(text: str) -> str:
    """Without accents and at most 160 characters, so that it travels as one GSM-7 message."""
    text = unicodedata.normalize("NFKD", text.replace("«", '"').replace("»", '"'))
    return text.encode("ascii", "ignore").decode()[:LENGTH]


def send(phone: str, text: str) -> None:
    gateway: Gateway = import_string(settings.SMS_BACKEND)()
    gateway.send(phone, plain(text))
