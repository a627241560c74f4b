"""What one types to reckon the seats of a coordination council."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.seats import Seats, councillors_of, seats_of
from municipalities.enums import MunicipalityKind


class SeatsForm(forms.Form):
    tipo = forms.ChoiceField(
        label=_("Municipality"),
        choices=[(k.value, k.label) for k in MunicipalityKind if k != MunicipalityKind.REGION],
    )
    habitantes = forms.IntegerField(label=_("Inhabitants"), min_value=1, max_value=50_000_000)
    regidores = forms.IntegerField(
        label=_("Councillors"),
        help_text=_("Leave it empty to take them from the inhabitants."),
        min_value=1,
        max_value=50,
        required=False,
    )
    alcaldes = forms.IntegerField(
        label=_("Mayors of the districts, or of the populated centres"),
        help_text=_("In a province: of its districts. In a district: of its populated centres."),
        min_value=0,
        max_value=200,
        initial=0,
        required=False,
    )

    @property
    def seats(self) -> Seats:
        typed = self.cleaned_data
        councillors = typed["regidores"] or councillors_of(typed["habitantes"])
        return seats_of(typed["tipo"], councillors, typed["alcaldes"] or 0)
