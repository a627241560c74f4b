"""Parts of a whole as people read them: in figures, in words, and as wide as a bar is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _, pgettext_lazy

from decide.common.words import NARROW_SPACE


WORDS = {
    (1, 1): pgettext_lazy("fraction", "all"),
    (1, 2): pgettext_lazy("fraction", "half"),
    (1, 3): pgettext_lazy("fraction", "a third"),
    (2, 3): pgettext_lazy("fraction", "two thirds"),
    (1, 4): pgettext_lazy("fraction", "a quarter"),
    (3, 4): pgettext_lazy("fraction", "three quarters"),
    (1, 5): pgettext_lazy("fraction", "a fifth"),
    (2, 5): pgettext_lazy("fraction", "two fifths"),
    (3, 5): pgettext_lazy("fraction", "three fifths"),
    (4, 5): pgettext_lazy("fraction", "four fifths"),
    (1, 10): pgettext_lazy("fraction", "a tenth"),
}


@dataclass(frozen=True)
class Share:
    """So many of so many; of none there is no share."""

    number: int
    of: int

    @property
    def text(self) -> str:
        """ "51,3 %"; rounded, but never up to a whole or down to nothing that it is not."""
        if not self.of:
            return "–"
        tenths = (2000 * self.number + self.of) // (2 * self.of)
        if 0 < self.number < self.of:
            tenths = min(max(tenths, 1), 999)
        return f"{number_format(tenths / 10, 1)}{NARROW_SPACE}%"

    @property
    def width(self) -> str:
        """Attributes of SVG have a point, whatever the language."""
        return f"{100 * self.number / self.of:.1f}" if self.of else "0"


def in_words(of: int, parts: int) -> str:
    """«a third»; what has no word of its own in figures."""
    word = WORDS.get((of, parts))
    return str(word) if word else _("%(of)d of each %(in)d") % {"of": of, "in": parts}
