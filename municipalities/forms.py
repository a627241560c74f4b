from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from municipalities.actions import SETTINGS
from municipalities.coat_of_arms import redrawn
from municipalities.enums import Module
from municipalities.models import Municipality


class InterestForm(forms.Form):
    """Leave an address to be told."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We write once, when the space opens, and use it for nothing else."),
    )


class SettingsForm(forms.ModelForm):
    """What a municipality says of itself and which ways of taking part it offers."""

    modules = forms.MultipleChoiceField(
        label=_("ways of taking part"),
        choices=Module.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Municipality
        fields = [*SETTINGS, "modules"]

    def clean_accent(self) -> str:
        return self.cleaned_data["accent"].upper()

    def clean_coat_of_arms(self):
        sent = self.cleaned_data["coat_of_arms"]
        return redrawn(sent) if isinstance(sent, UploadedFile) else sent
