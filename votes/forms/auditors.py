"""To whom sealed ballots are handed."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AuditorsForm(forms.Form):
    use_required_attribute = False

    to = forms.CharField(
        label=_("Who receives them"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Names and organisations. Everybody can read it on the page of the vote."),
        error_messages={"required": _("Write who receives them.")},
    )
    promise = forms.BooleanField(
        label=_("They have agreed to recount in public, and to delete the file afterwards."),
        error_messages={"required": _("Do not hand it over before they have agreed.")},
    )
