"""Who may say of a proposed wording whether it must be, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.rules import why_not_take_part, why_suspended
from decide.common.permissions import Reason
from decide.common.words import moment
from norms.enums import Phase
from norms.rules.norms import why_closed


if TYPE_CHECKING:
    from norms.models import Norm, Wording


def why_not_take(user: Any, wording: Wording) -> Reason | None:
    """A resident of the place, while comments are taken, of a wording that everybody reads."""
    norm = wording.norm
    return (
        why_closed(norm.municipality)
        or why_not_now(norm)
        or _not_shown(wording)
        or why_not_take_part(user, norm.municipality)
    )


def why_not_withdraw(user: Any, wording: Wording) -> Reason | None:
    """What was said may be taken back as long as it may be said, also after moving away."""
    norm = wording.norm
    if reason := why_closed(norm.municipality) or why_not_now(norm):
        return reason
    if user.is_authenticated and user.proof:
        return why_suspended(user, norm.municipality)
    return why_not_take_part(user, norm.municipality)


def why_not_now(norm: Norm) -> Reason | None:
    """Whether people say what they think of wordings at this moment."""
    phase = norm.phase
    if phase == Phase.COMMENTS:
        return None
    if phase in (Phase.SOON, Phase.EXPLANATION):
        return Reason(
            _("You can say what you think of the wordings from %(day)s.")
            % {"day": moment(norm.opens_at)}
        )
    if phase == Phase.DRAFT:
        return Reason(_("This draft norm is not published yet."))
    if phase == Phase.WITHDRAWN:
        return Reason(_("The municipality has withdrawn this draft norm."))
    return Reason(
        _("People said what they think of the wordings until %(day)s. It counts as it was said.")
        % {"day": moment(norm.closes_at)}
    )


def _not_shown(wording: Wording) -> Reason | None:
    if wording.comment.is_shown:
        return None
    return Reason(_("The comment that proposed this wording is not there any more."))
