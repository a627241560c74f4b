"""What every way of joining asks: the name others see and what the person agrees to."""

from django import forms
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy as _

from accounts import legal
from accounts.enums import Purpose
from accounts.names import MAX_LENGTH, clean_display_name


def _where_to_read() -> str:
    return format_html(
        gettext(
            'Read them first: <a href="{terms}" target="_blank">the rules</a> and'
            ' <a href="{privacy}" target="_blank">the notice about your data</a>'
            " (each opens in another window)."
        ),
        terms=reverse("legal:terms"),
        privacy=reverse("legal:privacy"),
    )


class DisplayNameField(forms.CharField):
    default_error_messages = {"required": _("Write the name that others will see.")}

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Name others will see"))
        kwargs.setdefault("help_text", _("Your own name or another you choose. Never your DNI."))
        kwargs.setdefault("max_length", MAX_LENGTH)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "nickname"}))
        super().__init__(**kwargs)

    def clean(self, value):
        value = super().clean(value)
        return clean_display_name(value) if value else value


class ConsentFields(forms.Form):
    """Each purpose a tick of its own, none of them ticked beforehand."""

    terms = forms.BooleanField(
        label=_(
            "I have read the rules for taking part and the notice about my personal data,"
            " and I agree."
        ),
        help_text=lazy(_where_to_read, str)(),
        error_messages={
            "required": _("To take part you have to agree to the rules. Tick the box.")
        },
    )
    statistics = forms.BooleanField(
        label=_(
            "Count me in the public statistics by gender, age and area, without my name,"
            " if I fill in those data."
        ),
        required=False,
    )
    news = forms.BooleanField(
        label=_("Send me news of what opens for taking part in my municipality."), required=False
    )

    def consents(self) -> dict[str, str]:
        """The purposes ticked, each with the version of the words that were shown."""
        versions = {
            Purpose.TERMS: legal.TERMS_VERSION,
            Purpose.STATISTICS: legal.STATISTICS_VERSION,
            Purpose.NEWS: legal.NEWS_VERSION,
        }
        return {
            purpose: version
            for purpose, version in versions.items()
            if self.cleaned_data.get(purpose)
        }
