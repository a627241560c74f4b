"""What changed between two versions of a norm, provision by provision and word by word.

A provision is the same one in both if it has the same Article, whatever its number is; of a
version in preparation, whose parts get theirs on the day it is published, norms.matching
says which it is likely to be.
"""

from __future__ import annotations

import os.path
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.changes import Piece
from norms import matching
from norms.models import Part, Version


# Pairs of equal words that are looked at: an article of 2 000 words has about half of it.
MOST_PAIRS = 150_000


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
    """The difference in whole phrases, word by word; of what is too long or too alike, by line.

    Nothing of either text is lost: what stayed and went is the one, what stayed and came the other.
    """
    old, new = _words(before), _words(after)
    if _is_costly(old, new):
        old, new = ([("", line) for line in t.splitlines(keepends=True)] for t in (before, after))
    if _is_costly(old, new):
        return _settled(before, after)
    pieces: list[Piece] = []
    gone = come = ""
    for space, word, was in _steps(old, new):
        if was == "removed":
            gone += space[0] + word
        elif was == "added":
            come += space[1] + word
        elif space[0] == space[1] and not gone and not come:
            pieces.append(Piece("same", space[0] + word))
        else:
            shared = space[0] if space[0] == space[1] else ""
            gone, come = (gone, come) if shared else (gone + space[0], come + space[1])
            pieces += [*_settled(gone, come), Piece("same", shared + word)]
            gone = come = ""
    return _joined([*pieces, *_settled(gone, come)])


def _words(text: str) -> list[tuple[str, str]]:
    """Each word with the space before it; the space at the end stands before none."""
    return re.findall(r"(\s*)(\S+)", text) + [(re.search(r"\s*$", text).group(), "")]


def _is_costly(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> bool:
    """Whether comparing them would take long: each pair of equal words is looked at."""
    count, other = (Counter(word for _space, word in side) for side in (old, new))
    return sum(times * other[word] for word, times in count.items()) > MOST_PAIRS


def _steps(old, new) -> Iterator[tuple[tuple[str, str], str, str]]:
    """Word by word: the space before it in either text, the word, and what happened to it."""
    matcher = SequenceMatcher(
        None, [word for _space, word in old], [word for _space, word in new], autojunk=False
    )
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            for (was, word), (now, _same) in zip(old[a:b], new[c:d], strict=True):
                yield (was, now), word, "same"
            continue
        for space, word in old[a:b]:
            yield (space, ""), word, "removed"
        for space, word in new[c:d]:
            yield ("", space), word, "added"


def _settled(gone: str, come: str) -> list[Piece]:
    """What went and what came, without the space that both begin with."""
    shared = ""
    if gone and come:
        shared = os.path.commonprefix([gone, come])
        shared = shared[: len(shared) - len(shared.lstrip())]
    cut = len(shared)
    found = (("same", shared), ("removed", gone[cut:]), ("added", come[cut:]))
    return [Piece(kind, text) for kind, text in found if text]


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one kind in one piece."""
    said = (piece for piece in pieces if piece.text)
    return [
        Piece(kind, "".join(piece.text for piece in some))
        for kind, some in groupby(said, key=lambda piece: piece.kind)
    ]


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
