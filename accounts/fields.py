"""The one field in which somebody gives their e-mail or their mobile phone."""

from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts import phones


class Contact(NamedTuple):
    email: str | None
    phone: str | None


class PhoneField(forms.CharField):
    """A Peruvian mobile, typed any sensible way."""

    default_error_messages = {
        "invalid": _(
            "Write a Peruvian mobile number: nine digits that begin with 9, like 987 654 321."
        ),
        "required": _("Write your mobile number."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Mobile phone"))
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        )
        super().__init__(**kwargs)

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return value
        phone = phones.normalise(value)
        if phone is None:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return phone


class ContactField(forms.CharField):
    default_error_messages = {
        "required": _("Write your e-mail or your mobile number."),
        "invalid": _(
            "This is neither an e-mail (like rosa@example.com) nor a Peruvian mobile number"
            " (like 987 654 321). Check it."
        ),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Your e-mail or your mobile number"))
        kwargs.setdefault("max_length", 254)
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )
        super().__init__(**kwargs)

    def clean(self, value):
        value = super().clean(value)
        if "@" in value:
            try:
                validate_email(value)
            except ValidationError:
                raise ValidationError(self.error_messages["invalid"], "invalid") from None
            return Contact(email=value.lower(), phone=None)
        phone = phones.normalise(value)
        if phone is None:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return Contact(email=None, phone=phone)
