"""Warns before somebody's personal data are published, at the field, keeping what was typed."""

from __future__ import annotations

from django import forms
from django.utils.text import get_text_list
from django.utils.translation import gettext, gettext_lazy as _

from participation import personal_data


class PersonalDataGuard(forms.Form):
    """A form whose texts are read for personal data before they are published.

    The author takes them out, or says that they may be shown; then a person of the
    municipality looks first (participation/screening.py).
    """

    PUBLISH_ANYWAY = "personal_data_may_be_shown"
    guarded: tuple[str, ...] = ("text",)
    is_guarding = True  # not while it is only a draft

    def clean(self):
        super().clean()
        if not self.is_guarding:
            return self.cleaned_data
        found = {name: self._found_in(name) for name in self.guarded if name in self.fields}
        found = {name: texts for name, texts in found.items() if texts}
        if not found:
            return self.cleaned_data
        self.fields[self.PUBLISH_ANYWAY] = forms.BooleanField(
            label=_("It is mine or it is public: publish it after a person has looked"),
            required=False,
        )
        if self.data.get(self.add_prefix(self.PUBLISH_ANYWAY)):
            return self.cleaned_data
        for name, texts in found.items():
            self.add_error(name, forms.ValidationError(self._warning(texts), "personal_data"))
        return self.cleaned_data

    def _found_in(self, name: str) -> list[str]:
        value = self.cleaned_data.get(name)
        return [found.text for found in personal_data.find(value)] if value else []

    def _warning(self, texts: list[str]) -> str:
        return gettext(
            "This would show %(data)s to everybody. Take it out; if it is yours or public, tick the"
            " box and a person looks at it first."
        ) % {"data": get_text_list([f"«{text}»" for text in texts], gettext("and"))}
