"""Newsletters that went out before today, and who of the demo shows what they do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.actions.profile import change_public_page
from accounts.enums import Shown
from accounts.models import User
from municipalities.models import Municipality
from participation.models import Newsletter, NewsletterCopy


ABOUT = "Me gusta que las cosas se conversen antes de decidirse."


def plant(
    municipality: Municipality, texts: Iterable[dict[str, Any]], readers: list[User], *, by: User
) -> None:
    """In the scope of the municipality. What lies in the past cannot go through the actions."""
    for text in texts:
        at = timezone.now() - timedelta(days=text["days_ago"])
        sent = Newsletter.objects.create(
            municipality=municipality,
            subject=text["subject"],
            text=text["text"].strip(),
            written_by=by,
            tested_at=at,
            scheduled_for=at,
            scheduled_by=by,
            started_at=at,
            finished_at=at,
        )
        NewsletterCopy.objects.bulk_create(
            NewsletterCopy(municipality=municipality, newsletter=sent, user=reader, sent_at=at)
            for reader in readers
        )
    change_public_page(readers[0], about=ABOUT, shows=[Shown.PROPOSALS, Shown.COMMENTS])
