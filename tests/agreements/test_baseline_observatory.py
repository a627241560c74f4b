"""What everybody reads of the baselines: «no data» is not «does not exist»."""

import csv
import io

import pytest
from django.urls import reverse

from agreements import baselines
from agreements.actions import baseline as actions
from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from tests.agreements.test_baseline_sheets import sheet_of
from tests.factories import MunicipalityFactory, UserFactory


def town_with(**states):
    town = MunicipalityFactory()
    sheet_of(town, locked=True, **{code: {"state": state} for code, state in states.items()})
    return town


def test_no_data_and_does_not_exist_are_counted_apart():
    town_with(pp="active", jdvc="none")
    town_with(pp="none")
    MunicipalityFactory()  # without a baseline
    with municipality_scope():
        counts = baselines.matrix(list(Municipality.objects.all()), 2025).counts

    assert counts["pp"] == {"active": 1, "none": 1, "unknown": 1}
    assert counts["jdvc"] == {"none": 1, "unknown": 2}
    assert counts["cclp"] == {}  # of provinces only


def test_an_unlocked_sheet_counts_for_nobody():
    town = MunicipalityFactory()
    sheet_of(town, pp={"state": "active"})
    with municipality_scope():
        found = baselines.matrix([town], 2025)

    assert found.lines[0].sheet is None
    assert found.counts["pp"] == {"unknown": 1}


def test_the_newest_version_counts(client):
    town = town_with(pp="active")
    with municipality_scope(town):
        new = actions.correct(town.baselines.get(), reason="Un error.", by=UserFactory())
        actions.save_cells(new, {"pp": {"state": "inactive"}}, by=UserFactory())
        with municipality_scope():
            assert baselines.matrix([town], 2025).counts["pp"] == {"active": 1}
        actions.lock(new, by=UserFactory())
    with municipality_scope():
        assert baselines.matrix([town], 2025).counts["pp"] == {"inactive": 1}
    assert (
        "Un error."
        in client.get(reverse("agreements:baseline_of", args=[town.slug])).content.decode()
    )


def test_years_stand_side_by_side():
    town = MunicipalityFactory()
    sheet_of(town, year=2024, locked=True, pp={"state": "none"})
    sheet_of(town, year=2025, locked=True, pp={"state": "active"})
    with municipality_scope():
        found = baselines.compared(town)

    cells = {m.code: [cell and cell.state for cell in cells] for m, cells in found.mechanisms}
    assert found.years == [2024, 2025]
    assert cells["pp"] == ["none", "active"]
    assert cells["denuncia"] == [None, None]


def test_the_inventory_is_open_data_also_where_nothing_is_known(client):
    town_with(pp="active")
    unknown = MunicipalityFactory()

    data = client.get(reverse("agreements:baselines_csv")).content.decode("utf-8-sig")
    filtered = client.get(reverse("agreements:baselines_json"), {"mecanismo": "pp"}).json()

    rows = [r for r in csv.DictReader(io.StringIO(data)) if r["mecanismo"] == "pp"]
    assert sorted(row["estado"] for row in rows) == ["active", "unknown"]
    assert {row["mecanismo"] for row in filtered["filas"]} == {"pp"}
    assert unknown.place_id in {row["ubigeo"] for row in filtered["filas"]}


@pytest.mark.parametrize(
    "asked", [{}, {"anio": "x"}, {"provincia": "13' OR"}, {"mecanismo": "nada"}, {"page": "99"}]
)
def test_the_matrix_opens_whatever_is_asked(client, asked):
    town_with(pp="active")

    assert client.get(reverse("agreements:baselines"), asked).status_code == 200


def test_the_matrix_opens_before_anybody_has_a_baseline(client):
    MunicipalityFactory()

    assert client.get(reverse("agreements:baselines")).status_code == 200
    assert client.get(reverse("agreements:conflicts")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_matrix_asks_the_same_queries_for_one_or_many(
    client, count, django_assert_max_num_queries
):
    for _each in range(count):
        town_with(pp="active", jdvc="none")

    with django_assert_max_num_queries(11):
        client.get(reverse("agreements:baselines"))


@pytest.mark.parametrize(("sessions", "named"), [(0, True), (1, True), (2, False), (None, False)])
def test_fewer_sessions_than_the_law_asks_for_are_named(client, sessions, named):
    town = MunicipalityFactory()
    with municipality_scope(town):
        sheet = actions.begin(town, year=2025, by=UserFactory())
        answers = {"ccl_sessions": sessions, "organizations": 1}
        actions.save_answers(sheet, answers, by=UserFactory())
        actions.lock(sheet, by=UserFactory())

    page = client.get(reverse("agreements:baseline_of", args=[town.slug]))

    # Only the session question can be below the law here.
    assert ("<br><strong>" in page.content.decode()) is named
