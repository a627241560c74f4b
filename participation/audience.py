"""Whom a newsletter may go to: only who asked for it, can be reached and has not said no."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, QuerySet

from accounts.enums import Purpose
from accounts.models import Consent, User
from participation.enums import Audience, Delivery, NoticeKind
from participation.models import Follow, Newsletter, NoticePreference


def people_of(newsletter: Newsletter) -> QuerySet[User]:
    """Followers of the municipality, or its residents who agreed to news. In its scope."""
    confirmed = EmailAddress.objects.filter(
        user=OuterRef("pk"), email__iexact=OuterRef("email"), verified=True
    )
    declined = NoticePreference.objects.filter(
        user=OuterRef("pk"), kind=NoticeKind.NEWSLETTERS, delivery=Delivery.SITE
    )
    reached = User.objects.filter(
        Exists(confirmed),
        ~Exists(declined),
        is_active=True,
        wants_email=True,
        email_bounced_at=None,
    )
    if newsletter.audience == Audience.FOLLOWERS:
        follow = Follow.objects.filter(
            municipality=newsletter.municipality_id,
            user=OuterRef("pk"),
            thread=None,
            person=None,
            tag="",
        )
        return reached.filter(Exists(follow))
    agreed = Consent.objects.standing().filter(user=OuterRef("pk"), purpose=Purpose.NEWS)
    place = newsletter.municipality.place_id
    here = {"resident__withdrawn_at": None, "resident__district__code__startswith": place}
    return reached.filter(Exists(agreed), **here)
