"""What people do with the short statements of a debate: vote, change their vote, add their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from debates.models import Debate, Statement, StatementVote
from debates.models.statement import STATEMENT_LENGTH
from debates.rules.statements import why_not_add, why_not_vote_on
from debates.tasks.opinion import analyse_soon
from decide.common.typed import says_something
from participation import ledger
from participation.enums import InterventionKind, ThreadKind
from participation.models import Thread
from participation.screening import screen


if TYPE_CHECKING:
    from accounts.models import Resident, User

# The database says in one statement whether this is a first vote, a change, or nothing new.
# A statement that has been hidden meanwhile, or whose debate has ended, takes none.
GIVE = """
INSERT INTO debates_statementvote
    (municipality_id, statement_id, user_id, resident_id, choice, created_at)
SELECT s.municipality_id, s.id, %s, %s, %s, %s
FROM debates_statement s
JOIN participation_thread own ON own.id = s.thread_id AND own.is_public
JOIN debates_debate d ON d.id = s.debate_id AND d.takes_statements AND d.concluded_at IS NULL
JOIN participation_thread t ON t.id = d.thread_id AND t.is_public
    AND (t.closes_at IS NULL OR t.closes_at > clock_timestamp())
WHERE s.id = %s FOR NO KEY UPDATE OF s
ON CONFLICT (statement_id, user_id) DO UPDATE
SET choice = excluded.choice,
    resident_id = coalesce(excluded.resident_id, debates_statementvote.resident_id)
RETURNING xmax = 0
"""


class CannotVote(Exception):
    """The statement takes no votes, or not from this person."""


class CannotAdd(Exception):
    """The statement cannot be added; the text says why."""


class SaidAlready(CannotAdd):
    """Somebody has said the same; `statement` is theirs, if it can be shown."""

    def __init__(self, message: str, statement: Statement | None) -> None:
        super().__init__(message)
        self.statement = statement


@transaction.atomic
def vote(statement: Statement, *, by: User, choice: str) -> bool:
    """Say what one thinks of a statement, or something else than before. True for a first vote."""
    if reason := why_not_vote_on(by, statement):
        raise CannotVote(str(reason))
    resident = by.proof if by.lives_in(statement.municipality) else None
    if resident:
        _take_over(statement, by, resident)
    values = [by.pk, resident and resident.pk, choice, timezone.now(), statement.pk]
    with connection.cursor() as cursor:
        cursor.execute(GIVE, values)
        row = cursor.fetchone()
    if row is None:
        raise CannotVote(_("This statement takes no votes any more."))
    (is_new,) = row
    if is_new:
        ledger.record(InterventionKind.STATEMENT_VOTE, statement.municipality_id, by=by)
    analyse_soon(statement.debate)
    return is_new


@transaction.atomic
def add(debate: Debate, *, by: User, text: str) -> Statement:
    """Put a statement of one's own before the others; the same sent again finds what it made.

    It may come out not public: then a rule holds it until somebody has looked.
    """
    text = _plain(text)
    # One at a time, so that nobody adds three and no two say the same.
    debate = (
        Debate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread", "municipality")
        .get(pk=debate.pk)
    )
    like = [s for s in debate.statements.select_related("thread") if _bare(s.text) == _bare(text)]
    if own := next((statement for statement in like if statement.author_id == by.pk), None):
        return own
    if reason := why_not_add(by, debate):
        raise CannotAdd(str(reason))
    _refuse_unfit(text)
    if like:
        shown = next((statement for statement in like if not statement.is_hidden), None)
        raise SaidAlready(_("Somebody has already said the same here."), shown)
    statement = _create(debate, text, by)
    ledger.record(InterventionKind.STATEMENT, debate.municipality_id, by=by)
    if screen(statement.thread, words=text, by=by):
        statement.thread.refresh_from_db(fields=["is_public"])
    return statement


@transaction.atomic
def seed(debate: Debate, texts: Iterable[str], *, by: User) -> list[Statement]:
    """The statements that who opens a debate begins it with; what is there already stays once.

    Part of opening the debate, so that they are no acts of their own in the ledger.
    """
    known = {_bare(text) for text in debate.statements.values_list("text", flat=True)}
    made = []
    for text in map(_plain, texts):
        if not text or _bare(text) in known:
            continue
        _refuse_unfit(text)
        known.add(_bare(text))
        statement = _create(debate, text, by, is_seed=True)
        if screen(statement.thread, words=text, by=by):
            statement.thread.refresh_from_db(fields=["is_public"])
        made.append(statement)
    return made


def _create(debate: Debate, text: str, by: User, *, is_seed: bool = False) -> Statement:
    thread = Thread.objects.create(
        municipality_id=debate.municipality_id,
        kind=ThreadKind.STATEMENT,
        title=text,
        author=by,
        is_public=True,
    )
    statement = Statement.objects.create(
        municipality=debate.municipality,
        debate=debate,
        thread=thread,
        author=by,
        text=text,
        is_seed=is_seed,
    )
    thread.path = statement.get_absolute_url()
    thread.save(update_fields=["path"])
    statement.thread = thread
    return statement


def _take_over(statement: Statement, by: User, resident: Resident) -> None:
    """The same person voted from an account that is gone: the new vote takes its place."""
    earlier = StatementVote.objects.filter(statement=statement, resident=resident)
    removed, _rows = earlier.exclude(user=by).delete()
    if removed:
        ledger.record(InterventionKind.STATEMENT_VOTE, statement.municipality_id, by=by, amount=-1)


def _refuse_unfit(text: str) -> None:
    if not says_something(text):
        raise CannotAdd(_("Write your statement first."))
    if len(text) > STATEMENT_LENGTH:
        raise CannotAdd(
            _("A statement has at most %(count)d characters.") % {"count": STATEMENT_LENGTH}
        )


def _plain(text: str) -> str:
    """In one line, without spaces at the ends."""
    return " ".join(text.split())


def _bare(text: str) -> str:
    """Its letters and numbers alone: two that differ in a comma or an accent say the same."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))))
