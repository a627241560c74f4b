"""What staff make happen to a poll until its rules are frozen, and how one is called off.

Each function is one thing that happens, in one transaction, with its line in the history.
While a poll is being prepared its thread is not public, so neither are those lines; with the
rules they come out, except for the changes of drafts.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from decide.common.typed import says_something
from participation import history
from participation.enums import ThreadKind
from participation.models import Thread
from votes import definition, roll
from votes.actions import urn as urns
from votes.enums import Custody, Effect, QuestionKind, UrnState
from votes.models import Approval, Option, Poll, Question, Trustee, Urn
from votes.models.poll import APPROVALS_NEEDED
from votes.preparation import (
    MOST_OPTIONS,
    MOST_QUESTIONS,
    missing,
    needs_lots,
    why_not_binding,
    why_not_close_at,
    why_not_trustees,
)


if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from municipalities.models import Municipality

# A ballot's length is known once the rules are settled (votes/actions/urn.py).
NO_LENGTH_YET = 304
CODES = "abcdefghijklmnopqrstuvwxyz"
YES_OR_NO = ("Sí", "No")
lot = secrets.SystemRandom()


class CannotPrepare(Exception):
    """The poll is no longer being prepared, or what was written does not fit."""


class CannotApprove(Exception):
    """Something is missing, or the poll is no longer what the person read."""


class CannotFreeze(Exception):
    """The rules are not settled yet, or are settled already."""


class CannotCallOff(Exception):
    """The poll is past being called off, or no reason was given."""


@transaction.atomic
def create(
    municipality: Municipality,
    *,
    by: User,
    opens_at: datetime,
    closes_at: datetime,
    is_test: bool = False,
    **fields: Any,
) -> Poll:
    """Begin a poll. Nobody but staff sees it until its rules are frozen, and a test never."""
    _refuse(
        why_not_binding(fields.get("effect", Effect.CONSULTATIVE), fields.get("norm", "")),
        why_not_close_at(opens_at, closes_at),
    )
    thread = Thread.objects.create(
        municipality=municipality, kind=ThreadKind.POLL, title=fields["title"], author=None
    )
    urn = Urn.objects.create(
        municipality=municipality,
        label=fields["title"],
        definition="{}",
        sealed_length=NO_LENGTH_YET,
        opens_at=opens_at,
        closes_at=closes_at,
        is_test=is_test,
    )
    poll = Poll.objects.create(
        municipality=municipality, thread=thread, urn=urn, author=by, **fields
    )
    thread.path = poll.get_absolute_url()
    thread.save(update_fields=["path"])
    record("poll_prepared", poll, by=by, is_public=False)
    return poll


@transaction.atomic
def revise(poll: Poll, *, by: User, opens_at: datetime, closes_at: datetime, **fields: Any) -> Poll:
    """Change what a poll says while it is being prepared. Approvals of the old words lapse."""
    poll = in_preparation(poll)
    urn, thread = poll.urn, poll.thread
    _refuse(
        why_not_binding(fields.get("effect", poll.effect), fields.get("norm", poll.norm)),
        why_not_close_at(opens_at, closes_at),
    )
    changed = [name for name, value in fields.items() if getattr(poll, name) != value]
    moved = [
        name
        for name, value in (("opens_at", opens_at), ("closes_at", closes_at))
        if getattr(urn, name) != value
    ]
    if not changed and not moved:
        return poll
    for name in changed:
        setattr(poll, name, fields[name])
    poll.save(update_fields=changed)
    urn.opens_at, urn.closes_at, urn.label = opens_at, closes_at, poll.title
    urn.save(update_fields=["opens_at", "closes_at", "label"])
    thread.title, thread.path = poll.title, poll.get_absolute_url()
    thread.save(update_fields=["title", "path"])
    edited(poll, by, [*changed, *moved])
    return poll


@transaction.atomic
def save_question(
    poll: Poll,
    *,
    by: User,
    question: Question | None = None,
    options: list[tuple[str, str]] = (),
    **fields: Any,
) -> Question:
    """Add a question, or change one. `options` are titles with their explanations, in order.

    Yes or no brings its own two options, and a question with a written answer has none. If
    the options change, the lot that was drawn among the old ones is void.
    """
    poll = in_preparation(poll)
    _mind_who_asks(poll)
    if question is None:
        if poll.questions.count() >= MOST_QUESTIONS:
            raise CannotPrepare(_("At most %(count)d questions.") % {"count": MOST_QUESTIONS})
        number = poll.questions.count() + 1
        question = Question(municipality_id=poll.municipality_id, poll=poll, position=number)
    else:
        question = poll.questions.get(pk=question.pk)
    for name, value in fields.items():
        setattr(question, name, value)
    options = _options_of(question.kind, options)
    before = list(question.options.values_list("title", "text")) if question.pk else []
    if options != before:
        question.lots = []
    question.save()
    if options != before:
        question.options.all().delete()
        Option.objects.bulk_create(
            Option(
                municipality_id=poll.municipality_id,
                question=question,
                code=code,
                title=title,
                text=text,
            )
            for code, (title, text) in zip(CODES, options, strict=False)
        )
    edited(poll, by, [question.code])
    return question


def _options_of(kind: str, options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if kind == QuestionKind.OPEN:
        return []
    if kind == QuestionKind.YES_NO:
        return [(title, "") for title in YES_OR_NO]
    if len(options) > MOST_OPTIONS:
        raise CannotPrepare(_("At most %(count)d options.") % {"count": MOST_OPTIONS})
    return [(title, text) for title, text in options]


@transaction.atomic
def drop_question(question: Question, *, by: User) -> None:
    """Leave a question out; those after it move up."""
    poll = in_preparation(question.poll)
    _mind_who_asks(poll)
    poll.questions.get(pk=question.pk).delete()
    for number, left in enumerate(poll.questions.order_by("position", "pk"), start=1):
        if left.position != number:
            left.position = number
            left.save(update_fields=["position"])
    edited(poll, by, ["questions"])


@transaction.atomic
def set_trustees(
    poll: Poll,
    *,
    by: User,
    trustees: list[tuple[str, str]],
    custody: str = Custody.TRUSTEES,
    keys_needed: int = 2,
) -> Poll:
    """Say who keeps the key, each with their office, and how many of them are needed to open."""
    poll = in_preparation(poll)
    if custody == Custody.SECRETARY:
        keys_needed = 1
    if reason := why_not_trustees(custody, keys_needed, len(trustees)):
        raise CannotPrepare(reason)
    poll.trustees.all().delete()
    Trustee.objects.bulk_create(
        Trustee(
            municipality_id=poll.municipality_id,
            poll=poll,
            position=number,
            name=name,
            office=office,
        )
        for number, (name, office) in enumerate(trustees, start=1)
    )
    poll.custody, poll.keys_needed = custody, keys_needed
    poll.save(update_fields=["custody", "keys_needed"])
    edited(poll, by, ["trustees"])
    return poll


@transaction.atomic
def set_watchers(poll: Poll, *, by: User, watchers: list[str]) -> Poll:
    """Say who receives each signed head of the log by e-mail; at any time, for it is no rule."""
    poll = locked(poll)
    poll.watchers = watchers
    poll.save(update_fields=["watchers"])
    record("poll_watchers", poll, by=by, data={"number": len(watchers)}, is_public=False)
    return poll


@transaction.atomic
def draw_lots(poll: Poll, *, by: User, where: str = "", before: str = "", why: str = "") -> Poll:
    """Draw the order that decides ties, for each question where a tie can decide something.

    Done in public: the line in the history says when, where and before whom, and the order of
    each question. Drawn again, it also says why, and the first draw stays in the history.
    """
    poll = in_preparation(poll)
    questions = list(poll.questions.exclude(kind=QuestionKind.OPEN).prefetch_related("options"))
    if not questions:
        raise CannotPrepare(_("There is no question that a tie could decide."))
    is_again = not any(needs_lots(question) for question in questions)
    if is_again and not says_something(why):
        raise CannotPrepare(_("The lots are drawn already. To draw them again, say why."))
    drawn = {}
    for question in questions:
        titles = {option.code: option.title for option in question.options.all()}
        question.lots = list(titles)
        lot.shuffle(question.lots)
        question.save(update_fields=["lots"])
        drawn[question.code] = [titles[code] for code in question.lots]
    data = {"where": where, "before": before, "order": drawn}
    record("poll_lots", poll, by=by, text=why if is_again else "", data=data)
    return poll


@transaction.atomic
def approve(poll: Poll, *, by: User, content: bytes) -> Approval:
    """One of the two people who say that it may go out exactly as they have read it.

    `content` is the hash of what they read; if anything has changed since, nothing is approved.
    """
    poll = in_preparation(poll, CannotApprove)
    if poll.is_template or poll.urn.is_test:
        raise CannotApprove(_("A model or a test needs no approval."))
    if gaps := missing(poll):
        raise CannotApprove(gaps[0].text)
    if definition.content_hash(poll) != content:
        raise CannotApprove(
            _("It has changed since you opened this page, so nothing is approved. Read it again.")
        )
    approval, is_new = Approval.objects.get_or_create(
        poll=poll, by=by, content=content, defaults={"municipality_id": poll.municipality_id}
    )
    if not is_new:
        raise CannotApprove(_("You have approved it already. Somebody else has to, too."))
    record("poll_approved", poll, by=by, data={"content": content.hex()})
    return approval


def approvals_of(poll: Poll, content: bytes) -> list[Approval]:
    """Of the poll as it stands now; those of an earlier wording say nothing."""
    return list(poll.approvals.filter(content=content).select_related("by"))


@transaction.atomic
def freeze(poll: Poll, *, by: User) -> Poll:
    """Settle the rules for good and tell everybody. A test skips the approvals, and the telling.

    With the rules goes how many people may vote and the hash of their list, so that nobody
    joins it unseen.
    """
    poll = in_preparation(poll, CannotFreeze)
    if poll.is_template:
        raise CannotFreeze(_("A model is not voted on. Begin a vote from it."))
    if gaps := missing(poll):
        raise CannotFreeze(gaps[0].text)
    rules = definition.of(poll)
    if not poll.urn.is_test:
        approved = len(approvals_of(poll, definition.hash_of(rules)))
        if approved < APPROVALS_NEEDED:
            raise CannotFreeze(_("Two people of the municipality have to approve it first."))
    rules["roll"] = roll.told(poll)
    poll.urn = urns.freeze(poll.urn, definition=rules, longest=definition.longest(rules))
    if not poll.urn.is_test:
        poll.thread.is_public = True
        poll.thread.save(update_fields=["is_public"])
    data = {"digest": poll.urn.digest.hex(), "eligible": rules["roll"]["count"]}
    record("poll_announced", poll, by=by, data=data, tell=not poll.urn.is_test)
    if not poll.urn.is_test:
        _tell_where_it_came_from("led_to_vote", poll, by=by)
    return poll


def _tell_where_it_came_from(verb: str, poll: Poll, *, by: User, text: str = "") -> None:
    """Who follows the proposal that asked for this vote hears of it too."""
    data = {"thread": poll.thread_id, "vote": poll.title}
    if poll.thread.is_public:
        data["vote_path"] = poll.thread.path
    for link in poll.thread.came_from.select_related("source"):
        seen = link.source.is_public
        history.record(verb, link.source, by=by, text=text, data=data, tell=seen)


@transaction.atomic
def call_off(poll: Poll, *, by: User, why: str) -> Poll:
    """End a poll without a result: one whose rules are public with a reason for everybody, and
    one in preparation, which nobody but staff has seen, with a reason for them.
    """
    poll = locked(poll)
    if not may_be_called_off(poll):
        raise CannotCallOff(_("It has its result, or was called off already."))
    if not says_something(why):
        raise CannotCallOff(_("Say why: whoever can see the vote will read it."))
    poll.urn.state = UrnState.CANCELLED
    poll.urn.save(update_fields=["state"])
    poll.cancelled_why, poll.cancelled_at, poll.cancelled_by = why, timezone.now(), by
    poll.save(update_fields=["cancelled_why", "cancelled_at", "cancelled_by"])
    record("poll_cancelled", poll, by=by, text=why, tell=poll.thread.is_public)
    if not poll.urn.is_test:
        _tell_where_it_came_from("vote_called_off", poll, by=by, text=why)
    return poll


def may_be_called_off(poll: Poll) -> bool:
    return poll.urn.state not in (UrnState.OPENED, UrnState.CANCELLED)


# --- Shared by the actions of this room


def locked(poll: Poll) -> Poll:
    return (
        Poll.objects.select_for_update(of=("self", "urn"), no_key=True)
        .select_related("urn", "thread", "municipality")
        .get(pk=poll.pk)
    )


def in_preparation(poll: Poll, refusal: type[Exception] = CannotPrepare) -> Poll:
    poll = locked(poll)
    if not poll.is_prepared:
        raise refusal(_("The rules of this vote are frozen: they do not change any more."))
    return poll


def record(verb: str, poll: Poll, *, by: User | None, **more: Any) -> None:
    """A line of the history, signed by the office that answers for votes here."""
    here = poll.municipality
    office = (here.contact_office or here.name)[:120]
    history.record(verb, poll.thread, by=by, as_office=office, **more)


def edited(poll: Poll, by: User, fields: list[str]) -> None:
    """A line for staff alone: what of a draft was changed."""
    record("poll_edited", poll, by=by, data={"fields": fields}, is_public=False)


def _mind_who_asks(poll: Poll) -> None:
    if poll.part_of:
        raise CannotPrepare(
            _("What is asked here is written where it belongs: «%(part_of)s».")
            % {"part_of": poll.part_of}
        )


def _refuse(*reasons: str) -> None:
    for reason in filter(None, reasons):
        raise CannotPrepare(reason)
