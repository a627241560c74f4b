"""Where a draft norm stands, in a word and an icon, and the one thing to do about it now."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _, pgettext

from norms.enums import Phase
from norms.models import Norm
from votes.progress import Badge


LOOK = {
    Phase.DRAFT: ("quiet", "edit"),
    Phase.SOON: ("wait", "calendar"),
    Phase.EXPLANATION: ("wait", "info"),
    Phase.COMMENTS: ("open", "comment"),
    Phase.ANSWERS: ("wait", "megaphone"),
    Phase.FINAL: ("wait", "document"),
    Phase.RESULT: ("good", "check"),
    Phase.WITHDRAWN: ("bad", "cross"),
}


class Verb(NamedTuple):
    """The one thing that can be done now, and where."""

    label: str
    url: str
    icon: str


def badge(norm: Norm) -> Badge:
    """A word for lists: its phase at this moment, or its result."""
    phase = norm.phase
    tone, icon = LOOK[phase]
    if phase == Phase.RESULT:
        return Badge(str(norm.get_result_display()), tone, icon)
    return Badge(str(phase.label), tone, icon)


def verb_of(norm: Norm) -> Verb | None:
    """What somebody can do with it now; nothing while it is prepared or once it was withdrawn."""
    page = norm.get_absolute_url()
    slug, pk = norm.municipality.slug, norm.pk
    match norm.phase:
        case Phase.SOON | Phase.EXPLANATION:
            return Verb(pgettext("verb", "Read it"), page, "document")
        case Phase.COMMENTS:
            return Verb(pgettext("verb", "Comment on the text"), page, "comment")
        case Phase.ANSWERS | Phase.FINAL:
            url = reverse("norms:answers", args=[slug, pk])
            return Verb(_("See what is answered"), url, "megaphone")
        case Phase.RESULT:
            url = reverse("norms:changes", args=[slug, pk])
            return Verb(_("See what changed"), url, "document")
    return None
