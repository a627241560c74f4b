"""The forms of the second step, with our words and a keyboard of digits."""

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
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

    def clean_code(self):
        code = super().clean_code()
        # Whoever sets it up has just shown it.
        record_authentication(context.request, self.user, method="mfa", type="totp")
        return code


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
