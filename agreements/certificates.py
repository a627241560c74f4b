"""The certificate of improvement as a PDF, with the address and the code by which it is verified."""

from __future__ import annotations

import io

import segno
from django.utils.translation import get_language, gettext as _
from reportlab.platypus import Flowable, Image

from agreements.closing import dated
from agreements.enums import MechanismState
from agreements.models import Certificate
from decide.common import pdf
from municipalities.mechanisms import MECHANISMS


def mechanisms_of(certificate: Certificate) -> list[list[str]]:
    """Each mechanism then and now, in words."""
    names = {one.code: str(one.name) for one in MECHANISMS}
    return [
        [
            names.get(code, code),
            str(MechanismState(then).label),
            str(MechanismState(now).label),
        ]
        for code, then, now in certificate.figures.get("mechanisms", [])
    ]


def as_pdf(certificate: Certificate, address: str) -> bytes:
    figures = certificate.figures
    code = io.BytesIO()
    segno.make(address, error="m").save(code, kind="png", scale=6, border=2)
    code.seek(0)
    said = _(
        "The regional government recognises that %(place)s improved participation between %(before)s"
        " and %(after)s against its own baseline."
    ) % {
        "place": certificate.municipality.name,
        "before": figures.get("before"),
        "after": figures.get("after"),
    }
    parts: list[Flowable] = [
        pdf.text(certificate.municipality.name, pdf.HEADING),
        pdf.text(said),
        pdf.gap(2),
        pdf.text(
            _("It is computed by a rule that everybody can read; nobody grants it by hand."),
            pdf.SMALL,
        ),
        pdf.gap(4),
        pdf.table(
            [
                _("Mechanism"),
                str(figures.get("before")),
                str(figures.get("after")),
            ],
            mechanisms_of(certificate),
            [90, 40, 40],
        ),
        pdf.gap(4),
        pdf.table(
            [_("Indicators better than their baseline"), _("Worse")],
            [[figures.get("indicators_better"), figures.get("indicators_worse")]],
            [100, 70],
        ),
        pdf.gap(6),
        pdf.text(_("Issued on %(day)s") % {"day": dated(certificate.issued_at)}),
        pdf.text(_("Verification code: %(code)s") % {"code": certificate.code}, pdf.CODE),
        pdf.text(address, pdf.CODE),
        pdf.gap(2),
        Image(code, width=85, height=85, hAlign="LEFT"),
    ]
    return pdf.document(
        _("Certificate of improvement %(year)s") % {"year": certificate.year},
        _("Regional government of La Libertad"),
        parts,
        language=get_language(),
    )
