"""What still stands in the way of agreement on a draft norm, and whether a text meets it.

The rule, in one place:

A wording stands in the text of its provision (`HERE`) if its new words stand there in one
piece, whatever capitals, accents, spaces and marks there are. If it only takes words out, it
stands there when the old words are gone. It stands there in part (`PARTLY`) if at least half
of the words that it adds are there. Otherwise it does not (`NOT_HERE`), nor if the provision
itself is gone, except what asks for words to be taken out.

Whoever says «must be» is satisfied when it is here, whoever says «must not be» when it is not.
Each of them who is not satisfied stands in the way of agreement; «should» and «should not»
are wishes and stand in nobody's way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from norms.models import Wording


class Presence(models.TextChoices):
    """Whether a text has the wording."""

    HERE = "here", pgettext_lazy("wording in a text", "This text has it")
    PARTLY = "partly", pgettext_lazy("wording in a text", "This text has it in part")
    NOT_HERE = "not_here", pgettext_lazy("wording in a text", "This text does not have it")

    @property
    def icon(self) -> str:
        return {"here": "check", "partly": "circle", "not_here": "minus"}[self.value]


class Met(models.TextChoices):
    """Whether what people insist on is met."""

    MET = "met", _("Met")
    PARTLY = "partly", _("Met in part")
    NOT = "not", _("Not met")

    @property
    def tone(self) -> str:
        return {"met": "good", "partly": "wait", "not": "bad"}[self.value]

    @property
    def icon(self) -> str:
        return {"met": "check", "partly": "circle", "not": "alert"}[self.value]


IF_MUST = {Presence.HERE: Met.MET, Presence.PARTLY: Met.PARTLY, Presence.NOT_HERE: Met.NOT}
IF_MUST_NOT = {Presence.HERE: Met.NOT, Presence.PARTLY: Met.PARTLY, Presence.NOT_HERE: Met.MET}


@dataclass(frozen=True)
class Obstacle:
    """One wording that somebody insists on or against, and how the text answers it."""

    wording: Wording
    presence: Presence

    @property
    def musts(self) -> Met | None:
        return IF_MUST[self.presence] if self.wording.musts else None

    @property
    def must_nots(self) -> Met | None:
        return IF_MUST_NOT[self.presence] if self.wording.must_nots else None

    @property
    def people(self) -> int:
        """How many of those who insist are not satisfied by this text."""
        open_musts = self.wording.musts if self.musts not in (None, Met.MET) else 0
        open_nots = self.wording.must_nots if self.must_nots not in (None, Met.MET) else 0
        return open_musts + open_nots

    @property
    def is_in_the_way(self) -> bool:
        return self.people > 0

    @property
    def is_disputed(self) -> bool:
        """Some insist on it and others against it: no text satisfies all."""
        return bool(self.wording.musts and self.wording.must_nots)


def obstacles(wordings: Iterable[Wording], texts: Mapping[int, str]) -> list[Obstacle]:
    """Those on which somebody insists, what most people are in the way of first.

    `texts` are the provisions of a version (norms.changes.texts_of).
    """
    found = [
        Obstacle(wording, presence_of(wording, texts))
        for wording in wordings
        if wording.musts or wording.must_nots
    ]
    return sorted(found, key=lambda one: (-one.people, one.wording.pk))


def presence_of(wording: Wording, texts: Mapping[int, str]) -> Presence:
    annotation = wording.annotation
    return presence(annotation.quote, wording.new_text, texts.get(annotation.article_id))


def presence(old: str, new: str, text: str | None) -> Presence:
    """Whether a provision's `text` (None if it is gone) has `new` instead of `old`."""
    wanted, there = words(new), words(text or "")
    if not wanted:
        return Presence.NOT_HERE if _stands_in(words(old), there) else Presence.HERE
    if _stands_in(wanted, words(old)) and _stands_in(words(old), there):
        return Presence.NOT_HERE  # it only takes words out, and they are there
    if _stands_in(wanted, there):
        return Presence.HERE
    had = set(words(old))
    added = [word for word in dict.fromkeys(wanted) if word not in had]
    known = set(there)
    if added and 2 * sum(word in known for word in added) >= len(added):
        return Presence.PARTLY
    return Presence.NOT_HERE


def words(text: str) -> list[str]:
    """Its words as they are compared: small letters, without accents, marks and spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c)))


def _stands_in(wanted: list[str], there: list[str]) -> bool:
    return f" {' '.join(wanted)} " in f" {' '.join(there)} "
