from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.residence import DistrictField
from municipalities.models import Padron


class PadronForm(forms.ModelForm):
    """What must be known of a padrón before anybody is put into it."""

    class Meta:
        model = Padron
        fields = ["name", "legal_basis", "source", "purpose", "cutoff_on", "expires_on"]
        widgets = {
            "cutoff_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "purpose": _("For example: to prove who lives here when proposals are supported."),
            "cutoff_on": _("The day on which the list was true."),
        }

    def clean_expires_on(self):
        expires_on = self.cleaned_data["expires_on"]
        if expires_on < timezone.localdate():
            raise ValidationError(_("This day is past."))
        return expires_on


class UploadForm(forms.Form):
    """A file of people, and where they all live if the file does not say."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
        },
    )
    district = DistrictField(
        label=_("District of everybody in the file"),
        required=False,
        help_text=_("Only if the file has no column with the ubigeo."),
    )

    def __init__(self, *args, municipality, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].offer([municipality])
        if len(self.fields["district"].places) == 1:
            self.fields["district"].initial = next(iter(self.fields["district"].places))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.PADRON_MAX_MB * 1024 * 1024:
            raise ValidationError(
                _("The file has more than %(most)d MB. Send it in parts."),
                params={"most": settings.PADRON_MAX_MB},
            )
        if not file.name.lower().endswith((".csv", ".txt", ".xlsx")):
            raise ValidationError(_("Send a CSV or an XLSX file."))
        return file
