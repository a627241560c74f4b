"""Who works on the agenda, who reads an acta, and why somebody may not register now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.rules import has_role, why_suspended
from decide.common.permissions import Reason
from decide.common.words import day


if TYPE_CHECKING:
    from municipalities.models import Municipality
    from processes.models import Meeting, Minutes

works_on_the_agenda = has_role(Role.ADMINISTRATOR, Role.EVALUATOR)


@rules.predicate
def is_shown(user: Any, meeting: Meeting) -> bool:
    return meeting.is_public


@rules.predicate
def is_open_to_all(user: Any, minutes: Minutes) -> bool:
    return minutes.published_at is not None and not minutes.is_restricted


rules.add_perm("processes.view_meeting", is_shown | works_on_the_agenda)
rules.add_perm("processes.work_on_agenda", works_on_the_agenda)
rules.add_perm("processes.read_minutes", is_open_to_all | works_on_the_agenda)


def why_closed(municipality: Municipality) -> Reason | None:
    """Nothing new is called where the space is not open."""
    if municipality.is_open:
        return None
    return Reason(
        _("This municipality's space is not open now."),
        municipality.get_absolute_url(),
        _("See what is planned"),
    )


def why_not_register(user: Any, meeting: Meeting) -> Reason | None:
    """What keeps this person from saying that they come: it needs an account, nothing more."""
    if reason := why_closed(meeting.municipality) or why_no_registration(meeting):
        return reason
    if not user.is_authenticated:
        return Reason(
            _("Sign in to register: we keep your seat and tell you if something changes."),
            reverse("account_login"),
            _("Sign in"),
        )
    return why_suspended(user, meeting.municipality)


def why_no_registration(meeting: Meeting) -> Reason | None:
    """What of the meeting itself is against it, whoever asks."""
    if meeting.is_cancelled:
        return Reason(_("It was cancelled: nobody has to come."))
    if not meeting.is_public:
        return Reason(_("It is not called yet."))
    if meeting.is_over:
        return Reason(_("It was held on %(day)s.") % {"day": day(meeting.starts_at)})
    if meeting.is_closed:
        return Reason(_("It is a closed session: only those who were called take part."))
    if not meeting.takes_registrations:
        return Reason(_("Come without registering: everybody is welcome."))
    return None


def why_not_change(meeting: Meeting) -> str:
    """Why its words are settled, or nothing."""
    if meeting.is_cancelled:
        return _("It was cancelled, and nothing of it changes any more.")
    if meeting.is_public and meeting.is_over:
        return _("It is over: what happened stands in its acta.")
    return ""
