"""Pages that are as long whatever was chosen, so that who watches the line learns nothing.

A part that shows choices is filled up to more than it could take, and the page to a whole multiple.
Nobody on the way compresses it (`no-transform`), or its length would tell after all. What the
browser sends is filled up by a script (same-length.js); without one, how much was marked shows in
its length, and never what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.debug import sensitive_variables


if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse  # noqa: TID251  only their types

STEP = 4096
FOR_A_QUESTION, FOR_AN_OPTION, FOR_A_LETTER = 800, 160, 10


@sensitive_variables()
def filled(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    reference: dict[str, Any],
    rules: dict[str, Any],
) -> SafeString:
    """The part of a page, as long as with the reference and all that choices could add to that."""
    shown, other = (render_to_string(template, each, request) for each in (context, reference))
    missing = len(other.encode()) + _room(rules) - len(shown.encode())
    return mark_safe(f"{shown}<!--{' ' * missing}-->")  # noqa: S308  drawn by our own template


def of_one_length(response: HttpResponse) -> HttpResponse:
    response.content += b" " * (-len(response.content) % STEP)
    patch_cache_control(response, no_transform=True)
    return response


def longest_sent(rules: dict[str, Any]) -> int:
    """More letters than any filled in ballot takes on its way here."""
    return (
        sum(
            60 + 30 * len(question.get("options", [])) + 12 * question.get("length", 0)
            for question in rules["questions"]
        )
        + len("csrfmiddlewaretoken=&ensayo=")
        + 64
        + 80
    )


def _room(rules: dict[str, Any]) -> int:
    """More bytes than any choices, or what is wrong with them, add to a page."""
    return sum(
        FOR_A_QUESTION
        + FOR_AN_OPTION * len(question.get("options", []))
        + FOR_A_LETTER * question.get("length", 0)
        for question in rules["questions"]
    )
