"""What happens to a work: from a draft until it is put to the vote or taken back.

Each function is one thing that happens, in one transaction, with its row in the ledger and its
line in the history. They check the state; who may is asked of budgets.rules.works before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.course import is_running
from budgets.enums import AgentState, StepKind, WorkState
from budgets.models import Heading, Work
from budgets.rules.works import EDITABLE, WITHDRAWABLE, why_not_take_off_the_ballot
from municipalities.models import Municipality
from participation import attachments, codes, history, ledger, written
from participation.enums import InterventionKind, ThreadKind
from participation.models import Thread, ThreadLink


if TYPE_CHECKING:
    from accounts.models import User
    from budgets.models import Budget
    from proposals.models import Proposal

# What is kept of before when somebody changes it, for all to compare.
WORDS = ("title", "summary", "body", "place_name", "who_benefits")
KEPT = (*WORDS, "beneficiaries", "estimate")
PUBLISHABLE = ("title", "summary", "place_name")


class CannotPublish(Exception):
    """The work is no draft any more, its time is over, or it lacks what a reader needs."""


class CannotEdit(Exception):
    """The text of this work is settled."""


class CannotWithdraw(Exception):
    """The work is past the point where it may be taken back so."""


class CannotBring(Exception):
    """The proposal cannot come into this budget, or is in it already."""


@transaction.atomic
def begin(
    budget: Budget, *, by: User, form_key: UUID, came_from: Thread | None = None, **fields: Any
) -> Work:
    """Keep a draft for the first time; the same form sent again finds the draft it made.

    `came_from` is what it came out of, as a debate: both tell so once they are public.
    """
    _of_this_budget(budget, fields, CannotEdit)
    mine = Work.objects.for_municipality(budget.municipality).of(by)
    if known := mine.filter(form_key=form_key).first():
        return revise(known, by=by, **fields) if known.is_draft else known
    try:
        with transaction.atomic():
            return _made(budget, author=by, form_key=form_key, came_from=came_from, **fields)
    except IntegrityError:  # the other of two that came at once has made it
        known = mine.filter(form_key=form_key).first()
        if known is None:
            raise
        return known


@transaction.atomic
def revise(work: Work, *, by: User, **fields: Any) -> Work:
    """Change what it says. What was published before is kept in the history."""
    work = _locked(work)
    if work.state not in EDITABLE or work.budget.is_cancelled:
        raise CannotEdit(_("The text of this work cannot change any more."))
    _of_this_budget(work.budget, fields, CannotEdit)
    if work.support_count and fields.get("heading", work.heading) != work.heading:
        raise CannotEdit(
            _("People support it in «%(heading)s»: it stays there.") % {"heading": work.heading}
        )
    return rewrite(work, fields, by=by)


def rewrite(work: Work, fields: dict[str, Any], *, by: User) -> Work:
    """Give a work that the caller holds other words; those it had stay in its history."""
    changed = [name for name, value in fields.items() if getattr(work, name) != value]
    if not changed:
        return work
    if not work.is_draft:
        written.refuse_gaps(work, fields, PUBLISHABLE, CannotEdit)
        _keep_before(work, changed, by)
    for name in changed:
        setattr(work, name, fields[name])
    work.save(update_fields=[*changed, "saved_at"])
    if "title" in changed:
        written.name_thread(work)
    if not work.is_draft and set(changed) & set(WORDS):
        written.screen(work, WORDS, by=by)
    return work


@transaction.atomic
def change_files(work: Work, *, by: User, **files: Any) -> list[str]:
    """Add and remove pictures and PDFs; what found no room is told, the rest is kept."""
    work = _locked(work)
    if work.state not in EDITABLE:
        raise CannotEdit(_("The text of this work cannot change any more."))
    caption = work.title or _("Picture of the work")
    problems = attachments.change(work.thread, by=by, caption=caption, **files)
    touched = any(value for name, value in files.items() if name != "descriptions")
    if touched and not work.is_draft:
        history.record("edited", work.thread, by=by, data={"fields": ["files"]})
    return problems


@transaction.atomic
def publish(work: Work, *, by: User) -> Work:
    """Put it forward: everybody reads it, and residents support it in their time."""
    work = _locked(work)
    if not work.is_draft:
        raise CannotPublish(_("It is published already."))
    written.refuse_gaps(work, {}, PUBLISHABLE, CannotPublish)
    if work.agent and work.agent.state != AgentState.ACCEPTED:
        raise CannotPublish(_("Only an agent on the list puts forward works in its name."))
    return _published(work, by=by)


@transaction.atomic
def bring(
    proposal: Proposal,
    budget: Budget,
    *,
    by: User,
    heading: Heading,
    as_office: str = "",
    **fields: Any,
) -> Work:
    """Put forward as a work what people have proposed: linked, never moved, once in a budget.

    It is its author's, also if the municipality brings it (`as_office`); the proposal stays
    where it is, with its supports and its comments.
    """
    _of_this_budget(budget, {"heading": heading} | fields, CannotBring)
    words = {name: getattr(proposal, name) for name in ("title", "summary", "body", "place_name")}
    place = {name: getattr(proposal, name) for name in ("category", "latitude", "longitude")}
    try:
        with transaction.atomic():
            work = _made(
                budget,
                author=proposal.author,
                came_from=proposal.thread,
                proposal=proposal,
                heading=heading,
                **words,
                **place,
                **fields,
            )
    except IntegrityError as twice:
        raise CannotBring(_("This proposal is in this budget already.")) from twice
    try:
        return _published(work, by=by, as_office=as_office)
    except CannotPublish as refusal:
        raise CannotBring(str(refusal)) from refusal


@transaction.atomic
def withdraw(work: Work, *, by: User, reason: str) -> Work:
    """Its author takes it back and says why; it stays readable, and frees its supporters' places."""
    work = _locked(work)
    if work.state not in WITHDRAWABLE or work.budget.is_cancelled:
        raise CannotWithdraw(_("This work cannot be withdrawn any more."))
    _take_back(work, reason)
    history.record("work_withdrawn", work.thread, by=by, text=reason, tell=True)
    return work


@transaction.atomic
def withdraw_from_ballot(work: Work, *, by: User, reason: str, as_office: str = "") -> Work:
    """Take a work off a vote that may be running, in public: it leaves every ballot at the count.

    Its author and followers are told, and on the budget's thread whoever follows that, since
    those who have voted may do so anew. Sealed ballots are not touched.
    """
    work = _locked(work)
    if refusal := why_not_take_off_the_ballot(work):
        raise CannotWithdraw(str(refusal))
    _take_back(work, reason)
    tell = {"by": by, "text": reason, "as_office": as_office, "tell": True}
    history.record("work_left_ballot", work.thread, **tell)
    data = {"work": work.pk, "title": work.title, "path": work.get_absolute_url()}
    history.record("budget_work_left", work.budget.thread, data=data, **tell)
    return work


@transaction.atomic
def delete_draft(work: Work) -> None:
    """A draft goes for good, with its files."""
    work = _locked(work)
    if not work.is_draft:
        raise CannotEdit(_("Only drafts can be deleted."))
    thread = work.thread
    attachments.remove_all(thread)
    work.delete()
    thread.came_from.all().delete()
    thread.delete()


def _made(budget: Budget, *, author: User | None, came_from: Thread | None, **fields: Any) -> Work:
    thread = Thread.objects.create(
        municipality=budget.municipality,
        kind=ThreadKind.WORK,
        title=fields.get("title", ""),
        author=author,
    )
    if came_from:
        ThreadLink.objects.create(municipality=budget.municipality, source=came_from, result=thread)
    return Work.objects.create(
        municipality=budget.municipality,
        thread=thread,
        budget=budget,
        author=author,
        channel=ledger.present_channel(),
        **fields,
    )


def _published(work: Work, *, by: User, as_office: str = "") -> Work:
    now = timezone.now()
    if not is_running(work.budget, StepKind.WORKS, now):
        raise CannotPublish(_("Works are not collected now."))
    # Numbers are given one after the other: who publishes waits for who published before.
    here = Municipality.objects.select_for_update(no_key=True, of=("self",))
    municipality = here.select_related("place").get(pk=work.municipality_id)
    prefix = f"{codes.letters_of(municipality)}-PP{work.budget.year % 100:02}-"
    work.code = codes.next_code(Work.objects.for_municipality(municipality), prefix, digits=4)
    work.state = WorkState.PUBLISHED
    work.published_at = now
    work.save(update_fields=["code", "state", "published_at"])
    written.name_thread(work, is_public=True)
    # What the office brings is counted, and nobody's gender or age with it.
    person = None if as_office else by
    ledger.record(InterventionKind.WORK, municipality, by=person, channel=work.channel)
    written.screen(work, WORDS, by=by)
    how = {"by": by, "as_office": as_office, "at": now, "tell": not work.is_hidden}
    history.record("work_published", work.thread, **how)
    for link in work.thread.came_from.select_related("source"):
        history.record("led_to_work", link.source, data={"thread": work.thread_id}, **how)
    return work


def _take_back(work: Work, reason: str) -> None:
    work.state = WorkState.WITHDRAWN
    work.state_reason = reason
    work.save(update_fields=["state", "state_reason"])


def _locked(work: Work) -> Work:
    return (
        Work.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread", "municipality", "heading", "agent", "budget__thread")
        .get(pk=work.pk)
    )


def _of_this_budget(budget: Budget, fields: dict[str, Any], refusal: type[Exception]) -> None:
    heading, agent = fields.get("heading"), fields.get("agent")
    if heading and heading.group.budget_id != budget.pk:
        raise refusal(_("This heading is of another budget."))
    if agent and agent.budget_id != budget.pk:
        raise refusal(_("This agent is of another budget."))


def _keep_before(work: Work, changed: list[str], by: User) -> None:
    before = {name: getattr(work, name) for name in KEPT if name in changed}
    data = {"fields": changed} | ({"before": before} if before else {})
    history.record("edited", work.thread, by=by, data=data)
