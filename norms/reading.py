"""The text of a provision as people read it: numbered paragraphs, with the words that are marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Sum
from django.urls import reverse

from norms.models import Anchor


if TYPE_CHECKING:
    from municipalities.models import Municipality
    from norms.models import Part, Version

LONGEST_PAGE = 15_000
DEEPEST = 4


@dataclass(frozen=True)
class Mark:
    """Words that somebody marked, in characters of the text, and how many comments there are."""

    annotation: int
    start: int
    stop: int
    comments: int
    url: str


@dataclass(frozen=True)
class Stretch:
    """Words that are marked together, or not at all; the count stands at the end of a mark."""

    text: str
    mark: Mark | None = None
    is_end: bool = False


@dataclass
class Paragraph:
    """One line of a provision; `start` counts from the beginning of the provision's text."""

    number: int
    start: int
    level: int
    text: str
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def stop(self) -> int:
        return self.start + len(self.text)


def paragraphs(text: str, marks: Iterable[Mark] = ()) -> list[Paragraph]:
    """The lines that say something, numbered, each cut where a mark begins or ends."""
    marks = sorted(marks, key=lambda mark: mark.stop - mark.start)
    found, start = [], 0
    for line in text.split("\n"):
        inside = line.lstrip("\t")
        level = len(line) - len(inside)
        if inside.strip():
            one = Paragraph(len(found) + 1, start + level, min(level, DEEPEST), inside)
            one.stretches = list(_stretches(one, marks))
            found.append(one)
        start += len(line) + 1
    return found


def _stretches(paragraph: Paragraph, marks: list[Mark]) -> Iterator[Stretch]:
    """Where marks lie over each other, the shortest is the one that is shown."""
    here = [m for m in marks if m.start < paragraph.stop and m.stop > paragraph.start]
    edges = {paragraph.start, paragraph.stop}
    for mark in here:
        edges |= {max(mark.start, paragraph.start), min(mark.stop, paragraph.stop)}
    ordered = sorted(edges)
    for start, stop in zip(ordered, ordered[1:], strict=False):
        text = paragraph.text[start - paragraph.start : stop - paragraph.start]
        mark = next((m for m in here if m.start <= start and stop <= m.stop), None)
        yield Stretch(text, mark, bool(mark) and mark.stop == stop)


def marks_of(part: Part, municipality: Municipality) -> list[Mark]:
    """What is marked in a part of a version; one query."""
    anchors = Anchor.objects.filter(part=part).values_list(
        "annotation_id", "start", "stop", "annotation__thread__comment_count"
    )
    return [
        Mark(pk, start, stop, comments, reverse("norms:annotation", args=[municipality.slug, pk]))
        for pk, start, stop, comments in anchors
    ]


def said_of(version: Version) -> dict[int, tuple[int, int]]:
    """For each part, how many words are marked in it and how many comments these have; one query."""
    standing = Anchor.objects.filter(version=version).standing().order_by()
    rows = standing.values("part").annotate(
        marks=Count("pk"), said=Sum("annotation__thread__comment_count")
    )
    return {row["part"]: (row["marks"], row["said"]) for row in rows}


def pages_of(parts: list[Part]) -> list[list[Part]]:
    """The parts of a version on as many pages as a phone can take."""
    pages: list[list[Part]] = [[]]
    length = 0
    for part in parts:
        if pages[-1] and length + len(part.text) > LONGEST_PAGE and not part.is_heading:
            pages.append([])
            length = 0
        pages[-1].append(part)
        length += len(part.text)
    return pages
