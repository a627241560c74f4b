"""What is asked of somebody who says what they think of a wording."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from norms.enums import Stance


WITHDRAWN = "none"


class StanceForm(forms.Form):
    """One of the four buttons, or the one that takes it back (an empty stance)."""

    stance = forms.ChoiceField(
        choices=[*Stance.choices, (WITHDRAWN, "")],
        error_messages={
            "required": _("Choose one of the buttons."),
            "invalid_choice": _("Choose one of the buttons."),
        },
    )

    @property
    def takes_back(self) -> bool:
        return self.cleaned_data["stance"] == WITHDRAWN


class OrderForm(forms.Form):
    """Which wordings are listed, and in which order; what makes no sense is left out."""

    articulo = forms.TypedChoiceField(label=_("Provision"), coerce=int, empty_value=None)
    orden = forms.ChoiceField(
        label=_("Order"),
        choices=[("texto", _("As the text goes")), ("voces", _("Most is said of it"))],
    )

    def __init__(self, *args, names: list[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["articulo"].choices = [("", _("The whole text")), *names]
        for field in self.fields.values():
            field.required = False
