from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _


SESSION_KEY = "second_factor"
# Where somebody without their second step may still go: to set it up, to leave, to read.
OPEN = ("/cuenta/", "/idioma/", "/legal/", "/correo/", "/salud/", "/static/", "/media/")
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorMiddleware:
    """Whoever holds a role signs in with a second step; until it is set up, nothing else opens."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(OPEN) and needs_second_factor(request):
            messages.info(
                request,
                _("Your role handles other people's data: first set up sign-in in two steps."),
            )
            return redirect("mfa_activate_totp")
        return self.get_response(request)


def needs_second_factor(request) -> bool:
    user = request.user
    if not user.is_authenticated or request.session.get(SESSION_KEY) or not user.is_staff:
        return False
    if has_second_factor(user):
        request.session[SESSION_KEY] = True
        return False
    return True


def has_second_factor(user) -> bool:
    return Authenticator.objects.filter(user=user, type__in=STRONG).exists()
