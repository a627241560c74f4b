"""What a municipality types to say that it is interested, and what the region answers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import Practice
from municipalities.models import Municipality
from participation.forms.fields import VisibleField


ANY = _("Any practice: advise us")


class InterestForm(forms.Form):
    practice = forms.ModelChoiceField(
        Practice.objects.published(), label=_("Practice"), required=False, empty_label=ANY
    )
    letter = VisibleField(
        label=_("Letter of the mayor's office"),
        help_text=_("Its number and date: «Oficio N.° 015-2026-MPO/A»."),
        max_length=160,
    )
    text = VisibleField(
        label=_("Why"),
        help_text=_("What you want to change, and for whom. Everybody can read it."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class InviteForm(forms.Form):
    """In the region's admin."""

    municipality = forms.ModelChoiceField(
        Municipality.objects.exclude(kind="region").order_by("short_name"), label=_("Municipality")
    )
    practice = forms.ModelChoiceField(
        Practice.objects.published(), label=_("Practice"), required=False, empty_label=ANY
    )
    text = VisibleField(label=_("Why"), max_length=2_000, required=False, widget=forms.Textarea)


class AnswerForm(forms.Form):
    reason = VisibleField(
        label=_("What you answer"),
        help_text=_("Everybody can read it."),
        max_length=1_000,
        required=False,
        widget=forms.Textarea,
    )
