"""The forms of the second step, with our words and a keyboard of digits."""

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _


DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "placeholder": ""}


class ActivateTOTPForm(totp.ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The six digits that the app shows now")
        self.fields["code"].max_length = 20
        self.fields["code"].widget.attrs.update(DIGITS)


class AuthenticateForm(base.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of your app, or one of your recovery codes")
        self.fields["code"].widget.attrs.update(DIGITS)


class ReauthenticateForm(base.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of your app, or one of your recovery codes")
        self.fields["code"].widget.attrs.update(DIGITS)
