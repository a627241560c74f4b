"""Computing what the votes on a debate's statements say, a little after they come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.models import age_band
from debates.models import Debate, OpinionAnalysis, Statement, StatementVote
from debates.opinion.analysis import CODES, METHOD, analyse
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction


# Votes come in bursts. The first of a burst orders the work; what comes meanwhile is in it.
AFTER = 30  # seconds
# Beside the parts of the people, one vote more or less would tell how somebody voted. So
# parts and groups are told anew only when so many have come that nobody stands alone.
STEP = 10


def analyse_soon(debate: Debate) -> None:
    """After the commit, and once for all that comes within half a minute."""
    order = partial(_order, debate.municipality_id, debate.pk)
    transaction.on_commit(order)


def _order(municipality_id: int, debate_id: int) -> None:
    if cache.add(_key(debate_id), True, timeout=2 * AFTER):
        analyse_debate.apply_async((municipality_id, debate_id), countdown=AFTER)


def _key(debate_id: int) -> str:
    return f"debates:analysis-ordered:{debate_id}"


@shared_task
def analyse_debate(municipality_id: int, debate_id: int) -> bool:
    """Compute it from all votes there are. Twice, or two at once, does no harm.

    Nothing is locked while it computes. Of two that overlap the one that read later stays.
    """
    cache.delete(_key(debate_id))  # who votes from here on orders it again
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        debate = Debate.objects.filter(pk=debate_id).first()
        if debate is None:
            return False
        votes = _Votes(debate, read_at=timezone.now())
        before = OpinionAnalysis.objects.filter(debate=debate).first()
    result = votes.result(before)
    with scoped_transaction(municipality):
        return votes.keep(result)


class _Votes:
    """The votes on what is public of a debate, as they were read at one moment."""

    def __init__(self, debate: Debate, *, read_at: datetime) -> None:
        self.debate, self.read_at = debate, read_at
        public = Statement.objects.public().filter(debate=debate)
        self.statements = list(public.order_by("pk").values_list("pk", flat=True))
        given = StatementVote.objects.filter(statement__in=self.statements)
        self.rows = list(given.values_list("user_id", "statement_id", "choice"))
        self.residents = given.exclude(resident=None).values("user_id").distinct().count()
        self.voters = sorted({user for user, _statement, _choice in self.rows})
        self.people = _parts(given, self.voters, timezone.localdate(read_at))

    def result(self, before: OpinionAnalysis | None) -> dict[str, Any]:
        """What is new of it; what moved too little since the last time stays as it was told."""
        told = before.result if before else {}
        same = told.get("method") == METHOD and told.get("statements") == self.statements
        if same and abs(len(self.rows) - told["votes"]) < STEP:
            return told | {"residents": self.residents}
        return analyse(self.matrix(), self.statements, self.people) | {
            "method": METHOD,
            "statements": self.statements,
            "votes": len(self.rows),
            "residents": self.residents,
        }

    def matrix(self) -> np.ndarray:
        rows = {user: place for place, user in enumerate(self.voters)}
        columns = {statement: place for place, statement in enumerate(self.statements)}
        votes = np.full((len(rows), len(columns)), np.nan)
        for user, statement, choice in self.rows:
            votes[rows[user], columns[statement]] = CODES[choice]
        return votes

    def keep(self, result: dict[str, Any]) -> bool:
        """Unless somebody who read later has kept theirs."""
        kept, _is_new = OpinionAnalysis.objects.get_or_create(
            debate=self.debate,
            defaults={"municipality_id": self.debate.municipality_id, "computed_at": self.read_at},
        )
        kept = OpinionAnalysis.objects.select_for_update(no_key=True).get(pk=kept.pk)
        if kept.computed_at > self.read_at:
            return False
        kept.computed_at, kept.result = self.read_at, result
        kept.votes, kept.people = len(self.rows), len(self.voters)
        kept.save(update_fields=["computed_at", "result", "votes", "people"])
        return True


def _parts(given, voters: Iterable[int], today) -> dict[str, list[str]]:
    """To which part of the people each voter belongs, as far as they chose to say it.

    The district is the one where residence was proven.
    """
    nothing = ("", "", "", "")
    known: dict[int, tuple[str, ...]] = {}
    asked = given.values_list(
        "user_id", "user__gender", "user__area", "user__birth_year", "resident__district_id"
    ).distinct()
    for user, gender, area, born, district in asked:
        # One who proved residence between two votes has a row with and one without.
        district = district or known.get(user, nothing)[3]
        known[user] = (_said(gender), area, age_band(born, today), district)
    names = ("gender", "area", "age", "district")
    rows = [known.get(user, nothing) for user in voters]
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _said(gender: str) -> str:
    """«I prefer not to say» says nothing."""
    return "" if gender == "undisclosed" else gender
