"""Notices by e-mail, in the person's language, with a way to have no more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _


if TYPE_CHECKING:
    from accounts.models import User
    from participation.models import Notice

UNSUBSCRIBE = "participation.unsubscribe"


def unsubscribe_path(user: User) -> str:
    return reverse("participation:unsubscribe", args=[signing.dumps(user.pk, salt=UNSUBSCRIBE)])


def who_unsubscribes(token: str) -> int:
    """The account a link of ours was made for; signing.BadSignature if it is not ours."""
    return signing.loads(token, salt=UNSUBSCRIBE)


def notice_message(notice: Notice) -> EmailMultiAlternatives:
    """What one notice says by e-mail. Needs the scope of its municipality."""
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        stop = settings.SITE_URL + unsubscribe_path(notice.user)
        context = {
            "notice": notice,
            "link": settings.SITE_URL + notice.path,
            "notices": settings.SITE_URL + reverse("participation:notices"),
            "stop": stop,
        }
        message = EmailMultiAlternatives(
            subject=_("News of «%(title)s»") % {"title": one_line(notice.title)},
            body=render_to_string("participation/email/notice.txt", context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[notice.user.email],
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        message.attach_alternative(
            render_to_string("participation/email/notice.html", context), "text/html"
        )
    return message


def one_line(text: str) -> str:
    return " ".join(text.split())
