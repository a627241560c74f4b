"""The signed heads of a poll's log, which leave the server by e-mail to whoever watches it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _


if TYPE_CHECKING:
    from votes.models import Checkpoint, Poll


def head_message(poll: Poll, head: Checkpoint, to: str) -> EmailMessage:
    """One head, to be kept: whoever has it finds out if the log is changed behind it.

    The Message-ID is the same when the same head is sent to the same person again.
    """
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Head %(number)d of the log of «%(title)s»") % {
            "number": head.number,
            "title": " ".join(poll.title.split()),
        }
        context = {
            "poll": poll,
            "head": head,
            "root": bytes(head.root).hex(),
            "previous": bytes(head.previous).hex(),
            "signature": bytes(head.signature).hex(),
            "digest": bytes(poll.urn.digest).hex(),
            "link": settings.SITE_URL + poll.get_absolute_url(),
        }
        return EmailMessage(
            subject=subject,
            body=render_to_string("votes/email/head.txt", context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[to],
            headers={"Message-ID": _reference(head, to), "Auto-Submitted": "auto-generated"},
        )


def _reference(head: Checkpoint, to: str) -> str:
    whose = hashlib.sha256(to.lower().encode()).hexdigest()[:20]
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<head.{head.urn_id}-{head.number}.{whose}@{host}>"
