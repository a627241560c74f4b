"""Where the ceremonies of a poll stand, for every screen that shows it: staff's, the trustees'
own, and everybody's. It reads; votes.actions.custody is what happens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from votes import handed, links, papers, underway
from votes.commitments import short_code
from votes.enums import CastChannel, Phase, UrnState
from votes.models import Checkpoint, Envelope, KeyCeremony, KeyShare, Mark, Poll, Trustee
from votes.underway import Underway


if TYPE_CHECKING:
    from collections.abc import Iterable


class Told(NamedTuple):
    """How somebody's part stands, as components/_state_badge.html shows it, and since when."""

    label: str
    tone: str
    icon: str
    at: datetime | None = None


@dataclass
class Seat:
    """A trustee at the table, with their part in the ceremony in force if there is one."""

    trustee: Trustee
    share: KeyShare | None
    path: str
    has_handed: bool

    @property
    def token(self) -> str:
        return links.token_of(self.trustee)

    @property
    def fingerprint(self) -> str:
        return short_code(bytes(self.share.digest)) if self.share else ""

    @property
    def at_keys(self) -> Told:
        if self.share is None:
            return Told(_("Has no words yet"), "quiet", "clock")
        if self.share.proven_at:
            return Told(_("Proved their words"), "good", "check", self.share.proven_at)
        if self.share.seen_at:
            return Told(_("Opened their link"), "wait", "eye", self.share.seen_at)
        return Told(_("Has not opened their link"), "quiet", "clock")

    @property
    def at_opening(self) -> Told:
        if self.share and self.share.used_at:
            return Told(_("Their words opened it"), "good", "check", self.share.used_at)
        if self.has_handed:
            return Told(_("Typed their words"), "good", "check", self.share.handed_at)
        return Told(_("Has not typed words yet"), "quiet", "clock")


@dataclass
class Standing:
    """The whole table. Needs the poll's urn; three queries."""

    poll: Poll
    ceremonies: list[KeyCeremony]
    seats: list[Seat]

    @property
    def ceremony(self) -> KeyCeremony | None:
        return self.ceremonies[-1] if self.ceremonies else None

    @property
    def void(self) -> list[KeyCeremony]:
        return self.ceremonies[:-1]

    @property
    def public_key(self) -> str:
        return in_groups(self.ceremony.public_key) if self.ceremony else ""

    @property
    def next_number(self) -> int:
        return self.ceremony.number + 1 if self.ceremony else 1

    @property
    def needed(self) -> int:
        return self.poll.keys_needed

    @property
    def proven(self) -> int:
        return sum(bool(seat.share and seat.share.proven_at) for seat in self.seats)

    @property
    def handed(self) -> int:
        return sum(seat.has_handed for seat in self.seats)

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.handed)

    @property
    def state(self) -> str:
        return self.poll.urn.state

    @property
    def is_over(self) -> bool:
        """Whether the time to vote is over, as far as this machine's clock knows."""
        return self.state == UrnState.READY and self.poll.phase == Phase.COUNTING

    @cached_property
    def underway(self) -> Underway | None:
        return underway.of(self.poll.urn) if self.state == UrnState.CLOSED else None

    @cached_property
    def tables(self) -> str:
        """Which tables keep it from being opened."""
        return papers.why_not_ready(self.poll.urn) if self.state == UrnState.CLOSED else ""

    @property
    def runs(self) -> bool:
        return bool(self.underway and self.underway.runs)

    @property
    def has_stopped(self) -> bool:
        """Whether there are words enough and yet nobody opens it now."""
        return self.state == UrnState.CLOSED and not self.missing and not self.runs

    @property
    def waits(self) -> bool:
        """Whether something is to be expected soon, so that the screen looks again by itself."""
        if self.state == UrnState.FROZEN:
            return self.ceremony is not None
        return self.state == UrnState.CLOSED or self.is_over

    @cached_property
    def mark(self) -> str:
        """The same as long as there is nothing new to show; begins with the state."""
        told = [self.state, self.is_over, self.tables, self.underway, self.runs, self.needed]
        told += [(seat.at_keys, seat.at_opening) for seat in self.seats]
        told += [(each.number, each.tried_at, each.proven_at) for each in self.ceremonies]
        return f"{self.state}-{hashlib.sha256(repr(told).encode()).hexdigest()[:16]}"

    def news_since(self, mark: str) -> str:
        """For a screen that shows what had this mark: `none`, `some`, or that it is `another` now."""
        if mark == self.mark:
            return "none"
        return "some" if mark.startswith(f"{self.state}-") else "another"

    def of(self, trustee: Trustee) -> Seat:
        return next(seat for seat in self.seats if seat.trustee == trustee)

    def stage_of(self, seat: Seat) -> str:
        """What this trustee's own screen is about now: templates/votes/custody/_<stage>.html."""
        if self.state == UrnState.FROZEN:
            return self._key_stage_of(seat)
        if self.state == UrnState.CLOSED:
            return self._opening_stage_of(seat)
        ends = {UrnState.CANCELLED: "cancelled", UrnState.OPENED: "opened"}
        return ends.get(self.state) or ("keep" if seat.share else "early")

    def _key_stage_of(self, seat: Seat) -> str:
        if seat.share is None:
            return "early"
        if seat.share.proven_at is None:
            return "words"
        if self.ceremony.tried_at is None and not seat.has_handed:
            return "again"
        return "others"

    def _opening_stage_of(self, seat: Seat) -> str:
        if seat.share is None:
            return "early"
        if self.tables:
            return "tables"
        if self.runs and not self.missing:
            return "opening"
        return "handed" if seat.has_handed else "open"


def of(poll: Poll) -> Standing:
    ceremonies = list(poll.ceremonies.order_by("number"))
    for ceremony in ceremonies:
        ceremony.poll = poll
    shares: dict[int, KeyShare] = {}
    readable = False
    if ceremonies:
        now = ceremonies[-1]
        shares = {share.trustee_id: share for share in now.shares.all()}
        readable = handed.is_readable(now)
    seats = []
    for trustee in poll.trustees.order_by("position"):
        share = shares.get(trustee.pk)
        there = bool(share and share.handed) and readable
        seats.append(Seat(trustee, share, links.path_of(trustee, poll), there))
    return Standing(poll, ceremonies, seats)


@dataclass
class Closing:
    """What is read aloud when the urn has closed: how many, by what way, and the log's last head."""

    marks: list[tuple[str, int]]
    voters: int
    envelopes: int
    head: Checkpoint | None
    at: datetime | None

    @property
    def root(self) -> str:
        return in_groups(bytes(self.head.root)) if self.head else ""


def closing_of(poll: Poll) -> Closing:
    """Four queries."""
    rows = Mark.objects.filter(urn=poll.urn_id).values_list("channel").annotate(number=Count("pk"))
    by_channel = dict(rows.order_by())
    event = poll.thread.events.filter(verb="poll_closed").order_by("at").first()
    return Closing(
        marks=[(str(way.label), by_channel.get(way.value, 0)) for way in CastChannel],
        voters=sum(by_channel.values()),
        envelopes=Envelope.objects.filter(urn=poll.urn_id).count(),
        head=poll.urn.checkpoints.order_by("number").last(),
        at=event.at if event else None,
    )


def in_groups(value: bytes | memoryview | None, size: int = 4) -> str:
    """A hash as people compare it: in groups of letters."""
    text = bytes(value or b"").hex()
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def steps(standing: Standing) -> list[dict[str, Any]]:
    """The way of the key, for components/_steps.html."""
    order = [UrnState.FROZEN, UrnState.READY, UrnState.CLOSED, UrnState.OPENED]
    state = standing.state
    at = order.index(state) if state in order else -1
    at += standing.is_over
    labels: Iterable[str] = (
        _("The key is made"),
        _("People vote"),
        _("It is closed and opened"),
        _("Results"),
    )
    return [
        {
            "label": label,
            "state": "done" if place < at or at == 3 else "current" if place == at else "todo",
        }
        for place, label in enumerate(labels)
    ]
