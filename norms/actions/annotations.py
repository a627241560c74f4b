"""Marking words of a draft norm and saying something about them.

Whoever marks the same words joins those who did before: there is one annotation for them, with
one conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from decide.common.permissions import Reason, Refusal
from norms.actions.norms import locked
from norms.anchoring import whole_words
from norms.models import Anchor, Annotation, Norm, Part, Wording
from norms.rules.annotations import why_not_annotate
from participation import ledger, screening
from participation.actions.comments import CannotComment, comment
from participation.enums import InterventionKind, ThreadKind
from participation.models import Comment, Thread


if TYPE_CHECKING:
    from accounts.models import User

LONGEST_WORDING = 10_000


class CannotAnnotate(Refusal):
    """It is not the time, not for this person, or these are no words of the text."""


class IsOutdated(CannotAnnotate):
    """A newer version was published since these words were marked."""


@transaction.atomic
def annotate(
    part: Part,
    *,
    start: int,
    stop: int,
    by: User,
    form_key: UUID,
    text: str,
    new_text: str | None = None,
    as_office: str = "",
    organisation: str = "",
) -> Comment:
    """Say something about words of a provision, counted in characters of its text.

    `new_text` is the wording that is proposed for them, empty to take them out, None for none.
    The same form sent again finds what it said.
    """
    if known := Comment.objects.of(by).filter(form_key=form_key).first():
        return known
    norm = Norm.objects.select_related("municipality", "thread").get(pk=part.version.norm_id)
    if reason := why_not_annotate(by, norm):
        raise CannotAnnotate(reason)
    span = whole_words(part.text, start, stop)
    if span is None or part.is_heading or part.article_id is None:
        raise CannotAnnotate(Reason(_("Mark at least one word of a provision.")))
    quote = part.text[span[0] : span[1]]
    if new_text is not None:
        new_text = new_text.strip()
        if new_text == quote:
            raise CannotAnnotate(Reason(_("The wording you propose is the one it has already.")))
        if len(new_text) > LONGEST_WORDING:
            raise CannotAnnotate(Reason(_("The wording you propose is too long.")))
    annotation = _shared(norm, part, span, by)
    try:
        said = comment(
            annotation.thread,
            by=by,
            text=text,
            form_key=form_key,
            as_office=as_office,
            organisation=organisation,
        )
    except CannotComment as refusal:
        raise CannotAnnotate(refusal.reason) from refusal
    if new_text is not None:
        _propose(annotation, said, new_text, by)
    return said


def _shared(norm: Norm, part: Part, span: tuple[int, int], by: User) -> Annotation:
    """The annotation of these words, whoever made it; made now if nobody did before.

    Making one waits for whoever publishes a version, so that none is left behind in an old one.
    """
    here = Anchor.objects.filter(part=part, start=span[0], stop=span[1])
    here = here.select_related("annotation__thread__municipality")
    if (known := here.first()) and part.version_id == _newest(norm):
        return known.annotation
    norm = locked(norm)
    if part.version_id != _newest(norm):
        raise IsOutdated(
            Reason(
                _("A newer version of the text was published meanwhile."), norm.get_absolute_url()
            )
        )
    if known := here.first():  # the other of two that came at once has made it
        return known.annotation
    quote = part.text[span[0] : span[1]]
    thread = Thread.objects.create(
        municipality=norm.municipality,
        kind=ThreadKind.ANNOTATION,
        title=f"«{Truncator(' '.join(quote.split())).chars(150)}»",
        author=None,
        is_public=True,
        opens_at=norm.opens_at,
        closes_at=norm.closes_at,
    )
    annotation = Annotation.objects.create(
        municipality=norm.municipality,
        norm=norm,
        article_id=part.article_id,
        thread=thread,
        version_id=part.version_id,
        quote=quote,
        author=by,
    )
    thread.path = annotation.get_absolute_url()
    thread.save(update_fields=["path"])
    Anchor.objects.create(
        municipality=norm.municipality,
        annotation=annotation,
        version_id=part.version_id,
        part=part,
        start=span[0],
        stop=span[1],
    )
    return annotation


def _newest(norm: Norm) -> int | None:
    newest = norm.versions.published().order_by("-number")
    return newest.values_list("pk", flat=True).first()


def _propose(annotation: Annotation, said: Comment, new_text: str, by: User) -> None:
    """The wording of this comment, once; what it says is read like the comment itself."""
    _wording, is_new = Wording.objects.get_or_create(
        comment=said,
        defaults={
            "municipality_id": annotation.municipality_id,
            "norm_id": annotation.norm_id,
            "annotation": annotation,
            "new_text": new_text,
        },
    )
    if not is_new:
        return
    ledger.record(InterventionKind.WORDING, annotation.municipality_id, by=by)
    if said.hidden_at is None:
        screening.screen(annotation.thread, comment=said, words=new_text, by=by)
