"""The name others see: one's own or another, never what would give somebody away."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


MAX_LENGTH = 60
# A DNI, a carné or a telephone, however it is spaced.
LONG_NUMBER = re.compile(r"\d(?:[\s.\-]?\d){7,}")
# Control, formatting (also those that turn the writing round), private and unassigned characters.
HIDDEN = frozenset(["Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"])


def clean_display_name(value: str) -> str:
    """One line without what cannot be seen; refuses an e-mail or a number like a DNI."""
    value = unicodedata.normalize("NFC", value)
    value = "".join(" " if unicodedata.category(char) in HIDDEN else char for char in value)
    value = " ".join(value.split())
    if not any(char.isalpha() for char in value):
        raise ValidationError(_("Write a name with letters, for example “Rosa Q.”."), "no_name")
    if "@" in value:
        raise ValidationError(
            _("Everybody sees this name: do not put your e-mail in it."), "name_is_email"
        )
    if LONG_NUMBER.search(value):
        raise ValidationError(
            _("Everybody sees this name: do not put your DNI or telephone in it."),
            "name_is_number",
        )
    if len(value) > MAX_LENGTH:
        raise ValidationError(
            _("The name has at most %(most)d characters."), "name_too_long", {"most": MAX_LENGTH}
        )
    return value
