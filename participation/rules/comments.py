"""Who may say something about a thing, agree with it, and change or take back what they said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import MUNICIPAL_ROLES
from accounts.rules import has_role, why_suspended
from decide.common.permissions import Reason
from decide.common.words import day
from participation.enums import ThreadKind
from participation.models import Comment, Thread
from participation.models.comments import EDITABLE_FOR


if TYPE_CHECKING:
    from municipalities.models import Municipality

# What has a conversation of its own; statements are voted on.
TALKED_ABOUT = {
    ThreadKind.PROPOSAL,
    ThreadKind.DEBATE,
    ThreadKind.POLL,
    ThreadKind.BUDGET,
    ThreadKind.NORM,
    ThreadKind.ARTICLE,
    ThreadKind.ANNOTATION,
    ThreadKind.PROCESS,
    ThreadKind.MEETING,
}
# What people agree or disagree with as a whole; a proposal has its supports instead.
DISPUTABLE = {ThreadKind.DEBATE}

is_office = has_role(*MUNICIPAL_ROLES)


def why_not_speak(user: Any, thread: Thread) -> Reason | None:
    """What keeps this person from the conversation: it needs an account, not proof of residence."""
    if reason := _closed_space(thread.municipality):
        return reason
    if not thread.is_public:
        return Reason(_("It is not public now, and so nobody comments on it."))
    if not thread.has_opened:
        return Reason(_("It takes comments from %(day)s.") % {"day": day(thread.opens_at)})
    if thread.has_closed:
        return Reason(
            _("This conversation closed on %(day)s. It can be read, and takes nothing new.")
            % {"day": day(thread.closes_at)}
        )
    if not user.is_authenticated:
        return Reason(
            _("Sign in to comment and to say what you agree with."),
            reverse("account_login"),
            _("Sign in"),
        )
    return why_suspended(user, thread.municipality)


def why_not_comment(user: Any, thread: Thread, parent: Comment | None = None) -> Reason | None:
    """What keeps this person from commenting on the thing, or from replying to a comment."""
    if reason := why_not_speak(user, thread):
        return reason
    if thread.kind not in TALKED_ABOUT:
        return Reason(_("This takes no comments: one votes on it."))
    if parent is not None and not parent.is_shown:
        return Reason(_("What you want to reply to is not there any more."))
    return None


def why_not_react(user: Any, thread: Thread, comment: Comment | None = None) -> Reason | None:
    """What keeps this person from saying whether they agree with the thing, or with a comment."""
    if reason := why_not_speak(user, thread):
        return reason
    if comment is None and thread.kind not in DISPUTABLE:
        return Reason(_("One does not agree or disagree with this as a whole."))
    if comment is not None and not comment.is_shown:
        return Reason(_("This comment is not there any more."))
    if (comment or thread).author_id == user.pk:
        return Reason(_("It is yours: others say whether they agree."))
    return None


def why_not_edit_comment(user: Any, comment: Comment) -> Reason | None:
    """Its author alone, for a quarter of an hour, and everybody can compare."""
    if not is_author_of(user, comment):
        return Reason(_("Only who wrote a comment changes it."))
    if comment.hidden_at is not None:
        return Reason(_("Moderation has hidden this comment. It cannot change meanwhile."))
    if not comment.is_editable:
        return Reason(
            _("A comment can be changed during %(minutes)d minutes. You can reply to your own.")
            % {"minutes": EDITABLE_FOR // timedelta(minutes=1)}
        )
    return why_not_speak(user, comment.thread)


def why_not_take_back(user: Any, comment: Comment) -> Reason | None:
    """Always its author's right, also when the conversation is over."""
    if not is_author_of(user, comment):
        return Reason(_("Only who wrote a comment takes it back."))
    if comment.deleted_at is not None:
        return Reason(_("You have taken it back already."))
    return None


def is_author_of(user: Any, comment: Comment) -> bool:
    return user.is_authenticated and comment.author_id == user.pk


def _closed_space(municipality: Municipality) -> Reason | None:
    if municipality.is_open:
        return None
    return Reason(
        _("This municipality's space is not open now. What was said can be read."),
        municipality.get_absolute_url(),
        _("See what is planned"),
    )
