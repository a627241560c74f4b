"""Mails to who registered for a meeting, with what their calendar reads."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from decide import calendar
from participation.emails import one_line, unsubscribe_path
from participation.message_ids import message_id
from processes.ical import of_meeting, site


if TYPE_CHECKING:
    from processes.models import Registration


def invitation(registration: Registration, news: str) -> EmailMultiAlternatives:
    """The meeting as it stands now, with an .ics that adds, moves or strikes it out.

    `news` is "seat", "changed" or "cancelled". The same state of the same meeting has the same
    Message-ID. Needs the scope of the
    municipality; `registration.meeting.municipality` should be loaded.
    """
    meeting, user = registration.meeting, registration.user
    with translation.override(user.language or settings.LANGUAGE_CODE):
        title = {"title": one_line(meeting.title)}
        context = {
            "meeting": meeting,
            "user": user,
            "news": news,
            "waits": registration.seated_at is None,
            "link": site(meeting.get_absolute_url()),
            "stop": site(unsubscribe_path(user)),
            "preferences": site(reverse("participation:preferences")),
        }
        subject = {
            "seat": _("You have a seat: %(title)s"),
            "changed": _("It has changed: %(title)s"),
            "cancelled": _("Cancelled: %(title)s"),
        }[news]
        body = render_to_string("processes/email/meeting.txt", context)
        reference = f"{meeting.pk}-{meeting.sequence}-{int(registration.created_at.timestamp())}"
        message = EmailMultiAlternatives(
            subject=subject % title,
            body=body,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[user.email],
            headers={
                "Message-ID": message_id("meeting", reference, user.pk),
                "List-Unsubscribe": f"<{context['stop']}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        if registration.seated_at is not None:
            _attach(message, registration)
        return message


def _attach(message: EmailMultiAlternatives, registration: Registration) -> None:
    """As a part that calendars read by themselves, and as a file for whoever opens it by hand."""
    meeting, user = registration.meeting, registration.user
    method = "CANCEL" if meeting.is_cancelled else "REQUEST"
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    to = calendar.Invitation(meeting.municipality.name, sender, user.display_name, user.email)
    content = calendar.invitation(of_meeting(meeting), to, now=timezone.now(), method=method)
    message.attach_alternative(content.decode(), f"text/calendar; method={method}")
    message.attach("reunion.ics", content, "application/ics")
