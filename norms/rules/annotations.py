"""Who may mark words of a draft norm and say something about them, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.rules import why_suspended
from decide.common.permissions import Reason
from decide.common.words import moment
from norms.enums import NormState, Phase
from norms.rules.norms import why_closed


if TYPE_CHECKING:
    from norms.models import Norm


def why_not_annotate(user: Any, norm: Norm) -> Reason | None:
    """What keeps this person from marking words: it needs an account, and the phase of comments."""
    if reason := why_no_comments(norm):
        return reason
    if not user.is_authenticated:
        return Reason(
            _("Sign in to comment on words of the text."), reverse("account_login"), _("Sign in")
        )
    return why_suspended(user, norm.municipality)


def why_no_comments(norm: Norm) -> Reason | None:
    """What keeps everybody from commenting on the norm at this moment, with its dates."""
    if reason := why_closed(norm.municipality):
        return reason
    phase = norm.phase
    if phase == Phase.COMMENTS:
        return None
    if norm.state == NormState.DRAFT:
        return Reason(_("It is not published yet, and so nobody comments on it."))
    if norm.state == NormState.WITHDRAWN:
        return Reason(_("It was withdrawn. What was said can be read, and nothing new is taken."))
    dates = {"opens": moment(norm.opens_at), "closes": moment(norm.closes_at)}
    if phase in (Phase.SOON, Phase.EXPLANATION):
        return Reason(_("It takes comments from %(opens)s until %(closes)s.") % dates)
    return Reason(
        _(
            "It took comments from %(opens)s until %(closes)s. What was said can be read, and"
            " nothing new is taken."
        )
        % dates
    )
