"""What this room keeps of a person, for their own copy and for the day they leave.

Both run in the region's scope (accounts.hooks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from participation import moderated, said
from participation.models import (
    Digest,
    Document,
    Follow,
    Image,
    NewsletterCopy,
    Notice,
    NoticePreference,
    Trace,
)


if TYPE_CHECKING:
    from accounts.models import User


def erase(user: User) -> None:
    """Whom they followed and what they were told goes; what they made stays with its thing."""
    Follow.objects.filter(user=user).delete()
    Follow.objects.filter(person=user).delete()  # nobody is left there to be followed
    Notice.objects.filter(user=user).delete()
    Digest.objects.filter(user=user).delete()
    NoticePreference.objects.filter(user=user).delete()
    NewsletterCopy.objects.filter(user=user).update(user=None)
    Trace.objects.filter(user=user).delete()
    moderated.erase(user)
    said.erase(user)


def export(user: User) -> dict[str, Any]:
    follows = Follow.objects.filter(user=user).select_related("thread", "person", "municipality")
    notices = Notice.objects.filter(user=user).select_related("event__thread", "municipality")
    pictures = Image.objects.filter(uploaded_by=user).select_related("thread")
    documents = Document.objects.filter(uploaded_by=user).select_related("thread")
    traces = Trace.objects.filter(user=user).select_related("municipality").order_by("at")
    copies = NewsletterCopy.objects.filter(user=user, sent_at__isnull=False)
    return {
        "moderation": moderated.export(user),
        "conversations": said.export(user),
        "newsletters": list(
            copies.order_by("sent_at").values(
                "municipality__name", "newsletter__subject", "sent_at"
            )
        ),
        "files": [
            {"what": str(file), "of": file.thread.title, "municipality": str(file.municipality)}
            for file in [*pictures, *documents]
        ],
        "follows": [
            {
                "municipality": str(follow.municipality),
                "title": followed(follow),
                "since": follow.created_at,
            }
            for follow in follows
        ],
        "notices": [
            {
                "municipality": str(notice.municipality),
                "title": notice.title,
                "kind": notice.kind,
                "what": notice.event.verb,
                "at": notice.created_at,
                "read_at": notice.read_at,
            }
            for notice in notices
        ],
        "how notices come": dict(
            NoticePreference.objects.filter(user=user).values_list("kind", "delivery")
        ),
        "digests": list(
            Digest.objects.filter(user=user)
            .order_by("pk")
            .values("frequency", "period", "notice_count", "sent_at")
        ),
        "traces": [
            {"municipality": str(trace.municipality), "act": trace.act, "at": trace.at}
            for trace in traces
        ],
    }


def followed(follow: Follow) -> str:
    """What it is that somebody follows, as far as everybody may see it."""
    if follow.thread:
        return follow.thread.title if follow.thread.is_public else ""
    if follow.person:
        return follow.person.public_name
    return follow.tag or str(follow.municipality)
