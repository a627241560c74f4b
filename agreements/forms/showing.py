"""How people were told of a transfer, as a municipality's staff write it down."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.enums import Outreach
from budgets.forms.minutes import DayField
from participation.forms.fields import VisibleField


class OutreachForm(forms.Form):
    """An act of a campaign; its proof is added afterwards as evidence."""

    campaign = VisibleField(label=_("Campaign"), max_length=160)
    channel = forms.ChoiceField(label=_("How people were told"), choices=Outreach.choices)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))
    place = VisibleField(label=_("Where"), max_length=160, required=False)
    reached = forms.IntegerField(
        label=_("How many people it reached, more or less"),
        min_value=0,
        max_value=10_000_000,
        required=False,
    )
    how_known = VisibleField(
        label=_("How that is known"),
        help_text=_("For example: what the radio station says, or people counted at the assembly."),
        max_length=300,
        required=False,
    )
