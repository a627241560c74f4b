"""What is typed about work plans, evidence and tasks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.enums import DelayReason, EvidenceKind, Light, VerificationMethod
from budgets.forms.minutes import DayField
from participation.forms.fields import VisibleField


class EvidenceForm(forms.Form):
    """A photo or a PDF from a telephone, or an address."""

    kind = forms.ChoiceField(label=_("What it is"), choices=EvidenceKind.choices)
    title = VisibleField(label=_("Title"), max_length=200)
    upload = forms.FileField(
        label=_("Photo or PDF"),
        help_text=_("At most 5 MB. It is kept as it is, and only its reviewers open it."),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )
    url = forms.URLField(
        label=_("Or its address on the web"), required=False, max_length=500, assume_scheme="https"
    )
    taken_on = DayField(label=_("Of which day it is"), required=False)
    is_public = forms.BooleanField(
        label=_("Everybody may see it once it is accepted"),
        help_text=_(
            "Of a photo a copy without place and camera is shown; of a PDF only the copy that you add."
        ),
        required=False,
    )
    public_upload = forms.FileField(
        label=_("Copy of the PDF without personal data"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if not found.get("upload") and not found.get("url") and not self.errors:
            raise forms.ValidationError(_("Add a file or an address."))
        return found


class ReasonForm(forms.Form):
    reason = VisibleField(
        label=_("Reason"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )


class SubmitForm(forms.Form):
    done_on = DayField(label=_("Day on which it was done"))


class HelpForm(forms.Form):
    text = VisibleField(
        label=_("What you need"),
        help_text=_("The region's team reads it and answers here."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    text = VisibleField(
        label=_("What was done"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class RescheduleForm(forms.Form):
    to = DayField(label=_("New date"))
    code = forms.ChoiceField(label=_("Kind of reason"), choices=DelayReason.choices)
    reason = VisibleField(
        label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class OverrideForm(forms.Form):
    light = forms.ChoiceField(label=_("Traffic light"), choices=Light.choices)
    expires_on = DayField(label=_("Until"), help_text=_("At most 60 days from today."))
    reason = VisibleField(
        label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class JudgeForm(forms.Form):
    """Accept or return what waits; a reason is needed to return it."""

    method = forms.ChoiceField(
        label=_("How you looked at it"),
        choices=VerificationMethod.choices,
        initial=VerificationMethod.DESK,
        required=False,
    )
    notes = VisibleField(
        label=_("What is missing, if you return it"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
