"""The newsletter that invites to a poll, begun for whoever writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from decide.common.words import moment
from votes.enums import Phase


if TYPE_CHECKING:
    from votes.models import Poll

SUBJECT_LENGTH = 120


def to(poll: Poll) -> dict[str, str]:
    """Subject and text, short enough for an address."""
    link = settings.SITE_URL + poll.get_absolute_url()
    when = _("You vote from %(opens)s until %(closes)s.") % {
        "opens": moment(poll.urn.opens_at),
        "closes": moment(poll.urn.closes_at),
    }
    subject = _("Vote: %(title)s") % {"title": poll.title}
    if poll.phase == Phase.RESULTS:
        subject = _("The results of «%(title)s»") % {"title": poll.title}
        when = _("The vote has been counted, and everybody can check the count.")
    read = _("[Read about it and take part](%(link)s)") % {"link": link}
    text = "\n\n".join([f"## {poll.title}", poll.meaning, when, read])
    return {"subject": subject[:SUBJECT_LENGTH], "text": text}
