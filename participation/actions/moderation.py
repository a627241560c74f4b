"""Flagging, deciding, and taking a decision back.

The content is locked first and its case after it, so that two moderators at the same moment,
twenty flags at once or an edit meanwhile come one after the other. Callers have asked
participation.rules whether the person moderates here; nobody decides about their own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Suspension
from decide.common.permissions import Refusal
from participation import history
from participation.actions.visibility import hide_content, lock_content, show_content
from participation.enums import CaseSource, DecisionKind, ModerationRule
from participation.models import Case, Comment, Decision, Flag, Thread
from participation.rules.moderation import (
    AGAINST_AUTHOR,
    HIDING,
    counts_towards_hiding,
    flags_hide,
    why_hidden,
    why_not_decide,
    why_not_flag,
    why_not_lift,
    why_not_suspend,
    why_not_undo,
)


if TYPE_CHECKING:
    from accounts.models import User
    from decide.common.permissions import Reason


class CannotModerate(Exception):
    """It is not possible, or not any more; the text says why."""


class OwnContent(CannotModerate):
    """Somebody was about to decide about something of their own."""


class DecidedAlready(CannotModerate):
    """Another moderator was quicker."""


class CannotFlag(Refusal):
    """The person may not flag this; the text says why."""


def stop_if(reason: Reason | None, refusal: type[CannotModerate] = CannotModerate) -> None:
    if reason:
        raise refusal(str(reason))


# --- How something comes to be looked at


@transaction.atomic
def open_case(
    thread: Thread,
    comment: Comment | None = None,
    *,
    source: str,
    found: str = "",
    holds: bool = False,
) -> Case:
    """Ask moderation to look at it; with `holds` it is out of sight until they have.

    There is one open case for each thing: a second reason joins the first.
    """
    lock_content(thread, comment)
    case = _locked_cases().open().filter(thread=thread, comment=comment).first()
    if case is None:
        case = Case.objects.create(
            municipality_id=thread.municipality_id,
            thread=thread,
            comment=comment,
            source=source,
            found=found[:200],
        )
    elif found and found not in case.found:
        case.found = ", ".join(filter(None, [case.found, found]))[:200]
        case.save(update_fields=["found"])
    if holds and not case.holds:
        _hold(case)
    return case


@transaction.atomic
def flag(
    thread: Thread, comment: Comment | None = None, *, by: User, rule: str, text: str = ""
) -> bool:
    """Say that something breaks a rule; False if this person has said so before.

    Enough flags of accounts that are not new hide it until somebody has looked.
    """
    now = lock_content(thread, comment)
    if Flag.objects.filter(thread=thread, comment=comment, user=by).exists():
        return False
    here = (thread, now) if isinstance(now, Comment) else (now, None)
    if reason := why_not_flag(by, *here):
        raise CannotFlag(reason)

    case = open_case(thread, comment, source=CaseSource.FLAGS)
    Flag.objects.create(
        municipality_id=thread.municipality_id,
        thread=thread,
        comment=comment,
        case=case,
        user=by,
        rule=rule,
        text=text,
        counts=counts_towards_hiding(by),
    )
    case.flag_count += 1
    case.save(update_fields=["flag_count"])
    if not case.holds and flags_hide(case):
        _hold(case)
    return True


def _hold(case: Case) -> None:
    case.holds = True
    case.save(update_fields=["holds"])
    hide_content(case.thread, case.comment, by=None, rule=ModerationRule.PENDING)
    tell_author(case, "held_why", by=None)


# --- What a moderator decides


@transaction.atomic
def decide(
    case: Case,
    kind: str,
    *,
    by: User,
    rule: str = "",
    reason: str = "",
    days: int | None = None,
) -> Decision:
    """Close a case. Its author learns what was decided against them, and why."""
    case = locked(case)
    stop_if(why_not_decide(by, case.thread, case.comment), OwnContent)
    if case.closed_at:
        raise DecidedAlready(_who_decided(case))
    if kind in AGAINST_AUTHOR and (not reason or rule in ("", ModerationRule.PENDING)):
        raise CannotModerate(_("Say which rule it breaks and why: its author will read it."))

    author = _author(case)
    suspension = None
    if kind == DecisionKind.SUSPEND:
        stop_if(why_not_suspend(author, by))
        suspension = _suspend(case, author, by=by, reason=reason, days=days)
    decision = Decision.objects.create(
        municipality_id=case.municipality_id,
        case=case,
        kind=kind,
        rule=rule if kind in AGAINST_AUTHOR else "",
        reason=reason,
        days=days if kind == DecisionKind.SUSPEND else None,
        author=author,
        by=by,
        suspension=suspension,
    )
    if kind in HIDING:
        hide_content(case.thread, case.comment, by=by, rule=rule, reason=reason)
    elif case.holds:
        show_content(case.thread, case.comment, by=by, reason=reason)
    case.closed_at = decision.at
    case.save(update_fields=["closed_at"])
    _tell_decision(case, decision)
    return decision


@transaction.atomic
def decide_at_once(
    thread: Thread,
    comment: Comment | None = None,
    *,
    kind: str = DecisionKind.HIDE,
    by: User,
    rule: str,
    reason: str,
    days: int | None = None,
) -> Decision:
    """What a moderator decides on the page itself, whether or not anybody has flagged it."""
    lock_content(thread, comment)
    stop_if(why_not_decide(by, thread, comment), OwnContent)
    hidden = why_hidden(thread, comment)
    if hidden and hidden.decision:
        raise DecidedAlready(_who_decided(hidden.case))
    case = open_case(thread, comment, source=CaseSource.STAFF)
    return decide(case, kind, by=by, rule=rule, reason=reason, days=days)


@transaction.atomic
def undo(decision: Decision, *, by: User, reason: str = "") -> Decision:
    """Take a decision back at once, as if it had not been: its case waits again."""
    case = locked(decision.case)
    stop_if(why_not_undo(by, decision))

    back = _lift(case, decision, DecisionKind.UNDO, by=by, reason=reason)
    if case.flag_count or case.source != CaseSource.STAFF:
        _reopen(case)
    if case.closed_at is None and case.holds:
        hide_content(case.thread, case.comment, by=None, rule=ModerationRule.PENDING)
        verb = "suspension_lifted" if decision.suspension else "held_why"
        tell_author(case, verb, by=None, decision=back)
    elif decision.kind in HIDING:
        show_content(case.thread, case.comment, by=by, reason=reason)
        _tell_shown(case, back)
    elif decision.kind == DecisionKind.WARN:
        tell_author(case, "warning_undone", by=by, text=reason, decision=back)
    return back


@transaction.atomic
def show_again(
    thread: Thread, comment: Comment | None = None, *, by: User, reason: str
) -> Decision:
    """Bring back what was hidden, whenever it was; a suspension that came with it ends."""
    lock_content(thread, comment)
    stop_if(why_not_decide(by, thread, comment), OwnContent)
    hidden = why_hidden(thread, comment)
    if hidden and hidden.decision is None:
        return decide(hidden.case, DecisionKind.KEEP, by=by, reason=reason)
    if hidden and hasattr(hidden.decision, "appeal") and hidden.decision.appeal.decided_at is None:
        raise CannotModerate(_("Its author has appealed: decide about the appeal."))
    if hidden is None and _is_in_sight(thread, comment):
        raise CannotModerate(_("It is not hidden."))
    if hidden is None:  # from before there were cases
        opened = open_case(thread, comment, source=CaseSource.STAFF)
        opened.closed_at = timezone.now()
        opened.save(update_fields=["closed_at"])
        return restore(opened, None, by=by, reason=reason)
    return restore(locked(hidden.case), hidden.decision, by=by, reason=reason)


def restore(case: Case, decision: Decision | None, *, by: User, reason: str) -> Decision:
    """Another decision that shows what one had hidden. Callers hold the locks."""
    back = _lift(case, decision, DecisionKind.RESTORE, by=by, reason=reason)
    if decision is None or decision.kind in HIDING:
        show_content(case.thread, case.comment, by=by, reason=reason)
        _tell_shown(case, back)
    return back


@transaction.atomic
def lift(suspension: Suspension, *, by: User) -> Suspension:
    """End a suspension before its day. What was hidden with it stays hidden."""
    suspension = Suspension.objects.select_for_update(of=("self",)).get(pk=suspension.pk)
    stop_if(why_not_lift(by, suspension))
    _end(suspension, by)
    if decision := Decision.objects.filter(suspension=suspension).first():
        tell_author(decision.case, "suspension_lifted", by=by, decision=decision)
    return suspension


# --- What these have in common


def _locked_cases():
    return Case.objects.select_for_update(of=("self",), no_key=True)


def locked(case: Case) -> Case:
    """The case as it stands now, after what it is about."""
    lock_content(case.thread, case.comment)
    return (
        _locked_cases()
        .select_related("thread__municipality", "thread__author", "comment__author")
        .get(pk=case.pk)
    )


def _author(case: Case) -> User | None:
    return case.thread.author if case.comment is None else case.comment.author


def _is_in_sight(thread: Thread, comment: Comment | None) -> bool:
    if comment is not None:
        return Comment.objects.filter(pk=comment.pk, hidden_at=None).exists()
    return Thread.objects.filter(pk=thread.pk, is_public=True).exists()


def _who_decided(case: Case) -> str:
    decision = case.decisions.select_related("by").first()
    if decision is None:
        return _("It is closed already.")
    return _("%(name)s has decided already: «%(decision)s».") % {
        "name": decision.by.public_name,
        "decision": decision.what_was_done,
    }


def _suspend(case: Case, author: User, *, by: User, reason: str, days: int | None) -> Suspension:
    if not days:
        raise CannotModerate(_("Say for how many days."))
    now = timezone.now()
    return Suspension.objects.create(
        municipality_id=case.municipality_id,
        user=author,
        reason=reason,
        by=by,
        starts_at=now,
        ends_at=now + timedelta(days=days),
    )


def _lift(case: Case, decision: Decision | None, kind: str, *, by: User, reason: str) -> Decision:
    """The decision that takes another back, and with it the suspension it made."""
    back = Decision.objects.create(
        municipality_id=case.municipality_id,
        case=case,
        kind=kind,
        reason=reason,
        author=_author(case),
        by=by,
        undoes=decision,
    )
    if decision and decision.suspension and decision.suspension.lifted_at is None:
        _end(decision.suspension, by)
    return back


def _end(suspension: Suspension, by: User) -> None:
    suspension.lifted_at, suspension.lifted_by = timezone.now(), by
    suspension.save(update_fields=["lifted_at", "lifted_by"])


def _reopen(case: Case) -> None:
    """It waits again in its old place; unless others have flagged it anew meanwhile."""
    others = Case.objects.open().filter(thread=case.thread, comment=case.comment)
    if not others.exists():
        case.closed_at = None
        case.save(update_fields=["closed_at"])


# --- Who is told. That a thing was hidden is public; the reason goes to its author alone.


def _tell_decision(case: Case, decision: Decision) -> None:
    if decision.kind in HIDING:
        _tell_everybody(case, "hidden", decision)
        verb = "suspended_why" if decision.kind == DecisionKind.SUSPEND else "hidden_why"
        tell_author(case, verb, by=decision.by, text=decision.reason, decision=decision)
    elif decision.kind == DecisionKind.WARN:
        tell_author(case, "warned_why", by=decision.by, text=decision.reason, decision=decision)
    elif case.holds:
        _tell_shown(case, decision)


def _tell_shown(case: Case, decision: Decision) -> None:
    if decision.kind != DecisionKind.KEEP:
        _tell_everybody(case, "restored", decision)
    tell_author(case, "restored_why", by=decision.by, text=decision.reason, decision=decision)


def _tell_everybody(case: Case, verb: str, decision: Decision) -> None:
    """In the public history of a thing; of a comment its place says it."""
    if case.comment is None:
        history.record(
            verb,
            case.thread,
            by=decision.by,
            as_office=case.thread.municipality.name,
            data={"rule": decision.rule},
        )


def tell_author(
    case: Case, verb: str, *, by: User | None, text: str = "", decision: Decision | None = None
) -> None:
    author = _author(case)
    if author is None:
        return
    data = {"case": case.pk}
    if decision:
        data["decision"] = decision.undoes_id or decision.pk
    if case.comment_id:
        data["comment"] = case.comment_id
    history.record(
        f"comment_{verb}" if case.comment_id and verb.endswith("_why") else verb,
        case.thread,
        by=by,
        as_office=case.thread.municipality.name,
        text=text,
        data=data,
        is_public=False,
        people=[author.pk],
    )
