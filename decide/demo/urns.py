"""The votes of the demo, in all open municipalities at once: what is over waits for its hour.

Whoever tries the demo may play the trustees too: their words lie in the demo's mailbox, which a
site with real people does not have.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import mailbox
from budgets import seeds as budgets
from budgets.seeds import Plot
from municipalities.rls import municipality_scope
from proposals.actions import vote_requests
from proposals.models import Proposal
from votes import links, seeds
from votes.seeds import Planted, Square


# What is over was open for so long, and the longer the slower the machine is.
SHORTEST = timedelta(seconds=8)
POLLS_OVER = 12


def plant(
    squares: Iterable[Square],
    texts: list[dict[str, Any]],
    requests: list[dict[str, Any]],
    plots: Iterable[Plot],
) -> None:
    """First those that are over begin, then all others; by then the first have closed.

    `plots` are budgets whose works are put to the vote.
    """
    here = {square.municipality.slug: square for square in squares}
    by_stage: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for text in texts:
        by_stage[text["stage"]].append(text)
    began = time.monotonic()
    tests = _each(partial(seeds.plant, briefly=SHORTEST), here, by_stage[seeds.TEST])
    pace = timedelta(seconds=time.monotonic() - began) / len(tests)
    begin = partial(seeds.plant, briefly=SHORTEST + POLLS_OVER * pace)
    over = _each(begin, here, by_stage[seeds.CLOSED] + by_stage[seeds.FINISHED])
    _let_vote(over)
    _each(_ask, here, requests)
    opened = _each(begin, here, by_stage[seeds.OPEN]) + [_of_a_budget(plot) for plot in plots]
    _each(begin, here, by_stage[seeds.COMING])
    _let_vote(tests + opened)
    for planted in over:
        with municipality_scope(planted.square.municipality):
            seeds.close(planted)
    for planted in opened + over:
        if planted.stage != seeds.FINISHED:
            _hand_out(planted)


def _of_a_budget(plot: Plot) -> Planted:
    """The vote of a budget, open from now until the evening of its last day."""
    text = plot.text
    with municipality_scope(plot.square.municipality):
        opens_at = timezone.now() + seeds.LEAD
        closes = timezone.localtime(opens_at + timedelta(days=text["days"]))
        closes_at = closes.replace(hour=18, minute=0, second=0, microsecond=0)
        poll = budgets.ballot(plot, opens_at, closes_at)
        asked = [
            {"kind": question.kind, "leaning": budgets.leaning_of(plot, question.code)}
            for question in poll.questions.all()
        ]
        known = {"stage": seeds.OPEN, "questions": asked}
        return seeds.settle(plot.square, poll, text | known)


def _let_vote(polls: Iterable[Planted]) -> None:
    for planted in polls:
        with municipality_scope(planted.square.municipality):
            seeds.let_vote(planted)


def _ask(square: Square, text: dict[str, Any]) -> None:
    """The author of a proposal asks for a vote on it, and may have been answered."""
    proposal = Proposal.objects.get(title=text["proposal"])
    asked = vote_requests.request_vote(proposal, by=proposal.author, text=text["text"])
    if answer := text.get("answer"):
        vote_requests.decline(asked, by=square.evaluator, answer=answer)


def _each(act: Any, here: dict[str, Square], texts: list[dict[str, Any]]) -> list[Any]:
    done = []
    for text in texts:
        square = here[text["municipality"]]
        with municipality_scope(square.municipality):
            done.append(act(square, text))
    return done


def _hand_out(planted: Planted) -> None:
    """What each trustee would have copied from their screen by hand."""
    if not settings.DEMO:
        return
    site = settings.SITE_URL.rstrip("/")
    for handout in planted.handouts:
        text = _(
            "Only in this demo: you keep a part of the key of «%(vote)s». Your screen:\n"
            "%(address)s\n\nYour twenty words:\n%(words)s"
        ) % {
            "vote": planted.poll.title,
            "address": site + links.path_of(handout.trustee, planted.poll),
            "words": handout.words,
        }
        name = handout.trustee.name
        mailbox.keep("email", name, text, _("Words of a trustee"), stays=True)
