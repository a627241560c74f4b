"""What all rooms share, noun by noun."""

from participation.models.comments import Comment, CommentVersion, Reaction
from participation.models.files import Document, Image, storage_path
from participation.models.ledger import Intervention
from participation.models.moderation import (
    Appeal,
    Case,
    ConversationSettings,
    Decision,
    DeclaredPlace,
    Flag,
    Trace,
    WatchedWord,
)
from participation.models.newsletters import Newsletter, NewsletterCopy
from participation.models.notices import Digest, Follow, Notice, NoticePreference
from participation.models.thread import Event, Thread, ThreadLink
from participation.models.topics import Category


__all__ = [
    "Appeal",
    "Case",
    "Category",
    "Comment",
    "CommentVersion",
    "ConversationSettings",
    "Decision",
    "DeclaredPlace",
    "Digest",
    "Document",
    "Event",
    "Flag",
    "Follow",
    "Image",
    "Intervention",
    "Newsletter",
    "NewsletterCopy",
    "Notice",
    "NoticePreference",
    "Reaction",
    "Thread",
    "ThreadLink",
    "Trace",
    "WatchedWord",
    "storage_path",
]
