"""Elections of other places, as their .pb files tell them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from budgets import pabulib
from budgets.outcome import POINTS, VOTES, Named, Outcome
from decide.common.money import soles
from decide.common.words import FULL_SPACE, number


if TYPE_CHECKING:
    from budgets.models import Count, ImportedElection

CENTS = 100


def read(text: str) -> pabulib.File:
    """A file in hundredths of its currency, of a kind that is counted here."""
    file = pabulib.read(text, unit=CENTS)
    if file.kind == "ordinal":
        lines = enumerate(text.splitlines(), start=1)
        line = next((at for at, said in lines if said.startswith("vote_type")), 1)
        raise pabulib.BadFile(line, _("Ballots that rank works are not counted here."))
    return file


def name_of(file: pabulib.File) -> str:
    """As the file says of itself where and when it was."""
    parts = [file.meta.get(key, "").strip() for key in ("unit", "subunit", "instance")]
    return ", ".join(dict.fromkeys(filter(None, parts)))[:160]


def money_words(currency: str) -> Callable[[int], str]:
    """Amounts in hundredths of another currency: «PLN 1 250 000»."""
    if currency in ("", "PEN"):
        return soles if currency else (lambda amount: number(Decimal(amount) / CENTS))
    return lambda amount: f"{currency}{FULL_SPACE}{number(Decimal(amount) / CENTS)}"


def outcome_of(election: ImportedElection, count: Count) -> Outcome:
    """A count of an election of another place, with the names its file gives."""
    names = {name: Named(title) for name, title in count.result["titles"].items()}
    unit = POINTS if count.result["kind"] == "points" else VOTES
    return Outcome(count, names, unit, money_words(election.currency))


def differs(count: Count) -> bool | None:
    """Whether it chooses other works than the place did; nothing, if the file does not say."""
    chosen = count.result["selected"]
    return None if chosen is None else set(chosen) != set(count.result["winners"])


def told_by(file: pabulib.File) -> dict[str, Any]:
    """What the file says besides of its works, kept with a count so that no page reads the file."""
    says = any("selected" in work for work in file.works)
    return {
        "kind": file.kind,
        "titles": {work["project_id"]: work.get("name", "")[:200] for work in file.works},
        "selected": [
            work["project_id"] for work in file.works if work.get("selected", "").strip() == "1"
        ]
        if says
        else None,
    }
