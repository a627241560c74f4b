"""A town whose people vote at a desk: what the tests of paper begin with."""

from uuid import uuid4

from accounts.enums import Role
from decide.common import documents
from municipalities.enums import Module
from tests.factories import (
    MunicipalityFactory,
    PollFactory,
    ResidentFactory,
    RoleGrantFactory,
    ShiftFactory,
)
from votes import keys
from votes.actions import paper
from votes.models import Mark, Table


ROSA = "40404040"
NOBODY = "50505050"


def town_of_votes(**facts):
    return MunicipalityFactory(modules=[Module.VOTES], **facts)


def table_of(town, *, desk="Plaza", **poll):
    """The table of one poll at a desk, which is open."""
    poll = PollFactory(municipality=town, desks=[desk], **({"ready": True} | poll))
    return Table.objects.select_related("poll__urn", "desk", "municipality").get(poll=poll)


def officer_of(town, *tables, role=Role.DESK_OFFICER):
    """Somebody whose shift at these tables' desk is now."""
    officer = RoleGrantFactory(municipality=town, role=role).user
    for desk in {table.desk for table in tables}:
        ShiftFactory(municipality=town, desk=desk, officer=officer)
    return officer


def resident(town, number=ROSA, **facts):
    """Somebody with an account and a proven document."""
    facts = {"district": town.place} | facts
    return ResidentFactory(document_hash=documents.document_hash("dni", number), **facts)


def hand_out(*tables, by, number=ROSA, **facts):
    facts = {"kind": "dni", "number": number, "attempt": uuid4()} | facts
    return paper.hand_out(tables, by=by, **facts)


def channel(poll, person):
    return Mark.objects.get(urn=poll.urn, person_key=keys.person_key(poll.urn, person)).channel
