"""Who took part in a process, in any of the things that it gathers: they hear how it ended.

By the ids of their accounts, and only for that. Whoever voted in a secret vote is left out unless
they took part otherwise: the roll of an urn says who voted only for a person whom one asks about
(votes/who.py), and asking it about everybody to keep a list of those who did is just what it is
made to avoid. They hear of the vote's result as followers of the vote do.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from budgets.enums import AgentState, WorkState
from budgets.models import Agent, Work, WorkSupport
from debates.models import Statement, StatementVote
from norms.models import Annotation, Article, WordingStance
from participation.models import Comment, Follow, Reaction, Thread
from processes.models import Registration, Step
from proposals.models import Support


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from processes.models import Process


def people(process: Process) -> set[int]:
    """Everybody who took part, as ids of accounts; a bounded number of queries, however many."""
    linked = set(
        Step.objects.filter(process=process).exclude(thread=None).values_list("thread", flat=True)
    )
    threads = linked | {process.thread_id} | _meetings_of(process)
    everywhere = threads | _inside(linked)
    found: set[int] = set()
    for ids in (*_said(everywhere), *_done(linked, process)):
        found.update(pk for pk in ids if pk is not None)
    return found


def _meetings_of(process: Process) -> set[int]:
    return set(process.meetings.public().values_list("thread", flat=True))


def _inside(linked: set[int]) -> set[int]:
    """The conversations within those things: statements, works, provisions, marked words."""
    return set(
        chain(
            _ids(Statement.objects.filter(debate__thread__in=linked), "thread"),
            _ids(_works_of(linked), "thread"),
            _ids(Article.objects.filter(norm__thread__in=linked), "thread"),
            _ids(Annotation.objects.filter(norm__thread__in=linked), "thread"),
        )
    )


def _works_of(linked: set[int]) -> QuerySet[Work]:
    """Those that their authors have published."""
    return Work.objects.filter(budget__thread__in=linked).exclude(state=WorkState.DRAFT)


def _said(threads: set[int]) -> Iterator[Iterable[int | None]]:
    """Who wrote, agreed or disagreed, and who follows."""
    yield _ids(Comment.objects.shown().filter(thread__in=threads), "author")
    yield _ids(Reaction.objects.filter(thread__in=threads), "user")
    yield _ids(Follow.objects.filter(thread__in=threads), "user")
    yield _ids(Thread.objects.filter(pk__in=threads, is_public=True), "author")


def _done(linked: set[int], process: Process) -> Iterator[Iterable[int | None]]:
    """Who supported, voted on statements, put forward works, registered, or took a stance."""
    yield _ids(Support.objects.filter(proposal__thread__in=linked), "resident__user")
    yield _ids(StatementVote.objects.filter(statement__debate__thread__in=linked), "user")
    yield _ids(_works_of(linked), "author")
    yield _ids(WorkSupport.objects.filter(work__budget__thread__in=linked), "resident__user")
    agents = Agent.objects.filter(budget__thread__in=linked)
    yield _ids(agents.exclude(state=AgentState.DRAFT), "registered_by")
    yield _ids(WordingStance.objects.filter(wording__norm__thread__in=linked), "user")
    registered = Registration.objects.filter(meeting__process=process, cancelled_at=None)
    yield _ids(registered, "user")


def _ids(rows: QuerySet, column: str) -> Iterable[int | None]:
    return rows.order_by().values_list(column, flat=True).distinct()
