"""The public package: everything that is needed to count again, and nothing of who voted.

A zip of a few JSON files and the program that checks them (votes/verify_poll.py), which
shares no code with the site.
"""

from __future__ import annotations

import io
import json
import zipfile
from importlib.resources import files
from typing import Any

from votes.models import Urn


VERIFIER = "verify_poll.py"
# Zip files remember when their parts were written; the same outcome shall be the same bytes.
EPOCH = (2026, 1, 1, 0, 0, 0)


def build(urn: Urn) -> bytes:
    """The zip of an opened urn. The same urn gives the same bytes."""
    parts = {
        "definition.json": urn.definition,
        "urn.json": _text(
            {
                "digest": bytes(urn.digest).hex(),
                "seal_key": bytes(urn.seal_key).hex(),
                "sign_key": bytes(urn.sign_key).hex(),
            }
        ),
        "log.json": _text(_log(urn)),
        "answers.json": _text(answers_of(urn)),
        "actas.json": _text(json.loads(urn.outcome.statement)["actas"]),
        "audited.json": _text(audited_of(urn)),
        "outcome.json": urn.outcome.statement,
        "signature.json": _text({"outcome": bytes(urn.outcome.signature).hex()}),
        VERIFIER: files("votes").joinpath(VERIFIER).read_text(encoding="utf-8"),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, EPOCH), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _log(urn: Urn) -> dict[str, Any]:
    return {
        "leaves": [bytes(leaf).hex() for leaf in urn.leaves.values_list("commitment", flat=True)],
        "heads": [
            {
                "number": head.number,
                "size": head.size,
                "root": bytes(head.root).hex(),
                "previous": bytes(head.previous).hex(),
                "at": head.at.isoformat(timespec="microseconds"),
                "signature": bytes(head.signature).hex(),
            }
            for head in urn.checkpoints.order_by("number")
        ],
    }


def answers_of(urn: Urn) -> list[dict[str, Any]]:
    """The opened answers as the package tells them, and as the outcome's digest holds them."""
    rows = urn.answers.order_by("question", "cell", "answer")
    return [
        {"question": q, "cell": cell, "answer": json.loads(answer), "number": number}
        for q, cell, answer, number in rows.values_list("question", "cell", "answer", "number")
    ]


def audited_of(urn: Urn) -> list[str]:
    """The commitments of ballots that were opened to be looked at, and so may not be in the log."""
    return sorted({bytes(one).hex() for one in urn.spoiled.values_list("commitment", flat=True)})


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
