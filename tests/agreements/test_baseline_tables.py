"""Planners bring in tables: looked at first, whole or not at all, and the same file changes nothing."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from agreements.actions import baseline, tables
from agreements.enums import ConflictKind
from agreements.models import (
    BaselineCell,
    BaselineSheet,
    Conflict,
    MoneyReceived,
    PriorityInput,
)
from agreements.tables_in import KINDS
from municipalities.enums import MunicipalityKind
from municipalities.gazetteer import load_la_libertad
from municipalities.models import Municipality
from tests.agreements.factories import in_the_region
from tests.agreements.test_baseline_sheets import sheet_of
from tests.factories import MunicipalityFactory, UserFactory


@pytest.fixture
def town():
    return MunicipalityFactory()


def table(kind, *rows, columns=None):
    return "\n".join([",".join(columns or KINDS[kind].columns), *rows])


def bring(kind, *rows, by=None):
    with in_the_region():
        return tables.bring_in(kind, table(kind, *rows), by=by or UserFactory())


def wrong(kind, *rows, columns=None):
    """Which cells are named."""
    with in_the_region(), pytest.raises(tables.CannotBringIn) as refused:
        tables.bring_in(kind, table(kind, *rows, columns=columns), by=UserFactory())
    return [(one.row, one.column) for one in refused.value.plan.problems]


def count(plan):
    return len(plan.new), len(plan.changed), plan.unchanged


def test_a_month_of_conflicts_makes_cases_by_ubigeo_and_twice_changes_nothing(town):
    row = (
        f"248,2026-09,caso-1,Minería,socio_environmental,active,diálogo,{town.place_id},Comunidad,"
    )

    assert count(bring("conflicts", row)) == (1, 0, 0)
    assert count(bring("conflicts", row)) == (0, 0, 1)
    assert count(bring("conflicts", row.replace("active", "latent"))) == (0, 1, 0)
    case = Conflict.objects.get()
    assert (case.month, case.state, case.ubigeos) == (date(2026, 9, 1), "latent", [town.place_id])


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("x,2026-09,a,,labour,active,,,,", (2, "informe")),
        ("248,September,a,,labour,active,,,,", (2, "mes")),
        ("248,2026-09,,,labour,active,,,,", (2, "caso")),
        ("248,2026-09,a,,strike,active,,,,", (2, "tipo")),
        ("248,2026-09,a,,labour,over,,,,", (2, "estado")),
        ("248,2026-09,a,,labour,active,,999999,,", (2, "ubigeos")),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column_and_nothing_is_stored(row, cell):
    good = "248,2026-09,b,,labour,active,,,,"

    assert wrong("conflicts", row, good) == [cell]
    assert not Conflict.objects.exists()


def test_what_is_no_table_says_so():
    assert wrong("conflicts", columns=["informe", "mes"]) == [
        (1, "caso"), (1, "tipo"), (1, "estado"),
    ]  # fmt: skip
    assert wrong("conflicts") == [(1, "")]
    twice = "248,2026-09,a,,labour,active,,,,"
    assert wrong("conflicts", twice, twice) == [(3, "informe")]


def test_the_sum_of_the_file_is_told_beside_what_is_stored(town):
    rows = [
        f'2025,{town.place_id},Canon minero,"1 250 000,50",MEF,2026-01-15',
        f"2025,{town.place_id},Regalías,100.25,MEF,15/01/2026",
    ]

    first, second = bring("money", *rows), bring("money", *rows)

    assert sum(MoneyReceived.objects.values_list("amount", flat=True)) == Decimal("1250100.75")
    assert (count(first), count(second)) == ((2, 0, 0), (0, 0, 2))
    assert len(first.notes) == 1


def test_a_capital_district_is_governed_by_its_province():
    province = MunicipalityFactory(kind=MunicipalityKind.PROVINCIAL)
    code = province.place.parent_id
    Municipality.objects.filter(pk=province.pk).update(place=code)

    bring("money", f"2025,{code}01,Canon,10,MEF,2026-01-15")

    assert MoneyReceived.objects.get().place_id == code
    assert wrong("money", "2025,990101,Canon,10,MEF,2026-01-15") == [(2, "ubigeo")]
    assert wrong("money", f"2025,{code},Canon,ten,MEF,2026-01-15") == [(2, "monto")]


def test_figures_are_within_their_bounds(town):
    good = f"poverty,{town.place_id},47.3,INEI,2018-12-31"

    assert count(bring("inputs", good)) == (1, 0, 0)
    assert count(bring("inputs", good)) == (0, 0, 1)
    assert wrong("inputs", good.replace("47.3", "101")) == [(2, "valor")]
    assert wrong("inputs", good.replace("poverty", "wealth")) == [(2, "variable")]


def test_the_inventory_begins_sheets_and_changes_nothing_the_second_time(town):
    rows = [
        f"{town.place_id},2025,pp,active,Ord. 12,2025-03-01,,",
        f"{town.place_id},2025,jdvc,none,,,,",
    ]

    assert count(bring("inventory", *rows)) == (2, 0, 0)
    assert count(bring("inventory", *rows)) == (0, 0, 2)
    with in_the_region():
        states = dict(BaselineCell.objects.values_list("mechanism", "state"))
        assert (states["pp"], states["jdvc"], states["denuncia"]) == ("active", "none", "unknown")
        assert BaselineSheet.objects.get().locked_at is None


def test_the_inventory_does_not_change_what_is_locked(town):
    sheet_of(town, year=2025, locked=True, pp={"state": "active"})

    assert count(bring("inventory", f"{town.place_id},2025,pp,active,,,,")) == (0, 0, 1)
    assert wrong("inventory", f"{town.place_id},2025,pp,none,,,,") == [(2, "anio")]


def test_a_corrected_sheet_takes_the_inventory_in_its_new_version(town):
    sheet = sheet_of(town, year=2025, locked=True, pp={"state": "active"})
    with in_the_region():
        new = baseline.correct(sheet, reason="Un error.", by=UserFactory())

    assert count(bring("inventory", f"{town.place_id},2025,pp,none,,,,")) == (0, 1, 0)
    with in_the_region():
        assert new.cells.get().state == "none"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("{},2025,cclp,active,,,,", "mecanismo"),  # of provinces only
        ("{},2025,nada,active,,,,", "mecanismo"),
        ("{},1999,pp,active,,,,", "anio"),
        ("{},2025,pp,alive,,,,", "estado"),
        ("{},2025,pp,active,,soon,,", "ultimo_acto"),
        ("99,2025,pp,active,,,,", "ubigeo"),
    ],
)
def test_a_row_that_the_inventory_cannot_take_is_named(town, row, column):
    assert wrong("inventory", row.format(town.place_id)) == [(2, column)]


def test_report_181_has_three_cases_without_invented_names_or_places():
    load_la_libertad()
    for _again in range(2):
        call_command("load_priority_inputs", stdout=StringIO())

    cases = Conflict.objects.filter(report=181)
    kinds = sorted(cases.values_list("kind", flat=True))
    labour, environmental = ConflictKind.LABOUR, ConflictKind.SOCIO_ENVIRONMENTAL
    assert kinds == [labour, environmental, environmental]
    assert {(c.state, c.actors, tuple(c.ubigeos)) for c in cases} == {("unknown", "", ())}
    assert PriorityInput.objects.filter(variable="poverty").count() == 95
    assert set(PriorityInput.objects.values_list("as_of", flat=True)) == {date(2018, 12, 31)}
