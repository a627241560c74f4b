"""Choosing contributions and answering them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.typed import says_something
from norms.enums import Verdict


WHOLE = 0


class ContributionsForm(forms.Form):
    """Narrows the contributions by the address; what makes no sense there is left out."""

    q = forms.CharField(
        label=_("Words"), max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    estado = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            ("", _("All")),
            ("pendiente", _("Without an answer")),
            ("borrador", _("With a draft of an answer")),
            *Verdict.choices,
        ],
    )
    articulo = forms.TypedChoiceField(label=_("Provision"), coerce=int, empty_value=None)
    redaccion = forms.BooleanField(label=_("Only those that propose a wording"))

    def __init__(
        self, *args, names: list[tuple[int, str]], is_staff: bool = False, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        whole = (WHOLE, pgettext_lazy("contributions", "The norm as a whole"))
        self.fields["articulo"].choices = [("", _("The whole text")), whole, *names]
        if not is_staff:
            shown = self.fields["estado"].choices
            self.fields["estado"].choices = [one for one in shown if one[0] != "borrador"]
        for field in self.fields.values():
            field.required = False

    @property
    def asked(self) -> dict:
        """What was asked and understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class AnswerForm(forms.Form):
    """What is done with the contributions chosen above, and why."""

    use_required_attribute = False

    verdict = forms.ChoiceField(
        label=_("What is done with it"),
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is done with it.")},
    )
    text = forms.CharField(
        label=_("Reasons"),
        max_length=4_000,
        help_text=_(
            "For whoever contributed: what changes in the text, or why it does not change. The"
            " same words are shown beside each of the contributions."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Give your reasons: whoever contributed reads them.")},
    )

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if not says_something(text):
            raise forms.ValidationError(self.fields["text"].error_messages["required"])
        return text
