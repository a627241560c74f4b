"""The votes of the demo, in all open municipalities at once: what is over waits for its hour.

Whoever tries the demo may play the trustees too: their words lie in the demo's mailbox, which a
site with real people does not have.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import mailbox
from municipalities.rls import municipality_scope
from votes import links, seeds
from votes.seeds import OPEN, OVER, TEST, Planted, Square


def plant(squares: Iterable[Square], texts: list[dict[str, Any]]) -> None:
    """First those that are over begin, then all others; by then the first have closed."""
    here = {square.municipality.slug: square for square in squares}
    first = [text for text in texts if text["stage"] in OVER]
    rest = [text for text in texts if text["stage"] not in OVER]
    over = _each(seeds.plant, here, first)
    for planted in over:
        with municipality_scope(planted.square.municipality):
            seeds.let_vote(planted)
    for planted in _each(seeds.plant, here, rest):
        with municipality_scope(planted.square.municipality):
            if planted.stage in (OPEN, TEST):
                seeds.let_vote(planted)
        _hand_out(planted)
    for planted in over:
        with municipality_scope(planted.square.municipality):
            seeds.close(planted)
        if planted.stage != seeds.FINISHED:
            _hand_out(planted)


def _each(act: Any, here: dict[str, Square], texts: list[dict[str, Any]]) -> list[Planted]:
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
