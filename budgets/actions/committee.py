"""The vigilance committee: who is in it, how they come in, what they find, what is answered.

The municipality writes down whom the agents elected. What the committee publishes it can answer,
and neither change nor take away; no suspension keeps a member from publishing.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import RoleGrant
from accounts.tasks import send_mail, send_sms
from budgets.actions.minutes import DOCUMENTS, locked
from budgets.models import Budget, Committee, CommitteeMember, CommitteeReport, Project
from decide.common import workdays
from decide.common.typed import says_something
from participation import documents, history


if TYPE_CHECKING:
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

INVITED_FOR = timedelta(days=14)


class CannotForm(Exception):
    """The committee cannot be as it was written down."""


class CannotJoin(Exception):
    """The link is used up or too old, or the person may not watch over this budget."""


class CannotReport(Exception):
    """The report or the answer lacks what a reader needs, or is not this person's to give."""


# --- Who is in it


@transaction.atomic
def form(budget: Budget, *, by: User, **fields: Any) -> Committee:
    """Write down how it was elected and by what it is recognised, and change that."""
    budget = _open(budget)
    committee = Committee.objects.select_for_update().filter(budget=budget).first()
    verb = "committee_changed" if committee else "committee_formed"
    committee = committee or Committee(municipality_id=budget.municipality_id, budget=budget)
    for name, value in fields.items():
        setattr(committee, name, value)
    committee.save()
    _record(verb, budget, by=by, data={name: str(value) for name, value in fields.items() if value})
    return committee


@transaction.atomic
def add_member(budget: Budget, *, by: User, **fields: Any) -> CommitteeMember:
    """Write down somebody whom the agents elected."""
    budget = _open(budget)
    if not Committee.objects.filter(budget=budget).exists():
        raise CannotForm(_("Write first when the committee was elected."))
    if budget.committee.current().filter(name__iexact=fields["name"]).exists():
        raise CannotForm(_("There is a member of this name already."))
    member = budget.committee.create(municipality_id=budget.municipality_id, **fields)
    _record("committee_member_in", budget, by=by, data={"name": member.name})
    return member


@transaction.atomic
def end_term(member: CommitteeMember, *, by: User, until: date, why: str) -> CommitteeMember:
    """A member leaves, and with them their access; the record keeps both name and reason."""
    member = _member(member.pk)
    if member.until is not None:
        raise CannotForm(_("Their term has ended already."))
    if until < member.since:
        raise CannotForm(_("A term ends after it begins."))
    if not says_something(why):
        raise CannotForm(_("Say why they leave: it is public."))
    member.until, member.left_why = until, why
    member.invitation = member.invited_at = None
    member.save(update_fields=["until", "left_why", "invitation", "invited_at"])
    data = {"name": member.name, "until": until.isoformat()}
    _record("committee_member_out", member.budget, by=by, text=why, data=data)
    return member


# --- How they come in


@transaction.atomic
def invite(
    member: CommitteeMember, *, by: User, email: str | None = None, phone: str | None = None
) -> None:
    """Send the member a link that works once; neither the link nor where it went is kept."""
    member = _member(member.pk)
    if member.account_id:
        raise CannotForm(_("They have their access already."))
    if not member.is_current:
        raise CannotForm(_("Their term has ended already."))
    token = secrets.token_urlsafe(16)
    member.invitation, member.invited_at = hash_of(token), timezone.now()
    member.save(update_fields=["invitation", "invited_at"])
    _quietly("committee_invited", member, by=by)
    link = settings.SITE_URL + reverse(
        "budgets:join_committee", args=[member.budget.municipality.slug, token]
    )
    if email:
        transaction.on_commit(partial(send_mail.delay, *_letter(member, link), email))
    else:
        text = _("%(link)s Enter the vigilance committee with this link.") % {"link": link}
        transaction.on_commit(partial(send_sms.delay, phone, text))


def _letter(member: CommitteeMember, link: str) -> tuple[str, str]:
    place = member.budget.municipality.name
    return (
        _("Your access to the vigilance committee of %(place)s") % {"place": place},
        _(
            "%(name)s, the agents elected you to the vigilance committee of «%(budget)s», of"
            " %(place)s.\n\n"
            "With this link you enter the committee's own pages, where you follow each work and"
            " its money and publish what you find. It works once, for %(days)d days:\n\n"
            "%(link)s\n\n"
            "You need an account, which is yours alone. If this is not for you, leave it:"
            " nothing happens.\n"
        )
        % {
            "name": member.name,
            "budget": member.budget.title,
            "place": place,
            "days": INVITED_FOR.days,
            "link": link,
        },
    )


def hash_of(token: str) -> bytes:
    return sha256(token.encode()).digest()


def invited(token: str) -> CommitteeMember | None:
    """Whom the link is for, while it works. In the scope of its municipality."""
    since = timezone.now() - INVITED_FOR
    found = CommitteeMember.objects.current().filter(
        invitation=hash_of(token), invited_at__gt=since, account=None
    )
    return found.select_related("budget__municipality", "budget__thread").first()


@transaction.atomic
def join(token: str, *, by: User) -> CommitteeMember:
    """The person who has the link takes the place with their account, and the link is used up."""
    member = invited(token)
    member = member and _member(member.pk)
    if member is None or member.account_id:
        raise CannotJoin(
            _("This link does not work any more. Ask your municipality for a new one.")
        )
    if is_public_servant(by, member.municipality_id):
        raise CannotJoin(_("Who works for the municipality cannot be in the committee."))
    member.account, member.invitation, member.invited_at = by, None, None
    try:
        with transaction.atomic():
            member.save(update_fields=["account", "invitation", "invited_at"])
    except IntegrityError as problem:
        raise CannotJoin(_("Your account has a place in this committee already.")) from problem
    _quietly("committee_joined", member, by=by)
    return member


@transaction.atomic
def unlink(member: CommitteeMember, *, by: User) -> None:
    """The person takes their account out again; their name stays in the record."""
    member = _member(member.pk)
    if member.account_id != by.pk:
        raise CannotJoin(_("This place is not that of your account."))
    member.account = None
    member.save(update_fields=["account"])
    _quietly("committee_unlinked", member, by=by)


def is_public_servant(user: User, municipality_id: int) -> bool:
    return any(pk == municipality_id for _role, pk in user.roles)


# --- What they find, and what is answered


@transaction.atomic
def report(
    budget: Budget,
    *,
    by: User,
    title: str,
    text: str,
    project: Project | None = None,
    document: UploadedFile | None = None,
) -> CommitteeReport:
    """Publish what the committee found; the municipality has its term to answer."""
    budget = locked(budget)
    member = budget.committee.current().filter(account=by).first()
    if member is None:
        raise CannotReport(_("Only who is in the committee now publishes its reports."))
    if not (says_something(title) and says_something(text)):
        raise CannotReport(_("Write what the committee found."))
    if budget.committee_reports.filter(title=title, text=text, by=member).exists():
        raise CannotReport(_("This report is published already."))
    committee = Committee.objects.filter(budget=budget).first()
    days = committee.answer_days if committee else Committee._meta.get_field("answer_days").default
    kept = None
    if document:
        kept = documents.store_document(
            budget.thread, document, documents.title_of(document), by=by, limit=DOCUMENTS
        )
    made = budget.committee_reports.create(
        municipality_id=budget.municipality_id,
        project=project,
        by=member,
        title=title,
        text=text,
        document=kept,
        due_on=workdays.after(timezone.localdate(), days),
    )
    staff = RoleGrant.objects.current().filter(
        municipality=budget.municipality_id, role=Role.ADMINISTRATOR
    )
    _of_report(
        "committee_report", made, by=by, tell=True, people=staff.values_list("user", flat=True)
    )
    return made


@transaction.atomic
def answer(found: CommitteeReport, *, by: User, text: str, office: str = "") -> CommitteeReport:
    """What the municipality says to a report. It may be corrected: what it said before stays."""
    reports = CommitteeReport.objects.select_related(
        "budget__thread", "budget__municipality", "by", "project__work__thread"
    )
    found = reports.select_for_update(of=("self",)).get(pk=found.pk)
    if not says_something(text):
        raise CannotReport(_("Write what the municipality answers."))
    if found.answered_at and (found.answer, found.answer_office) == (text, office):
        return found
    before = {"before": found.answer} if found.answered_at else {}
    here = found.budget.municipality
    found.answer = text
    found.answer_office = (office or here.contact_office or here.name)[:120]
    if not before:  # the day on which it was answered at all
        found.answered_at = timezone.now()
    found.answered_by = by
    found.save(update_fields=["answer", "answer_office", "answered_at", "answered_by"])
    people = committee_accounts(found.budget)
    _of_report("committee_answered", found, by=by, tell=True, people=people, **before)
    return found


def committee_accounts(budget: Budget) -> list[int]:
    """Whom of the committee to tell, by their ids."""
    members = budget.committee.current().exclude(account=None)
    return list(members.values_list("account", flat=True))


def _of_report(
    verb: str, made: CommitteeReport, *, by: User, tell: bool, people: Any, before: str = ""
) -> None:
    """On the thread of the work it is about, or else of the budget."""
    thread = made.project.work.thread if made.project else made.budget.thread
    data = {"report": made.pk, "title": made.title} | ({"before": before} if before else {})
    office = made.answer_office if verb == "committee_answered" else _("Vigilance committee")
    history.record(verb, thread, by=by, as_office=office, data=data, tell=tell, people=people)


def _open(budget: Budget) -> Budget:
    budget = locked(budget)
    if budget.is_draft or budget.is_cancelled:
        raise CannotForm(_("A committee watches over a budget that is open."))
    return budget


def _member(pk: int) -> CommitteeMember:
    found = CommitteeMember.objects.select_related("budget__municipality", "budget__thread")
    return found.select_for_update(of=("self",)).get(pk=pk)


def _record(verb: str, budget: Budget, *, by: User, **more: Any) -> None:
    here = budget.municipality
    history.record(verb, budget.thread, by=by, as_office=here.contact_office or here.name, **more)


def _quietly(verb: str, member: CommitteeMember, *, by: User) -> None:
    data = {"name": member.name}
    history.record(verb, member.budget.thread, by=by, data=data, is_public=False)
