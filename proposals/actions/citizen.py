"""What citizens make happen to a proposal.

Each function is one thing that happens, in one transaction, with its row in the ledger and
its line in the history. They check the state; who may is asked of proposals.rules before.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Resident
from decide.common import workdays
from municipalities.models import Municipality
from participation import attachments, codes, history, ledger, written
from participation.enums import InterventionKind, ThreadKind
from participation.models import Thread, ThreadLink
from proposals import trending
from proposals.actions.vote_requests import withdraw_with
from proposals.enums import ProposalState
from proposals.models import Proposal, ProposalVersion, Support
from proposals.rules import EDITABLE
from proposals.thresholds import answer_within, terms_for


if TYPE_CHECKING:
    from accounts.models import User

WORDS = ("title", "summary", "body", "place_name")
PUBLISHABLE = ("title", "summary", "place_name")

# The database says in one statement whether this is the first support or a second one. The
# proposal is locked before the row is written, as joining two does, so that neither waits
# for the other crosswise.
GIVE_ONCE = """
INSERT INTO proposals_support (municipality_id, proposal_id, resident_id, channel, created_at)
SELECT municipality_id, id, %s, %s, %s FROM proposals_proposal WHERE id = %s FOR NO KEY UPDATE
ON CONFLICT (proposal_id, resident_id) DO NOTHING RETURNING id
"""


class CannotPublish(Exception):
    """The proposal is no draft any more, or lacks what a reader needs."""


class CannotEdit(Exception):
    """The text of this proposal is settled."""


class CannotRetire(Exception):
    """The proposal is past the point where its author may withdraw it."""


class CannotSupport(Exception):
    """The proposal takes no supports, or not from this person."""


@transaction.atomic
def begin(
    municipality: Municipality,
    *,
    by: User,
    form_key: UUID,
    came_from: Thread | None = None,
    **fields: Any,
) -> Proposal:
    """Keep a draft for the first time; the same form sent again finds the draft it made.

    `came_from` is what it came out of, as a debate: both tell so once they are public.
    """
    mine = Proposal.objects.for_municipality(municipality).of(by)
    if known := mine.filter(form_key=form_key).first():
        return revise(known, by=by, **fields) if known.is_draft else known
    try:
        with transaction.atomic():
            thread = Thread.objects.create(
                municipality=municipality,
                kind=ThreadKind.PROPOSAL,
                title=fields.get("title", ""),
                author=by,
            )
            if came_from:
                ThreadLink.objects.create(
                    municipality=municipality, source=came_from, result=thread
                )
            return Proposal.objects.create(
                municipality=municipality,
                thread=thread,
                author=by,
                form_key=form_key,
                channel=ledger.present_channel(),
                **fields,
            )
    except IntegrityError:  # the other of two that came at once has made it
        known = mine.filter(form_key=form_key).first()
        if known is None:
            raise
        return known


@transaction.atomic
def revise(proposal: Proposal, *, by: User, **fields: Any) -> Proposal:
    """Change the words. What people have already supported is kept beside, for all to compare."""
    proposal = _locked(proposal)
    if proposal.shown_state not in EDITABLE:
        raise CannotEdit(_("The text of this proposal cannot change any more."))

    changed = [name for name, value in fields.items() if getattr(proposal, name) != value]
    if not changed:
        return proposal
    if not proposal.is_draft:
        written.refuse_gaps(proposal, fields, PUBLISHABLE, CannotEdit)
        if proposal.support_count or proposal.versions.exists():
            _keep_version(proposal, changed, by)
    for name in changed:
        setattr(proposal, name, fields[name])
    proposal.save(update_fields=[*changed, "saved_at"])
    if "title" in changed:
        written.name_thread(proposal)
    if not proposal.is_draft and set(changed) & set(WORDS):
        written.screen(proposal, WORDS, by=by)
    return proposal


@transaction.atomic
def change_files(proposal: Proposal, *, by: User, **files: Any) -> list[str]:
    """Add and remove pictures and PDFs; what found no room is told, the rest is kept."""
    caption = proposal.title or _("Picture of the proposal")
    problems = attachments.change(proposal.thread, by=by, caption=caption, **files)
    touched = any(value for name, value in files.items() if name != "descriptions")
    if touched and not proposal.is_draft and proposal.support_count:
        history.record("edited", proposal.thread, by=by, data={"fields": ["files"]})
    return problems


@transaction.atomic
def publish(proposal: Proposal, *, by: User) -> Proposal:
    """Open a draft for support, under the threshold and the term that hold today."""
    proposal = _locked(proposal)
    if not proposal.is_draft:
        raise CannotPublish(_("It is published already."))
    written.refuse_gaps(proposal, {}, PUBLISHABLE, CannotPublish)

    now = timezone.now()
    today = timezone.localdate(now)
    # Numbers are given one after the other: who publishes waits for who published before.
    municipality = (
        Municipality.objects.select_for_update(no_key=True, of=("self",))
        .select_related("place")
        .get(pk=proposal.municipality_id)
    )
    terms = terms_for(municipality, today)
    proposal.code = _next_code(municipality, today)
    proposal.state = ProposalState.GATHERING
    proposal.published_at = now
    proposal.threshold = terms.threshold
    proposal.closes_on = terms.closes_on
    proposal.trend = trending.at(now)
    proposal.save(
        update_fields=["code", "state", "published_at", "threshold", "closes_on", "trend"]
    )
    written.name_thread(proposal, is_public=True)
    ledger.record(InterventionKind.PROPOSAL, municipality, by=by, channel=proposal.channel)
    written.screen(proposal, WORDS, by=by)
    data, is_seen = {"tags": proposal.tags}, not proposal.is_hidden
    history.record("published", proposal.thread, by=by, at=now, data=data, tell=is_seen)
    for link in proposal.thread.came_from.select_related("source"):
        data = {"thread": proposal.thread_id}
        history.record("led_to", link.source, by=by, at=now, data=data, tell=is_seen)
    return proposal


@transaction.atomic
def retire(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Its author takes it back and says why; it stays readable."""
    proposal = _locked(proposal)
    if proposal.shown_state not in EDITABLE - {ProposalState.DRAFT}:
        raise CannotRetire(_("This proposal cannot be withdrawn any more."))
    proposal.state = ProposalState.RETIRED
    proposal.closed_at = timezone.now()
    proposal.close_reason = reason
    proposal.save(update_fields=["state", "closed_at", "close_reason"])
    withdraw_with(proposal, by=by)
    history.record("retired", proposal.thread, by=by, text=reason, tell=True)
    return proposal


@transaction.atomic
def archive(proposal: Proposal) -> bool:
    """End one whose term has passed without enough supports; a second time does nothing."""
    proposal = _locked(proposal)
    if proposal.state != ProposalState.GATHERING or proposal.is_gathering:
        return False
    proposal.state = ProposalState.ARCHIVED
    proposal.closed_at = timezone.now()
    proposal.save(update_fields=["state", "closed_at"])
    data = {"supports": proposal.support_count, "threshold": proposal.threshold}
    history.record("archived", proposal.thread, by=None, data=data, tell=True)
    return True


@transaction.atomic
def delete_draft(proposal: Proposal) -> None:
    """A draft goes for good, with its files."""
    proposal = _locked(proposal)
    if not proposal.is_draft:
        raise CannotEdit(_("Only drafts can be deleted."))
    thread = proposal.thread
    attachments.remove_all(thread)
    proposal.delete()
    thread.came_from.all().delete()
    thread.delete()


@transaction.atomic
def support(
    proposal: Proposal, *, by: User, resident: Resident, channel: str | None = None
) -> bool:
    """Add a resident's support, once. False, quietly, if they supported it already.

    The row of the proposal is locked by the trigger that counts, so that of two who come
    at once exactly one sees the count that reaches the threshold.
    """
    now = timezone.now()
    channel = channel or ledger.present_channel()
    if not proposal.is_gathering:
        raise CannotSupport(_("This proposal takes no more supports."))
    values = [resident.pk, channel, now, proposal.pk]
    try:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_ONCE, values)
            is_new = cursor.fetchone() is not None
    except IntegrityError as error:
        raise CannotSupport(_("This proposal takes no more supports.")) from error

    proposal.refresh_from_db(fields=["support_count", "state"])
    if not is_new:
        return False
    ledger.record(InterventionKind.SUPPORT, proposal.municipality_id, by=by, channel=channel)
    reach_threshold_if_due(proposal)
    return True


@transaction.atomic
def withdraw_support(proposal: Proposal, *, by: User, resident: Resident) -> bool:
    """Take a support back, also the one that came with a proposal joined to this one."""
    proposal = _locked(proposal)
    if proposal.state != ProposalState.GATHERING or not proposal.is_gathering:
        raise CannotSupport(_("Supports of this proposal can no longer be taken back."))
    given = Support.objects.filter(resident=resident)
    here = given.filter(proposal=proposal) | given.filter(proposal__merged_into=proposal)
    own = here.filter(merged_from=None).values_list("channel", flat=True)
    channels = list(own)
    removed, _rows = Support.objects.filter(pk__in=list(here.values_list("pk", flat=True))).delete()
    for channel in channels:
        ledger.record(
            InterventionKind.SUPPORT,
            proposal.municipality_id,
            by=by,
            channel=channel,
            amount=-1,
        )
    return bool(removed)


def reach_threshold_if_due(proposal: Proposal) -> bool:
    """From here on the municipality has to answer; the caller holds the proposal's row."""
    if proposal.state != ProposalState.GATHERING or proposal.missing_supports:
        return False
    now = timezone.now()
    today = timezone.localdate(now)
    proposal.state = ProposalState.THRESHOLD
    proposal.reached_at = now
    proposal.answer_due_on = workdays.after(today, answer_within(proposal.municipality_id))
    proposal.save(update_fields=["state", "reached_at", "answer_due_on"])
    data = {"supports": proposal.support_count, "answer_due_on": str(proposal.answer_due_on)}
    history.record("threshold_reached", proposal.thread, by=None, at=now, data=data, tell=True)
    return True


def _locked(proposal: Proposal) -> Proposal:
    return (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread", "municipality")
        .get(pk=proposal.pk)
    )


def _next_code(municipality: Municipality, today: date) -> str:
    """OTU-2026-00012: of Otuzco, in 2026, the twelfth."""
    prefix = f"{codes.letters_of(municipality)}-{today.year}-"
    return codes.next_code(Proposal.objects.for_municipality(municipality), prefix, digits=5)


def _keep_version(proposal: Proposal, changed: list[str], by: User) -> None:
    if set(changed) & set(WORDS):
        ProposalVersion.objects.create(
            municipality_id=proposal.municipality_id,
            proposal=proposal,
            number=proposal.versions.count() + 1,
            edited_by=by,
            **{name: getattr(proposal, name) for name in WORDS},
        )
    history.record("edited", proposal.thread, by=by, data={"fields": changed})
