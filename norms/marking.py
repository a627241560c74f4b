"""Which words somebody means who asks for the form: by their places, or by a paragraph.

What was marked in an older version is looked for in the newest one; so nobody loses what they
typed because a version came out meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from decide.common.typed import number
from norms.aligning import plain
from norms.anchoring import Span, follow_parts, whole_words
from norms.models import Anchor, Annotation, Article, Part
from norms.reading import Paragraph, paragraphs


@dataclass
class Target:
    """Where the form points: a part of the newest version and a span of it; no part if it is gone.

    `is_outdated`: it was asked for with an older version. `survived`: the words are in this one.
    """

    part: Part | None
    span: Span | None = None
    is_outdated: bool = False
    survived: bool = True

    @property
    def words(self) -> str:
        if self.part is None or self.span is None:
            return ""
        # A tab only says how deep a paragraph is set in.
        return self.part.text[slice(*self.span)].replace("\t", "")

    @property
    def passage(self) -> list[Paragraph]:
        """The paragraphs it is about; all of them if it is about none."""
        if self.part is None:
            return []
        every = paragraphs(self.part.text)
        if self.span is None:
            return every
        start, stop = self.span
        return [one for one in every if one.start < stop and one.stop > start]

    @property
    def initial(self) -> dict[str, Any]:
        if self.part is None:
            return {}
        start, stop = self.span or (0, len(self.part.text))
        return {
            "version": self.part.version.number,
            "start": start,
            "stop": stop,
            "words": self.words,
            "offered": self.words,
            "new_text": self.words,
        }


def target_of(article: Article, asked: Mapping[str, str]) -> Target:
    """What is asked for by an address or by a form that was sent.

    `v` or `version` is the version's number; `desde` and `hasta`, or `start` and `stop`, are
    characters of the provision's text; `cita` are the words that should be there; `parrafo` is
    the number of a paragraph.
    """
    read = Part.objects.filter(article=article, version__published_at__isnull=False)
    read = read.select_related("version", "article")
    asked_version = number(asked.get("v") or asked.get("version"))
    newest = article.norm.current
    now = read.filter(version=newest).first() if newest else None
    if asked_version and newest and asked_version != newest.number:
        before = read.filter(version__number=asked_version).first()
        span = before and _span_of(before, asked)
        if before and span:
            return _carried(before, span, newest)
        return Target(now, None, is_outdated=True, survived=False)
    return Target(now, _span_of(now, asked) if now else None)


def _span_of(part: Part, asked: Mapping[str, str]) -> Span | None:
    start = number(asked.get("desde") or asked.get("start"))
    stop = number(asked.get("hasta") or asked.get("stop"))
    if start is not None and stop is not None:
        span = whole_words(part.text, start, stop)
        quote = plain(asked.get("cita", "")).strip()
        if span and plain(part.text[start : span[1]]).strip().startswith(quote[:200].rstrip()):
            return span
        return None
    wanted = number(asked.get("parrafo"))
    found = next((one for one in paragraphs(part.text) if one.number == wanted), None)
    return whole_words(part.text, found.start, found.stop) if found else None


def _carried(before: Part, span: Span, newest: Any) -> Target:
    """The same words in the newest version, whichever provision they are in now."""
    old = {part.article_id: part.text for part in before.version.parts.provisions()}
    parts = {
        part.article_id: part
        for part in newest.parts.provisions().select_related("version", "article")
    }
    new = {key: part.text for key, part in parts.items()}
    [place] = follow_parts(old, new, [(before.article_id, *span)])
    if place:
        key, start, stop = place
        return Target(parts[key], (start, stop), is_outdated=True)
    return Target(parts.get(before.article_id), None, is_outdated=True, survived=False)


def query_of(sent: Mapping[str, str]) -> str:
    """The address of the same words, of a form that was sent."""
    names = {"v": "version", "desde": "start", "hasta": "stop"}
    return urlencode({short: sent.get(name, "") for short, name in names.items()})


def address_of(annotation: Annotation, anchor: Anchor) -> str:
    """Where somebody says something about words that are marked already, with a wording."""
    slug = annotation.municipality.slug
    address = reverse("norms:annotate", args=[slug, annotation.norm_id, anchor.part.article.slug])
    asked = {"v": anchor.version.number, "desde": anchor.start, "hasta": anchor.stop}
    return f"{address}?{urlencode(asked)}"
