"""What is written as a draft, saved as one goes, and published once it says enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from decide.common.typed import says_something
from participation.forms.fields import PointForm, VisibleField
from participation.forms.files import DocumentsField, FilesForm
from participation.forms.personal_data import PersonalDataGuard
from participation.models import Category


if TYPE_CHECKING:
    from participation.models import Thread

# Readers need these three; a draft may still lack them.
ESSENTIAL = ("title", "summary", "place_name")


class EssentialField(VisibleField):
    """Only publishing asks for it (see WrittenForm)."""

    def validate(self, value: str) -> None:
        return None


class WrittenForm(FilesForm, PointForm, PersonalDataGuard):
    """A draft takes what there is, also when something else is wrong; publishing asks for more.

    The forms of the rooms add their title, their summary and their long text.
    """

    use_required_attribute = False
    guarded = (*ESSENTIAL, "body")

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    came_from = forms.CharField(widget=forms.HiddenInput, required=False)
    place_name = EssentialField(
        label=_("Where?"),
        max_length=120,
        help_text=_("The village, sector, street or square. «The whole district» is fine too."),
    )
    category = forms.ModelChoiceField(
        label=_("Topic"), queryset=Category.objects.none(), required=False, empty_label=_("None")
    )
    documents = DocumentsField(required=False)

    def __init__(self, *args, thread: Thread | None, publishing: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.publishing = self.is_guarding = publishing
        self.fields["category"].queryset = Category.objects.filter(is_active=True)
        if thread:
            self.show_files(thread)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.publishing:
            for name in ESSENTIAL:
                if name not in self.errors and not says_something(cleaned.get(name) or ""):
                    self.add_error(name, _("Write this, so that your neighbours understand you."))
        return cleaned

    def understood(self, *names: str) -> dict[str, Any]:
        """What is clear of these fields and of the point on the map."""
        clear = [name for name in names if name in self.cleaned_data]
        point = ["latitude", "longitude"]
        if set(point) <= set(self.cleaned_data) - set(self.errors):
            clear += point
        return {name: self.cleaned_data[name] for name in clear}

    def holds(self, *names: str) -> bool:
        """Whether a folded part with these fields has something that should be seen."""
        there = [name for name in names if name in self.fields]
        return any(name in self.errors or self[name].value() for name in there)
