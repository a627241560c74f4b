"""The short name others mention somebody by, and the address of their page.

Made from the name others see, never from an e-mail or a number.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import chain, count

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.names import LONG_NUMBER
from municipalities.models import RESERVED_SLUGS


SHORTEST, LONGEST = 3, 40
SHAPE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NOBODY = "vecino"
# What would pass for an authority, for the site, or for everybody.
RESERVED = RESERVED_SLUGS | frozenset(
    [
        "administracion",
        "administrador",
        "administradora",
        "alcalde",
        "alcaldesa",
        "alcaldia",
        "all",
        "anonimo",
        "anonimos",
        "autoridad",
        "consejero",
        "consejera",
        "congresista",
        "cuenta-eliminada",
        "decide",
        "decide-la-libertad",
        "defensoria",
        "equipo",
        "everyone",
        "gobernador",
        "gobernadora",
        "gobierno",
        "gobierno-regional",
        "intendente",
        "jne",
        "la-libertad",
        "moderacion",
        "moderador",
        "moderadora",
        "municipalidad",
        "municipio",
        "notificaciones",
        "oficial",
        "onpe",
        "presidenta",
        "presidente",
        "prefecta",
        "prefecto",
        "regidor",
        "regidora",
        "reniec",
        "sistema",
        "site",
        "soporte",
        "staff",
        "support",
        "system",
        "todas",
        "todos",
    ]
)


def made_from(name: str) -> str:
    """«Rosa Quispe Luján» is rosa-quispe-lujan; a name in another script says nothing of itself."""
    words = slugify(LONG_NUMBER.sub(" ", name)).replace("_", "-").strip("-")
    words = re.sub(r"-+", "-", words)
    room = LONGEST - 6  # for the number of those who are called the same
    if len(words) > room:
        words = words[: room + 1].rpartition("-")[0] or words[:room]
    return words if len(words) >= SHORTEST and not words.isdigit() else NOBODY


def free(base: str, taken: Container[str]) -> Iterator[str]:
    """The names of this kind that nobody has, the plainest first."""
    numbered = (f"{base}-{number}" for number in count(2))
    for candidate in chain([base], numbered):
        if candidate not in RESERVED and candidate not in taken:
            yield candidate


def clean(value: str) -> str:
    """As somebody types it, with or without its @; refuses what would mislead or give away."""
    value = value.strip().removeprefix("@").lower()
    if not SHORTEST <= len(value) <= LONGEST or not re.fullmatch(SHAPE, value):
        raise ValidationError(
            _(
                "Write %(least)d to %(most)d letters without accents, digits or hyphens,"
                " like rosa-quispe."
            ),
            "handle_shape",
            {"least": SHORTEST, "most": LONGEST},
        )
    if not any(char.isalpha() for char in value):
        raise ValidationError(_("Put at least one letter in it, like rosa-quispe."), "no_letter")
    if LONG_NUMBER.search(value):
        raise ValidationError(
            _("Everybody sees it: do not put your DNI or telephone in it."), "handle_is_number"
        )
    return value
