"""Planners lead practices and transfers by buttons; observers read; municipal staff have no admin."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from agreements.enums import OrganizationKind, PieceKind, PracticeState
from agreements.forms.transfers import HoldForm
from agreements.models import Activity, Advice, Practice, PracticeVersion, Transfer
from municipalities.rls import municipality_scope
from tests.agreements.factories import ActivityFactory, AgreementFactory, the_region
from tests.agreements.practices import (
    in_region,
    move,
    nominated,
    published,
    reviewed_by,
    underway,
)
from tests.factories import MunicipalityFactory, RoleGrantFactory


def staff(municipality, role):
    with municipality_scope(municipality):
        return RoleGrantFactory(municipality=municipality, role=role).user


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def planner(client):
    client.force_login(staff(the_region(), Role.PLANNER))
    return client


def address(model, page, *args):
    return reverse(f"admin:agreements_{model}_{page}", args=args)


def press(client, row, path, data=None):
    """A button of a row: its question is asked, then answered."""
    url = f"/admin/agreements/{row._meta.model_name}/{row.pk}/{path}"
    asked = client.get(url, follow=True)
    assert asked.status_code == 200
    return client.post(asked.request["PATH_INFO"], data or {})


def rows(town):
    practice = published()
    transfer = underway(town, practice)
    with in_region():
        activity = ActivityFactory(municipality=town, transfer=transfer)
        return [practice, practice.offered, transfer, activity]


def test_every_page_opens_for_planners_and_observers_and_not_for_a_town_s_staff(client, town):
    things = rows(town)
    for role, home, expected in (
        (Role.PLANNER, the_region(), 200),
        (Role.OBSERVER, the_region(), 200),
        (Role.ADMINISTRATOR, town, 403),
    ):
        client.force_login(staff(home, role))
        for thing in things:
            model = thing._meta.model_name
            assert client.get(address(model, "changelist")).status_code == expected
            answer = client.get(address(model, "change", thing.pk)).status_code
            assert answer == expected or (expected == 403 and answer in (302, 403))


def test_an_observer_presses_no_button(client, town):
    practice, _version, transfer, activity = rows(town)
    client.force_login(staff(the_region(), Role.OBSERVER))
    for thing, path in ((practice, "retirar"), (transfer, "suspender"), (activity, "realizada")):
        url = f"/admin/agreements/{thing._meta.model_name}/{thing.pk}/{path}"
        assert client.post(url, {"reason": "x"}, follow=True).status_code == 403


def test_a_planner_leads_a_practice_to_publication(planner):
    practice = nominated()
    press(planner, practice, "evaluar")
    reviewed_by(practice, OrganizationKind.CIVIL_SOCIETY)
    press(planner, practice, "evaluada")
    early = press(planner, practice, "validar")
    assert early.context["form"].non_field_errors()
    reviewed_by(practice, OrganizationKind.UNIVERSITY)
    press(planner, practice, "validar")
    press(planner, practice, "publicar")
    with in_region():
        assert Practice.objects.get(pk=practice.pk).state == PracticeState.PUBLISHED


def test_what_was_reviewed_is_not_rewritten_and_the_next_version_is(planner):
    practice = move(nominated(), PracticeState.REVIEW)
    with in_region():
        version = practice.latest
    page = planner.get(address("practiceversion", "change", version.pk))
    assert page.context["has_change_permission"]
    practice = published()
    with in_region():
        frozen = practice.latest
    page = planner.get(address("practiceversion", "change", frozen.pk))
    assert not page.context["has_change_permission"]
    press(planner, practice, "version", {"what_changed": "Plazo más corto."})
    with in_region():
        assert PracticeVersion.objects.filter(practice=practice, frozen_at=None).count() == 1


def test_a_planner_begins_plans_starts_and_records_a_workshop_of_twenty_five(planner, town):
    practice = published()
    with in_region():
        version, need = practice.offered, practice.offered.requirements.get()
    term = {"starts_on": date(2020, 1, 1), "ends_on": date(2035, 12, 31)}
    agreement = AgreementFactory(towns=[town], signed=date(2020, 1, 1), **term)
    asked = planner.get("/admin/agreements/transfer/comenzar", follow=True)
    planner.post(asked.request["PATH_INFO"], {"municipality": town.pk, "version": version.pk})
    with in_region():
        transfer = Transfer.objects.get(municipality=town)
    press(planner, transfer, "requisitos", {f"met_{need.pk}": "yes"})
    plan = {
        "agreement": agreement.pk,
        "mechanism": "portal_propuestas",
        "target": "100 propuestas respondidas",
        "starts_on": "2026-01-01",
        "ends_on": "2030-12-31",
        **{f"due_{kind}": "2030-06-30" for kind in PieceKind},
    }
    press(planner, transfer, "plan", plan)
    press(planner, transfer, "empezar")
    press(
        planner,
        transfer,
        "actividad",
        {
            "kind": "taller",
            "title": "Taller de respuesta",
            "day": "2026-01-15",
            "hours": "4",
            "planned_people": "25",
        },
    )
    with in_region():
        activity = Activity.objects.get()
    lines = "Alcaldía; mujer; campo; 15; 12; 8; 15\nAlcaldía; hombre; ciudad; 10; 7; 9,5; 14"
    press(planner, activity, "realizada", {"attendance": lines})

    with in_region():
        transfer.refresh_from_db()
        activity.refresh_from_db()
        assert (transfer.state, transfer.pieces.count()) == ("underway", 6)
        assert activity.state == "held"
        assert sum(row.people for row in activity.attendance.all()) == 25
    board = planner.get("/admin/agreements/transfer/tablero", follow=True)
    assert town.short_name in board.content.decode()


def test_only_the_buttons_that_do_something_now_are_shown(planner, town):
    transfer = underway(town)

    def shown():
        page = planner.get(address("transfer", "change", transfer.pk)).content.decode()
        paths = ("requisitos", "plan", "empezar", "aceptar", "suspender", "reanudar", "abandonar")
        return {path for path in paths if f"/transfer/{transfer.pk}/{path}" in page}

    assert shown() == {"aceptar", "suspender", "abandonar"}
    press(planner, transfer, "suspender", {"reason": "Lluvias."})
    assert shown() == {"reanudar", "abandonar"}


@pytest.mark.parametrize(
    "lines", ["Ana; mujer; campo; muchas", ";;; 0", "x; perro; campo; 3", ";;;5;;21;3", ";;;-1"]
)
def test_a_line_of_attendance_that_cannot_be_read_is_named(lines):
    form = HoldForm({"attendance": lines})

    assert "1" in str(form.errors["attendance"])


def test_attendance_is_pasted_from_a_spreadsheet():
    form = HoldForm({"attendance": "Alcaldía\tmujer\tcampo\t12\t9\t8\t15\n\n;;;20"})

    assert form.is_valid()
    first, second = form.cleaned_data["attendance"]
    assert (first["gender"], first["area"], first["people"], first["passed"]) == (
        "woman",
        "rural",
        12,
        9,
    )
    assert (second["office"], second["people"], second["passed"]) == ("", 20, None)


def test_whoever_advises_signs_it_and_it_is_public(planner, town):
    planner.post(
        address("advice", "add"),
        {
            "municipality": town.pk,
            "day": "2026-01-15",
            "medium": "phone",
            "hours": "1",
            "topic": "Cómo moderar",
        },
    )
    with in_region():
        advice = Advice.objects.get()
        assert advice.by
        assert advice.published_at


@pytest.mark.parametrize(
    "page", ["/admin/agreements/transfer/", "/admin/agreements/transfer/tablero"]
)
def test_the_list_and_the_board_do_not_ask_for_each_row(planner, town, page):
    asked = []
    client_is_warm = planner.get(page, follow=True)
    assert client_is_warm.status_code == 200
    for _number in range(2):
        underway(MunicipalityFactory())
        with CaptureQueriesContext(connection) as queries:
            assert planner.get(page, follow=True).status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1]
