"""How many have voted so far, by district and way, for those who work on polls; never what.

The public reads less: one number, and only of more than twenty people (votes/voters.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from municipalities.models import Place
from votes.enums import CastChannel, UrnState
from votes.models import Mark, Poll


if TYPE_CHECKING:
    from votes.models import Urn


class Row(NamedTuple):
    """One district: now, of these on paper or with help, and in the vote before at its end."""

    place: str
    number: int
    at_desks: int
    before: int | None


class Turnout(NamedTuple):
    number: int
    eligible: int | None
    rows: list[Row]
    previous: Poll | None
    before: int | None

    @property
    def at_desks(self) -> int:
        return sum(row.at_desks for row in self.rows)

    @property
    def share(self) -> float | None:
        return self.number / self.eligible if self.eligible else None


def of(poll: Poll) -> Turnout:
    """Four queries at most, however many have voted."""
    now, previous = _by_place(poll.urn), _before(poll)
    then = _by_place(previous.urn) if previous else {}
    names = dict(Place.objects.filter(code__in={*now, *then}).values_list("code", "name"))
    rows = [
        Row(
            names.get(code, str(_("District not known"))),
            sum(now.get(code, {}).values()),
            sum(n for way, n in now.get(code, {}).items() if way != CastChannel.WEB),
            sum(then.get(code, {}).values()) if previous else None,
        )
        for code in sorted({*now, *then}, key=lambda code: (names.get(code, "~"), code))
    ]
    roll = json.loads(poll.urn.definition).get("roll", {})
    return Turnout(
        sum(row.number for row in rows),
        roll.get("count"),
        rows,
        previous,
        sum(row.before for row in rows) if previous else None,
    )


def _before(poll: Poll) -> Poll | None:
    """The last real poll of the municipality that had closed when this one opened."""
    real = Poll.objects.for_municipality(poll.municipality).real().exclude(pk=poll.pk)
    ended = real.filter(
        Q(urn__state__in=[UrnState.CLOSED, UrnState.OPENED]),
        urn__closes_at__lte=poll.urn.opens_at,
    )
    return ended.select_related("urn").order_by("-urn__closes_at").first()


def _by_place(urn: Urn) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = Mark.objects.filter(urn=urn).values_list("place", "channel").annotate(Count("pk"))
    for place, channel, number in rows.order_by():
        found[place][channel] = number
    return found
