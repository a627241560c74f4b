"""The weights, as planners set them; and the table with figures, as it is brought in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.priorities import VARIABLES
from participation.forms.fields import VisibleField


MOST_BYTES = 2_000_000


class WeightsForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    reason = VisibleField(
        label=_("Why these"),
        help_text=_("Who decided it, and in which meeting. Everybody can read it."),
        max_length=1_000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for variable in VARIABLES:
            self.fields[variable.code] = forms.FloatField(
                label=variable.name, min_value=0, max_value=100, help_text=variable.unit
            )

    @property
    def weights(self) -> dict[str, float]:
        return {variable.code: self.cleaned_data[variable.code] for variable in VARIABLES}


class TableForm(forms.Form):
    """First the file; then, once it was looked at, the same text again."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("In UTF-8, with the columns named above; at most 2 MB."),
        required=False,
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        file = cleaned.get("file")
        if file:
            if file.size > MOST_BYTES:
                raise forms.ValidationError(_("The file is larger than 2 MB."))
            try:
                cleaned["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError(
                    _("The file is not in UTF-8. Save it as «CSV UTF-8».")
                ) from None
        if not cleaned.get("text"):
            raise forms.ValidationError(_("Choose a file."))
        return cleaned
