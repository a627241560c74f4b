"""What staff should look at before a text is published: gaps in its numbers, and what is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from norms.enums import HEADINGS, PartKind
from norms.structure import number_of


if TYPE_CHECKING:
    from norms.models import Part

# A provision with more words is hard to talk about as one thing.
LONG = 400


@dataclass(frozen=True)
class Warned:
    """One thing to look at; `code` is what it is, `part` where."""

    code: str
    part: Any
    text: str


def look_over(parts: Sequence[Part]) -> list[Warned]:
    """Everything that may be wrong, in the order of the text. No queries."""
    found = [*_numbering(parts), *_empty(parts), *_long(parts)]
    order = {id(part): at for at, part in enumerate(parts)}
    return sorted(found, key=lambda warned: order[id(warned.part)])


def _numbering(parts: Sequence[Part]) -> list[Warned]:
    """Articles are counted through the whole norm, closing provisions within their group.

    An annex may be a text of its own that begins again with its article 1.
    """
    found = []
    last: dict[str, tuple[int, str] | None] = {}
    seen: set[tuple[str, tuple[int, str]]] = set()
    for part in parts:
        if part.kind == PartKind.ANNEX:
            last, seen = {}, set()
        elif part.kind in HEADINGS:
            last.pop(PartKind.DISPOSITION, None)
            seen = {key for key in seen if key[0] != PartKind.DISPOSITION}
        if part.kind not in (PartKind.ARTICLE, PartKind.DISPOSITION):
            continue
        number = number_of(part.label)
        if number is None:
            if part.kind == PartKind.ARTICLE:
                found.append(Warned("unnumbered", part, _("It has no number.")))
            continue
        if (part.kind, number) in seen:
            found.append(Warned("repeat", part, _("This number is there twice.")))
        elif not _comes_next(last.get(part.kind), number):
            found.append(
                Warned("gap", part, _("It does not follow the number before: is one missing?"))
            )
        seen.add((part.kind, number))
        last[part.kind] = number
    return found


def _comes_next(before: tuple[int, str] | None, number: tuple[int, str]) -> bool:
    """5 comes after 4 and after 4-B; 4-A after 4, 4-B after 4-A."""
    if before is None:
        return number[0] == 1
    if number[0] == before[0]:
        return number[1] == (chr(ord(before[1]) + 1) if before[1] else "a")
    return number == (before[0] + 1, "")


def _empty(parts: Sequence[Part]) -> list[Warned]:
    found = []
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        if part.kind not in HEADINGS:
            is_name = part.kind == PartKind.PREAMBLE and part.heading  # of the whole text
            if not part.text and not is_name:
                found.append(Warned("no_text", part, _("It has no text.")))
        elif after is None or (after.kind == part.kind and not after.label):
            found.append(Warned("no_provision", part, _("Nothing stands below it.")))
    return found


def _long(parts: Sequence[Part]) -> list[Warned]:
    return [
        Warned(
            "long",
            part,
            _("It has %(count)d words. Cut in two, it is easier to read and to talk about.")
            % {"count": count},
        )
        for part in parts
        if part.kind != PartKind.ANNEX and (count := len(part.text.split())) > LONG
    ]
