"""Codes that people say on the telephone: letters of the place, the year, and the next number."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Length

from municipalities.models import Municipality


def letters_of(municipality: Municipality) -> str:
    """OTU of Otuzco."""
    return municipality.slug.replace("-", "")[:3].upper()


def next_code(things: QuerySet, prefix: str, *, digits: int) -> str:
    """The one after the last that was given; the caller keeps others from asking meanwhile."""
    given = things.filter(code__startswith=prefix).order_by(Length("code").desc(), "-code")
    last = given.values_list("code", flat=True).first()
    number = int(last.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{number:0{digits}}"
