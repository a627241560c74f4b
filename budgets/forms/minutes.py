"""What staff type for the acta."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.models import Addendum, Minutes
from participation.forms.fields import VisibleField
from participation.forms.files import DocumentsField


class DayInput(forms.DateInput):
    """The picker of the phone."""

    input_type = "date"

    def __init__(self, **kwargs) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    """A day, picked or written as people do here."""

    widget = DayInput
    input_formats = ("%Y-%m-%d", "%d/%m/%Y")


class MinutesForm(forms.ModelForm):
    held_on = DayField(label=_("Day of the meeting"))
    place = VisibleField(label=_("Where it was held"), max_length=160)
    text = VisibleField(
        label=_("Agreements and commitments"),
        help_text=_(
            "What was agreed, and what the municipality and the agents each commit themselves to."
            " The works, their money and their votes are added from the budget itself."
        ),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    attendance = VisibleField(
        label=_("Who signs"),
        help_text=_("One person in each line: «Rosa Quispe, delegate of the Junta Vecinal»."),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    class Meta:
        model = Minutes
        fields = ("held_on", "place", "text", "attendance")


class SignedForm(forms.Form):
    document = DocumentsField(
        label=_("The signed paper"),
        help_text=_("One PDF of at most 5 MB. Without numbers of DNI: everybody can read it."),
        limit=1,
    )


class AddendumForm(forms.ModelForm):
    text = VisibleField(
        label=_("What is corrected"),
        help_text=_("What the acta said stays; this is read below it."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    class Meta:
        model = Addendum
        fields = ("text",)
