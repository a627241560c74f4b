"""Joining two proposals that ask for the same, and taking that back.

The supports of the one are lent to the other, once for each person, and remember where they
come from; so do the follows. Both proposals stay reachable and tell the same story.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import Municipality
from participation import history
from participation.models import Follow
from proposals.actions.citizen import reach_threshold_if_due
from proposals.actions.moderation import refuse_own
from proposals.actions.staff import Refused, locked, office_of, stop_if
from proposals.enums import ProposalState
from proposals.models import AWAITING_ANSWER, Merge, Proposal, Support
from proposals.rules import why_not_merge


if TYPE_CHECKING:
    from accounts.models import User

# Who has moved away since cannot be lent: support counts where one lives.
LEND_SUPPORTS = """
INSERT INTO proposals_support
    (municipality_id, proposal_id, resident_id, merged_from_id, channel, created_at)
SELECT s.municipality_id, %(target)s, s.resident_id, s.proposal_id, s.channel, s.created_at
FROM proposals_support s
JOIN accounts_resident r ON r.id = s.resident_id
JOIN municipalities_municipality m ON m.id = s.municipality_id
WHERE s.proposal_id = %(source)s AND starts_with(r.district_id, m.place_id)
ON CONFLICT (proposal_id, resident_id) DO NOTHING
"""
LEND_FOLLOWS = """
WITH lent AS (
    INSERT INTO participation_follow (municipality_id, thread_id, tag, user_id, created_at)
    SELECT %(municipality)s, %(target)s, '', people.id, now()
    FROM (
        SELECT user_id AS id FROM participation_follow WHERE thread_id = %(source)s
        UNION
        SELECT author_id FROM participation_thread WHERE id = %(source)s
    ) people
    WHERE people.id IS NOT NULL AND people.id IS DISTINCT FROM %(author)s
    ON CONFLICT DO NOTHING
    RETURNING id, municipality_id
)
INSERT INTO proposals_lentfollow (municipality_id, merge_id, follow_id)
SELECT municipality_id, %(merge)s, id FROM lent
"""


class CannotMerge(Refused):
    """The two cannot be joined, or not this way round."""


class CannotUndo(Refused):
    """The joining cannot be taken back, or not yet."""


@transaction.atomic
def merge(source: Proposal, target: Proposal, *, by: User, reason: str) -> Merge:
    """Join a proposal to another that asks for the same; nobody's support counts twice."""
    source, target = _locked(source, target)
    stop_if(why_not_merge(source, target), CannotMerge)
    for proposal in (source, target):
        refuse_own(proposal, by)

    done = Merge.objects.create(
        municipality_id=source.municipality_id,
        source=source,
        target=target,
        source_state=source.state,
        target_due_on=target.answer_due_on,
        reason=reason,
        by=by,
    )
    source.state, source.merged_into = ProposalState.MERGED, target
    source.save(update_fields=["state", "merged_into"])
    lent = _lend(done)
    if source.answer_due_on and target.answer_due_on:
        # Joining gives nobody more time to answer.
        target.answer_due_on = min(source.answer_due_on, target.answer_due_on)
        target.save(update_fields=["answer_due_on"])
    _record("merged_into", source, target, by=by, text=reason, tell=True)
    numbers = {"united": lent, "imported": source.imported_supports}
    _record("merged_from", target, source, by=by, text=reason, data=numbers)
    target.refresh_from_db()
    reach_threshold_if_due(target)
    return done


@transaction.atomic
def undo_merge(source: Proposal, *, by: User, reason: str) -> Proposal:
    """Part what was joined: each has again the supports and followers of its own."""
    done = Merge.objects.filter(source=source, undone_at=None).select_related("target").first()
    if done is None:
        raise CannotUndo(_("It is not joined to another."))
    source, target = _locked(source, done.target)
    if source.merged_into_id != target.pk:  # a colleague was quicker
        raise CannotUndo(_("It is not joined to another."))
    if target.state == ProposalState.MERGED:
        raise CannotUndo(
            _("«%(title)s» was joined to another afterwards. Undo that first.") % {"title": target}
        )
    for proposal in (source, target):
        refuse_own(proposal, by)

    done.undone_at, done.undone_by = timezone.now(), by
    done.save(update_fields=["undone_at", "undone_by"])
    Support.objects.filter(proposal=target, merged_from=source).delete()
    Follow.objects.filter(pk__in=done.lent_follows.values("follow")).delete()
    source.state, source.merged_into = done.source_state, None
    source.save(update_fields=["state", "merged_into"])
    target.refresh_from_db()
    _give_back_the_term(done, source, target)
    _record("merge_undone", source, target, by=by, text=reason, tell=True)
    _record("merge_undone_here", target, source, by=by, text=reason)
    return source


def _locked(source: Proposal, target: Proposal) -> tuple[Proposal, Proposal]:
    """Both as they stand now. One joining at a time in a municipality: two never wait crosswise.

    First the one that receives, as whoever withdraws a lent support does.
    """
    Municipality.objects.select_for_update(no_key=True, of=("self",)).get(pk=target.municipality_id)
    published = Proposal.objects.for_staff()
    try:
        target = locked(target, published)
        return locked(source, published), target
    except Proposal.DoesNotExist as missing:
        raise CannotMerge(_("There is no such proposal here.")) from missing


def _lend(done: Merge) -> int:
    source, target = done.source, done.target
    with connection.cursor() as cursor:
        cursor.execute(LEND_SUPPORTS, {"source": source.pk, "target": target.pk})
        lent = cursor.rowcount
        cursor.execute(
            LEND_FOLLOWS,
            {
                "municipality": done.municipality_id,
                "source": source.thread_id,
                "target": target.thread_id,
                "author": target.author_id,
                "merge": done.pk,
            },
        )
    return lent


def _give_back_the_term(done: Merge, source: Proposal, target: Proposal) -> None:
    """What the other reached or owed only because of the joining, it no longer does."""
    if target.state not in AWAITING_ANSWER:
        return
    reached_by_it = target.reached_at and target.reached_at >= done.at
    if (
        target.state == ProposalState.THRESHOLD
        and reached_by_it
        and target.support_count < target.threshold
    ):
        target.state = ProposalState.GATHERING
        target.reached_at = target.answer_due_on = None
    elif done.target_due_on and target.answer_due_on == source.answer_due_on:
        target.answer_due_on = done.target_due_on
    target.save(update_fields=["state", "reached_at", "answer_due_on"])


def _record(
    verb: str,
    here: Proposal,
    there: Proposal,
    *,
    by: User,
    text: str,
    data: dict[str, int] | None = None,
    tell: bool = False,
) -> None:
    history.record(
        verb,
        here.thread,
        by=by,
        as_office=office_of(here),
        text=text,
        data={"proposal": there.pk, "title": there.title, "path": there.get_absolute_url()}
        | (data or {}),
        tell=tell,
    )
