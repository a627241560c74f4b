"""The ways out of the site for a notice: e-mail, and text messages by SMS or WhatsApp.

E-mail is built in. Which gateway stands behind a text message the settings say
(accounts.sms); a way without a gateway is offered to nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts import sms
from participation.enums import Delivery, NoticeKind


if TYPE_CHECKING:
    from accounts.models import User

TEXTED = (Delivery.SMS, Delivery.WHATSAPP)
# What may be told by text message: few things, for each costs money.
TEXTED_KINDS = (NoticeKind.OWN, NoticeKind.MODERATION)


def takes_email(user: User) -> bool:
    """Whether mails reach this person and are wanted at all."""
    return bool(user.email and user.wants_email and user.email_bounced_at is None)


def takes_text(user: User, delivery: str) -> bool:
    """Whether a text message reaches this person: instead of e-mail, never besides it."""
    return bool(
        not user.email and user.phone and user.phone_verified and sms.is_offered(sms.Way(delivery))
    )


def offered(user: User, kind: str) -> list[Delivery]:
    """What a person may choose from for one kind of notice."""
    if user.email:
        if kind == NoticeKind.NEWSLETTERS:
            return [Delivery.EMAIL, Delivery.SITE]
        return [Delivery.EMAIL, Delivery.DAILY, Delivery.WEEKLY, Delivery.SITE]
    texts = [way for way in TEXTED if kind in TEXTED_KINDS and takes_text(user, way)]
    return [*texts, Delivery.SITE]


def usual(user: User) -> Delivery:
    """What holds for somebody who has chosen nothing."""
    return Delivery.EMAIL if user.email else Delivery.SITE


def text(user: User, delivery: str, words: str, number: int) -> None:
    """Hand one text message to its gateway; the same one is known by its number."""
    sms.send(user.phone, words, way=sms.Way(delivery), reference=f"notice-{number}")


def short(title: str, sentence: str, link: str) -> str:
    """One text message: link and sentence whole, of the title what fits."""
    room = sms.LENGTH - len(f"«» {sentence} {link}")
    if len(title) > room:
        title = f"{title[: max(room - 3, 0)].rstrip()}..."
    return f"«{title}» {sentence} {link}"
