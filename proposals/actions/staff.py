"""What staff do with a proposal, from taking it up to saying that it is done.

Callers have asked proposals.rules whether they may. Whether it is possible now is checked
here, under a lock on the proposal, so that a double click or two officers at once leave one
trace and tell people once.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from decide.common.permissions import Reason
from participation import history, ledger
from participation.enums import InterventionKind
from proposals.enums import WAYS, ProposalState, Step, Verdict
from proposals.models import Answer, Proposal, ProposalQuerySet, TechnicalSheet
from proposals.rules import why_not_step, why_not_write_answer


if TYPE_CHECKING:
    from accounts.models import User

# Who hears "no", even in part, is owed more than a sentence.
REASONS_AT_LEAST = {Verdict.NOT_ACCEPTED: 60, Verdict.IN_PART: 60}
PUBLIC_SHEET = ("office", "is_competence", "estimated_cost", "beneficiaries", "invierte_code")


class Refused(Exception):
    """Staff asked for something that is not possible now. The text says why and what to do."""


class NotNow(Refused):
    """The proposal does not stand where this step begins, perhaps because it is taken."""


class AnswerIsPublished(Refused):
    """The answer is out; it can only be corrected where everybody sees it."""


class AnswerHasChanged(Refused):
    """Somebody saved another text after this one was read."""


class ReasonsAreMissing(Refused):
    """The answer does not say why."""


def locked(proposal: Proposal, among: ProposalQuerySet | None = None) -> Proposal:
    """The proposal as it stands now, and nobody else's until this transaction ends."""
    proposals = Proposal.objects.all() if among is None else among
    return (
        proposals.select_for_update(of=("self",), no_key=True)
        .select_related("thread", "municipality")
        .get(pk=proposal.pk)
    )


def stop_if(reason: Reason | None, refusal: type[Refused] = NotNow) -> None:
    if reason:
        raise refusal(str(reason))


def office_of(proposal: Proposal) -> str:
    """In whose name staff act: the responsible office, or the one that answers for the place."""
    sheet = TechnicalSheet.objects.filter(proposal=proposal).only("office").first()
    place = proposal.municipality
    return (sheet and sheet.office) or place.contact_office or place.name


@transaction.atomic
def start_evaluation(proposal: Proposal, *, by: User) -> Proposal:
    """Say that the municipality is looking into it."""
    return _take(Step.START_EVALUATION, proposal, "evaluation_started", by=by)


@transaction.atomic
def start_work(proposal: Proposal, *, by: User) -> Proposal:
    """Begin to carry out what was accepted."""
    return _take(Step.START_WORK, proposal, "work_started", by=by)


@transaction.atomic
def finish(proposal: Proposal, *, by: User, text: str = "") -> Proposal:
    """Say that what was accepted is done."""
    proposal = _take(Step.FINISH, proposal, "finished", by=by, text=text)
    proposal.closed_at = timezone.now()
    proposal.save(update_fields=["closed_at"])
    return proposal


@transaction.atomic
def reopen(proposal: Proposal, *, by: User, text: str) -> Proposal:
    """Take the work up again, saying why it was not done after all."""
    proposal = _take(Step.REOPEN, proposal, "reopened", by=by, text=text)
    proposal.closed_at = None
    proposal.save(update_fields=["closed_at"])
    return proposal


def _take(step: Step, proposal: Proposal, verb: str, *, by: User, text: str = "") -> Proposal:
    proposal = locked(proposal)
    stop_if(why_not_step(proposal, step))

    _before, proposal.state = WAYS[step]
    proposal.save(update_fields=["state"])
    office = office_of(proposal)
    history.record(verb, proposal.thread, by=by, as_office=office, text=text, tell=True)
    return proposal


@transaction.atomic
def save_answer(
    proposal: Proposal,
    *,
    by: User,
    verdict: str,
    text: str,
    signed_by: str,
    office: str,
    seen: datetime | None = None,
) -> Answer:
    """Keep a draft of the answer. Nobody outside the desk sees it.

    `seen` is when the draft was saved that the officer began from: nobody overwrites what a
    colleague has written meanwhile without having been told.
    """
    proposal = locked(proposal)
    draft = Answer.objects.filter(proposal=proposal).first()
    if draft and draft.published_at:
        raise AnswerIsPublished(_published_already(draft))
    stop_if(why_not_write_answer(proposal))
    if draft and seen and draft.saved_at != seen:
        raise AnswerHasChanged(
            _("%(name)s has saved another draft meanwhile. Save again to replace it with yours.")
            % {"name": draft.prepared_by.public_name}
        )

    draft = draft or Answer(municipality_id=proposal.municipality_id, proposal=proposal)
    draft.verdict, draft.text = verdict, text
    draft.signed_by, draft.office, draft.prepared_by = signed_by, office, by
    draft.save()
    history.record("answer_saved", proposal.thread, by=by, as_office=office, is_public=False)
    return draft


@transaction.atomic
def publish_answer(proposal: Proposal, *, by: User, seen: datetime | None = None) -> Answer:
    """Give the answer to everybody; its author and followers hear of it, once.

    `seen` is when the draft was saved that the officer has read: nobody publishes a text
    that a colleague has changed meanwhile.
    """
    proposal = locked(proposal)
    answer = Answer.objects.filter(proposal=proposal).first()
    if answer and answer.published_at:
        raise AnswerIsPublished(_published_already(answer))
    stop_if(why_not_step(proposal, Step.PUBLISH_ANSWER))
    if seen and answer.saved_at != seen:
        raise AnswerHasChanged(
            _("A colleague has changed the draft since you read it. Read it again and publish.")
        )
    check_reasons(answer.verdict, answer.text)

    now = timezone.now()
    answer.published_at = now
    answer.save(update_fields=["published_at"])
    proposal.state = ProposalState.ANSWERED
    proposal.save(update_fields=["state"])
    history.record(
        "answered",
        proposal.thread,
        by=by,
        as_office=answer.office,
        data={"verdict": answer.verdict, "signed_by": answer.signed_by},
        at=now,
        tell=True,
    )
    ledger.record(InterventionKind.ANSWER, proposal.municipality_id)
    return answer


@transaction.atomic
def correct_answer(
    proposal: Proposal,
    *,
    by: User,
    reason: str,
    verdict: str,
    text: str,
    signed_by: str,
    office: str,
) -> Answer:
    """Change a published answer where everybody sees it: what it said before and why."""
    proposal = locked(proposal)
    answer = Answer.objects.filter(proposal=proposal, published_at__isnull=False).first()
    if answer is None:
        raise NotNow(_("There is no published answer to correct."))
    after = {"verdict": verdict, "text": text, "signed_by": signed_by, "office": office}
    before = {name: getattr(answer, name) for name in after}
    if before == after:
        raise NotNow(_("Nothing has changed, so there is nothing to correct."))
    if verdict != answer.verdict and proposal.state != ProposalState.ANSWERED:
        raise NotNow(_("The work has begun: the decision itself can no longer be changed."))
    if verdict != answer.verdict and verdict == Verdict.NOT_ACCEPTED:
        _stop_if_promised(proposal)
    check_reasons(verdict, text)

    for name, value in after.items():
        setattr(answer, name, value)
    answer.save(update_fields=[*after, "saved_at"])
    history.record(
        "answer_corrected",
        proposal.thread,
        by=by,
        as_office=office,
        text=reason,
        data={"before": before},
        tell=True,
    )
    return answer


def check_reasons(verdict: str, text: str) -> None:
    """A refusal in two words is no answer."""
    least = REASONS_AT_LEAST.get(verdict, 1)
    if len(text.strip()) < least:
        raise ReasonsAreMissing(
            _("Explain the decision in at least %(count)d characters: its author will read it.")
            % {"count": least}
        )


def _stop_if_promised(proposal: Proposal) -> None:
    if proposal.milestones.exists():
        raise NotNow(_("It has milestones already. Remove them before you change the decision."))


def _published_already(answer: Answer) -> str:
    when = timezone.localtime(answer.published_at)
    return _("The answer is published since %(day)s at %(time)s, signed by %(name)s.") % {
        "day": f"{when:%d/%m/%Y}",
        "time": f"{when:%H:%M}",
        "name": answer.signed_by,
    }


@transaction.atomic
def save_sheet(proposal: Proposal, *, by: User, **fields: Any) -> TechnicalSheet:
    """Keep what staff found out. A change of the public part shows in the history."""
    proposal = locked(proposal)
    sheet = TechnicalSheet.objects.filter(proposal=proposal).first()
    sheet = sheet or TechnicalSheet(municipality_id=proposal.municipality_id, proposal=proposal)
    changed = [name for name, value in fields.items() if getattr(sheet, name) != value]
    if sheet.pk and not changed:
        return sheet

    for name in changed:
        setattr(sheet, name, fields[name])
    sheet.save()
    public = [name for name in changed if name in PUBLIC_SHEET]
    history.record(
        "sheet_saved",
        proposal.thread,
        by=by,
        as_office=sheet.office or office_of(proposal),
        data={"fields": public},
        is_public=bool(public),
    )
    return sheet
