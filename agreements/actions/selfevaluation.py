"""The yearly self-evaluation: answered, shown with evidence, published whole, and answered back."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.actions import evidence
from agreements.enums import EvidenceKind
from agreements.models import CounterAnswer, Organization, SelfAnswer
from agreements.selfevaluation import BY_CODE, evaluation_of
from municipalities.models import Municipality
from municipalities.rls import region_scope


class CannotAnswer(Exception):
    """The self-evaluation of the year is published already, or is not whole yet."""


@transaction.atomic
def answer(
    *,
    municipality: Municipality,
    year: int,
    question: str,
    reply: str,
    text: str,
    by: User,
    title: str = "",
    file: UploadedFile | None = None,
    url: str = "",
) -> SelfAnswer:
    """Answer a question, or answer it otherwise, with a piece of evidence if there is one."""
    if question not in BY_CODE:
        raise CannotAnswer(_("There is no such question."))
    _refuse_published(municipality, year)
    # A file that is not taken leaves the answer as it was.
    found, _made = SelfAnswer.objects.update_or_create(
        municipality=municipality,
        year=year,
        question=question,
        defaults={"reply": reply, "text": text, "by": by},
    )
    if file or url:
        _show(found, title or str(BY_CODE[question].shown_by)[:200], file, url, by)
    return found


def _refuse_published(municipality: Municipality, year: int) -> None:
    answers = SelfAnswer.objects.select_for_update().filter(municipality=municipality, year=year)
    if any(one.published_at for one in answers):
        raise CannotAnswer(
            _("The self-evaluation of %(year)s is published and does not change.") % {"year": year}
        )


def _show(found: SelfAnswer, title: str, file: UploadedFile | None, url: str, by: User) -> None:
    try:
        evidence.add(
            found.municipality,
            by=by,
            kind=EvidenceKind.OTHER if file else EvidenceKind.LINK,
            title=title,
            upload=file,
            url=url,
            is_public=True,
            answer=found,
        )
    except evidence.CannotShow as refusal:
        raise CannotAnswer(str(refusal)) from refusal


@transaction.atomic
def publish(*, municipality: Municipality, year: int, by: User) -> None:
    """Whole or not at all: every question has its answer, if only «no»."""
    _refuse_published(municipality, year)
    missing = evaluation_of(municipality, year).missing
    if missing:
        raise CannotAnswer(
            _("There are questions without an answer: %(count)d.") % {"count": len(missing)}
        )
    SelfAnswer.objects.filter(municipality=municipality, year=year).update(
        published_at=timezone.now()
    )


@transaction.atomic
def answer_back(
    *, answer: SelfAnswer, organization: Organization, reply: str, text: str, by: User
) -> CounterAnswer:
    """What an organisation of civil society or a university answers to the same question, once."""
    with region_scope("an organisation answers a self-evaluation", by=by):
        if answer.published_at is None:
            raise CannotAnswer(_("It is not published yet."))
        if CounterAnswer.objects.filter(answer=answer, organization=organization).exists():
            raise CannotAnswer(_("Your organisation has answered this question already."))
        return CounterAnswer.objects.create(
            municipality=answer.municipality,
            answer=answer,
            organization=organization,
            reply=reply,
            text=text,
            by=by,
        )
