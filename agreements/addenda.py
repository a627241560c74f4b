"""What an addendum changes: fields before and after, against a version of the convenio.

A change names a column («ends_on»), the text of a clause («clause:plazo») or a column of an
undertaking («undertaking:12:due_on»). If the convenio has moved on since, what no longer says what
the addendum was written against is listed; nothing is merged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from agreements.enums import AddendumKind
from agreements.models import Addendum, Agreement, Clause, Undertaking


FIELDS = {
    "title": AddendumKind.OTHER,
    "object": AddendumKind.OBJECT,
    "problem": AddendumKind.OBJECT,
    "population": AddendumKind.OBJECT,
    "expected_change": AddendumKind.OBJECT,
    "moves_money": AddendumKind.MONEY,
    "ends_on": AddendumKind.TERM,
    "open_ended_why": AddendumKind.TERM,
    "renewal": AddendumKind.TERM,
    "notice_days": AddendumKind.TERM,
}
OF_UNDERTAKINGS = ("text", "target", "weight", "due_on")


class UnknownChange(ValueError):
    """The patch names something that no addendum changes, or gives it a value it cannot have."""


@dataclass(frozen=True)
class Change:
    """One line of an addendum: what, from, to, and what the convenio says now."""

    name: str
    label: str
    before: Any
    after: Any
    now: Any

    @property
    def conflicts(self) -> bool:
        return self.before != self.now


def target_of(agreement: Agreement, name: str) -> tuple[Model, str]:
    """The row and the column that a change names."""
    kind, _colon, rest = name.partition(":")
    if name in FIELDS:
        return agreement, name
    if kind == "clause" and (found := Clause.objects.filter(agreement=agreement, key=rest).first()):
        return found, "text"
    pk, _colon, column = rest.partition(":")
    if kind == "undertaking" and pk.isdecimal() and column in OF_UNDERTAKINGS:
        found = Undertaking.objects.filter(agreement=agreement, pk=pk).first()
        if found:
            return found, column
    raise UnknownChange(name)


def written(value: Any) -> Any:
    """A value as the patch keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def cleaned(agreement: Agreement, name: str, value: Any) -> Any:
    """A value of the patch as its column takes it."""
    row, column = target_of(agreement, name)
    try:
        return row._meta.get_field(column).clean(value, row)
    except ValidationError as error:
        raise UnknownChange(f"{label_of(agreement, name)}: {' '.join(error.messages)}") from None


def now(agreement: Agreement, name: str) -> Any:
    row, column = target_of(agreement, name)
    return written(getattr(row, column))


def label_of(agreement: Agreement, name: str) -> str:
    row, column = target_of(agreement, name)
    if isinstance(row, Clause):
        return _("Clause «%(title)s»") % {"title": row.title}
    label = str(row._meta.get_field(column).verbose_name)
    return f"{row}: {label}" if isinstance(row, Undertaking) else label


def kinds_of(names: list[str]) -> list[str]:
    """What an addendum is about, by what it changes."""
    found = {
        FIELDS.get(
            name,
            AddendumKind.UNDERTAKINGS if name.startswith("undertaking:") else AddendumKind.OTHER,
        )
        for name in names
    }
    return sorted(found)


def changes_of(addendum: Addendum) -> list[Change]:
    agreement = addendum.agreement
    return [
        Change(name, label_of(agreement, name), before, after, now(agreement, name))
        for name, (before, after) in addendum.patch.items()
    ]


def conflicts(addendum: Addendum) -> list[Change]:
    """What no longer says what the addendum was written against."""
    return [change for change in changes_of(addendum) if change.conflicts]


def extends(addendum: Addendum) -> bool:
    """Whether it gives the convenio more time."""
    if "ends_on" not in addendum.patch:
        return False
    _before, after = addendum.patch["ends_on"]
    end = addendum.agreement.ends_on
    return end is not None and (after is None or date.fromisoformat(after) > end)
