"""What trustees type: the code of their link, and their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from votes import custody


# No keyboard puts in, keeps or proposes anything of its own.
PLAIN = {
    "autocomplete": "off",
    "autocapitalize": "none",
    "autocorrect": "off",
    "spellcheck": "false",
}


class CodeForm(forms.Form):
    """The code of a trustee's link, if no script has put it there."""

    use_required_attribute = False

    code = forms.CharField(
        label=gettext_lazy("Code of your link"),
        max_length=40,
        help_text=gettext_lazy("16 letters and figures, on the screen of the ceremony."),
        widget=forms.TextInput(
            attrs=PLAIN | {"autocapitalize": "characters", "data-from-address": ""}
        ),
        error_messages={"required": gettext_lazy("Type the code of your link.")},
    )


class WordsForm(forms.Form):
    """A field for each word; all in one of them will do as well."""

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(None if data is None else spread(data))
        for place in range(1, custody.WORDS + 1):
            self.fields[f"word_{place}"] = forms.CharField(
                label=_("Word %(place)d") % {"place": place},
                required=False,
                max_length=1_000,
                widget=forms.TextInput(attrs=PLAIN | {"enterkeyhint": "next"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.words = custody.read(typed_in(cleaned))
        for place, text in custody.problems(self.words):
            known = place is not None and place <= custody.WORDS
            self.add_error(f"word_{place}" if known else None, text)
        return cleaned


def typed_in(data: Mapping[str, Any]) -> list[str]:
    return [data.get(f"word_{place}") or "" for place in range(1, custody.WORDS + 1)]


def spread(data: Mapping[str, Any]) -> dict[str, Any]:
    """Each word in a field of its own, however they were typed; what is too much in the last."""
    words = typed_in(data)
    if any(len(word.split()) > 1 for word in words):
        read = custody.read(words)
        words = [*read[: custody.WORDS - 1], " ".join(read[custody.WORDS - 1 :])]
    return {f"word_{place}": word for place, word in enumerate(words, start=1)}
