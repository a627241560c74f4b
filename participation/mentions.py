"""Naming somebody in a text with @ and their short name.

Names are resolved when the text is written: only then is the person told, and only those
who were there become links, whatever the text pretends to name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.models import User
from decide.common.markdown import NAMED


if TYPE_CHECKING:
    from municipalities.models import Municipality

TOLD_AT_MOST = 5
LOOKED_UP_AT_MOST = 50


def named_in(text: str) -> list[str]:
    """The names in the text, each once, in its order."""
    return list(dict.fromkeys(name.lower() for name in NAMED.findall(text)))


def resolve(text: str) -> dict[str, int]:
    """Whom the text names: their ids by name, the first few. The others stay mere words."""
    names = named_in(text)[:LOOKED_UP_AT_MOST]
    if not names:
        return {}
    people = User.objects.filter(handle__in=names, is_active=True)
    found = dict(people.values_list("handle", "pk"))
    return dict([(name, found[name]) for name in names if name in found][:TOLD_AT_MOST])


def addresses(municipality: Municipality, names: list[str]) -> dict[str, str]:
    """The page of each person who was named, by name."""
    return {name: address_of(municipality, name) for name in names}


def address_of(municipality: Municipality, handle: str) -> str:
    return reverse("participation:person", args=[municipality.slug, handle])
