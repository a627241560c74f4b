"""Which words of one text are which words of another that was made from it.

Words that both texts have just once hold them together (a patience diff), first whole lines,
then words; what lies between two such places is compared in full, as long as it is short.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from functools import cached_property


# What may be more or less between two words without changing them; as in norms/0004.
SPACE = " \t\n\u00a0"
SPACES = re.compile(f"[{SPACE}]+")
# A word with the accents that are written apart, or one sign.
LETTER = r"\w\u0300-\u036f"
TOKEN = re.compile(rf"[{LETTER}]+|[^{LETTER}\s]")
IS_LETTER = re.compile(f"[{LETTER}]")
# Cells of a comparison in full; beyond, words that nothing holds stay without a partner.
LARGEST = 250_000


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
    gaps = _between_lines(old, new, partners)
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
        held = _held_by(a[first:last], b[first_new:last_new])
        if held:
            edges = [(-1, -1), *held, (last - first, last_new - first_new)]
            for (x, y), (end, end_new) in zip(edges, edges[1:], strict=False):
                gaps.append((first + x + 1, first + end, first_new + y + 1, first_new + end_new))
            for x, y in held:
                partners[first + x] = first_new + y
        elif (last - first) * (last_new - first_new) <= LARGEST:
            compared = SequenceMatcher(None, a[first:last], b[first_new:last_new], autojunk=False)
            for x, y, size in compared.get_matching_blocks():
                for one in range(size):
                    partners[first + x + one] = first_new + y + one
    return partners


def _between_lines(old: Text, new: Text, partners: list[int]) -> list[tuple[int, int, int, int]]:
    """Pair the tokens of lines that both texts have once; the gaps between these lines."""
    lines, lines_new = _lines(old), _lines(new)
    gaps = []
    at = at_new = 0
    for x, y in _held_by([line for line, *_ in lines], [line for line, *_ in lines_new]):
        (_, first, last), (_, first_new, last_new) = lines[x], lines_new[y]
        gaps.append((at, first, at_new, first_new))
        for one in range(last - first):
            partners[first + one] = first_new + one
        at, at_new = last, last_new
    return [*gaps, (at, len(old.tokens), at_new, len(new.tokens))]


def _lines(text: Text) -> list[tuple[tuple[str, ...], int, int]]:
    """Each line with something in it, as its tokens and their places."""
    found, start = [], 0
    for line in text.raw.split("\n"):
        first, last = text.tokens_in(start, start + len(line))
        if first < last:
            found.append((tuple(text.tokens[first:last]), first, last))
        start += len(line) + 1
    return found


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
