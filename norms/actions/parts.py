"""How staff put right what was found in a text: one part at a time, while nobody else reads it.

Parts are numbered anew by each change, so that a change names a part by its id, never by its
place. A provision that is changed is still the one that it was said to be (`article`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from norms.actions.norms import CannotNorm
from norms.enums import HEADINGS, PartKind
from norms.models import Part, Version


if TYPE_CHECKING:
    from accounts.models import User

LONGEST = 100_000


class CannotChange(CannotNorm):
    """The text is published, or the part is not there any more, or it cannot be so."""


@transaction.atomic
def change(part: Part, *, by: User, kind: str, label: str, heading: str, text: str) -> Part:
    """Say what a part is and what it says."""
    version, parts = _opened(part.version_id, by)
    part = _one_of(parts, part.pk)
    _refuse_wrong(kind, label, heading, text)
    part.kind, part.label, part.heading, part.text = kind, label, heading, text
    if kind in HEADINGS:
        part.article = None
    part.save(update_fields=["kind", "label", "heading", "text", "article"])
    return part


@transaction.atomic
def add(
    version: Version,
    *,
    by: User,
    after: int | None,
    kind: str,
    label: str,
    heading: str,
    text: str,
) -> Part:
    """Put a new part after the one with this id, or before all others."""
    version, parts = _opened(version.pk, by)
    _refuse_wrong(kind, label, heading, text)
    place = parts.index(_one_of(parts, after)) + 1 if after else 0
    new = Part(
        municipality_id=version.municipality_id,
        version=version,
        position=_make_room(version, parts, place),
        kind=kind,
        label=label,
        heading=heading,
        text=text,
    )
    new.save()
    return new


@transaction.atomic
def join(part: Part, *, by: User) -> Part:
    """Let it go on in the part before: its number and heading become words of that text."""
    version, parts = _opened(part.version_id, by)
    part = _one_of(parts, part.pk)
    at = parts.index(part)
    if at == 0:
        raise CannotChange(_("There is nothing before it to join it to."))
    before = parts[at - 1]
    said = ". ".join(filter(None, [part.label.rstrip(".- "), part.heading]))
    if before.kind in HEADINGS:
        words = " ".join(filter(None, [before.heading, said, " ".join(part.text.split())]))
        if len(words) > Part._meta.get_field("heading").max_length:
            raise CannotChange(
                _("It is too long for a heading. Say first that the part before is an article.")
            )
        before.heading = words
    else:
        before.text = "\n".join(filter(None, [before.text, said, part.text]))
        if len(before.text) > LONGEST:
            raise CannotChange(_("Together they are too long for one part."))
    part.delete()
    before.save(update_fields=["heading", "text"])
    return before


@transaction.atomic
def cut(part: Part, *, by: User, line: int) -> Part:
    """Let its lines from this one on (0 is the first) be a part of their own, of the same kind."""
    version, parts = _opened(part.version_id, by)
    part = _one_of(parts, part.pk)
    lines = part.lines
    if not 0 < line < len(lines):
        raise CannotChange(_("Choose the line with which the second part begins."))
    before, after = lines[:line], lines[line:]
    new = Part(
        municipality_id=version.municipality_id,
        version=version,
        position=_make_room(version, parts, parts.index(part) + 1),
        kind=part.kind,
        text="\n".join(after),
    )
    part.text = "\n".join(before)
    part.save(update_fields=["text"])
    new.save()
    return new


@transaction.atomic
def move(part: Part, *, by: User, up: bool) -> Part:
    """Change places with the part before, or with the one after."""
    version, parts = _opened(part.version_id, by)
    part = _one_of(parts, part.pk)
    at = parts.index(part)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(parts):
        raise CannotChange(_("It is at the end already."))
    other = parts[to]
    part.position, other.position = other.position, part.position
    Part.objects.bulk_update([part, other], ["position"])
    return part


@transaction.atomic
def take_out(part: Part, *, by: User) -> None:
    """Remove it with its words."""
    version, parts = _opened(part.version_id, by)
    _one_of(parts, part.pk).delete()


def _opened(version_id: int, by: User) -> tuple[Version, list[Part]]:
    """The version in preparation, held until the end, with its parts in order."""
    version = Version.objects.select_for_update(of=("self",), no_key=True).get(pk=version_id)
    if version.published_at:
        raise CannotChange(_("This version is published: its text does not change any more."))
    if version.by_id != by.pk:
        version.by = by
        version.save(update_fields=["by"])
    return version, list(version.parts.order_by("position"))


def _one_of(parts: list[Part], pk: int) -> Part:
    for part in parts:
        if part.pk == pk:
            return part
    raise CannotChange(_("A colleague has taken this part out meanwhile."))


def _make_room(version: Version, parts: list[Part], place: int) -> int:
    """The position of a new part at this place, once those after it have moved on by one."""
    if place >= len(parts):
        last = version.parts.aggregate(last=Max("position"))["last"]
        return 0 if last is None else last + 1
    position = parts[place].position
    version.parts.filter(position__gte=position).update(position=F("position") + 1)
    return position


def _refuse_wrong(kind: str, label: str, heading: str, text: str) -> None:
    if kind not in PartKind.values:
        raise CannotChange(_("Choose what it is."))
    if kind in HEADINGS and text:
        raise CannotChange(
            _("A heading has no text of its own. Put the text into an article below it.")
        )
    if not (label or heading or text):
        raise CannotChange(_("Write something: an empty part says nothing."))
