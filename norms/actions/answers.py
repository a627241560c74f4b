"""What the office answers to contributions, several at once if they are alike, and what they caused.

An answer is a draft until it is published. Then whoever wrote one of the contributions is told
once, and what is corrected afterwards leaves its earlier words in the history.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from decide.common.typed import says_something
from norms.actions.norms import locked, record
from norms.contributions import contributions
from norms.enums import Verdict
from norms.models import Answered, Article, Cause, OfficeAnswer
from norms.rules.answers import why_not_answer, why_not_publish_answers
from participation import ledger
from participation.enums import InterventionKind
from participation.models import Comment, Event


if TYPE_CHECKING:
    from accounts.models import User
    from norms.models import Norm, Version


class CannotAnswer(Exception):
    """It is not answered so, or not now; the text says why."""


@transaction.atomic
def answer(
    norm: Norm, *, by: User, comments: Iterable[int], verdict: str, text: str
) -> OfficeAnswer:
    """Prepare one answer to these contributions, by their ids. Nobody but staff sees it yet."""
    norm = _working(norm, by)
    _refuse_unfit(verdict, text)
    found = _contributions(norm, comments)
    if not found:
        raise CannotAnswer(_("Choose at least one contribution to answer."))
    made = OfficeAnswer.objects.create(
        municipality_id=norm.municipality_id,
        norm=norm,
        verdict=verdict,
        text=text,
        office=norm.shown_office[:120],
        by=by,
    )
    _give(made, found)
    return made


@transaction.atomic
def revise(
    made: OfficeAnswer,
    *,
    by: User,
    verdict: str,
    text: str,
    comments: Iterable[int] | None = None,
) -> OfficeAnswer:
    """Change an answer. Of a draft also what it answers; a published one keeps its earlier words.

    Of a correction whoever was answered is told.
    """
    norm = _working(made.norm, by)
    made = _locked(made)
    _refuse_unfit(verdict, text)
    if comments is not None and made.published_at is None:
        wanted = set(comments)
        made.answered.exclude(comment__in=wanted).delete()
        _give(made, _contributions(norm, wanted - set(_answered_by(made))))
        if not made.answered.exists():
            raise CannotAnswer(_("Choose at least one contribution to answer."))
    before = (made.verdict, made.text)
    if before == (verdict, text):
        return made
    made.verdict, made.text = verdict, text
    if made.published_at:
        made.corrected_at = timezone.now()
    made.save(update_fields=["verdict", "text", "corrected_at"])
    if made.published_at:
        data = {"answer": made.pk, "verdict": before[0], "before": before[1]}
        _tell("norm_answer_corrected", norm, by, [made], data=data, text=text)
    return made


@transaction.atomic
def drop(made: OfficeAnswer, *, by: User) -> None:
    """Throw a draft away; what it would have answered is unanswered again."""
    _working(made.norm, by)
    made = _locked(made)
    if made.published_at:
        raise CannotAnswer(_("It is published: correct it instead."))
    made.delete()


@transaction.atomic
def publish(made: OfficeAnswer, *, by: User) -> OfficeAnswer:
    """Let everybody read it, and tell whoever wrote what it answers."""
    norm = _publishing(made.norm, by)
    made = _locked(made)
    if made.published_at:
        return made
    if not contributions(norm).filter(answered__answer=made).exists():
        raise CannotAnswer(_("None of the contributions that it answers is shown any more."))
    _publish(norm, [made], by, text=made.text)
    return made


@transaction.atomic
def publish_all(norm: Norm, *, by: User) -> int:
    """Publish every draft that answers something, at once: who wrote several is told once."""
    norm = _publishing(norm, by)
    standing = contributions(norm).filter(answered__isnull=False)
    drafts = list(
        OfficeAnswer.objects.select_for_update(of=("self",))
        .filter(norm=norm, published_at=None, answered__comment__in=standing.values("pk"))
        .order_by("pk")
    )
    drafts = list({draft.pk: draft for draft in drafts}.values())
    if drafts:
        _publish(norm, drafts, by)
    return len(drafts)


@transaction.atomic
def set_causes(
    version: Version, *, by: User, articles: Iterable[int], causes: Iterable[tuple[int, int]]
) -> None:
    """Say which contributions caused the changes of these provisions in this version.

    `causes` are pairs of a provision and a contribution, by their ids; what was said of the
    same provisions before is replaced. It may be said while the version is in preparation and
    afterwards: it belongs to what is told of the text, not to the text. Of a version in
    preparation only provisions that an earlier one had can be named; new ones get their
    address on the day it is published.
    """
    norm = _working(version.norm, by)
    about, wanted = set(articles), set(causes)
    known = set(Article.objects.filter(norm=norm, pk__in=about).values_list("pk", flat=True))
    if about - known or {article for article, _comment in wanted} - about:
        raise CannotAnswer(_("One of these provisions is not of this draft norm."))
    comments = {comment for _article, comment in wanted}
    if len(_contributions(norm, comments, anew=False)) != len(comments):
        raise CannotAnswer(
            _("One of these numbers is not a contribution to this draft norm that is shown.")
        )
    before = {
        (cause.article_id, cause.comment_id): cause
        for cause in Cause.objects.filter(
            version=version,
            article__in=about,
            comment__hidden_at=None,  # what is hidden now may be shown again
            comment__deleted_at=None,
        )
    }
    gone = [cause.pk for pair, cause in before.items() if pair not in wanted]
    Cause.objects.filter(pk__in=gone).delete()
    Cause.objects.bulk_create(
        Cause(
            municipality_id=norm.municipality_id,
            version=version,
            article_id=article,
            comment_id=comment,
        )
        for article, comment in sorted(wanted - set(before))
    )
    if gone or wanted - set(before):
        record("norm_causes", norm, by=by, data={"version": version.number}, is_public=False)


def _working(norm: Norm, by: User) -> Norm:
    """One at a time for each norm, so that nothing is answered twice."""
    norm = locked(norm)
    if reason := why_not_answer(by, norm):
        raise CannotAnswer(str(reason))
    return norm


def _publishing(norm: Norm, by: User) -> Norm:
    norm = locked(norm)
    if reason := why_not_publish_answers(by, norm):
        raise CannotAnswer(str(reason))
    return norm


def _locked(made: OfficeAnswer) -> OfficeAnswer:
    found = OfficeAnswer.objects.select_for_update(of=("self",)).filter(pk=made.pk).first()
    if found is None:
        raise CannotAnswer(_("This answer is not there any more."))
    return found


def _refuse_unfit(verdict: str, text: str) -> None:
    if verdict not in Verdict.values:
        raise CannotAnswer(_("Choose what is done with it."))
    if not says_something(text):
        raise CannotAnswer(_("Give your reasons: whoever contributed reads them."))


def _contributions(norm: Norm, ids: Iterable[int], *, anew: bool = True) -> list[Comment]:
    """These of the norm's contributions; refuses what is none, and with `anew` what has an answer."""
    wanted = set(ids)
    found = list(contributions(norm).filter(pk__in=wanted).select_related("answered"))
    if len(found) != len(wanted):
        raise CannotAnswer(
            _("One of these numbers is not a contribution to this draft norm that is shown.")
        )
    if anew and any(hasattr(comment, "answered") for comment in found):
        raise CannotAnswer(_("One of the contributions you chose has an answer already."))
    return found


def _give(made: OfficeAnswer, comments: Iterable[Comment]) -> None:
    try:
        with transaction.atomic():
            Answered.objects.bulk_create(
                Answered(municipality_id=made.municipality_id, answer=made, comment=comment)
                for comment in comments
            )
    except IntegrityError as error:
        raise CannotAnswer(
            _("One of the contributions you chose has an answer already.")
        ) from error


def _answered_by(made: OfficeAnswer) -> list[int]:
    return list(made.answered.values_list("comment", flat=True))


def _publish(norm: Norm, drafts: list[OfficeAnswer], by: User, text: str = "") -> None:
    now = timezone.now()
    for draft in drafts:
        draft.published_at = now
    OfficeAnswer.objects.bulk_update(drafts, ["published_at"])
    _tell("norm_contribution_answered", norm, by, drafts, text=text)
    for _draft in drafts:
        ledger.record(InterventionKind.ANSWER, norm.municipality_id)
    today = timezone.localdate()
    told = Event.objects.filter(thread=norm.thread, verb="norm_answers", is_public=True)
    last = told.order_by("-at").first()
    if last is None or timezone.localdate(last.at) != today:  # one line a day, however many
        record("norm_answers", norm, by=by)


def _tell(
    verb: str, norm: Norm, by: User, answers: list[OfficeAnswer], text: str = "", data=None
) -> None:
    """Whoever wrote one of the contributions that are shown, once; the notice leads to the answers."""
    authors = contributions(norm).filter(answered__answer__in=answers, author__isnull=False)
    people = set(authors.values_list("author", flat=True))
    page = reverse("norms:answers", args=[norm.municipality.slug, norm.pk])
    record(
        verb,
        norm,
        by=by,
        text=text,
        data={"answers": [made.pk for made in answers], "page": f"{page}?mios=si"} | (data or {}),
        is_public=False,
        people=people,
    )
