"""Who sits at the table of a dialogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from decide.common.typed import says_something
from participation import history
from processes.enums import PartyKind
from processes.models import Party, Process
from processes.rules.dialogue import why_not_seat


if TYPE_CHECKING:
    from accounts.models import User

WORDS = ("kind", "name", "speaker", "contact")


class CannotSeat(Exception):
    """The parties cannot sit so; the text says why."""


@transaction.atomic
def set_parties(process: Process, *, by: User, parties: list[dict[str, Any]]) -> list[Party]:
    """Seat these parties in this order; `pk` says which row is one that sits already.

    Who is not among them leaves the table, unless they have promised something: their word stays.
    The history says who came and who left, never how they are reached.
    """
    found = Process.objects.select_for_update(of=("self",))
    process = found.select_related("municipality", "thread").get(pk=process.pk)
    if reason := why_not_seat(by, process):
        raise CannotSeat(str(reason))
    names = [party["name"].strip().casefold() for party in parties]
    if not all(says_something(name) for name in names):
        raise CannotSeat(_("Each party has a name."))
    if len(set(names)) < len(names):
        raise CannotSeat(_("A party sits at the table once: two have the same name."))
    if not {party["kind"] for party in parties} <= set(PartyKind.values):
        raise CannotSeat(_("Say of each party of what kind it is."))

    before = {party.pk: party for party in process.parties.all()}
    kept = {party["pk"] for party in parties if party.get("pk") in before}
    left = [party for pk, party in before.items() if pk not in kept]
    if bound := [party.name for party in left if party.undertakings.exists()]:
        raise CannotSeat(
            _("%(name)s has promised something, and stays in the record.") % {"name": bound[0]}
        )
    names_before = {party.name for party in before.values()}
    Party.objects.filter(pk__in=[party.pk for party in left]).delete()
    _make_way(process, kept)
    seated = [_seat(process, at, party, before) for at, party in enumerate(parties)]
    came = sorted({party.name for party in seated} - names_before)
    gone = sorted(names_before - {party.name for party in seated})
    if came or gone:
        history.record(
            "parties_changed",
            process.thread,
            by=by,
            as_office=process.shown_office,
            data={"came": came, "gone": gone},
            is_public=process.is_public,
        )
    return seated


def _make_way(process: Process, kept: set[int]) -> None:
    """Two that exchange their names must not meet half-way."""
    for pk in kept:
        process.parties.filter(pk=pk).update(name=f"\x01{pk}")


def _seat(process: Process, at: int, party: dict[str, Any], before: dict[int, Party]) -> Party:
    row = before.get(party.get("pk")) or Party(
        municipality_id=process.municipality_id, process=process
    )
    row.position = at
    for word in WORDS:
        setattr(row, word, (party.get(word) or "").strip())
    row.save()
    return row
