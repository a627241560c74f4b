"""The forms of the entrance: one field for e-mail or mobile, plain words, limited tries.

They are allauth's own (ACCOUNT_FORMS in the settings); what they do stays allauth's.
"""

from allauth.account import forms as base
from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context, ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import consents, handles
from accounts.fields import Contact, ContactField
from accounts.flows import PhonePasswordReset
from accounts.forms.captcha import Captcha
from accounts.forms.joining import ConsentFields, DisplayNameField


PASSWORD_LENGTH = 200


def dress_password(field: forms.Field, label, help_text="") -> None:
    field.label = label
    field.help_text = help_text
    field.max_length = PASSWORD_LENGTH
    field.validators.append(forms.CharField(max_length=PASSWORD_LENGTH).validators[0])
    field.widget.attrs.pop("placeholder", None)


NEW_PASSWORD_HELP = _("At least 8 characters, not only numbers. Three words together are good.")


class SignupForm(Captcha, ConsentFields, base.SignupForm):
    contact = ContactField(
        help_text=_("We send a code there to make sure that it is yours. Nobody else sees it.")
    )
    display_name = DisplayNameField()
    field_order = ["contact", "display_name", "password1", "terms", "statistics", "news", "person"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["email"], self.fields["phone"]
        self.fields["contact"].initial = self.initial.get("email")
        dress_password(self.fields["password1"], _("Password"), NEW_PASSWORD_HELP)

    def clean_contact(self) -> Contact:
        contact = self.cleaned_data["contact"]
        self.cleaned_data |= {"email": contact.email, "phone": contact.phone}
        if contact.email:
            self.cleaned_data["email"] = self.validate_unique_email(contact.email)
        return contact

    def try_save(self, request):
        """Two people joining with the same address at the same moment: the second is told so."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)

    def custom_signup(self, request, user):
        handles.give(user)
        consents.give(user, self.consents())


class LoginForm(base.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        contact = ContactField()
        login = self.fields["login"]
        login.label, login.widget, login.max_length = contact.label, contact.widget, 254
        login.validators.append(forms.CharField(max_length=254).validators[0])
        dress_password(self.fields["password"], _("Password"))
        self.fields["remember"].label = _("Keep me signed in on this device")
        self.fields["remember"].help_text = _("Not on a phone or computer that others use.")


class _AskForContact(forms.Form):
    """One field instead of allauth's two; its own clean_email and clean_phone do the work."""

    contact = ContactField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("email", "phone"):
            self.fields.pop(name, None)


class RequestLoginCodeForm(_AskForContact, base.RequestLoginCodeForm):
    def clean_contact(self) -> Contact:
        contact = self.cleaned_data["contact"]
        self.cleaned_data |= {"email": contact.email, "phone": contact.phone}
        self._user = None
        if contact.email:
            self.clean_email()
        else:
            self.clean_phone()
        return contact


class ResetPasswordForm(_AskForContact, base.ResetPasswordForm):
    def clean_contact(self) -> Contact:
        contact = self.cleaned_data["contact"]
        # allauth counts and shows the tries under "email", whichever it is.
        self.cleaned_data["email"] = contact.email or contact.phone
        if contact.email:
            self.users = filter_users_by_email(
                contact.email, is_active=True, prefer_verified=True, for_login=True
            )
        else:
            user = get_adapter().get_user_by_phone(contact.phone)
            self.users = [user] if user and user.is_active else []
        return contact

    def save(self, request, **kwargs):
        contact = self.cleaned_data["contact"]
        process = (
            PhonePasswordReset
            if contact.phone
            else flows.password_reset_by_code.PasswordResetVerificationProcess
        )
        process.initiate(
            request=request,
            user=self.users[0] if self.users else None,
            email=self.cleaned_data["email"],
        )
        return self.cleaned_data["email"]


class _NewPassword:
    """Typed once: it can be made visible, and a forgotten one is soon replaced."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        dress_password(self.fields["password1"], _("New password"), NEW_PASSWORD_HELP)


class NewPasswordForm(_NewPassword, base.ResetPasswordKeyForm):
    pass


class SetPasswordForm(_NewPassword, base.SetPasswordForm):
    pass


class ChangePasswordForm(_NewPassword, base.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress_password(self.fields["oldpassword"], _("Your password now"))


class ReauthenticateForm(base.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress_password(self.fields["password"], _("Password"))


class _EmailLabel:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.label, field.max_length = _("New e-mail"), 254
        field.validators.append(forms.CharField(max_length=254).validators[0])
        field.widget.attrs.pop("placeholder", None)


class AddEmailForm(_EmailLabel, base.AddEmailForm):
    pass


class ChangeEmailForm(_EmailLabel, base.ChangeEmailForm):
    pass


class ChangePhoneForm(base.ChangePhoneForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = _("New mobile number")


class _LimitedTries:
    """Three tries for a code, counted where parallel requests cannot slip past each other.

    allauth counts in the session, which two requests may read at the same moment.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("The six digits we sent you")
        code.max_length = 20
        code.validators.append(forms.CharField(max_length=20).validators[0])
        code.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}

    def clean_code(self):
        session = context.request.session.session_key
        expected = normalize_user_code(self.expected_code or "")
        if not ratelimit.consume(
            context.request, action="confirm_code", key=f"{session}:{expected}"
        ):
            raise get_adapter().validation_error("too_many_login_attempts")
        return super().clean_code()


class ConfirmLoginCodeForm(_LimitedTries, base.ConfirmLoginCodeForm):
    pass


class ConfirmEmailForm(_LimitedTries, base.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetForm(_LimitedTries, base.ConfirmPasswordResetCodeForm):
    pass


class VerifyPhoneForm(_LimitedTries, base.VerifyPhoneForm):
    pass
