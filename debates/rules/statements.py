"""Who may vote on statements and add their own, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _, ngettext_lazy

from accounts.rules import why_suspended
from debates.models import Debate, Statement, StatementVote
from debates.rules.debates import why_closed
from decide.common.permissions import Reason


if TYPE_CHECKING:
    from municipalities.models import Municipality

OWN_EACH = 2
VOTES_BEFORE_OWN = 5


def why_not_vote(user: Any, debate: Debate) -> Reason | None:
    """Anybody with an account votes while the debate is open; residents are counted as such."""
    if reason := _not_taking(debate):
        return reason
    if not user.is_authenticated:
        return Reason(
            _("Sign in to say what you think of each one."), reverse("account_login"), _("Sign in")
        )
    return why_suspended(user, debate.municipality)


def why_not_vote_on(user: Any, statement: Statement) -> Reason | None:
    """The same for one statement, which moderation may have hidden since the page was shown."""
    if reason := why_not_vote(user, statement.debate):
        return reason
    if statement.is_hidden:
        return Reason(_("This statement is not shown any more."))
    return None


def why_not_add(user: Any, debate: Debate) -> Reason | None:
    """A statement of one's own, once one has listened to a few of the others'."""
    if reason := why_not_vote(user, debate):
        return reason
    if Statement.objects.filter(debate=debate).of(user).count() >= OWN_EACH:
        return Reason(
            _("You have added your two statements. Now it is for others to vote on them.")
        )
    if missing := votes_missing(user, debate):
        return Reason(
            ngettext_lazy(
                "Vote on one more and you can add a statement of your own.",
                "Vote on %(missing)d more and you can add a statement of your own.",
                "missing",
            )
            % {"missing": missing}
        )
    return None


def votes_missing(user: Any, debate: Debate) -> int:
    """How many votes are still to give before adding one; fewer if there are fewer to vote on."""
    given = StatementVote.objects.filter(statement__debate=debate, user=user).count()
    if given >= VOTES_BEFORE_OWN:
        return 0
    there = Statement.objects.public().filter(debate=debate).count()
    return max(0, min(VOTES_BEFORE_OWN, there) - given)


def _not_taking(debate: Debate) -> Reason | None:
    municipality: Municipality = debate.municipality
    if reason := why_closed(municipality):
        return reason
    if debate.is_hidden:
        return Reason(_("Moderation has hidden this debate."))
    if not debate.takes_statements:
        return Reason(_("This debate has no statements to vote on."))
    if not debate.is_open:
        return Reason(_("The debate is closed: votes can no longer be given or changed."))
    return None
