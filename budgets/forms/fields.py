"""Money as people type it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from decide.common.money import soles


MOST = 10_000_000_000_00  # more than the whole region has in a year
BEFORE = re.compile(r"^(?:S/\.?|PEN)\s*|\s*soles$", re.IGNORECASE)
SPACES = re.compile(r"[\s\u00a0\u202f]+")
AMOUNT = re.compile(
    r"(?P<sign>-?)(?P<whole>[1-9][0-9]{0,2}(?:[ '.,][0-9]{3})+|[0-9]+)"
    r"(?:(?P<point>[.,])(?P<cents>[0-9]+))?"
)


class SolesField(forms.Field):
    """An amount in soles, with the signs that people put into it; cleans to whole céntimos.

    `12 400,50`, `12400.50`, `12,400.50`, `1'250,000` and `S/ 12 400` are read. Three digits
    after a comma or a point are thousands, for a sol has no thousandths. `min_value` and
    `max_value` are in céntimos; with `min_value=None` it may be less than nothing.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "required": _("Write the amount."),
        "invalid": _("Write the amount in soles, as «12 400,50»."),
        "cents": _("A sol has 100 céntimos: write two digits after the comma at most."),
        "min_value": _("Write %(limit)s or more."),
        "max_value": _("Write %(limit)s or less."),
    }

    def __init__(
        self, *, min_value: int | None = 0, max_value: int | None = MOST, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.min_value, self.max_value = min_value, max_value

    def to_python(self, value: Any) -> int | None:
        if value is None or isinstance(value, int):
            return value
        text = SPACES.sub(" ", str(value)).replace("’", "'").replace("−", "-").strip()
        if not text:
            return None
        found = AMOUNT.fullmatch(BEFORE.sub("", text))
        if found is None or _is_mixed(found):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        cents = found["cents"] or ""
        if len(cents) > 2:
            raise ValidationError(self.error_messages["cents"], code="cents")
        whole = re.sub(r"\D", "", found["whole"])
        if len(whole) > 15:
            self._refuse("max_value", MOST)
        amount = int(whole + cents.ljust(2, "0"))
        return -amount if found["sign"] else amount

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            self._refuse("min_value", self.min_value)
        if self.max_value is not None and value > self.max_value:
            self._refuse("max_value", self.max_value)

    def _refuse(self, code: str, limit: int) -> None:
        text = self.error_messages[code] % {"limit": soles(limit)}
        raise ValidationError(text, code=code)

    def prepare_value(self, value: Any) -> Any:
        """Kept céntimos as somebody would type them: `12 400,50`."""
        if not isinstance(value, int):
            return value
        return SPACES.sub(" ", soles(value)).removeprefix("S/ ")


def _is_mixed(found: re.Match[str]) -> bool:
    """Whether the same sign stands for thousands and for céntimos, or two for thousands."""
    signs = set(re.sub(r"\d", "", found["whole"])) - {"'"}
    return len(signs) > 1 or found["point"] in signs
