"""What the admin says is said in words, in the language of who reads it."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from municipalities.enums import MunicipalityState
from municipalities.rls import municipality_scope
from proposals.enums import ProposalState
from tests.factories import (
    MunicipalityEventFactory,
    MunicipalityFactory,
    ProposalFactory,
    RoleGrantFactory,
)


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def at_work(client, town):
    with municipality_scope(town):
        client.force_login(RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user)
    return client


PLAIN = ["GATHERING", "THRESHOLD", "EVALUATION", "ANSWERED", "IN_PROGRESS", "DONE", "ARCHIVED"]


@pytest.mark.parametrize("state", [ProposalState[name] for name in PLAIN])
def test_the_state_of_a_proposal_is_said_in_words(at_work, town, state):
    with municipality_scope(town):
        proposal = ProposalFactory(municipality=town, published=True, state=state)

    for page, ids in (("changelist", []), ("change", [proposal.pk])):
        shown = at_work.get(reverse(f"admin:proposals_proposal_{page}", args=ids)).content.decode()
        assert str(state.label) in shown
        assert f"&#x27;{state.value}&#x27;" not in shown
        assert f">{state.value}<" not in "".join(shown.split())


def test_a_change_of_a_municipality_is_told_in_words(at_work, town):
    changes = {"state": ["invited", "open"], "modules": [[], ["proposals"]]}
    with municipality_scope(town):
        MunicipalityEventFactory(municipality=town, changes=changes)

    shown = at_work.get(reverse("admin:municipalities_municipalityevent_changelist"))

    said = shown.content.decode()
    assert "estado: Invitada → Abierta" in said
    assert "formas de participar: – → Propuestas" in said


@pytest.mark.parametrize("state", MunicipalityState)
def test_the_state_of_a_municipality_is_said_in_words(at_work, town, state):
    type(town).objects.filter(pk=town.pk).update(state=state)

    shown = at_work.get(reverse("admin:municipalities_municipality_changelist"))

    assert str(state.label) in shown.content.decode()
    assert f">{state.value}<" not in "".join(shown.content.decode().split())
