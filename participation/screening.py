"""What is held for review before everybody reads it: watched words and links, personal data.

It refuses nothing and judges nothing: a person decides. Every action that publishes a text
asks here, inside its transaction, so that a client that skips the form changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_moderator
from participation import personal_data, watched
from participation.actions.moderation import open_case
from participation.enums import CaseSource, WatchedKind
from participation.models import WatchedWord
from participation.rules.moderation import settings_of


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality
    from participation.models import Case, Comment, ConversationSettings, Thread

# What the author reads after publishing something that is held.
WAITS = _(
    "Thank you. A person of the municipality reads it before everybody sees it, because of what"
    " it contains. You will find here what they decide."
)
# Links nobody has to look at.
TRUSTED = (".gob.pe",)


def screen(thread: Thread, *, comment: Comment | None = None, words: str, by: User) -> Case | None:
    """Hold what its author has just written, if somebody should look at it first.

    Returns its case, or nothing if everybody may read it. What moderators themselves write
    is not held for them to review.
    """
    if is_moderator(by, thread):
        return None
    found = look(words, thread.municipality, by=by)
    if not found:
        return None
    texts = dict.fromkeys(text for texts in found.values() for text in texts)
    source = next(iter(found))
    return open_case(thread, comment, source=source, found=", ".join(texts), holds=True)


def look(words: str, municipality: Municipality, *, by: User | None = None) -> dict[str, list[str]]:
    """What a text has that holds it, by the way it comes to moderation; the gravest first.

    Without an author, as in «try a text», links count as those of a new account.
    """
    listed = watched.hits(words, WatchedWord.objects.filter(municipality=municipality))
    links = [hit.text for hit in listed if hit.kind == WatchedKind.LINK]
    if _holds_links(municipality, by):
        links += [link for link in watched.links_in(words) if not _is_trusted(link)]
    with translation.override(settings.LANGUAGE_CODE):  # moderators' own, not the author's
        found = {
            # Its kind alone: the number itself is not written down once more.
            CaseSource.PERSONAL: [str(kind.label) for kind in personal_data.kinds(words)],
            CaseSource.WORDS: [hit.text for hit in listed if hit.kind == WatchedKind.WORD],
            CaseSource.LINKS: list(dict.fromkeys(links)),
        }
    return {source: texts for source, texts in found.items() if texts}


def _holds_links(municipality: Municipality, by: User | None) -> bool:
    here = settings_of(municipality.pk)
    return here.holds_links_of_new and (by is None or is_new(by, here))


def is_new(user: User, here: ConversationSettings) -> bool:
    """Whether the account is so young that it goes slowly and its links wait."""
    return timezone.now() - user.date_joined < timedelta(days=here.new_account_days)


def _is_trusted(link: str) -> bool:
    """Of this site, or of the state."""
    host = link.partition("/")[0]
    return host == urlsplit(settings.SITE_URL).hostname or f".{host}".endswith(TRUSTED)
