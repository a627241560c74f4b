"""Who may see a draft norm and work on it, and what keeps a step from being taken now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import rules
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, ngettext

from accounts.enums import Role
from accounts.rules import has_role
from decide.common.permissions import Reason
from decide.common.words import moment
from municipalities.enums import Module
from norms.enums import NormState


if TYPE_CHECKING:
    from datetime import datetime

    from municipalities.models import Municipality
    from norms.models import Norm

works_on_norms = has_role(Role.ADMINISTRATOR, Role.EVALUATOR)


@rules.predicate
def is_shown(user: Any, norm: Norm) -> bool:
    return norm.is_public


# Of a municipality, as all permissions of staff are.
rules.add_perm("norms.work_at_desk", works_on_norms)
# Of a draft norm.
rules.add_perm("norms.view_norm", is_shown | works_on_norms)


def why_closed(municipality: Municipality) -> Reason | None:
    home = municipality.get_absolute_url()
    if not municipality.is_open:
        return Reason(
            _("This municipality's space is not open now."), home, _("See what is planned")
        )
    if not municipality.has_module(Module.NORMS):
        return Reason(
            _("This municipality puts no draft norms under debate here now."),
            home,
            _("See its space"),
        )
    return None


def why_not_new_version(norm: Norm) -> Reason | None:
    """What keeps its text from getting another version."""
    if norm.state == NormState.WITHDRAWN:
        return Reason(_("It was withdrawn: its text does not change any more."))
    if norm.resulted_at:
        return Reason(_("Its result is published: its text does not change any more."))
    if norm.versions.published().filter(is_final=True).exists():
        return Reason(_("Its final text is published: it does not change any more."))
    return None


def why_not_final(norm: Norm) -> Reason | None:
    """What keeps a version from being its final text."""
    if norm.state != NormState.PUBLISHED:
        return Reason(_("The final text comes after the comments. Publish the draft norm first."))
    if timezone.now() < norm.closes_at:
        return Reason(
            _("Comments are taken until %(day)s: the final text comes afterwards.")
            % {"day": moment(norm.closes_at)}
        )
    return None


def why_not_publish(norm: Norm) -> Reason | None:
    """What is missing before everybody can read it, if anything."""
    if norm.state != NormState.DRAFT:
        return Reason(_("It is published already."))
    if reason := why_closed(norm.municipality):
        return reason
    dates = (norm.explained_at, norm.opens_at, norm.closes_at, norm.answers_at, norm.final_at)
    if not all(dates):
        return Reason(_("Set the days of its phases first."))
    if norm.closes_at <= timezone.now():
        return Reason(_("The last day for comments has passed already. Choose a later one."))
    if not norm.versions.published().exists():
        return Reason(_("Publish the first version of its text first."))
    return None


def why_not_extend(norm: Norm) -> Reason | None:
    if norm.state != NormState.PUBLISHED:
        return Reason(_("Only what is published is given more time."))
    if norm.resulted_at:
        return Reason(_("Its result is published: its days do not change any more."))
    return None


def why_not_withdraw(norm: Norm) -> Reason | None:
    if norm.state == NormState.DRAFT:
        return Reason(_("Nobody but staff has seen it: there is nothing to withdraw."))
    if norm.state == NormState.WITHDRAWN:
        return Reason(_("It was withdrawn already."))
    if norm.resulted_at:
        return Reason(_("Its result is published: it is not withdrawn any more."))
    return None


def why_not_result(norm: Norm) -> Reason | None:
    if norm.state != NormState.PUBLISHED:
        return Reason(_("Only what is published has a result."))
    if norm.resulted_at:
        return Reason(_("Its result is published already."))
    if timezone.now() < norm.closes_at:
        return Reason(
            _("Comments are taken until %(day)s: the result comes afterwards.")
            % {"day": moment(norm.closes_at)}
        )
    return None


def comment_days() -> int:
    """How many days a draft norm takes comments at least, before staff are warned."""
    return settings.NORMS_COMMENT_DAYS


def warning_on_days(opens_at: datetime | None, closes_at: datetime | None) -> str:
    """What staff are told if there is little time for comments; nothing if there is enough."""
    if not opens_at or not closes_at or closes_at - opens_at >= timedelta(days=comment_days()):
        return ""
    return ngettext(
        "It takes comments for less than %(days)d day. Norms on publishing drafts ask for more:"
        " see with your legal office whether one of their exceptions holds.",
        "It takes comments for less than %(days)d days. Norms on publishing drafts ask for more:"
        " see with your legal office whether one of their exceptions holds.",
        comment_days(),
    ) % {"days": comment_days()}
