"""What a person has chosen to show of themselves on their page in one municipality.

Nothing unless they chose it, and never more than what is public under their own name: what
they said for an organisation or for an office is not theirs to show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import Shown
from participation.enums import ThreadKind
from participation.kinds import KINDS
from participation.models import Comment, Thread


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality

KIND_OF = {
    Shown.PROPOSALS: ThreadKind.PROPOSAL,
    Shown.DEBATES: ThreadKind.DEBATE,
    Shown.WORKS: ThreadKind.WORK,
}
# As the address and the page name them.
ADDRESS = {
    Shown.PROPOSALS: "propuestas",
    Shown.DEBATES: "debates",
    Shown.WORKS: "obras",
    Shown.COMMENTS: "comentarios",
}
HEADING = {
    Shown.PROPOSALS: _("Proposals"),
    Shown.DEBATES: _("Debates"),
    Shown.WORKS: _("Works"),
    Shown.COMMENTS: _("Comments"),
}


def contributions(person: User, municipality: Municipality, what: str) -> QuerySet:
    """Their public proposals, debates, works or comments here, newest first."""
    if what == Shown.COMMENTS:
        return (
            Comment.objects.shown()
            .of(person)
            .filter(municipality=municipality, as_office="", thread__is_public=True)
            .select_related("thread", "municipality")
            .order_by("-created_at", "-pk")
        )
    kind = KIND_OF[Shown(what)]
    threads = Thread.objects.filter(
        municipality=municipality, author=person, kind=kind, is_public=True
    )
    registered = KINDS.get(kind)
    return (registered.under_own_name(threads) if registered else threads).order_by("-pk")


def is_known(person: User, municipality: Municipality) -> bool:
    """Whether their name stands beside something public here, or a comment names them."""
    if any(contributions(person, municipality, what).exists() for what in Shown):
        return True
    shown = Comment.objects.shown().filter(municipality=municipality, thread__is_public=True)
    return shown.filter(mentions__contains=[person.handle]).exists()
