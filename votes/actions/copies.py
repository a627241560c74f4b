"""Polls that begin from others: a copy, one from a model, a model, and a test with pretend voters."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.rls import region_scope
from votes.actions import asked, polls
from votes.models import Poll


if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from municipalities.models import Municipality

WORDS = ("title", "text", "meaning", "effect", "norm", "in_favour", "against")
OF_THE_PLACE = ("districts", "watchers")
OF_A_QUESTION = (
    *("kind", "title", "help", "keeps_order", "most", "lowest", "highest", "points", "length"),
    *("seats", "quorum_of", "quorum_in", "majority_of", "majority_in", "base"),
)
FROM_ABOVE = ("part_of", "part_of_address", "voters")
AHEAD = timedelta(days=7)
TEST_DAYS = 7


@transaction.atomic
def clone(
    source: Poll,
    *,
    by: User,
    to: Municipality | None = None,
    is_test: bool = False,
    is_template: bool = False,
) -> Poll:
    """A new poll in preparation with the words, questions and trustees of another one.

    Its dates are moved on by whole days, so that it opens in a week at the earliest. Into another
    municipality go words and questions alone; so they do with a model, which is nobody's yet.
    Lots and approvals are never copied. Of a poll that is part of something there are tests alone.
    """
    with region_scope("votes: a poll that another one begins from", by=by):
        source = Poll.objects.select_related("urn", "municipality").get(pk=source.pk)
        questions = list(source.questions.prefetch_related("options"))
        trustees = list(source.trustees.values_list("name", "office"))
    to = to or source.municipality
    is_at_home = to.pk == source.municipality_id
    if source.part_of and not (is_test and is_at_home):
        raise polls.CannotPrepare(
            _("What is asked here is written where it belongs: «%(part_of)s».")
            % {"part_of": source.part_of}
        )
    poll = polls.create(
        to,
        by=by,
        is_test=is_test,
        is_template=is_template,
        **{name: getattr(source, name) for name in (*WORDS, *FROM_ABOVE)},
        **({name: getattr(source, name) for name in OF_THE_PLACE} if is_at_home else {}),
        **_moved(source, now=is_test),
    )
    if source.part_of:
        asked.write(poll, asked.of(source))
        questions = []
    for question in questions:
        polls.save_question(
            poll,
            by=by,
            options=[(option.title, option.text) for option in question.options.all()],
            **{name: getattr(question, name) for name in OF_A_QUESTION},
        )
    if trustees and is_at_home and not is_template:
        polls.set_trustees(
            poll,
            by=by,
            trustees=trustees,
            custody=source.custody,
            keys_needed=source.keys_needed,
        )
    return polls.locked(poll)


@transaction.atomic
def try_out(source: Poll, *, by: User) -> Poll:
    """A test of a poll, with its rules settled and its lots drawn: only pretend voters vote in it.

    It is an urn of its own, which no real ballot can enter and whose ballots count nowhere.
    """
    test = clone(source, by=by, is_test=True)
    if test.questions.exclude(kind="open").exists():
        polls.draw_lots(test, by=by)
    return polls.freeze(test, by=by)


def _moved(source: Poll, *, now: bool) -> dict[str, datetime | date | Any]:
    urn = source.urn
    if now:
        opens_at = timezone.now()
        closes_at = opens_at + timedelta(days=TEST_DAYS)
        return {
            "opens_at": opens_at,
            "closes_at": closes_at,
            "answer_due_on": timezone.localdate(closes_at) + timedelta(days=1),
        }
    late = timezone.now() + AHEAD - urn.opens_at
    days = timedelta(days=max(0, late.days + 1 if late > timedelta(0) else 0))
    return {
        "opens_at": urn.opens_at + days,
        "closes_at": urn.closes_at + days,
        "answer_due_on": source.answer_due_on + days,
    }
