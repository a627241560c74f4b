"""The way of a trustee to their own screen, who has no account.

The address says who they are, signed, and leads to nothing secret by itself: what they do there
takes words that only they have. The code behind its # opens their words while the key is being
made. Browsers keep what is behind the # to themselves, so that it is in no log of any server; a
script puts it into the form, or the trustee types it.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from votes.commitments import CODE_LETTERS
from votes.models import Trustee


if TYPE_CHECKING:
    from votes.models import Poll

CODE = 16  # letters of five bits each
# What people read wrong, and what they meant.
MISREAD = str.maketrans("OIL", "011")
_signer = Signer(salt="votes.trustee", sep=".")


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE))


def spelled(code: str) -> str:
    """In groups of four, as it is read aloud."""
    return "-".join(code[start : start + 4] for start in range(0, CODE, 4))


def read_code(typed: str) -> str:
    """What was meant, whatever the spaces, dashes and capitals."""
    letters = (letter for letter in typed.upper() if letter.isalnum())
    return "".join(letters).translate(MISREAD)


def token_of(trustee: Trustee) -> str:
    return _signer.sign(str(trustee.pk))


def path_of(trustee: Trustee, poll: Poll) -> str:
    return reverse("votes:trustee", args=[poll.municipality.slug, poll.pk, token_of(trustee)])


def trustee_of(poll: Poll, token: str) -> Trustee | None:
    """Whose screen this is; nobody's if the address is not whole."""
    try:
        pk = _signer.unsign(token)
    except BadSignature:
        return None
    return Trustee.objects.filter(poll=poll, pk=pk).first()
