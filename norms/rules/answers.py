"""When the office answers contributions, and who notes what they caused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.permissions import Reason
from decide.common.words import moment
from norms.enums import NormState
from norms.rules.norms import works_on_norms


if TYPE_CHECKING:
    from norms.models import Norm


def why_not_answer(user: Any, norm: Norm) -> Reason | None:
    """Answers are prepared from the first comment on, also late; never in place of the office."""
    if not works_on_norms(user, norm):
        return Reason(_("Only staff of the municipality answer contributions."))
    if norm.state == NormState.DRAFT:
        return Reason(_("It is not published yet, and so there is nothing to answer."))
    return None


def why_not_publish_answers(user: Any, norm: Norm) -> Reason | None:
    """They are published once everybody has had their say."""
    if reason := why_not_answer(user, norm):
        return reason
    if norm.state == NormState.PUBLISHED and timezone.now() < norm.closes_at:
        return Reason(
            _(
                "People contribute until %(day)s. The answers are kept as drafts until then, and"
                " published afterwards."
            )
            % {"day": moment(norm.closes_at)}
        )
    return None
