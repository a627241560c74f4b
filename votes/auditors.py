"""What auditors get besides the public package: the sealed ballots that counted, without whose.

With the trustees' words they open them on a machine of their own (votes/recount_sealed.py). Without
the words it says which receipts counted, and nothing of any choice.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from django.db import connection

from votes import papers, unsealing
from votes.package import EPOCH, VERIFIER


if TYPE_CHECKING:
    from votes.models import Urn

PUBLIC = "votacion.zip"
PROGRAM = "recount_sealed.py"


def build(urn: Urn, public: bytes) -> bytes:
    """The zip for auditors, around the public package as it was published."""
    parts = {
        PUBLIC: public,
        "sealed.json": json.dumps(_sealed(urn)),
        "papers.json": json.dumps(_papers(urn), ensure_ascii=False),
        PROGRAM: files("votes").joinpath(PROGRAM).read_bytes(),
        VERIFIER: zipfile.ZipFile(io.BytesIO(public)).read(VERIFIER),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _sealed(urn: Urn) -> list[list[str]]:
    """Each commitment with its sealed ballot, in the order of the commitments."""
    with connection.cursor() as cursor:
        cursor.execute(unsealing.LAST_OF_EACH, [urn.pk])
        return sorted(
            [bytes(promise).hex(), bytes(sealed).hex()]
            for sealed, promise, _place, _way in cursor.fetchall()
        )


def _papers(urn: Urn) -> list[dict[str, Any]]:
    """How often each answer stood on paper, question by question, all tables together."""
    questions = json.loads(urn.definition)["questions"]
    answers = unsealing.papers_of(papers.of_urn(urn), questions).answers
    sums: Counter[tuple[str, str]] = Counter()
    for (question, _cell, answer), number in answers.items():
        sums[question, answer] += number
    return [
        {"question": question, "answer": json.loads(answer), "number": number}
        for (question, answer), number in sorted(sums.items())
    ]
