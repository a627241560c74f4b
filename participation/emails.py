"""Notices by e-mail, in the person's language, with a way to have no more of them."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _, ngettext

from decide.common.markdown import to_html
from participation import channels
from participation.enums import Frequency, NoticeKind
from participation.message_ids import message_id


if TYPE_CHECKING:
    from typing import Any

    from accounts.models import User
    from participation.inbox import Town
    from participation.models import Digest, Newsletter, Notice

UNSUBSCRIBE = "participation.unsubscribe"
CONFIRM = "participation.confirm_email"
# How long the link that proves an address works.
CONFIRM_SECONDS = 3 * 24 * 60 * 60


def unsubscribe_path(user: User, what: str = "") -> str:
    """Where one click ends a kind of notice, a digest or, with nothing said, all mails."""
    token = signing.dumps([user.pk, str(what)] if what else user.pk, salt=UNSUBSCRIBE)
    return reverse("participation:unsubscribe", args=[token])


def who_unsubscribes(token: str) -> tuple[int, str]:
    """For which account and from what a link of ours was made; signing.BadSignature if not ours."""
    said = signing.loads(token, salt=UNSUBSCRIBE)
    user_id, what = said if isinstance(said, list) else (said, "")
    return user_id, what


def notice_message(notice: Notice) -> EmailMultiAlternatives:
    """What one notice says by e-mail. Needs the scope of its municipality."""
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        return _message(
            ("participation/email/notice.txt", "participation/email/notice.html"),
            notice.user,
            _("News of «%(title)s»") % {"title": one_line(notice.title)},
            {
                "notice": notice,
                "link": settings.SITE_URL + notice.path,
                "stop_label": NoticeKind(notice.kind).label,
            },
            what=notice.kind,
            reference=message_id("notice", notice.pk, notice.user_id),
        )


def digest_message(digest: Digest, towns: list[Town], number: int) -> EmailMultiAlternatives:
    """One mail with all that is new to somebody, town by town."""
    with translation.override(digest.user.language or settings.LANGUAGE_CODE):
        weekly = digest.frequency == Frequency.WEEKLY
        subject = (
            ngettext("Your week: %(number)d new thing", "Your week: %(number)d new things", number)
            if weekly
            else ngettext(
                "Your day: %(number)d new thing", "Your day: %(number)d new things", number
            )
        )
        return _message(
            ("participation/email/digest.txt", "participation/email/digest.html"),
            digest.user,
            subject % {"number": number},
            {"user": digest.user, "towns": towns, "weekly": weekly, "site": settings.SITE_URL},
            what=digest.frequency,
            reference=message_id(digest.frequency, digest.period.isoformat(), digest.user_id),
        )


def newsletter_message(newsletter: Newsletter, user: User, copy_id: int) -> EmailMultiAlternatives:
    """What a municipality writes, in the frame of the person's language; `copy_id` 0 is a test."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = one_line(newsletter.subject)
        # Each test is a message of its own, or the second would pass for the first.
        number = copy_id or f"0-{newsletter.pk}-{int(time())}"
        # A link within the site leads nowhere from a mail.
        html = to_html(newsletter.text, 2).replace('href="/', f'href="{settings.SITE_URL}/')
        return _message(
            ("participation/email/newsletter.txt", "participation/email/newsletter.html"),
            user,
            subject if copy_id else _("Test: %(subject)s") % {"subject": subject},
            {
                "newsletter": newsletter,
                "link": settings.SITE_URL + newsletter.get_absolute_url(),
                "html": mark_safe(html),  # noqa: S308  cleaned by to_html
                "text": newsletter.text.replace("](/", f"]({settings.SITE_URL}/"),
                "is_test": not copy_id,
            },
            what=NoticeKind.NEWSLETTERS,
            reference=message_id("newsletter", number, user.pk),
        )


def confirm_message(user: User) -> EmailMultiAlternatives:
    """A link that shows that mails to the address arrive again."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        token = signing.dumps([user.pk, user.email], salt=CONFIRM)
        context = {
            "user": user,
            "link": settings.SITE_URL + reverse("participation:email_works", args=[token]),
        }
        return EmailMultiAlternatives(
            subject=_("Does this address work again?"),
            body=render_to_string("participation/email/confirm.txt", context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[user.email],
        )


def whose_email_works(token: str) -> tuple[int, str]:
    """Account and address that the link proves; signing.BadSignature if it is not ours or too old."""
    user_id, email = signing.loads(token, salt=CONFIRM, max_age=CONFIRM_SECONDS)
    return user_id, email


def notice_text(notice: Notice) -> str:
    """What one notice says in a text message. Needs the scope of its municipality."""
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        return channels.short(
            one_line(notice.title), notice.sentence, settings.SITE_URL + notice.path
        )


def _message(
    forms: tuple[str, str],
    user: User,
    subject: str,
    context: dict[str, Any],
    *,
    what: str,
    reference: str,
) -> EmailMultiAlternatives:
    """In two forms, and with the headers by which mail programs offer to end it (RFC 8058)."""
    stop = settings.SITE_URL + unsubscribe_path(user, what)
    context |= {
        "notices": settings.SITE_URL + reverse("participation:notices"),
        "preferences": settings.SITE_URL + reverse("participation:preferences"),
        "stop": stop,
    }
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(forms[0], context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
        headers={
            "Message-ID": reference,
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(forms[1], context), "text/html")
    return message


def one_line(text: str) -> str:
    return " ".join(text.split())
