"""What changed between two versions of a norm, provision by provision and word by word.

A provision is the same one in both if it has the same Article, whatever its number is; of a
version in preparation, whose parts get theirs on the day it is published, norms.matching
says which it is likely to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.changes import Piece, between
from norms import matching
from norms.models import Part, Version


class ChangeKind(models.TextChoices):
    """What happened to a provision."""

    CHANGED = "changed", _("Other words")
    ADDED = "added", pgettext_lazy("provision", "New")
    REMOVED = "removed", pgettext_lazy("provision", "Taken out")
    RENUMBERED = "renumbered", _("Only its number or heading changed")
    SAME = "same", pgettext_lazy("provision", "As it was")

    @property
    def icon(self) -> str:
        return {"changed": "edit", "added": "plus", "removed": "minus"}.get(self.value, "list")

    @property
    def tone(self) -> str:
        tones = {"changed": "wait", "added": "good", "removed": "bad", "renumbered": "open"}
        return tones.get(self.value, "quiet")


@dataclass(frozen=True)
class Change:
    """One provision before and after; None where it is not there."""

    article: int | None
    before: Part | None
    after: Part | None

    @property
    def kind(self) -> ChangeKind:
        if self.before is None:
            return ChangeKind.ADDED
        if self.after is None:
            return ChangeKind.REMOVED
        if self.before.text != self.after.text:
            return ChangeKind.CHANGED
        return ChangeKind.RENUMBERED if self.is_renamed else ChangeKind.SAME

    @property
    def is_renamed(self) -> bool:
        """Whether it is there under another number or heading."""
        return bool(self.before and self.after and self.before.name != self.after.name)

    @property
    def name(self) -> str:
        return (self.after or self.before).name

    @property
    def name_before(self) -> str:
        return self.before.name if self.is_renamed else ""

    @cached_property
    def pieces(self) -> list[Piece]:
        """Its words with what went and what came; empty if they are the same."""
        old = self.before.text if self.before else ""
        new = self.after.text if self.after else ""
        return readable(old, new) if old != new else []


def compare(before: Version | None, after: Version) -> list[Change]:
    """Every provision of both, in the order of the later text; what was taken out where it stood."""
    old = [] if before is None else _provisions(before)
    new = _provisions(after)
    earlier = {article: part for article, part in old if article}
    kept = {article for article, _part in new if article}
    found = [Change(article, earlier.get(article), part) for article, part in new]
    # What is gone stands after the provision that it followed.
    previous: int | None = None
    for article, part in old:
        if article in kept:
            previous = article
            continue
        place = _after(found, previous)
        found.insert(place, Change(article, part, None))
        previous = article or previous
    return found


def changed(changes: Iterable[Change]) -> list[Change]:
    return [one for one in changes if one.kind != ChangeKind.SAME]


def counted(changes: Iterable[Change]) -> list[tuple[ChangeKind, int]]:
    """How many provisions of each kind there are, of those there are any."""
    kinds = [change.kind for change in changes]
    return [(kind, kinds.count(kind)) for kind in ChangeKind if kind in kinds]


def texts_of(version: Version) -> dict[int, str]:
    """The words of each provision of a version, by the provision."""
    return {article: part.text for article, part in _provisions(version) if article}


def readable(before: str, after: str) -> list[Piece]:
    """The difference in whole phrases: no lonely space between two changes is left as it was."""
    pieces: list[Piece] = []
    gone = come = held = ""
    for piece in between(before, after):
        if piece.kind == "removed":
            gone, come, held = gone + held + piece.text, come + held, ""
        elif piece.kind == "added":
            gone, come, held = gone + held, come + held + piece.text, ""
        elif (gone or come) and not held and piece.text.isspace() and "\n" not in piece.text:
            held = piece.text
        else:
            pieces += _settled(gone, come)
            pieces.append(Piece("same", held + piece.text))
            gone = come = held = ""
    pieces += _settled(gone, come)
    if held:
        pieces.append(Piece("same", held))
    return pieces


def _settled(gone: str, come: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in (("removed", gone), ("added", come)) if text]


def _provisions(version: Version) -> list[tuple[int | None, Part]]:
    parts: Sequence[Part] = list(version.parts.provisions().order_by("position"))
    if version.published_at:
        return [(part.article_id, part) for part in parts]
    likely = matching.propose(version)
    return [(likely.get(part.pk), part) for part in parts]


def _after(found: Sequence[Change], article: int | None) -> int:
    if article is None:
        return 0
    return next(n + 1 for n, change in enumerate(found) if change.article == article)
