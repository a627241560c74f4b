"""The forms of the second step, with our words and a keyboard of digits."""

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from django.core.cache import caches
from django.utils.translation import gettext_lazy as _


DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "placeholder": ""}
# How long a code of the app holds: the periods before and after its own as well.
HOLDS = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)


class TakenOnce:
    """A code of the app is taken once for as long as it holds; allauth forgets it after one period."""

    def clean_code(self):
        taken = f"code-taken:{self.user.pk}:{normalize_user_code(self.cleaned_data['code'])}"
        if caches["people"].get(taken):
            raise get_adapter().validation_error("incorrect_code")
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            caches["people"].set(taken, 1, HOLDS)
        return code


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


class AuthenticateForm(TakenOnce, base.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of your app, or one of your recovery codes")
        self.fields["code"].widget.attrs.update(DIGITS)


class ReauthenticateForm(TakenOnce, base.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of your app, or one of your recovery codes")
        self.fields["code"].widget.attrs.update(DIGITS)
