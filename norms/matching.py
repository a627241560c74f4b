"""Which provision of the norm each part of a new version is: proposed here, settled by staff.

A provision keeps its address and its conversation whatever its number becomes. The same words
say most; then the same number, and how alike the words are. One to one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from norms.models import Article, Part, Version
from norms.numbers import bare
from norms.structure import number_of


WORD = re.compile(r"\w+")
# So alike they have to be, from 0 to 1, to be one provision: less if they have the same number.
ALIKE, ALIKE_AND_NUMBERED = 0.5, 0.15
# What the same number and the same heading add to how alike two are, when several would do.
FOR_NUMBER, FOR_HEADING = 0.2, 0.2
# Below so many words the same words say little.
FEW = 6
OFFERED = 6
# With more provisions than this not each is compared with each.
MANY, NEAR, RARE = 150, 15, 5


@dataclass(frozen=True)
class Side:
    """A provision as it is compared: what it is called, its words, and where it stands."""

    key: int
    name: str
    heading: str
    words: Counter[str]
    place: float

    @classmethod
    def of(cls, part: Part, key: int, place: float) -> Side:
        number = number_of(part.label)
        name = f"{part.kind} {number or bare(part.label).strip()}"
        words = Counter(WORD.findall(bare(f"{part.heading} {part.text}")))
        return cls(key, name, bare(part.heading).strip(" .:"), words, place)


def propose(version: Version) -> dict[int, int | None]:
    """For each provision of the version, by its id, the article it is; None for a new one.

    What staff or a copy have said already (`part.article`) is kept. Three queries.
    """
    parts = list(version.parts.provisions())
    said = {part.pk: part.article_id for part in parts}
    taken = {article for article in said.values() if article}
    before = [side for side in _before(version) if side.key not in taken]
    asked = _sides((part, part.pk) for part in parts if not part.article_id)
    return said | match(asked, before)


def match(new: list[Side], old: list[Side]) -> dict[int, int | None]:
    """The keys of the new ones with those of the old ones they are, the surest first."""
    ranked = sorted(
        (-score, abs(one.place - other.place), one.key, other.key)
        for one, others in _candidates(new, old)
        for other in others
        if (score := _score(one, other))
    )
    found: dict[int, int | None] = {}
    taken: set[int] = set()
    for _surety, _far, one, other in ranked:
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return {side.key: found.get(side.key) for side in new}


def offers(version: Version) -> dict[int, list[int]]:
    """For each provision the few articles it may be, the likeliest first, for staff to choose."""
    old = _before(version)
    parts = _sides((part, part.pk) for part in version.parts.provisions())
    found = {}
    for side, others in _candidates(parts, old):
        ranked = sorted(others, key=lambda other, side=side: (-_closeness(side, other), other.key))
        found[side.key] = [other.key for other in ranked[:OFFERED]]
    return found


def alike(one: Counter[str], other: Counter[str]) -> float:
    """From 0, no word in common, to 1, the same words (Dice, each word as often as it is there)."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _candidates(new: list[Side], old: list[Side]) -> Iterator[tuple[Side, list[Side]]]:
    """Those of the old that each new one is compared with: all, unless there are very many.

    Then those with its name, near its place, or with a word that few have.
    """
    if len(old) <= MANY:
        yield from ((side, old) for side in new)
        return
    holders: dict[str, list[Side]] = defaultdict(list)
    for side in old:
        for word in (side.name, *side.words):
            holders[word].append(side)
    for side in new:
        found = {other.key: other for other in holders[side.name]}
        at = round(side.place * len(old))
        found |= {other.key: other for other in old[max(at - NEAR, 0) : at + NEAR]}
        for word in side.words:
            if 0 < len(holders.get(word, ())) <= RARE:
                found |= {other.key: other for other in holders[word]}
        yield side, list(found.values())


def _closeness(one: Side, other: Side) -> float:
    score = _words_alike(one, other)
    score += FOR_NUMBER * (one.name == other.name)
    return score + FOR_HEADING * (bool(one.heading) and one.heading == other.heading)


def _words_alike(one: Side, other: Side) -> float:
    few, many = sorted([one.words.total(), other.words.total()])
    if 2 * few < ALIKE_AND_NUMBERED * (few + many):  # cannot be alike, so nothing is counted
        return 0.0
    return alike(one.words, other.words)


def _score(one: Side, other: Side) -> float:
    """How sure it is that they are one; 0 if they are not."""
    words = _words_alike(one, other)
    is_numbered = one.name == other.name
    has_few = min(one.words.total(), other.words.total()) < FEW
    if words < (ALIKE_AND_NUMBERED if is_numbered else ALIKE):
        return 0.0
    if has_few and not is_numbered and words < 1:
        return 0.0
    if one.name.split()[0] != other.name.split()[0] and words < 0.8:
        return 0.0
    return 2 * (words == 1) + _closeness(one, other)


def _before(version: Version) -> list[Side]:
    """Every provision of the norm, as the newest published version that has it says it."""
    parts = (
        Part.objects.filter(version__norm=version.norm_id, version__published_at__isnull=False)
        .exclude(article=None)
        .order_by("article_id", "-version__number")
        .distinct("article_id")
    )
    return _sides((part, part.article_id) for part in sorted(parts, key=lambda p: p.position))


def _sides(pairs: Iterable[tuple[Part, int]]) -> list[Side]:
    pairs = list(pairs)
    return [Side.of(part, key, at / len(pairs)) for at, (part, key) in enumerate(pairs)]


def articles_of(version: Version) -> dict[int, Article]:
    """The provisions that the norm has had so far, by their ids, with their conversations."""
    return {
        article.pk: article
        for article in Article.objects.filter(norm=version.norm_id).select_related("thread")
    }
