"""Saying something about a thing, changing it for a while, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from decide.common.permissions import Refusal
from participation import history, ledger, mentions, screening
from participation.enums import InterventionKind, Side, ThreadKind
from participation.models import Comment, CommentVersion, Thread
from participation.rules.comments import (
    is_office,
    why_not_comment,
    why_not_edit_comment,
    why_not_take_back,
)


if TYPE_CHECKING:
    from accounts.models import User


class CannotComment(Refusal):
    """The person may not say or change this; the reason says why."""


@transaction.atomic
def comment(
    thread: Thread,
    *,
    by: User,
    text: str,
    form_key: UUID,
    side: str = Side.NEUTRAL,
    parent: Comment | None = None,
    as_office: str = "",
    organisation: str = "",
) -> Comment:
    """Say something about the thing or reply; the same form sent again finds what it said."""
    if known := _sent_before(by, form_key):
        return known
    if parent is not None:
        parent = _locked(parent)
    if reason := why_not_comment(by, thread, parent):
        raise CannotComment(reason)
    named = mentions.resolve(text)
    office = as_office if is_office(by, thread) else ""
    said = Comment(
        municipality_id=thread.municipality_id,
        thread=thread,
        parent=parent,
        author=by,
        by_resident=by.lives_in(thread.municipality),
        as_office=office,
        organisation="" if office else organisation,
        text=text,
        side=side if parent is None and thread.kind == ThreadKind.DEBATE else Side.NEUTRAL,
        mentions=list(named),
        channel=ledger.present_channel(),
        form_key=form_key,
    )
    try:
        with transaction.atomic():
            said.save()
    except IntegrityError:  # the other of two that came at once has said it
        if known := _sent_before(by, form_key):
            return known
        raise
    ledger.record(InterventionKind.COMMENT, thread.municipality_id, by=by)
    screening.screen(thread, comment=said, words=text, by=by)
    _tell(said, set(named.values()))
    return said


@transaction.atomic
def edit(said: Comment, *, by: User, text: str) -> Comment:
    """Change the words within their quarter of an hour; what they were stays beside."""
    said = _locked(said)
    if reason := why_not_edit_comment(by, said):
        raise CannotComment(reason)
    if text == said.text:
        return said
    CommentVersion.objects.create(
        municipality_id=said.municipality_id, comment=said, text=said.text
    )
    named = mentions.resolve(text)
    said.text, said.mentions, said.edited_at = text, list(named), timezone.now()
    said.save(update_fields=["text", "mentions", "edited_at"])
    screening.screen(said.thread, comment=said, words=text, by=by)
    told = _told_of(said)
    new = [pk for pk in named.values() if pk not in told]
    _tell_named(said, set(new[: max(mentions.TOLD_AT_MOST - len(told), 0)]))
    return said


@transaction.atomic
def take_back(said: Comment, *, by: User) -> Comment:
    """Its words go, its place stays. What moderation has looked at, it keeps for its record."""
    said = _locked(said)
    if reason := why_not_take_back(by, said):
        raise CannotComment(reason)
    said.deleted_at, said.mentions = timezone.now(), []
    if not said.cases.exists():
        said.text = ""
        said.versions.all().delete()
    said.save(update_fields=["deleted_at", "mentions", "text"])
    ledger.record(
        InterventionKind.COMMENT, said.municipality_id, by=by, channel=said.channel, amount=-1
    )
    return said


def _sent_before(by: User, form_key: UUID) -> Comment | None:
    return Comment.objects.of(by).filter(form_key=form_key).first()


def _locked(said: Comment) -> Comment:
    """Before its thread's count is touched, as hiding does, so that neither waits crosswise."""
    return (
        Comment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread__municipality")
        .get(pk=said.pk)
    )


def _tell(said: Comment, named: set[int]) -> None:
    """Who follows the thing, whom it answers and whom it names, each once."""
    answered = {said.parent.author_id} if said.parent else set()
    people = answered - {None, said.author_id} - named
    _record("commented", said, people, tell=True)
    _tell_named(said, named)


def _tell_named(said: Comment, named: set[int]) -> None:
    if people := named - {said.author_id}:
        _record("mentioned", said, people)


def _told_of(said: Comment) -> set[int]:
    events = said.thread.events.filter(verb="mentioned", data__comment=said.pk)
    return {pk for data in events.values_list("data", flat=True) for pk in data["people"]}


def _record(verb: str, said: Comment, people: set[int], *, tell: bool = False) -> None:
    history.record(
        verb,
        said.thread,
        by=said.author,
        data={"comment": said.pk},
        as_office=said.as_office,
        is_public=False,
        tell=tell,
        people=people,
    )
