"""Who may do what with a poll, and for what people do, why not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import rules
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.rules import (
    has_role,
    is_desk_officer,
    why_not_take_part,
    why_suspended,
    why_withdrawn,
)
from decide.common.permissions import Reason
from decide.common.words import moment
from municipalities.enums import Module
from municipalities.models import Place
from votes.enums import Phase, Voters


if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import Resident
    from municipalities.models import Municipality
    from votes.models import Poll, Table

works_on_polls = has_role(Role.ADMINISTRATOR, Role.EVALUATOR)


@rules.predicate
def is_shown(user: Any, poll: Poll) -> bool:
    return poll.thread.is_public and not poll.urn.is_test


rules.add_perm("votes.view_poll", is_shown | works_on_polls)
rules.add_perm("votes.work_on_polls", works_on_polls)
rules.add_perm("votes.attend_desk", is_desk_officer)
rules.add_perm("votes.recount_papers", is_desk_officer | works_on_polls)


def why_closed(municipality: Municipality) -> Reason | None:
    home = municipality.get_absolute_url()
    if not municipality.is_open:
        return Reason(
            _("This municipality's space is not open now."), home, _("See what is planned")
        )
    if not municipality.has_module(Module.VOTES):
        return Reason(_("This municipality does not hold votes now."), home, _("See its space"))
    return None


def why_not_now(poll: Poll, now: datetime | None = None) -> Reason | None:
    """What keeps everybody from voting at this moment, by this machine's clock or the one given."""
    match poll.phase_at(now or timezone.now()):
        case Phase.OPEN:
            return None
        case Phase.PREPARED | Phase.KEYS | Phase.SCHEDULED:
            return Reason(
                _("This vote opens on %(day)s.") % {"day": moment(poll.urn.opens_at)},
                poll.get_absolute_url(),
            )
        case Phase.CANCELLED:
            return Reason(_("This vote was called off."), poll.get_absolute_url())
    return Reason(
        _("This vote closed on %(day)s.") % {"day": moment(poll.urn.closes_at)},
        poll.get_absolute_url(),
    )


def why_not_vote(user: Any, poll: Poll, now: datetime | None = None) -> Reason | None:
    """What keeps this person from voting now, and the way on. The urn decides once more."""
    if reason := why_closed(poll.municipality) or why_not_now(poll, now):
        return reason
    if poll.urn.is_test:
        return Reason(_("This is a test: only pretend voters vote in it."))
    return why_not_belong(user, poll)


def why_not_belong(user: Any, poll: Poll) -> Reason | None:
    """Whether the poll is put to this person at all, whatever the hour."""
    if not user.is_authenticated:
        return Reason(_("Sign in to vote."), reverse("account_login"), _("Sign in"))
    if poll.voters == Voters.LISTED:
        return why_not_listed(user, poll)
    if reason := why_not_take_part(user, poll.municipality):
        return reason
    if poll.districts and user.proof.district_id not in poll.districts:
        return Reason(
            _("Only residents of %(places)s vote here; you have proven that you live in %(home)s.")
            % {"places": ", ".join(district_names(poll)), "home": user.proof.district.name}
        )
    return None


def why_not_listed(user: Any, poll: Poll) -> Reason | None:
    """Whoever is on the closed list votes, wherever they live; who they are has to be proven."""
    if reason := why_suspended(user, poll.municipality) or why_withdrawn(user):
        return reason
    if user.proof is None:
        return Reason(
            _(
                "Only those on the list of «%(part_of)s» vote here. Prove once who you are, and we"
                " see whether you are on it."
            )
            % {"part_of": poll.part_of},
            reverse("accounts:residence"),
            _("Prove who you are"),
        )
    if poll.listed.filter(document_hash=user.proof.document_hash).exists():
        return None
    return Reason(
        _(
            "Only those on the list of «%(part_of)s» vote here, and your document is not on it. The"
            " list was closed before the vote."
        )
        % {"part_of": poll.part_of},
        poll.part_of_address,
        _("See what the list is"),
    )


def district_names(poll: Poll) -> list[str]:
    """Where those live who may vote, by name; empty if it is the whole place."""
    found = Place.objects.filter(code__in=poll.districts).order_by("name")
    return list(found.values_list("name", flat=True))


def why_not_object(user: Any, poll: Poll) -> Reason | None:
    """What keeps this person from objecting to the result: it is for those asked, and observers."""
    until = poll.urn.objections_until
    if poll.phase != Phase.RESULTS or until is None:
        return Reason(_("There is no result to object to yet."), poll.get_absolute_url())
    if timezone.now() >= until:
        return Reason(_("Objections were taken until %(day)s.") % {"day": moment(until)})
    if not user.is_authenticated:
        return Reason(_("Sign in to object."), reverse("account_login"), _("Sign in"))
    if is_observer(user, poll):
        return None
    return why_not_belong(user, poll)


def is_observer(user: Any, poll: Poll) -> bool:
    """Who receives each signed head of the log watches the vote, wherever they live."""
    return bool(user.email) and user.email.lower() in {one.lower() for one in poll.watchers}


def why_not_attend(user: Any, table: Table) -> Reason | None:
    """What keeps somebody from handing out papers at this table now."""
    municipality = table.municipality
    if not user.has_perm("votes.attend_desk", municipality):
        return Reason(_("Only desk officers hand out papers."))
    if user.has_role(Role.ADMINISTRATOR, municipality):
        return None
    if not table.desk.shifts.current().filter(officer=user).exists():
        return Reason(
            _(
                "You have no shift at «%(desk)s» now. Whoever administers the space can give you one."
            )
            % {"desk": table.desk}
        )
    return None


def why_not_recount(user: Any, table: Table) -> Reason | None:
    """What keeps somebody from emptying this table's box and signing its acta."""
    if user.has_perm("votes.work_on_polls", table.municipality):
        return None
    during = table.desk.shifts.filter(officer=user, ends_at__gt=table.poll.urn.opens_at)
    if user.has_perm("votes.attend_desk", table.municipality) and during.exists():
        return None
    return Reason(_("The recount is for those who attended «%(desk)s».") % {"desk": table.desk})


def why_not_on_paper(
    poll: Poll,
    district: Place,
    resident: Resident | None = None,
    hashes: Collection[bytes] = (),
) -> Reason | None:
    """What keeps somebody who stands at a desk from voting in the poll: the same as on the web.

    `hashes` are those of the document they have shown, by which a closed list knows them.
    """
    municipality = poll.municipality
    if reason := why_closed(municipality) or why_not_now(poll):
        return reason
    if resident and resident.user and (reason := why_suspended(resident.user, municipality)):
        return reason
    if resident and resident.withdrawn_at:
        return Reason(
            _(
                "%(place)s withdrew the proof that they live in %(home)s. Reason: %(why)s If that is"
                " wrong, the desk of residence proves it again first."
            )
            % {
                "place": resident.withdrawn_in,
                "home": district.name,
                "why": resident.withdrawn_why,
            }
        )
    if poll.voters == Voters.LISTED:
        if poll.listed.filter(document_hash__in=hashes).exists():
            return None
        return Reason(
            _("Only those on the list of «%(part_of)s» vote here, and this person is not on it.")
            % {"part_of": poll.part_of},
            poll.part_of_address,
        )
    inside = poll.districts or [municipality.place_id]
    if not any(district.pk.startswith(code) for code in inside):
        return Reason(
            _("Only residents of %(places)s vote here; this person lives in %(home)s.")
            % {
                "places": ", ".join(district_names(poll)) or municipality,
                "home": district.name,
            }
        )
    return None
