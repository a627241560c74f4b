"""Pages that are as long whatever was chosen, so that who watches the line learns nothing.

A part that shows choices is filled up to more than it could take, and the page to a whole multiple.
Nobody on the way compresses it (`no-transform`), or its length would tell after all: it is
compressed here, and what was compressed is filled up too. What the browser sends is filled up by a
script (same-length.js); without one, how much was marked shows in its length, and never what.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.debug import sensitive_variables

from votes.counting.answers import NUMBERS


if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse  # noqa: TID251  only their types

STEP = 4096
# More bytes than choices, or what is wrong with them, add to a page: as it is read, and compressed.
FOR_A_QUESTION, FOR_AN_OPTION, FOR_A_LETTER = 1600, 160, 10
SQUEEZED_QUESTION, SQUEEZED_OPTION, SQUEEZED_LETTER = 500, 20, 10
SENT_NAME, SENT_NUMBER = 10, 30  # of an option that is marked, and of one with a number


class Part(NamedTuple):
    """A part of a page that shows choices, and another instead of it that shows as much as any."""

    html: SafeString
    reference: str


@sensitive_variables()
def filled(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    reference: dict[str, Any],
    questions: list[dict[str, Any]],
) -> Part:
    """The part of a page, as long as with the reference and all that choices could add to that."""
    shown, other = (render_to_string(template, each, request) for each in (context, reference))
    missing = len(other.encode()) + _room(questions) - len(shown.encode())
    html = mark_safe(f"{shown}<!--{' ' * missing}-->")  # noqa: S308  drawn by our own template
    return Part(html, other)


@sensitive_variables()
def of_one_length(
    request: HttpRequest,
    response: HttpResponse,
    parts: list[Part],
    questions: list[dict[str, Any]],
) -> HttpResponse:
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        reference = response.content
        for part in parts:
            reference = reference.replace(part.html.encode(), part.reference.encode())
        least = len(_squeezed(reference)) + _squeezed_room(questions)
        response.content = gzipped(response.content, least)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.content += b" " * (-len(response.content) % STEP)
    patch_vary_headers(response, ("Accept-Encoding",))
    patch_cache_control(response, no_transform=True)
    return response


HEAD = b"\x1f\x8b\x08%c\0\0\0\0\2\xff"  # RFC 1952: deflate, flags, no time, best, any system
NAMED = 8


def gzipped(content: bytes, least: int) -> bytes:
    """Compressed, and as long as the next whole multiple: a long name in its head fills it up."""
    body = _squeezed(content)
    tail = struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    length = len(HEAD % 0) + len(body) + len(tail)
    name = -(-max(length + 1, least) // STEP) * STEP - length
    return b"".join([HEAD % NAMED, b"x" * (name - 1), b"\0", body, tail])


def _squeezed(content: bytes) -> bytes:
    maker = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return maker.compress(content) + maker.flush()


def longest_sent(questions: list[dict[str, Any]]) -> int:
    """More letters than any filled in ballot takes on its way here."""
    return (
        sum(
            80
            + len(question.get("options", []))
            * (SENT_NUMBER if question["kind"] in (*NUMBERS, "ranked") else SENT_NAME)
            + 12 * question.get("length", 0)
            for question in questions
        )
        + len("csrfmiddlewaretoken=&ensayo=")
        + 64
        + 80
    )


def _room(questions: list[dict[str, Any]]) -> int:
    return _sum(questions, FOR_A_QUESTION, FOR_AN_OPTION, FOR_A_LETTER)


def _squeezed_room(questions: list[dict[str, Any]]) -> int:
    return _sum(questions, SQUEEZED_QUESTION, SQUEEZED_OPTION, SQUEEZED_LETTER)


def _sum(questions: list[dict[str, Any]], each: int, option: int, letter: int) -> int:
    return sum(
        each + option * len(question.get("options", [])) + letter * question.get("length", 0)
        for question in questions
    )
