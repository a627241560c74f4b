"""Which words of one text are which words of another that was made from it.

As many words as possible keep their order, so that what was not touched finds itself again.
Very long texts are first cut where both have a word just once (a patience diff).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Sequence
from functools import cached_property
from itertools import pairwise


# What may be more or less between two words without changing them; as in norms/0004.
SPACE = " \t\n\u00a0"
SPACES = re.compile(f"[{SPACE}]+")
# A word with the accents that are written apart, or one sign.
LETTER = r"\w\u0300-\u036f"
TOKEN = re.compile(rf"[{LETTER}]+|[^{LETTER}\s]")
IS_LETTER = re.compile(f"[{LETTER}]")
# Cells of a comparison in full, a bit each; beyond, words that are there just once cut it up.
LARGEST = 100_000_000


class Text:
    """A text as its words and signs, each with its place in characters."""

    def __init__(self, raw: str) -> None:
        self.raw = raw

    @cached_property
    def _places(self) -> list[tuple[str, int, int]]:
        return [(found.group(), *found.span()) for found in TOKEN.finditer(self.raw)]

    @cached_property
    def tokens(self) -> list[str]:
        return [token for token, _start, _stop in self._places]

    @cached_property
    def starts(self) -> list[int]:
        return [start for _token, start, _stop in self._places]

    @cached_property
    def stops(self) -> list[int]:
        return [stop for _token, _start, stop in self._places]

    @cached_property
    def _plain(self) -> tuple[str, list[int]]:
        signs: list[str] = []
        places: list[int] = []
        for place, sign in enumerate(self.raw):
            if sign not in SPACE:
                signs.append(sign)
                places.append(place)
            elif not signs or signs[-1] != " ":
                signs.append(" ")
                places.append(place)
        return "".join(signs), places

    def tokens_in(self, start: int, stop: int) -> tuple[int, int]:
        """The first token that has a character of the span, and the one after the last."""
        return bisect_right(self.stops, start), bisect_left(self.starts, stop)

    def is_inside_a_word(self, place: int) -> bool:
        """Whether a cut before this character would cut a word."""
        around = self.raw[max(place - 1, 0) : place + 1]
        return 0 < place < len(self.raw) and len(IS_LETTER.findall(around)) == 2

    def find(self, words: str, *, whole: tuple[bool, bool] = (True, True)) -> list[tuple[int, int]]:
        """Every place of these words (`plain`), whatever the spaces between them are.

        `whole` says whether the first and the last may be no piece of a longer word.
        """
        plain, places = self._plain
        found = []
        at = plain.find(words)
        while at >= 0:
            start, stop = places[at], places[at + len(words) - 1] + 1
            if not (
                (whole[0] and self.is_inside_a_word(start))
                or (whole[1] and self.is_inside_a_word(stop))
            ):
                found.append((start, stop))
            at = plain.find(words, at + 1)
        return found


def plain(words: str) -> str:
    """The words with one space between them: what makes two passages the same."""
    return SPACES.sub(" ", words)


def aligned(old: Text, new: Text) -> list[int]:
    """For each token of the old text its partner in the new one, or −1; partners keep their order."""
    partners = [-1] * len(old.tokens)
    if old.raw == new.raw:
        return list(range(len(partners)))
    a, b = old.tokens, new.tokens
    gaps = [(0, len(a), 0, len(b))]
    while gaps:
        first, last, first_new, last_new = gaps.pop()
        while first < last and first_new < last_new and a[first] == b[first_new]:
            partners[first] = first_new
            first, first_new = first + 1, first_new + 1
        while first < last and first_new < last_new and a[last - 1] == b[last_new - 1]:
            last, last_new = last - 1, last_new - 1
            partners[last] = last_new
        if first == last or first_new == last_new:
            continue
        size = (last - first) * (last_new - first_new)
        compare = _held_by if size > LARGEST else _most_in_order
        pairs = compare(a[first:last], b[first_new:last_new])
        for x, y in pairs:
            partners[first + x] = first_new + y
        if size > LARGEST and pairs:
            edges = [(-1, -1), *pairs, (last - first, last_new - first_new)]
            for (x, y), (end, end_new) in pairwise(edges):
                gaps.append((first + x + 1, first + end, first_new + y + 1, first_new + end_new))
    return partners


def _held_by(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The longest row of things that are once in each, in the same order."""
    once = {thing for thing, times in Counter(old).items() if times == 1}
    places = {thing: at for at, thing in enumerate(new) if thing in once}
    once &= {thing for thing, times in Counter(new).items() if times == 1}
    pairs = [(at, places[thing]) for at, thing in enumerate(old) if thing in once]
    return _rising(pairs)


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of these pairs in which the second numbers rise."""
    ends: list[int] = []  # the smallest second number at which a row of each length ends
    last: list[int] = []  # and the index of that pair
    before = [-1] * len(pairs)
    for index, (_at, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        if length:
            before[index] = last[length - 1]
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
    row = []
    index = last[-1] if last else -1
    while index >= 0:
        row.append(pairs[index])
        index = before[index]
    return row[::-1]


def _most_in_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """A longest common subsequence, as pairs of places.

    A row of the usual table is one number whose bit j is 0 where the row grows at j, so that a
    row costs a few additions (Hyyrö 2004).
    """
    places: dict[Hashable, int] = {}
    for at, thing in enumerate(new):
        places[thing] = places.get(thing, 0) | 1 << at
    everywhere = (1 << len(new)) - 1
    rows = [everywhere]
    for thing in old:
        row = rows[-1]
        grows = row & places.get(thing, 0)
        rows.append(((row + grows) | (row - grows)) & everywhere)
    pairs = []
    at, at_new = len(old), len(new)
    while at and at_new:
        if rows[at] >> (at_new - 1) & 1:  # as long without this one of the new
            at_new -= 1
        elif not rows[at - 1] >> (at_new - 1) & 1:  # and without this one of the old
            at -= 1
        else:
            at, at_new = at - 1, at_new - 1
            pairs.append((at, at_new))
    return pairs[::-1]
