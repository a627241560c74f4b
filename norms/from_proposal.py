"""A draft norm out of a proposal that has the supports it needs.

It begins with the proposal's own words, for staff to go on from. Both tell of one another, and
whoever wrote or follows the proposal hears of the norm once everybody can read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from decide.common.permissions import Reason, Refusal
from norms.actions import norms
from norms.enums import NormState
from norms.models import Norm
from norms.rules.norms import why_closed
from participation.kinds import Backing, backing_of


if TYPE_CHECKING:
    from accounts.models import User
    from participation.models import Thread


SUMMARY = Norm._meta.get_field("summary").max_length


class CannotDraft(Refusal):
    """It has not the supports, or a norm came out of it already."""


def drafted_from(thread: Thread) -> Norm | None:
    """The draft norm that was begun from it and not withdrawn."""
    made = Norm.objects.filter(thread__came_from__source=thread).defer("search")
    return made.exclude(state=NormState.WITHDRAWN).first()


def why_not_draft(thread: Thread) -> Reason | None:
    """What keeps staff from beginning a draft norm from it now."""
    if reason := why_closed(thread.municipality):
        return reason
    backing = backing_of(thread)
    if not thread.is_public or backing is None:
        return Reason(_("There is nothing here that residents support."))
    if not backing.is_reached:
        return Reason(
            _("It has %(count)d supports of the %(needed)d it needs.")
            % {"count": backing.supports, "needed": backing.needed}
        )
    if drafted_from(thread):
        return Reason(_("A draft norm was begun from it already."))
    return None


def draft(thread: Thread, *, by: User, form_key: UUID) -> Norm:
    """Begin it with the words of the proposal; raises CannotDraft, with the reason."""
    if reason := why_not_draft(thread):
        raise CannotDraft(reason)
    backing = backing_of(thread)
    return norms.begin(
        thread.municipality,
        by=by,
        form_key=form_key,
        came_from=thread,
        title=thread.title,
        summary=(backing.summary or thread.title)[:SUMMARY],
        explanation=explanation_of(thread, backing),
    )


def explanation_of(thread: Thread, backing: Backing) -> str:
    return "\n\n".join(filter(None, [backing.summary, backing.text])) or thread.title
