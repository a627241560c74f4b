from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.sessions import middleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import assistance
from accounts.actions.desk import note_assisted


SESSION_KEY = "second_factor"
# Where somebody without their second step may still go: to set it up, to leave, to read.
OPEN = ("/cuenta/", "/idioma/", "/legal/", "/correo/", "/salud/", "/static/", "/media/")
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SessionMiddleware(middleware.SessionMiddleware):
    """Sessions as Django keeps them; what a browser fetches by itself changes nothing of them.

    Sent before a sign-in and answered after it, it looks for the session that the sign-in replaced,
    and Django would take the cookie of the new one away: on a slow line one is signed out again.
    """

    BY_ITSELF = ("/sw.js", "/offline.html")

    def process_response(self, request, response):
        if request.path_info in self.BY_ITSELF:
            return response
        return super().process_response(request, response)


class SecondFactorMiddleware:
    """Whoever holds a role signs in with a second step; until it is set up, nothing else opens."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith(OPEN) or not answers_for_others(request):
            return self.get_response(request)
        if not has_second_factor(request.user):
            messages.info(
                request,
                _("Your role handles other people's data: first set up sign-in in two steps."),
            )
            return redirect("mfa_activate_totp")
        if not proved_here(request):
            back = request.get_full_path() if request.method == "GET" else "/"
            return redirect(f"{second_step_page(request)}?{urlencode({'next': back})}")
        request.session[SESSION_KEY] = True
        return self.get_response(request)


def answers_for_others(request) -> bool:
    """Whether the person holds a role and this session has not shown the second step yet."""
    user = request.user
    return user.is_authenticated and not request.session.get(SESSION_KEY) and user.is_staff


def has_second_factor(user) -> bool:
    return Authenticator.objects.filter(user=user, type__in=STRONG).exists()


def proved_here(request) -> bool:
    """A session older than the second step began with the password alone: it has to show it once."""
    records = get_authentication_records(request, request.user)
    return not records or any(record["method"] == "mfa" for record in records)


def second_step_page(request) -> str:
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    pages = [way["url"] for way in ways if way["id"].startswith("mfa_")]
    return pages[0] if pages else reverse("mfa_reauthenticate")


class AssistanceMiddleware:
    """While a desk officer acts for somebody beside them, the municipality's pages are that person's.

    The officer's own pages (account, desk, admin) stay the officer's. What is done is written
    down with the officer's name, in the same transaction.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.assistance = None
        if request.municipality is None or assistance.KEY not in request.session:
            return self.get_response(request)
        found = assistance.of(request.session, request.user, request.municipality)
        if found is None or request.path_info.startswith(assistance.own_pages(found)):
            return self.get_response(request)
        request.assistance, request.user = found, found.person
        with assistance.marked(found):
            response = self.get_response(request)
            if request.method == "POST" and response.status_code < 400:
                note_assisted(found, request.path)
        return response
