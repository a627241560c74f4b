"""What happened to a convenio, in a chain that shows if somebody changed a row behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from agreements.models import Agreement, AgreementEvent, Trace
from agreements.states import VERBS


if TYPE_CHECKING:
    from accounts.models import User

# Each event again, with the hash that its row has and the one it should have.
BROKEN = """
SELECT seq FROM (
    SELECT e.*, row_number() OVER (ORDER BY seq) AS place,
        lag(hash, 1, '') OVER (ORDER BY seq) AS hash_before
    FROM agreements_agreementevent e WHERE agreement_id = %s
) chained
WHERE seq <> place OR previous <> hash_before OR hash <> agreements_event_hash(
    agreement_id, seq, key, verb, before, after, reason, by_id, at, previous)
ORDER BY seq LIMIT 1
"""
# The tables whose rows belong to one convenio, for its traces.
PARTS = ("party", "clause", "act", "undertaking", "coordinator", "addendum", "report")


@dataclass(frozen=True)
class Verdict:
    """Whether the chain holds; if not, at which number it breaks."""

    events: int
    breaks_at: int | None = None

    @property
    def holds(self) -> bool:
        return self.breaks_at is None


def record(
    agreement: Agreement,
    verb: str,
    *,
    by: User | None,
    before: str = "",
    after: str = "",
    reason: str = "",
) -> AgreementEvent:
    """One more link; its number and its hash are made by the database."""
    if verb not in VERBS:
        raise ValueError(verb)
    return AgreementEvent.objects.create(
        agreement=agreement,
        verb=verb,
        before=str(before)[:60],
        after=str(after)[:60],
        reason=reason[:2_000],
        by=by,
    )


def verify(agreement: Agreement) -> Verdict:
    """Every hash computed anew, by the function that made it."""
    number = AgreementEvent.objects.filter(agreement=agreement).count()
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, [agreement.pk])
        found = cursor.fetchone()
    return Verdict(number, found[0] if found else None)


def traces(agreement: Agreement, at_most: int = 100) -> list[Trace]:
    """What the database itself wrote down of a convenio and its parts, the newest first."""
    rows = {"agreements_agreement": [agreement.pk]}
    for name in PARTS:
        model = Agreement._meta.apps.get_model("agreements", name)
        rows[model._meta.db_table] = list(
            model.objects.filter(agreement=agreement).values_list("pk", flat=True)
        )
    found = Trace.objects.none()
    for table, ids in rows.items():
        found |= Trace.objects.filter(table=table, row__in=ids)
    return list(found.order_by("-pk")[:at_most])
