"""What people type in any room's form: words, tags, degrees."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from decide.common.typed import visible
from participation.rules.following import TAG_LENGTH


TAGS = 6


class VisibleField(forms.CharField):
    """Others read it among their own words, so that nothing in it is hidden or turns theirs round."""

    def to_python(self, value: Any) -> str:
        return super().to_python(visible(super().to_python(value)))


class DegreesField(forms.FloatField):
    """Degrees, with the comma or the point that people write."""

    def to_python(self, value: Any) -> float | None:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class TagsField(VisibleField):
    """Words between commas; cleans to a list without repetitions."""

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        words = [" ".join(word.lower().split()) for word in re.split(r"[,;#\n]", text)]
        tags = list(dict.fromkeys(word for word in words if word))
        if len(tags) > TAGS:
            raise ValidationError(
                _("At most %(count)d words. Leave the most important.") % {"count": TAGS}
            )
        if any(len(tag) > TAG_LENGTH for tag in tags):
            raise ValidationError(
                _("Each word has at most %(count)d letters.") % {"count": TAG_LENGTH}
            )
        return tags

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class PointForm(forms.Form):
    """A form of something that may be marked on the map: both numbers or neither."""

    latitude = DegreesField(
        label=_("Latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    longitude = DegreesField(
        label=_("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        known = {"latitude", "longitude"} - set(self.errors)
        if known == {"latitude", "longitude"} and (
            (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None)
        ):
            self.add_error("longitude", _("Give both numbers, or neither: the name is enough."))
        return cleaned

    @property
    def has_point(self) -> bool:
        names = ("latitude", "longitude")
        return any(self[name].value() or self[name].errors for name in names)
