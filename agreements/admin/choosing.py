"""Several of a list, kept as an array: boxes to tick instead of words with commas."""

from typing import Any, ClassVar

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget


class SomeForm(forms.ModelForm):
    """`several` names the arrays and what each may hold."""

    several: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in self.several.items():
            if name in self.fields:
                before = self.fields[name]
                self.fields[name] = forms.MultipleChoiceField(
                    label=before.label,
                    required=False,
                    choices=choices.choices,
                    widget=UnfoldAdminCheckboxSelectMultipleWidget,
                )
                if isinstance(self.initial.get(name), str):
                    self.initial[name] = self.initial[name].split(",")
