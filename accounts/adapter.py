"""How allauth works in this house: by e-mail or mobile phone, in our words, through our tasks."""

from __future__ import annotations

import io

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect  # noqa: TID251  allauth asks here where to go
from django.utils.translation import get_language, gettext, gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from accounts import language, phones, tasks
from accounts.actions import desk, joining
from accounts.fields import PhoneField
from accounts.models import User


class Adapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed for now."),
        "duplicate_email": _("This is already your e-mail."),
        "email_password_mismatch": _(
            "The e-mail or the password is not right. Check them, or ask for a sign-in code."
        ),
        "phone_password_mismatch": _(
            "The number or the password is not right. Check them, or ask for a sign-in code."
        ),
        "username_password_mismatch": _(
            "Write your e-mail (like rosa@example.com) or your mobile number (like 987 654 321)."
        ),
        "email_taken": _("You cannot use this e-mail. Try another one."),
        "phone_taken": _("You cannot use this number. Try another one."),
        "enter_current_password": _("That is not your password now."),
        "incorrect_code": _("That is not the code. Look at the newest message we sent you."),
        "incorrect_password": _("That is not your password."),
        "invalid_login": _("Write your e-mail or your mobile number."),
        "max_email_addresses": _("An account has one e-mail."),
        "too_many_login_attempts": _(
            "Too many tries. Wait 15 minutes and ask for a new code; after many tries on"
            " one day, until tomorrow."
        ),
        "rate_limited": _("That was too fast. Wait a minute and try again."),
        "same_as_current": _("That is the one you already have."),
        "select_only_one": _("Write only one of the two."),
    }

    # --- who somebody is
    def save_user(self, request, user, form, commit=True):
        user.display_name = form.cleaned_data["display_name"]
        user.language = get_language() or ""
        user.wants_email = bool(form.cleaned_data.get("email"))
        return super().save_user(request, user, form, commit)

    def clean_email(self, email):
        if email and len(email) > 254:
            raise ValidationError(_("This e-mail is too long."), "too_long")
        return email

    def confirm_email(self, request, email_address):
        """Whoever confirms an address gets our mails there again, whatever came back before."""
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            User.objects.filter(pk=email_address.user_id).update(email_bounced_at=None)
        return confirmed

    # --- mobile phones
    def phone_form_field(self, **kwargs):
        return PhoneField(**kwargs)

    def get_phone(self, user):
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user, phone, verified):
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user, phone):
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone):
        phone = phones.normalise(phone)
        return User.objects.filter(phone=phone).first() if phone else None

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        text = gettext(
            "Decide La Libertad: your code is %(code)s. It works for %(minutes)d minutes."
            " Give it to nobody."
        )
        self._send_sms(phone, text % {"code": code, "minutes": settings.CODE_MINUTES})

    def send_unknown_account_sms(self, phone, **kwargs):
        self._send_sms(
            phone,
            gettext("Decide La Libertad: there is no account with this number. Sign up at")
            + f" {settings.SITE_URL}/cuenta/registro/",
        )

    def send_account_already_exists_sms(self, phone):
        self._send_sms(
            phone,
            gettext("Decide La Libertad: you already have an account with this number. Sign in at")
            + f" {settings.SITE_URL}/cuenta/entrar/",
        )

    def _send_sms(self, phone, text):
        tasks.send_sms.delay(phone, str(text))

    # --- letters
    def send_mail(self, template_prefix, email, context):
        message = self.render_mail(template_prefix, email, {"request": self.request} | context)
        tasks.send_mail.delay(message.subject, message.body, email)

    # --- signing in
    def pre_login(self, request, user, **kwargs):
        """An address given with a receipt may be mistyped: its owner does not get in by it alone."""
        if desk.waits_for_receipt(user) and request.session.get(desk.RECEIPT) != user.pk:
            messages.info(
                request,
                _("A desk opened this account: it is entered with the code of its receipt."),
            )
            return redirect("accounts:take_over")
        return super().pre_login(request, user, **kwargs)

    def get_login_stages(self):
        ours = "accounts.flows.ConfirmEmailIfThereIsOne"
        theirs = "allauth.account.stages.EmailVerificationStage"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def _get_login_attempts_cache_key(self, request, **credentials):
        """allauth's own counts all numbers as one, so that five wrong tries would lock everybody."""
        who = credentials.get("email") or phones.normalise(credentials.get("phone")) or ""
        return f"{request.get_host()}:{who.lower()}"

    def login(self, request, user):
        first = user.last_login is None
        if first and _came_by_code(request, user) and user.has_usable_password():
            # Whoever began the account never proved that the address was theirs; the one
            # who has now proved it shall not share it with them.
            user.set_unusable_password()
            user.save(update_fields=["password"])
        super().login(request, user)
        user.signs_in_first_time = first

    def post_login(self, request, user, *, redirect_url, **kwargs):
        response = super().post_login(request, user, redirect_url=redirect_url, **kwargs)
        if user.signs_in_first_time and not desk.take_over(user):
            joining.welcome(user, came_from=redirect_url)
        if user.language:
            language.remember(response, user.language)
        return response


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That is not the code. Wait until the app shows a new one."),
        "cannot_delete_authenticator": _(
            "While you have a role, signing in takes two steps. You can add another way first."
        ),
    }

    def build_totp_svg(self, url: str) -> str:
        """allauth's own has no ground, so that no camera reads it in the dark scheme."""
        svg = io.BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(svg)
        return svg.getvalue().decode()

    def can_delete_authenticator(self, authenticator) -> bool:
        """Whoever has a role keeps at least one strong second step."""
        user = authenticator.user
        if not user.is_staff or authenticator.type == authenticator.Type.RECOVERY_CODES:
            return True
        strong = (authenticator.Type.TOTP, authenticator.Type.WEBAUTHN)
        others = user.authenticator_set.filter(type__in=strong).exclude(pk=authenticator.pk)
        return others.exists()


def _came_by_code(request, user) -> bool:
    records = get_authentication_records(request, user)
    return bool(records) and records[-1]["method"] == "code"
