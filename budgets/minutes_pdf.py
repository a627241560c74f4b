"""The acta as a document to read aloud and sign: the same content gives the same bytes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _, override
from reportlab.platypus import CondPageBreak, Flowable

from budgets.minutes import digest_of
from budgets.minutes_told import Part, named, parts_of
from decide.common import pdf


WIDTHS = [112, 32, 26]


def acta(content: dict[str, Any], address: str) -> bytes:
    """In Spanish, whoever asks; `address` is where its addenda and the signed paper are found."""
    with override(settings.LANGUAGE_CODE):
        parts: list[Flowable] = [pdf.text(named(content["budget"]), pdf.HEADING)]
        for part in parts_of(content):
            parts += _part(part)
        parts += [*_signers(content["signers"]), *_fingerprint(content, address)]
        return pdf.document(_("Acta of agreements and commitments"), content["municipality"], parts)


def _part(part: Part) -> list[Flowable]:
    parts: list[Flowable] = [CondPageBreak(110), pdf.heading(part.title)]
    if part.pairs:
        parts.append(pdf.table(["", ""], part.pairs, [48, 122]))
    parts += [pdf.text(words) for words in part.paragraphs if words.strip()]
    if part.rows:
        parts += [pdf.gap(2), pdf.table(part.head, part.rows, WIDTHS)]
    if part.notes:
        parts += [pdf.gap(2), *(pdf.text(words, pdf.SMALL) for words in part.notes)]
    if part.fingerprints:
        rows = [[label, _hash(digits)] for label, digits in part.fingerprints]
        parts += [pdf.gap(2), pdf.table([_("Of what"), _("Fingerprint")], rows, [48, 122])]
    return parts


def _hash(digits: str) -> Flowable:
    return pdf.text(f"{digits[:32]}\n{digits[32:]}", pdf.CODE)


def _signers(signers: list[dict[str, str]]) -> list[Flowable]:
    """A line for each, and some for whoever else signs."""
    rows = [[one["name"], one["office"], pdf.gap(14)] for one in signers]
    rows += [[pdf.gap(14), "", ""] for _empty in range(3)]
    head = [_("Name"), _("Signs as"), _("Signature")]
    return [
        CondPageBreak(150),
        pdf.heading(_("Who signs")),
        pdf.table(head, rows, [60, 55, 55]),
    ]


def _fingerprint(content: dict[str, Any], address: str) -> list[Flowable]:
    said = _(
        "Fingerprint of this acta (SHA-256). What it says changes no more; if something had to be"
        " corrected, the addendum is at %(address)s, with the paper as it was signed."
    ) % {"address": address}
    return [
        CondPageBreak(80),
        pdf.gap(6),
        pdf.text(said, pdf.SMALL),
        _hash(digest_of(content).hex()),
    ]
