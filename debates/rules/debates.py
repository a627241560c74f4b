"""Who may do what with a debate, and for what citizens do, why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.rules import has_role, is_moderator, why_not_take_part, why_suspended
from debates.models import Debate
from decide.common.permissions import Reason
from decide.common.words import moment
from municipalities.enums import Module


if TYPE_CHECKING:
    from municipalities.models import Municipality

# Those who answer for the municipality also ask for it.
speaks_for_the_municipality = has_role(Role.ADMINISTRATOR, Role.EVALUATOR)


@rules.predicate
def is_author(user: Any, debate: Debate) -> bool:
    return user.is_authenticated and debate.author_id == user.pk


@rules.predicate
def is_shown(user: Any, debate: Debate) -> bool:
    return not debate.is_hidden


rules.add_perm("debates.view_debate", is_shown | is_author | is_moderator)
rules.add_perm("debates.work_at_desk", speaks_for_the_municipality)


def why_not_debate(user: Any, municipality: Municipality) -> Reason | None:
    """A question is asked by somebody who lives here, or by staff for the municipality."""
    if reason := why_closed(municipality):
        return reason
    if not user.is_authenticated:
        return Reason(_("Sign in to open a debate."), reverse("account_login"), _("Sign in"))
    if speaks_for_the_municipality(user, municipality):
        return why_suspended(user, municipality)
    return why_not_take_part(user, municipality)


def why_not_ask(user: Any, municipality: Municipality, *, officially: bool) -> Reason | None:
    """The same, once it is known in whose name."""
    if reason := why_not_debate(user, municipality):
        return reason
    if officially:
        if speaks_for_the_municipality(user, municipality):
            return None
        return Reason(_("Only staff of the municipality ask in its name."))
    return why_not_take_part(user, municipality)


def why_not_edit(user: Any, debate: Debate) -> Reason | None:
    """Its author alone changes a question, within the first hour, and all can read how."""
    if not is_author(user, debate):
        return Reason(_("Only who opened a debate changes its text."))
    if debate.is_hidden:
        return Reason(_("Moderation has hidden this debate. Its text cannot change meanwhile."))
    if not debate.is_editable:
        return Reason(
            _("Its text can no longer change: that is possible for an hour, while it is open.")
        )
    return why_suspended(user, debate.municipality)


def why_not_close(user: Any, debate: Debate) -> Reason | None:
    """Who opened it may end it before its time, and so may staff for a municipality's question."""
    if not (
        is_author(user, debate)
        or (debate.is_official and speaks_for_the_municipality(user, debate))
    ):
        return Reason(_("Only who opened a debate closes it."))
    if debate.is_hidden:
        return Reason(_("Moderation has hidden this debate."))
    if not debate.is_open:
        return Reason(_("It is closed already."))
    return None


def why_not_conclude(user: Any, debate: Debate) -> Reason | None:
    """A question of the municipality ends with its conclusion, once, when its time is over."""
    if not debate.is_official or not speaks_for_the_municipality(user, debate):
        return Reason(_("Only the municipality concludes the debates that it opened."))
    if debate.is_hidden:
        return Reason(_("Moderation has hidden this debate. Show it again first."))
    if debate.concluded_at:
        return Reason(_("The conclusion is published already."))
    if debate.is_open and debate.thread.closes_at:
        return Reason(
            _("It takes arguments until %(day)s. Conclude it then, or close it before.")
            % {"day": moment(debate.thread.closes_at)}
        )
    return None


def why_closed(municipality: Municipality) -> Reason | None:
    home = municipality.get_absolute_url()
    if not municipality.is_open:
        return Reason(
            _("This municipality's space is not open now."), home, _("See what is planned")
        )
    if not municipality.has_module(Module.DEBATES):
        return Reason(_("This municipality does not hold debates now."), home, _("See its space"))
    return None
