"""In the admin planners bring in tables, set weights and answer; observers read; nobody else enters."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from agreements.models import BaselineSheet, Interest, PriorityInput, PriorityScenario
from agreements.priorities import CODES
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    ConflictFactory,
    InterestFactory,
    MoneyReceivedFactory,
    PriorityInputFactory,
    PriorityScenarioFactory,
    in_the_region,
    the_region,
)
from tests.agreements.test_baseline_sheets import sheet_of
from tests.factories import MunicipalityFactory, RoleGrantFactory


MODELS = ["baselinesheet", "conflict", "moneyreceived", "priorityinput", "priorityscenario"]
MODELS += ["interest"]


@pytest.fixture
def town():
    return MunicipalityFactory()


def somebody(role, where=None):
    where = where or the_region()
    with municipality_scope(where):
        return RoleGrantFactory(municipality=where, role=role).user


def at(model, page, *args):
    return reverse(f"admin:agreements_{model}_{page}", args=args)


def thing(model, town):
    with in_the_region():
        if model == "baselinesheet":
            return sheet_of(town, locked=True, pp={"state": "active"})
        if model == "interest":
            return InterestFactory(municipality=town)
    made = {
        "conflict": ConflictFactory,
        "moneyreceived": MoneyReceivedFactory,
        "priorityinput": PriorityInputFactory,
        "priorityscenario": PriorityScenarioFactory,
    }
    return made[model]()


@pytest.mark.parametrize("model", MODELS)
def test_planners_and_observers_read_and_municipal_staff_does_not(client, town, model):
    row = thing(model, town)
    for who, status in [
        (somebody(Role.PLANNER), 200),
        (somebody(Role.OBSERVER), 200),
        (somebody(Role.ADMINISTRATOR, town), 403),
    ]:
        client.force_login(who)
        assert client.get(at(model, "changelist")).status_code == status
        assert client.get(at(model, "change", row.pk)).status_code in (status, 302)


BUTTONS = [
    ("baselinesheet", "begin", False),
    ("baselinesheet", "bring_in", False),
    ("baselinesheet", "lock", True),
    ("baselinesheet", "correct", True),
    ("conflict", "bring_in", False),
    ("moneyreceived", "bring_in", False),
    ("priorityinput", "bring_in", False),
    ("priorityscenario", "weigh", False),
    ("interest", "invite", False),
    ("interest", "accept", True),
    ("interest", "decline", True),
]


def button(model, name, *args):
    return reverse(f"admin:agreements_{model}_{name}", args=args)


@pytest.mark.parametrize(("model", "name", "of_a_row"), BUTTONS)
def test_only_planners_press_the_buttons(client, town, model, name, of_a_row):
    args = [thing(model, town).pk] if of_a_row else []
    for who, status in [
        (somebody(Role.PLANNER), 200),
        (somebody(Role.OBSERVER), 403),
        (somebody(Role.ADMINISTRATOR, town), 403),
    ]:
        client.force_login(who)
        assert client.get(button(model, name, *args)).status_code in (status, 302, 404), who
        if status == 403:
            assert client.post(button(model, name, *args)).status_code in (403, 302, 404)


def test_a_table_is_looked_at_before_it_is_stored(client, town):
    client.force_login(somebody(Role.PLANNER))
    text = f"variable,ubigeo,valor,fuente,fecha\npoverty,{town.place_id},40,INEI,2018-12-31"
    address = button("priorityinput", "bring_in")

    looked = client.post(address, {"file": SimpleUploadedFile("a.csv", text.encode())})
    assert looked.status_code == 200
    assert not PriorityInput.objects.exists()

    stored = client.post(address, {"text": looked.context["text"], "store": "1"})
    assert stored.status_code == 302
    assert PriorityInput.objects.get().place_id == town.place_id


@pytest.mark.parametrize("sent", ["variable\npoverty", "", "\xff\xfe"])
def test_a_table_that_is_wrong_stores_nothing(client, town, sent):
    client.force_login(somebody(Role.PLANNER))
    file = SimpleUploadedFile("a.csv", sent.encode("latin-1"))

    page = client.post(button("priorityinput", "bring_in"), {"file": file, "store": "1"})

    assert page.status_code == 200
    assert page.context["problems"] or page.context["form"].errors


def test_a_planner_sets_the_weights_with_a_reason(client):
    client.force_login(somebody(Role.PLANNER))
    weights = dict.fromkeys(CODES, "1") | {"poverty": "2.5"}

    wrong = client.post(button("priorityscenario", "weigh"), {**weights, "name": "Mesa"})
    right = client.post(
        button("priorityscenario", "weigh"), {**weights, "name": "Mesa", "reason": "Acta 3."}
    )

    assert (wrong.status_code, right.status_code) == (200, 302)
    assert PriorityScenario.objects.get().weights["poverty"] == 2.5


def test_a_planner_begins_locks_and_corrects_a_baseline(client, town):
    client.force_login(somebody(Role.PLANNER))
    client.post(button("baselinesheet", "begin"), {"municipality": town.pk, "year": 2025})
    with in_the_region():
        sheet = BaselineSheet.objects.get()
        sheet.cells.filter(mechanism="pp").update(state="active")

    client.post(button("baselinesheet", "lock", sheet.pk), {"answered_by": "Planeamiento"})
    client.post(button("baselinesheet", "correct", sheet.pk), {"reason": "Un error."})

    with in_the_region():
        versions = BaselineSheet.objects.order_by("version").values_list("version", "answered_by")
        assert list(versions) == [(1, "Planeamiento"), (2, "Planeamiento")]


def test_cells_are_changed_in_the_admin_until_the_sheet_is_locked(client, town):
    open_sheet = sheet_of(town, year=2025, pp={"state": "active"})
    client.force_login(somebody(Role.PLANNER))
    with in_the_region():
        cell = open_sheet.cells.get()
    data = {
        "answered_by": "Planeamiento",
        "cells-TOTAL_FORMS": 1,
        "cells-INITIAL_FORMS": 1,
        "cells-0-id": cell.pk,
        "cells-0-sheet": open_sheet.pk,
        "cells-0-state": "inactive",
        "answers-TOTAL_FORMS": 0,
        "answers-INITIAL_FORMS": 0,
    }

    saved = client.post(at("baselinesheet", "change", open_sheet.pk), data)

    assert saved.status_code == 302
    with in_the_region():
        cell.refresh_from_db()
        assert cell.state == "inactive"


def test_a_planner_declines_with_a_reason(client, town):
    with in_the_region():
        interest = InterestFactory(municipality=town)
    client.force_login(somebody(Role.PLANNER))

    client.post(button("interest", "decline", interest.pk), {"reason": ""})
    client.post(button("interest", "decline", interest.pk), {"reason": "No hay personal."})

    with in_the_region():
        assert Interest.objects.get().answer == "No hay personal."
