"""The actas of a poll's tables, as far as they may be told once the urn is opened.

How many papers were blank or void tells, of a box of three, what those three people did. Under 25
papers only their number is told, and the photo of the acta is shown at the municipality alone; its
hash stays in the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from votes.opening import SMALLEST_CELL


if TYPE_CHECKING:
    from votes.models import Poll


class Acta(NamedTuple):
    """What one table wrote down; blank and void are missing where the box was too small."""

    desk: str
    supplied: int
    left_over: int
    signatures: int
    spoiled: int
    papers: int
    blank: int | None
    void: int | None
    note: str
    picture: dict[str, Any] | None

    @property
    def is_small(self) -> bool:
        return self.papers < SMALLEST_CELL


def told_actas(poll: Poll) -> list[Acta]:
    """Those of the tables whose actas are signed; one query."""
    found = poll.tables.filter(signed_at__isnull=False).select_related(
        "desk", "photo__municipality"
    )
    actas = []
    for table in found.order_by("desk__name", "pk"):
        is_small = table.papers < SMALLEST_CELL
        actas.append(
            Acta(
                table.desk.name,
                table.supplied,
                table.left_over,
                table.signatures,
                table.spoiled,
                table.papers,
                None if is_small else table.blank,
                None if is_small else table.void,
                table.note,
                None if is_small or not table.photo else table.photo.picture,
            )
        )
    return actas
