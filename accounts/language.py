"""The language somebody chose goes with their browser, also while nobody is signed in."""

from typing import Any

from django.conf import settings


def remember(response: Any, language: str) -> None:
    """Keep the language in the cookie that Django reads, for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
