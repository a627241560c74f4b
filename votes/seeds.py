"""Polls of the demo, made as staff, trustees and neighbours make them: by the room's actions.

An urn goes by the clock of the database, and nothing here moves it. What is over was open for as
long as the rest of the demo took to load, and its page says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils import timezone

from accounts.models import Resident, User
from municipalities.models import Municipality
from votes import ballots, counting, definition, paper_seeds, readiness
from votes.actions import answers, custody, polls, urn as urns, voting
from votes.enums import QuestionKind, UrnState
from votes.models import Poll
from votes.who import Pretender, voter_of


OPEN, COMING, CLOSED, FINISHED, TEST = "open", "coming", "closed", "finished", "test"
OVER = (CLOSED, FINISHED)
# Rules are frozen before it opens, and that takes a moment.
LEAD = timedelta(seconds=4)
COMES_IN = timedelta(days=5)
ANSWERED_WITHIN = timedelta(days=30)
BLANK = 0.06
PRETENDERS = 12


@dataclass
class Square:
    """One municipality, its neighbours, and who works for its votes there.

    `document` is the DNI of a neighbour by their place in the list, `draw` makes a picture.
    """

    municipality: Municipality
    residents: list[Resident]
    document: Callable[[int], str]
    administrator: User
    evaluator: User
    clerk: User
    draw: Callable[[str], UploadedFile]


@dataclass
class Planted:
    """A poll with the text that it grew from, and what its trustees were given."""

    square: Square
    poll: Poll
    text: dict[str, Any]
    handouts: list[custody.Handout] = field(default_factory=list)

    @property
    def stage(self) -> str:
        return self.text["stage"]


def plant(square: Square, text: dict[str, Any], *, briefly: timedelta) -> Planted:
    """Prepare a poll, settle its rules, and give its trustees their words.

    What is over when the demo has been loaded takes ballots only `briefly`.
    """
    opens_at, closes_at = _times(text, briefly)
    poll = polls.create(
        square.municipality,
        by=square.administrator,
        opens_at=opens_at,
        closes_at=closes_at,
        is_test=text["stage"] == TEST,
        title=text["title"],
        text=text["text"].strip(),
        meaning=text["meaning"],
        in_favour=text.get("in_favour", ""),
        against=text.get("against", ""),
        answer_due_on=timezone.localdate(closes_at + ANSWERED_WITHIN),
    )
    for asked in text["questions"]:
        _ask(square, poll, asked)
    return settle(square, poll, text)


def settle(square: Square, poll: Poll, text: dict[str, Any]) -> Planted:
    """Name its trustees, draw its lots, set up its desk, and freeze it, whoever wrote it."""
    polls.set_trustees(
        poll,
        by=square.administrator,
        trustees=[(name, office) for name, office in text["trustees"]],
        keys_needed=2,
    )
    if any(asked["kind"] != QuestionKind.OPEN for asked in text["questions"]):
        witnesses = text["trustees"][0][0]
        where = square.municipality.name
        polls.draw_lots(poll, by=square.administrator, where=where, before=witnesses)
    if "desk" in text:
        paper_seeds.set_up(square, poll, text["desk"])
    planted = Planted(square, poll, text)
    _settle(planted)
    return planted


def _times(text: dict[str, Any], briefly: timedelta) -> tuple[datetime, datetime]:
    now = timezone.now()
    if text["stage"] in OVER:
        return now + LEAD, now + LEAD + briefly
    opens_at = now + LEAD
    if text["stage"] == COMING:
        opens_at = timezone.localtime(now + COMES_IN).replace(
            hour=8, minute=0, second=0, microsecond=0
        )
    closing = timezone.localtime(opens_at + timedelta(days=text["days"]))
    return opens_at, closing.replace(hour=18, minute=0, second=0, microsecond=0)


def _ask(square: Square, poll: Poll, asked: dict[str, Any]) -> None:
    known = ("kind", "title", "help", "most", "seats", "points", "length")
    polls.save_question(
        poll,
        by=square.administrator,
        options=[(title, text) for title, text in asked.get("options", [])],
        **{name: asked[name] for name in known if name in asked},
    )


def _settle(planted: Planted) -> None:
    """Two people approve, the rules are frozen; then the key, unless it is still to come."""
    square, poll = planted.square, planted.poll
    if planted.stage != TEST:
        for officer in (square.administrator, square.evaluator):
            content = definition.content_hash(_again(poll))
            polls.approve(poll, by=officer, content=content)
    planted.poll = polls.freeze(poll, by=square.administrator)
    if planted.stage == COMING:
        return
    planted.handouts = custody.begin_keys(planted.poll, by=square.administrator)
    for handout in planted.handouts:
        share = handout.trustee.shares.latest("pk")
        custody.prove(share, handout.words)
    planted.poll = _again(planted.poll)
    if planted.poll.urn.state != UrnState.READY:
        raise ValueError(" ".join(readiness.problems(planted.poll.urn)))


def _again(poll: Poll) -> Poll:
    """As it stands now."""
    return Poll.objects.select_related("urn", "thread", "municipality__place").get(pk=poll.pk)


def let_vote(planted: Planted) -> int:
    """As many as its text says cast their ballots; how many did before it closed."""
    poll = planted.poll
    wait_until(poll.urn.opens_at)
    questions = urns.definition_of(poll.urn)["questions"]
    chance = Random(poll.title)
    cast = 0
    for voter in _voters(planted, chance):
        known = voter_of(poll, voter)
        choices = _choices(questions, planted.text["questions"], known.place, chance)
        token = ballots.seal(poll.urn, known.key, ballots.new(choices))
        try:
            voting.cast(poll, by=voter, token=token)
        except urns.CannotCast as refusal:
            if refusal.outcome != "closed":
                raise
            break
        cast += 1
    if "desk" in planted.text:
        paper_seeds.hand_out(planted)
    return cast


def _voters(planted: Planted, chance: Random) -> list[User | Pretender]:
    """Neighbours; never the two whom somebody may sign in as, so that they can vote themselves."""
    if planted.stage == TEST:
        return [Pretender(number) for number in range(1, PRETENDERS + 1)]
    on_paper = paper_seeds.papers_of(planted.text)
    everybody = planted.square.residents
    neighbours = everybody[2 : len(everybody) - on_paper]
    return [resident.user for resident in chance.sample(neighbours, planted.text["ballots"])]


def _choices(
    questions: list[dict[str, Any]], asked: list[dict[str, Any]], place: str, chance: Random
) -> dict[str, Any]:
    """What is asked where the voter lives; of a group of questions, one."""
    leanings = {
        question["id"]: text.get("leaning") for question, text in zip(questions, asked, strict=True)
    }
    open_to_them = counting.asked_in(questions, place)
    chance.shuffle(open_to_them)
    chosen = {question.get("group") or question["id"]: question for question in open_to_them}
    return {
        question["id"]: _answer(question, leanings[question["id"]], chance)
        for question in questions
        if question in chosen.values()
    }


def _answer(question: dict[str, Any], leaning: list[Any] | None, chance: Random) -> Any:
    kind, options = question["kind"], question.get("options", [])
    leaning = leaning or [0.5] * len(options)
    is_blank = chance.random() < BLANK
    if kind == QuestionKind.OPEN:
        return chance.choice(leaning)
    if kind == QuestionKind.SCORE:
        low, high = question["scale"]
        marks = {
            one: round(chance.gauss(mean, 1)) for one, mean in zip(options, leaning, strict=True)
        }
        return {} if is_blank else {one: min(max(mark, low), high) for one, mark in marks.items()}
    if kind == QuestionKind.POINTS:
        given = chance.choices(options, weights=leaning, k=question["points"])
        return {} if is_blank else {one: given.count(one) for one in options if one in given}
    if is_blank:
        return []
    if kind == QuestionKind.KNAPSACK:
        return _within_the_money(question, leaning, chance)
    if kind == QuestionKind.RANKED:
        weight = dict(zip(options, leaning, strict=True))
        order = sorted(options, key=lambda one: chance.random() ** (1 / weight[one]), reverse=True)
        return order[: chance.randint(2, len(options))]
    if kind in (QuestionKind.MULTIPLE, QuestionKind.APPROVAL):
        liked = [
            one for one, share in zip(options, leaning, strict=True) if chance.random() < share
        ]
        return liked[: question.get("most") or len(options)]
    return chance.choices(options, weights=leaning)


def _within_the_money(question: dict[str, Any], leaning: list[Any], chance: Random) -> list[str]:
    """What is liked, as long as the money lasts, in the order of the question."""
    liked = [
        one
        for one, share in zip(question["options"], leaning, strict=True)
        if chance.random() < share
    ]
    chance.shuffle(liked)
    left, chosen = question["money"], set()
    for one in liked:
        if question["costs"][one] <= left:
            left -= question["costs"][one]
            chosen.add(one)
    return [one for one in question["options"] if one in chosen]


def close(planted: Planted) -> None:
    """Once its time is over. With its results goes the municipality's answer."""
    poll, square = planted.poll, planted.square
    wait_until(poll.urn.closes_at)
    poll = custody.close(poll, by=square.administrator)
    if "desk" in planted.text:
        paper_seeds.recount(planted)
    if planted.stage != FINISHED:
        return
    words = [handout.words for handout in planted.handouts[:2]]
    custody.open_now(poll, words, by=square.administrator)
    answer = planted.text["answer"]
    answers.answer(
        poll,
        by=square.evaluator,
        text=answer["text"].strip(),
        office=answer["office"],
        review_on=timezone.localdate() + timedelta(days=answer["review_days"]),
    )


def wait_until(moment: datetime) -> None:
    """By the clock of the database, which is the one that opens and closes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM %s - votes_clock())", [moment])
        (left,) = cursor.fetchone()
    if left > 0:
        time.sleep(float(left) + 0.05)
