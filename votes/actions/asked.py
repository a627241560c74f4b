"""What a room above asks through a poll: its questions, on whom, and what the poll is part of.

Votes does not know what stands behind it. The room above writes the questions and says by which
rule it decides; everything else (desks, trustees, approvals, lots, key, count) is that of any poll.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from votes.actions import polls
from votes.actions.polls import CannotPrepare
from votes.commitments import NotCanonical, canonical
from votes.enums import Effect, QuestionKind, Voters
from votes.models import Listed, Option, Poll, Question
from votes.models.poll import WITH_TOTALS
from votes.preparation import MOST_ASKED, MOST_WORKS


if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from municipalities.models import Municipality

ANSWERED_WITHIN = timedelta(days=30)
HASH = 32


@dataclass(frozen=True)
class AskedOption:
    """What may be chosen: a work with its cost in céntimos, its page and its place; or a person."""

    title: str
    text: str = ""
    cost: int | None = None
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it is put: to whom (`districts`), with how much (`money`), who decides (`rule`)."""

    title: str
    kind: str
    options: Sequence[AskedOption] = ()
    help: str = ""
    money: int | None = None
    districts: Sequence[str] = ()
    group: str = ""
    rule: dict[str, Any] = field(default_factory=dict)
    most: int | None = None
    points: int = 10
    lowest: int = 0
    highest: int = 5
    seats: int = 1
    keeps_order: bool = False


OF_AN_OPTION = [each.name for each in fields(AskedOption)]
OF_A_QUESTION = [each.name for each in fields(AskedQuestion) if each.name != "options"]


def codes(count: int) -> list[str]:
    """How the options of a question are named, in the order in which they were given."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    if count <= len(letters):
        return list(letters[:count])
    return ["".join(pair) for pair in product(letters, repeat=2)][:count]


@transaction.atomic
def ask(
    *,
    municipality: Municipality,
    by: User,
    title: str,
    text: str,
    meaning: str,
    opens_at: datetime,
    closes_at: datetime,
    part_of: str,
    part_of_address: str,
    questions: Sequence[AskedQuestion],
    effect: str = Effect.CONSULTATIVE,
    norm: str = "",
    districts: Sequence[str] = (),
    voters: str = Voters.RESIDENTS,
    answer_due_on: date | None = None,
    **more: Any,
) -> Poll:
    """Begin a poll with its questions. Of whom it is asked is the union of their districts, if all
    have some and none are given; who is on a closed list says `list_voters`.
    """
    _mind(questions)
    poll = polls.create(
        municipality,
        by=by,
        opens_at=opens_at,
        closes_at=closes_at,
        title=title,
        text=text,
        meaning=meaning,
        effect=effect,
        norm=norm,
        part_of=part_of,
        part_of_address=part_of_address,
        districts=_districts_of(questions, districts, voters),
        voters=voters,
        answer_due_on=answer_due_on or timezone.localdate(closes_at) + ANSWERED_WITHIN,
        **more,
    )
    write(poll, questions)
    return poll


@transaction.atomic
def ask_anew(
    poll: Poll, *, by: User, questions: Sequence[AskedQuestion], districts: Sequence[str] = ()
) -> Poll:
    """Put other questions in place of those there were. The lots drawn for them are void."""
    poll = polls.in_preparation(poll)
    _mind(questions)
    poll.questions.all().delete()
    poll.districts = _districts_of(questions, districts, poll.voters)
    poll.save(update_fields=["districts"])
    write(poll, questions)
    polls.edited(poll, by, ["questions"])
    return poll


@transaction.atomic
def list_voters(poll: Poll, *, by: User, hashes: Iterable[bytes]) -> int:
    """Close the list of those who vote, by the hashes of their documents; how many they are.

    A list closed before is replaced. Whoever is on it twice is on it once.
    """
    poll = polls.in_preparation(poll)
    if poll.voters != Voters.LISTED:
        raise CannotPrepare(_("This vote is put to residents, not to a list."))
    people = {bytes(one) for one in hashes}
    if any(len(one) != HASH for one in people):
        raise CannotPrepare(_("A person on the list is no hash of a document."))
    poll.listed.all().delete()
    Listed.objects.bulk_create(
        (
            Listed(municipality_id=poll.municipality_id, poll=poll, document_hash=one)
            for one in sorted(people)
        ),
        batch_size=5_000,
    )
    polls.edited(poll, by, ["listed"])
    return len(people)


def of(poll: Poll) -> list[AskedQuestion]:
    """What a poll asks, as it was put to it."""
    return [
        AskedQuestion(
            **{name: getattr(question, name) for name in OF_A_QUESTION},
            options=[
                AskedOption(**{name: getattr(option, name) for name in OF_AN_OPTION})
                for option in question.options.all()
            ],
        )
        for question in poll.questions.prefetch_related("options")
    ]


# --- What may be asked


def _districts_of(
    questions: Sequence[AskedQuestion], districts: Sequence[str], voters: str
) -> list[str]:
    if voters == Voters.LISTED or districts or not all(one.districts for one in questions):
        return list(districts)
    return sorted({code for one in questions for code in one.districts})


def _mind(questions: Sequence[AskedQuestion]) -> None:
    """Refuse what the database would refuse too, in words."""
    if not questions:
        raise CannotPrepare(_("Write at least one question."))
    if len(questions) > MOST_ASKED:
        raise CannotPrepare(_("At most %(count)d questions.") % {"count": MOST_ASKED})
    for question in questions:
        if len(question.options) > MOST_WORKS:
            raise CannotPrepare(_("At most %(count)d options.") % {"count": MOST_WORKS})
        if question.kind == QuestionKind.KNAPSACK and not question.money:
            raise CannotPrepare(
                _("«%(question)s»: say how much money there is.") % {"question": question.title}
            )
        if question.rule and question.kind not in WITH_TOTALS:
            raise CannotPrepare(
                _("«%(question)s»: nothing can be decided from answers of this kind.")
                % {"question": question.title}
            )
        try:
            canonical(question.rule)
        except NotCanonical as problem:
            raise CannotPrepare(str(problem)) from problem


def write(poll: Poll, questions: Sequence[AskedQuestion]) -> None:
    """Give a poll that has none yet its questions."""
    here = poll.municipality_id
    for position, asked in enumerate(questions, start=1):
        facts = {name: getattr(asked, name) for name in OF_A_QUESTION}
        question = Question.objects.create(
            municipality_id=here,
            poll=poll,
            position=position,
            **facts | {"districts": sorted(asked.districts)},
        )
        Option.objects.bulk_create(
            Option(municipality_id=here, question=question, code=code, **vars(option))
            for code, option in zip(codes(len(asked.options)), asked.options, strict=True)
        )
