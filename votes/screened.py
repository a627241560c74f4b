"""What people write in answers and objections, read for what may not stand in public as it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from participation import personal_data, watched
from participation.models import WatchedWord


if TYPE_CHECKING:
    from municipalities.models import Municipality


def are_held(texts: Iterable[str], municipality: Municipality) -> list[bool]:
    """For each text whether it shows personal data, a watched word or a link; one query for all."""
    words = list(WatchedWord.objects.filter(municipality=municipality))
    return [
        bool(personal_data.kinds(text) or watched.hits(text, words) or watched.links_in(text))
        for text in texts
    ]
