"""The ledger of interventions added up by day, so that a year of it is read in a moment.

`rebuild` makes the sums anew and `advance` adds what has come since; both lead to the same rows,
because the ledger is only ever added to. Figures of any past day are sums over the days before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from agreements.models import LedgerMark
from municipalities.rls import region_scope
from participation.enums import Channel
from participation.statistics import told


CELL = "municipality_id, day, kind, gender, age_band, area, channel"
ADD_UP = f"""
    INSERT INTO agreements_ledgersum ({CELL}, amount)
    SELECT {CELL}, sum(amount) FROM participation_intervention
    WHERE id > %s AND id <= %s GROUP BY {CELL}
"""  # noqa: S608  no words of anybody
ADD_MORE = f"""
    {ADD_UP}
    ON CONFLICT ({CELL}) DO UPDATE SET amount = agreements_ledgersum.amount + excluded.amount
"""
PATIENCE = "5s"
MINUTES = 10 * 60


def newest() -> int:
    """The last row of the ledger before which none can still arrive.

    Whoever is writing has taken a number and may not be done: the lock waits for them, so that
    no row below the mark is ever missed. Who comes later waits as short as this takes.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute("LOCK TABLE participation_intervention IN SHARE MODE")
        cursor.execute("SELECT coalesce(max(id), 0) FROM participation_intervention")
        (last,) = cursor.fetchone()
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")
        return last


def advance() -> int:
    """Add what has come since the mark; how many rows of the ledger that was. Safe to run twice."""
    with transaction.atomic(), region_scope("the ledger of interventions is added up"):
        through = newest()
    with transaction.atomic(), region_scope("the ledger of interventions is added up"):
        mark = _mark()
        if through <= mark.through:
            return 0
        new = through - mark.through
        with connection.cursor() as cursor:
            cursor.execute(ADD_MORE, [mark.through, through])
        _set(mark, through)
    return new


def rebuild() -> int:
    """Make all sums anew; how many there are."""
    with transaction.atomic(), region_scope("the ledger of interventions is added up anew"):
        through = newest()
    with transaction.atomic(), region_scope("the ledger of interventions is added up anew"):
        mark = _mark()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM agreements_ledgersum")
            cursor.execute(ADD_UP, [0, through])
            made = cursor.rowcount
        _set(mark, through)
    return made


def _mark() -> LedgerMark:
    """The one mark, locked: who adds up at the same time waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('agreements.ledger'))")
    return LedgerMark.objects.first() or LedgerMark()


def _set(mark: LedgerMark, through: int) -> None:
    mark.through, mark.at = through, timezone.now()
    mark.save()


@dataclass
class Tally:
    """What happened in each municipality between two days, by kind and by who said what of
    themselves. What was brought from another portal happened elsewhere and is left out."""

    kinds: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    genders: dict[int, dict[tuple[str, str], int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    areas: dict[int, dict[tuple[str, str], int]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def is_empty(self) -> bool:
        """Nobody did anything anywhere: the ledger was not kept yet, which is no zero."""
        return not self.kinds

    def total(self, municipality: int, kinds: Iterable[str]) -> int:
        """All acts of these kinds, without ballots where so few voted that it is not told."""
        sums = self.kinds.get(municipality, {})
        return sum(told(kind, sums.get(kind, 0)) or 0 for kind in kinds)

    def by(self, dimension: str, municipality: int, kinds: Iterable[str]) -> dict[str, int]:
        """Acts of these kinds by gender or by area, as people chose to say."""
        every, sums = self.kinds.get(municipality, {}), defaultdict(int)
        wanted = {kind for kind in kinds if told(kind, every.get(kind, 0))}
        for (kind, value), amount in getattr(self, dimension).get(municipality, {}).items():
            if kind in wanted:
                sums[value] += amount
        return dict(sums)


GROUPED = """
    WHERE day BETWEEN %s AND %s AND channel <> %s
    GROUP BY municipality_id, kind, gender, area
"""
WHAT = "SELECT municipality_id, kind, gender, area, sum(amount)"
OF_SUMS = f"{WHAT} FROM agreements_ledgersum {GROUPED}"
OF_THE_LEDGER = f"{WHAT} FROM participation_intervention {GROUPED}"
Rows = list[tuple[int, str, str, str, int]]


def tally(starts_on: date, ends_on: date) -> Tally:
    """Read once for all indicators of a period, in the region's scope; kept for ten minutes."""
    mark = LedgerMark.objects.first()
    known = f"{mark.through}-{mark.at.timestamp()}" if mark else "none"
    key = f"ledger-tally-{starts_on}-{ends_on}-{known}"
    if (rows := cache.get(key)) is None:
        with connection.cursor() as cursor:
            cursor.execute(OF_SUMS, [starts_on, ends_on, Channel.IMPORT])
            rows = cursor.fetchall()
        cache.set(key, rows, MINUTES)
    return _tally_of(rows)


def tally_anew(starts_on: date, ends_on: date) -> Tally:
    """The same straight from the ledger, for whoever doubts the sums."""
    with connection.cursor() as cursor:
        cursor.execute(OF_THE_LEDGER, [starts_on, ends_on, Channel.IMPORT])
        return _tally_of(cursor.fetchall())


def _tally_of(rows: Rows) -> Tally:
    found = Tally()
    for pk, kind, gender, area, amount in rows:
        for sums, key in (
            (found.kinds[pk], kind),
            (found.genders[pk], (kind, gender)),
            (found.areas[pk], (kind, area)),
        ):
            sums[key] = sums.get(key, 0) + int(amount)
    return found
