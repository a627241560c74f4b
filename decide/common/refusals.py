"""How a page says no: visitors are taken to sign in and come back, the others read why."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect  # noqa: TID251  what views share
from django.urls import reverse

from decide.common.permissions import Detour


def refused(request, reason, fallback):
    """Say why not; visitors are taken to sign in, whoever can settle it to where, and come back."""
    if not request.user.is_authenticated:
        return redirect(sign_in(fallback))
    if isinstance(reason, Detour):
        messages.info(request, str(reason))
        return redirect(reason.url)
    messages.error(request, str(reason))
    return redirect(fallback)


def sign_in(then):
    return f"{reverse('account_login')}?{urlencode({'next': then})}"
