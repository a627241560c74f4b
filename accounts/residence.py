"""Who is asked whether a person lives in a district: the padrón today, others by settings.

RESIDENCE_CHECKS lists adapters by name. Each answers with one of four words and keeps
nothing. A service of RENIEC, once an agreement allows it, would be one more class here.
"""

from __future__ import annotations

import hmac
import logging
from datetime import date
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables

from accounts.enums import CheckResult
from decide.common import documents
from municipalities.models import Municipality, Padron, PadronEntry
from municipalities.rls import municipality_scope


logger = logging.getLogger("decide.residence")


class ResidenceCheck(Protocol):
    """Answers whether this document, born that day, lives in the district (an INEI ubigeo)."""

    def check(self, kind: str, number: str, birth_date: date, district: str) -> CheckResult: ...


class PadronCheck:
    """Looks into the valid padrones of the district's own, its province's and its region's space."""

    @sensitive_variables()
    def check(self, kind: str, number: str, birth_date: date, district: str) -> CheckResult:
        result = CheckResult.UNAVAILABLE
        spaces = Municipality.objects.where_takes_part(district)
        with municipality_scope(*spaces):
            for padron in Padron.objects.valid().covering(district):
                result = CheckResult.NOT_MATCHED
                if is_in_padron(
                    padron,
                    documents.document_hash(kind, number, padron.key_version),
                    documents.birth_hash(kind, number, birth_date, padron.key_version),
                    district,
                ):
                    return CheckResult.MATCHED
        return result


def is_in_padron(padron: Padron, document: bytes, birth: bytes, district: str) -> bool:
    entry = PadronEntry.objects.filter(
        municipality_id=padron.municipality_id, padron=padron, document_hash=document
    ).first()
    # Compared even if there is nobody, so that both cases take as long.
    known = bytes(entry.birth_hash) if entry else bytes(32)
    lives_there = entry is not None and entry.district_id == district
    return hmac.compare_digest(known, birth) and lives_there


@sensitive_variables()
def ask(kind: str, number: str, birth_date: date, district: str) -> CheckResult:
    """The first check that knows the person decides; one that is down only means «not now»."""
    if age_on(birth_date, timezone.localdate()) < settings.RESIDENCE_MIN_AGE:
        return CheckResult.NOT_ALLOWED
    answers = set()
    for name in settings.RESIDENCE_CHECKS:
        try:
            with transaction.atomic():
                answer = import_string(name)().check(kind, number, birth_date, district)
        except Exception as error:
            # Neither text nor traceback: they may hold the document.
            logger.error("%s failed with %s", name, type(error).__name__)
            answer = CheckResult.UNAVAILABLE
        if answer == CheckResult.MATCHED:
            return answer
        answers.add(answer)
    for answer in (CheckResult.NOT_ALLOWED, CheckResult.NOT_MATCHED):
        if answer in answers:
            return answer
    return CheckResult.UNAVAILABLE


def age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def home_of(district: str) -> Municipality | None:
    """The space nearest to somebody who lives there: their district's, else their province's."""
    spaces = Municipality.objects.where_takes_part(district)
    return spaces.order_by(Length("place_id").desc()).first()
