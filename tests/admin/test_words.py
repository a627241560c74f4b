"""What the admin says is said in words, in the language of who reads it."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten
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


def test_every_field_that_the_admin_shows_has_a_name():
    """Django makes one of an unnamed field's identifier: English, whoever reads it."""
    unnamed = {
        f"{model.__name__}.{name}"
        for model, shown in admin.site._registry.items()
        for name in names_of(shown)
        if isinstance(getattr(model._meta.get_field(name), "verbose_name", None), str)
    }

    assert unnamed == set()


def names_of(shown):
    """The fields in the list, the filters and the form."""
    rows = [options["fields"] for _title, options in shown.fieldsets or []]
    names = flatten([*shown.list_display, *(shown.fields or []), *flatten(rows)])
    filters = [name for name in shown.list_filter if isinstance(name, str)]
    fields = {field.name for field in shown.model._meta.get_fields()}
    return fields.intersection([*names, *filters])


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
