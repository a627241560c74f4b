"""Where marked words are in the next version of a text, or that they are there no more.

Words that are still somewhere in the text are never given up, and a mark never comes to stand
on other words; of two marks on equal words each keeps its own place, if there are places for
both. Which place it is, if the words are there several times, say the words around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from norms.aligning import SPACE, Text, aligned, plain
from norms.enums import AnchorState
from norms.models import Anchor, Annotation, Part, Version


K = TypeVar("K", bound=Hashable)
Span = tuple[int, int]

# Words and signs around a passage that are looked at, on each side.
AROUND = 12
# So many of both sides together, and twice those of where it would be, and a passage has been
# carried elsewhere with its surroundings.
CARRIED = 8


class Sought(NamedTuple):
    """A marked passage: where it was, its words, and whether it begins and ends with whole ones."""

    index: int
    key: Hashable
    start: int
    stop: int
    words: str
    whole: tuple[bool, bool]


def follow(old: str, new: str, spans: Sequence[Span]) -> list[Span | None]:
    """Where these spans of the old text (in characters) are in the new one; None if nowhere.

    A span begins and ends with what is no space.
    """
    found = follow_parts({0: old}, {0: new}, [(0, *span) for span in spans])
    return [place and place[1:] for place in found]


def follow_parts(
    old: Mapping[K, str],
    new: Mapping[K, str],
    spans: Sequence[tuple[K, int, int]],
    *,
    taken: Collection[tuple[K, int, int]] = (),
) -> list[tuple[K, int, int] | None]:
    """The same for a text in parts, each known by its key in both; `taken` places are not given."""
    return _Following(old, new, taken).places_of(spans)


def whole_words(text: str, start: int, stop: int) -> Span | None:
    """The words that a selection means: without spaces around, and none cut; None without any."""
    start, stop = max(start, 0), min(stop, len(text))
    while start < stop and text[start] in SPACE:
        start += 1
    while start < stop and text[stop - 1] in SPACE:
        stop -= 1
    if not any(sign.isalnum() for sign in text[start:stop]):
        return None
    within = Text(text)
    while within.is_inside_a_word(start):
        start -= 1
    while within.is_inside_a_word(stop):
        stop += 1
    return start, stop


def carry(version: Version) -> None:
    """Give every annotation of the norm its place in this version, or say that it has none.

    Asked by the action that publishes it, in its transaction. What stands in the version before
    chooses first; then what was lost there and may be back.
    """
    waiting = Annotation.objects.filter(norm=version.norm_id).exclude(anchors__version=version)
    homes = dict(waiting.values_list("pk", "article_id"))
    if not homes:
        return
    parts = {_key(part): part for part in version.parts.provisions()}
    new = {key: part.text for key, part in parts.items()}
    made_here = Anchor.objects.filter(version=version).standing().select_related("part")
    taken = {(_key(anchor.part), anchor.start, anchor.stop) for anchor in made_here}
    anchors = []
    for old, spans in _last_seen(version, list(homes)):
        places = follow_parts(old, new, list(spans.values()), taken=taken)
        for annotation, place in zip(spans, places, strict=True):
            anchor = Anchor(
                municipality_id=version.municipality_id, annotation_id=annotation, version=version
            )
            if place is None:
                anchor.state = AnchorState.LOST
            else:
                key, anchor.start, anchor.stop = place
                anchor.part = parts[key]
                is_home = anchor.part.article_id == homes[annotation]
                anchor.state = AnchorState.KEPT if is_home else AnchorState.MOVED
                taken.add(place)
            anchors.append(anchor)
    Anchor.objects.bulk_create(anchors, batch_size=500)


def _last_seen(
    version: Version, annotations: list[int]
) -> Iterable[tuple[dict[Hashable, str], dict[int, tuple[Hashable, int, int]]]]:
    """For each version, the newest first, its parts and the annotations that stood in it last."""
    standing = Anchor.objects.standing().filter(
        annotation__in=annotations, version__number__lt=version.number
    )
    last = (
        standing.order_by("annotation_id", "-version__number")
        .distinct("annotation_id")
        .select_related("version", "part")
        .defer("part__text")
    )
    by_version: dict[Version, dict[int, tuple[Hashable, int, int]]] = defaultdict(dict)
    for anchor in last:
        spans = by_version[anchor.version]
        spans[anchor.annotation_id] = (_key(anchor.part), anchor.start, anchor.stop)
    for seen in sorted(by_version, key=lambda one: -one.number):
        texts = {_key(part): part.text for part in seen.parts.provisions()}
        yield texts, by_version[seen]
    if nowhere := set(annotations) - {pk for spans in by_version.values() for pk in spans}:
        quotes = Annotation.objects.filter(pk__in=nowhere).values_list("pk", "quote")
        texts = {("quote", pk): quote for pk, quote in quotes}
        yield texts, {pk: (("quote", pk), 0, len(texts["quote", pk])) for pk in sorted(nowhere)}


def _key(part: Part) -> Hashable:
    """The provision it is through all versions, or while nobody has said which, itself."""
    return part.article_id or ("part", part.pk)


class _Following:
    """One passage from old texts to new ones. Texts are read and compared once, if at all."""

    def __init__(
        self, old: Mapping[K, str], new: Mapping[K, str], taken: Collection[tuple[K, int, int]]
    ) -> None:
        known: dict[str, Text] = {}
        self.old = {key: known.setdefault(raw, Text(raw)) for key, raw in old.items()}
        self.new = {key: known.setdefault(raw, Text(raw)) for key, raw in new.items()}
        self.taken = set(taken)
        self._partners: dict[Hashable, list[int]] = {}

    def places_of(self, spans: Sequence[tuple[K, int, int]]) -> list[tuple[K, int, int] | None]:
        found: dict[int, tuple[K, int, int]] = {}
        alike: dict[tuple, list[Sought]] = defaultdict(list)
        for index, (key, start, stop) in enumerate(spans):
            sought = self._sought(index, key, start, stop)
            place = self._partner(key, start, stop)
            if place and place not in self.taken and self._around(sought, place) >= AROUND:
                found[index] = self._take(place)
            else:
                alike[sought.words, sought.whole].append(sought)
        for (words, whole), several in alike.items():
            found |= self._shared_out(words, whole, several)
        return [found.get(index) for index in range(len(spans))]

    def _sought(self, index: int, key: K, start: int, stop: int) -> Sought:
        text = self.old[key]
        whole = (not text.is_inside_a_word(start), not text.is_inside_a_word(stop))
        return Sought(index, key, start, stop, plain(text.raw[start:stop]), whole)

    def _take(self, place: tuple[K, int, int]) -> tuple[K, int, int]:
        self.taken.add(place)
        return place

    def _shared_out(
        self, words: str, whole: tuple[bool, bool], several: list[Sought]
    ) -> dict[int, tuple[K, int, int]]:
        """Give what is left of the places of these words to those who seek them, one each."""
        places = {
            (key, *span): 0
            for key, text in self.new.items()
            for span in text.find(words, whole=whole)
            if (key, *span) not in self.taken
        }
        if not places:
            return {}
        for key in {key for key, _start, _stop in places}:  # how surely they were others' before
            for was in self.old[key].find(words, whole=whole) if key in self.old else ():
                if (place := self._partner(key, *was)) in places:
                    places[place] = self._around(self._sought(-1, key, *was), place)
        ranked = sorted(
            (
                (self._rank(sought, place, before), -sought.index, sought, place)
                for sought in several
                for place, before in places.items()
            ),
            key=lambda one: one[:2],
            reverse=True,
        )
        found: dict[int, tuple[K, int, int]] = {}
        for _rank, _index, sought, place in ranked:
            if sought.index not in found and place not in self.taken:
                found[sought.index] = self._take(place)
        return found

    def _rank(self, sought: Sought, place: tuple[K, int, int], before: int) -> tuple:
        """How likely the words of a place are those that were marked, and not others like them.

        `before`: how much of what is around the place was around it in the old text.
        """
        around = self._around(sought, place)
        own = self._partner(sought.key, sought.start, sought.stop)
        if own == place:
            return (False, True, True, True, around, 0)
        doubt = max(self._around(sought, own) if own else 0, before)
        is_carried = around >= CARRIED and around > 2 * doubt
        is_home = sought.key == place[0]
        step = abs(place[1] - sought.start) if is_home else 0
        return (is_carried, False, is_home, around > before, around, -step)

    def _partner(self, key: K, start: int, stop: int) -> tuple[K, int, int] | None:
        """Where the alignment of the part with itself leads, if the words there are the same."""
        if key not in self.new:
            return None
        old, new = self.old[key], self.new[key]
        if old is new:
            return key, start, stop
        if key not in self._partners:
            self._partners[key] = aligned(old, new)
        first, last = old.tokens_in(start, stop)
        partners = self._partners[key][first:last]
        if not partners or partners[0] < 0:
            return None
        if partners != list(range(partners[0], partners[0] + len(partners))):
            return None
        begin = new.starts[partners[0]] + start - old.starts[first]
        end = new.stops[partners[-1]] + stop - old.stops[last - 1]
        if begin < 0 or plain(old.raw[start:stop]) != plain(new.raw[begin:end]):
            return None
        return key, begin, end

    def _around(self, sought: Sought, place: tuple[K, int, int]) -> int:
        """How many words before and after a passage are the same; a common edge counts as one.

        Its own words around it tell nothing: they are what is there several times.
        """
        old, new = self.old[sought.key], self.new[place[0]]
        if old is new and (sought.key, sought.start) == place[:2]:
            return 2 * AROUND
        first, last = old.tokens_in(sought.start, sought.stop)
        first_new, last_new = new.tokens_in(place[1], place[2])
        a, b = old.tokens, new.tokens
        own = set(a[first:last])
        before, before_new = (
            a[max(first - AROUND, 0) : first],
            b[max(first_new - AROUND, 0) : first_new],
        )
        after, after_new = a[last : last + AROUND], b[last_new : last_new + AROUND]
        return _same(before[::-1], before_new[::-1], own) + _same(after, after_new, own)


def _same(old: list[str], new: list[str], but: set[str]) -> int:
    """How many are the same from the beginning on; one more where both end there."""
    same = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            return same
        same += one not in but
    return same + (len(old) == len(new) < AROUND)
