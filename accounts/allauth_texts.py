"""What django-allauth itself says on our pages, collected so that locale/accounts can say it our way."""

from django.utils.translation import gettext_noop as _


SAID_BY_ALLAUTH = [
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
    _("Master key"),
    _("Backup key"),
    _("Key nr. {number}"),
    _("Passwordless"),
    _(
        "Enabling passwordless operation allows you to sign in using just this key, but imposes"
        " additional requirements such as biometrics or PIN protection."
    ),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("Your account has no password set up."),
    _("Your account has no verified email address."),
    _("You cannot disconnect your last remaining third-party account."),
    _("The third-party account is already connected to a different account."),
    _("Invalid token."),
]
