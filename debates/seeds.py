"""Debates with a past, for the demo.

What happens today goes through the actions. What lies in the past cannot, because actions
say when they happen; here it is written with the same rows the actions write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import Resident, User
from debates import trending
from debates.actions import conclusions, statements
from debates.enums import StatementChoice
from debates.models import Debate, Statement, StatementVote
from debates.tasks.opinion import analyse_debate
from municipalities.models import Municipality
from participation import history, ledger
from participation.enums import InterventionKind, Side, ThreadKind
from participation.models import Category, Comment, Reaction, Thread


SOME_PASS = 0.08
SKIPPED = 0.12


@dataclass
class Forum:
    """One municipality and who argues there."""

    municipality: Municipality
    authors: Callable[[int], User]
    residents: list[Resident]
    evaluator: User


def plant(forum: Forum, texts: Iterable[dict[str, Any]]) -> list[Debate]:
    """Grow the debates of a municipality from their texts, the oldest first."""
    topics = {topic.code: topic for topic in Category.objects.all()}
    grown = [
        _grow(forum, text, topics[text["topic"]], Random(text["title"]))
        for text in oldest_first(texts)
    ]
    trending.refresh(forum.municipality)
    return grown


def oldest_first(texts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(texts, key=lambda text: -text["days"])


def _grow(forum: Forum, text: dict[str, Any], topic: Category, chance: Random) -> Debate:
    debate = _open(forum, text, topic)
    comments = [_say(forum, debate, said, chance) for said in _in_order(text["said"], debate)]
    _react(forum, debate, None, text["agrees"], text["disagrees"], chance)
    for comment, said in zip(comments, text["said"], strict=True):
        yes, no = said.get("agrees", 0), said.get("disagrees", 0)
        _react(forum, debate, comment, yes, no, chance)
    if "statements" in text:
        _vote(forum, debate, text, chance)
    if "conclusion" in text:
        debate.thread.refresh_from_db()
        conclusions.conclude(
            debate,
            by=forum.evaluator,
            text=text["conclusion"]["text"].strip(),
            quotes={
                comments[taken["comment"] - 1].pk: taken["quote"]
                for taken in text["conclusion"]["takes_up"]
            },
        )
    return debate


def _open(forum: Forum, text: dict[str, Any], topic: Category) -> Debate:
    municipality, is_official = forum.municipality, text.get("official", False)
    author = forum.evaluator if is_official else forum.authors(text["author"])
    opened = _ago(text["days"], hour=9)
    closes = text.get("closes")
    thread = Thread.objects.create(
        municipality=municipality,
        kind=ThreadKind.DEBATE,
        title=text["title"],
        author=author,
        is_public=True,
        closes_at=closes and _ago(-closes, hour=23, minute=59),
    )
    debate = Debate.objects.create(
        municipality=municipality,
        thread=thread,
        author=author,
        is_official=is_official,
        office=text.get("office", ""),
        title=text["title"],
        text=text["text"].strip(),
        category=topic,
        tags=text["tags"],
        place_name=text["place"],
        latitude=text.get("lat"),
        longitude=text.get("lon"),
        takes_statements="statements" in text,
        published_at=opened,
    )
    thread.path = debate.get_absolute_url()
    thread.save(update_fields=["path"])
    ledger.record(InterventionKind.DEBATE, municipality, by=author, day=timezone.localdate(opened))
    history.record("debate_opened", thread, by=author, as_office=debate.office, at=opened)
    return debate


def _in_order(said: list[dict[str, Any]], debate: Debate) -> Iterable[dict[str, Any]]:
    """Each with its moment, so that a reply comes after what it replies to."""
    for number, one in enumerate(said):
        yield one | {"at": _ago(one["days"], hour=10) + timedelta(minutes=11 * number)}


def _say(forum: Forum, debate: Debate, said: dict[str, Any], chance: Random) -> Comment:
    author = forum.authors(said["by"])
    parent = None
    if "reply_to" in said:
        parent = debate.thread.comments.order_by("pk")[said["reply_to"] - 1]
    comment = Comment.objects.create(
        municipality=forum.municipality,
        thread=debate.thread,
        parent=parent,
        author=author,
        by_resident=True,
        text=said["text"],
        side=said.get("side", Side.NEUTRAL),
        created_at=said["at"],
    )
    day = timezone.localdate(said["at"])
    ledger.record(InterventionKind.COMMENT, forum.municipality, by=author, day=day)
    return comment


def _react(
    forum: Forum, debate: Debate, comment: Comment | None, yes: int, no: int, chance: Random
) -> None:
    """Agreement of residents, each once, between then and now."""
    whose = comment.author_id if comment else debate.author_id
    others = [r for r in forum.residents if r.user_id != whose]
    people = chance.sample(others, yes + no)
    since = comment.created_at if comment else debate.published_at
    ends = min(debate.thread.closes_at or timezone.now(), timezone.now())
    span = max((ends - since).total_seconds(), 60)
    reactions = [
        Reaction(
            municipality=forum.municipality,
            thread=debate.thread,
            comment=comment,
            user=person.user,
            resident=person,
            agrees=place < yes,
            created_at=since + timedelta(seconds=chance.random() * span),
        )
        for place, person in enumerate(people)
    ]
    Reaction.objects.bulk_create(reactions)
    acts = (ledger.Act(r.user, timezone.localdate(r.created_at)) for r in reactions)
    ledger.record_many(InterventionKind.REACTION, forum.municipality, acts)


def _vote(forum: Forum, debate: Debate, text: dict[str, Any], chance: Random) -> None:
    """Two groups that lean differently, as `leaning` says; some pass, some do not get so far."""
    made = statements.seed(debate, text["statements"], by=debate.author)
    Statement.objects.filter(debate=debate).update(created_at=debate.published_at)
    people = chance.sample(forum.residents, text["voters"])
    votes = []
    for place, person in enumerate(people):
        group = place % 2
        for statement, leaning in zip(made, text["leaning"], strict=True):
            if chance.random() < SKIPPED:
                continue
            votes.append(
                StatementVote(
                    municipality=forum.municipality,
                    statement=statement,
                    user=person.user,
                    resident=person,
                    choice=_choice(chance, leaning[group]),
                    created_at=debate.published_at + timedelta(hours=2 + 5 * place),
                )
            )
    StatementVote.objects.bulk_create(votes)
    acts = (ledger.Act(vote.user, timezone.localdate(vote.created_at)) for vote in votes)
    ledger.record_many(InterventionKind.STATEMENT_VOTE, forum.municipality, acts)
    analyse_debate(forum.municipality.pk, debate.pk)


def _choice(chance: Random, leaning: float) -> str:
    if chance.random() < SOME_PASS:
        return StatementChoice.PASS
    return StatementChoice.AGREE if chance.random() < leaning else StatementChoice.DISAGREE


def _ago(days: int, *, hour: int, minute: int = 0) -> datetime:
    day = timezone.localdate() - timedelta(days=days)
    return timezone.make_aware(
        datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001
    )
