"""Who may flag, decide, take back and appeal; and why something cannot be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import rules
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_administrator, is_moderator, why_suspended
from decide.common.permissions import Reason
from participation.enums import DecisionKind, ModerationRule
from participation.kinds import can_be_hidden
from participation.models import (
    Appeal,
    Case,
    Comment,
    ConversationSettings,
    Decision,
    Event,
    Flag,
    Thread,
)


if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Suspension, User
    from municipalities.models import Municipality

# An account has to be this old for its flags to count towards hiding.
FLAGS_COUNT_AFTER = timedelta(days=7)
# So long a decision can be taken back as if it had not been; later it is another decision.
UNDO_WITHIN = timedelta(minutes=30)
HIDING = (DecisionKind.HIDE, DecisionKind.SUSPEND)
AGAINST_AUTHOR = (*HIDING, DecisionKind.WARN)
# What people and moderators may say is broken; PENDING only says that nobody has looked yet.
RULES = [choice for choice in ModerationRule.choices if choice[0] != ModerationRule.PENDING]

# Asked of a municipality, or of anything that belongs to one.
rules.add_perm("participation.moderate", is_moderator)
rules.add_perm("participation.set_conversation", is_administrator)


YOURS = Reason(_("This is yours: another moderator has to decide about it."))
NOT_MODERATED = Reason(
    _("This is the municipality's own and settled: moderation looks at comments on it alone.")
)


def settings_of(municipality_id: int) -> ConversationSettings:
    """A municipality's rules for conversation, or those that hold without any."""
    found = ConversationSettings.objects.filter(municipality=municipality_id).first()
    return found or ConversationSettings(municipality_id=municipality_id)


def author_of(thread: Thread, comment: Comment | None) -> int | None:
    return thread.author_id if comment is None else comment.author_id


def is_shown(thread: Thread, comment: Comment | None) -> bool:
    """Whether everybody can read it now."""
    return thread.is_public and (comment is None or comment.is_shown)


def why_not_flag(user: Any, thread: Thread, comment: Comment | None = None) -> Reason | None:
    """Anybody with an account may say that something breaks a rule; not about their own."""
    if comment is None and not can_be_hidden(thread):
        return NOT_MODERATED
    if not user.is_authenticated:
        return Reason(_("Sign in to report it."), reverse("account_login"), _("Sign in"))
    if reason := why_suspended(user, thread.municipality):
        return reason
    if not thread.municipality.is_open:
        return Reason(_("This municipality's space is not open now."))
    if author_of(thread, comment) == user.pk:
        return Reason(_("It is yours: if it should not stand, change it or take it back."))
    if not is_shown(thread, comment):
        return Reason(
            _("It is not shown any more."),
            reverse("participation:moderation_log", args=[thread.municipality.slug]),
            _("See what was moderated"),
        )
    return None


def counts_towards_hiding(user: User) -> bool:
    return user.date_joined <= timezone.now() - FLAGS_COUNT_AFTER


def flags_hide(case: Case) -> bool:
    """Whether enough people have flagged it that it waits for review out of sight.

    Not again what a moderator has let stand, unless its text has changed since: otherwise a
    crowd could take down for hours, whenever it likes, what was found to be right.
    """
    counted = Flag.objects.filter(case=case, counts=True).count()
    if counted < settings_of(case.municipality_id).flags_to_hide:
        return False
    reviewed = decisions_on(case.thread, case.comment).order_by("-pk").first()
    return reviewed is None or _has_changed_since(case, reviewed.at)


def _has_changed_since(case: Case, moment: datetime) -> bool:
    if case.comment is not None:
        return case.comment.edited_at is not None and case.comment.edited_at > moment
    edits = Event.objects.filter(thread=case.thread_id, verb="edited", at__gt=moment)
    return edits.exists()


def decisions_on(thread: Thread, comment: Comment | None):
    """What was decided about a thing or a comment and still stands."""
    made = Decision.objects.filter(case__thread=thread, case__comment=comment, undone_by=None)
    return made.exclude(kind=DecisionKind.UNDO)


def why_not_decide(user: Any, thread: Thread, comment: Comment | None = None) -> Reason | None:
    """Nobody decides about their own. Whether a case of it is open still, the action knows."""
    if comment is None and not can_be_hidden(thread):
        return NOT_MODERATED
    return YOURS if author_of(thread, comment) == user.pk else None


def why_not_suspend(author: User | None, by: Any) -> Reason | None:
    if author is None or author.deleted_at:
        return Reason(_("There is no account any more that could be suspended."))
    return None


def why_not_undo(user: Any, decision: Decision) -> Reason | None:
    """For a short time, by any moderator but its author, while nothing has followed on it."""
    if decision.kind in (DecisionKind.UNDO, DecisionKind.RESTORE):
        return Reason(_("What was taken back is decided anew, not taken back again."))
    if decision.author_id == user.pk:
        return YOURS
    if back := Decision.objects.filter(undoes=decision).select_related("by").first():
        return Reason(_("%(name)s has taken it back already.") % {"name": back.by.public_name})
    if Appeal.objects.filter(decision=decision).exists():
        return Reason(_("Its author has appealed: another moderator decides now."))
    later = Decision.objects.filter(
        case__thread=decision.case.thread_id, case__comment=decision.case.comment_id
    )
    if later.filter(pk__gt=decision.pk, undone_by=None).exclude(kind=DecisionKind.UNDO).exists():
        return Reason(_("Something else has been decided about it since."))
    if timezone.now() - decision.at > UNDO_WITHIN:
        return Reason(
            _("It was decided more than %(minutes)d minutes ago. Decide about it anew.")
            % {"minutes": UNDO_WITHIN.total_seconds() // 60}
        )
    return None


def may_show_again(user: Any, decision: Decision) -> bool:
    """A moderator, while it is hidden by this decision and nobody's appeal against it waits."""
    waits = hasattr(decision, "appeal") and decision.appeal.decided_at is None
    return (
        decision.kind in HIDING
        and decision.author_id != user.pk
        and not hasattr(decision, "undone_by")
        and not waits
    )


def why_not_appeal(user: Any, decision: Decision) -> Reason | None:
    """Whoever a decision went against asks once that another moderator looks at it."""
    if not user.is_authenticated or decision.author_id != user.pk:
        return Reason(_("Only the author can appeal."))
    if decision.kind not in AGAINST_AUTHOR:
        return Reason(_("Nothing was decided against you."))
    if Appeal.objects.filter(decision=decision).exists():
        return Reason(_("You have appealed already. You will be told what is decided."))
    if Decision.objects.filter(undoes=decision).exists():
        return Reason(_("It has been taken back already."))
    return None


def why_not_decide_appeal(user: Any, appeal: Appeal) -> Reason | None:
    """Neither who decided nor who appealed."""
    if appeal.decided_at:
        return Reason(
            _("%(name)s has decided about it already.") % {"name": appeal.decided_by.public_name}
        )
    if appeal.against_id == user.pk:
        return Reason(_("The appeal is against your decision: another moderator has to decide."))
    if appeal.user_id == user.pk:
        return YOURS
    return None


def why_not_lift(user: Any, suspension: Suspension) -> Reason | None:
    if suspension.user_id == user.pk:
        return YOURS
    if suspension.lifted_at:
        return Reason(
            _("%(name)s has lifted it already.") % {"name": suspension.lifted_by.public_name}
        )
    if suspension.ends_at <= timezone.now():
        return Reason(_("It is over already."))
    return None


@dataclass(frozen=True)
class Hidden:
    """Why something is out of sight: everybody reads the rule, its author the reason too."""

    rule: str
    decision: Decision | None = None
    case: Case | None = None

    @property
    def label(self) -> str:
        return str(ModerationRule(self.rule).label)


def why_hidden(thread: Thread, comment: Comment | None = None) -> Hidden | None:
    """By which decision, or which case that waits, it is out of sight. Two queries at most."""
    held = Case.objects.open().filter(thread=thread, comment=comment, holds=True).first()
    if held:
        return Hidden(ModerationRule.PENDING, case=held)
    made = decisions_on(thread, comment).filter(kind__in=HIDING)
    decision = made.select_related("by", "case").order_by("-pk").first()
    return Hidden(decision.rule, decision, decision.case) if decision else None


def waiting_for(user: Any, municipality: Municipality) -> int:
    """How many cases and appeals wait here for this moderator: not their own, of course."""
    own = Q(comment=None, thread__author=user.pk) | Q(comment__author=user.pk)
    cases = Case.objects.open().filter(municipality=municipality).exclude(own).count()
    return cases + open_appeals_for(user, municipality).count()


def open_appeals_for(user: Any, municipality: Municipality):
    waiting = Appeal.objects.filter(municipality=municipality, decided_at=None)
    return waiting.exclude(against=user.pk).exclude(user=user.pk)
