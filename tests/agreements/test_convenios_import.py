"""Convenios out of a spreadsheet: whole or not at all, and twice is once."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from openpyxl import Workbook, load_workbook

from agreements.actions import convenios, importing
from agreements.convenios_data import spreadsheet
from agreements.models import Agreement, Party, Trace
from tests.agreements.convenios import regional, staff_of, standard_template
from tests.agreements.factories import (
    AgreementFactory,
    PartyFactory,
    in_the_region,
    organization_of,
    the_region,
)
from tests.factories import MunicipalityFactory


@pytest.fixture
def planner():
    organization_of(the_region())
    return regional()


@pytest.fixture
def towns():
    found = MunicipalityFactory.create_batch(3)
    for town in found:
        organization_of(town)
    return found


def row(number, town, **cells):
    return {
        "numero_regional": f"Convenio N° {number:03}-2026-GRLL-GGR-SG-NOT",
        "tipo": "especifico",
        "titulo": f"Convenio {number}",
        "municipalidades": town.place_id,
        "numero_municipal": f"Convenio N° {number}-2026-MPO",
        "vigente_desde": "01/02/2026",
        "vigente_hasta": date(2027, 12, 31),
        "transfiere_dinero": "no",
        "areas": "participation; gender",
        "dias_de_aviso": 45,
    } | cells


def file_of(rows):
    book = Workbook()
    columns = importing.ConvenioRow.columns()
    book.active.append(columns)
    for cells in rows:
        book.active.append([cells.get(column) for column in columns])
    out = BytesIO()
    book.save(out)
    return ContentFile(out.getvalue(), "convenios.xlsx")


def twelve(towns, **mistakes):
    rows = [row(number, towns[number % 3]) for number in range(1, 13)]
    for place, cells in mistakes.items():
        rows[int(place.removeprefix("row_")) - 2] |= cells
    return file_of(rows)


def test_two_faulty_rows_of_twelve_are_told_and_nothing_is_kept(planner, towns):
    file = twelve(towns, row_4={"vigente_hasta": "pronto"}, row_9={"municipalidades": "999999"})
    with in_the_region():
        outcome = importing.bring_in(file, by=planner)
        assert [(fault.row, fault.column) for fault in outcome.faults] == [
            (4, "vigente_hasta"),
            (9, "municipalidades"),
        ]
        assert all(fault.reason for fault in outcome.faults)
        assert not Agreement.objects.exists()


def test_the_mended_file_is_kept_and_the_same_again_changes_nothing(planner, towns):
    standard_template()
    with in_the_region():
        assert importing.bring_in(twelve(towns), by=planner).created == 12
        first = Party.objects.get(own_number="Convenio N° 005-2026-GRLL-GGR-SG-NOT").agreement
        assert (first.state, first.notice_days, first.policy_areas) == (
            "draft",
            45,
            ["gender", "participation"],
        )
        assert towns[2].pk in first.towns
        assert first.clauses.count() > 10
        assert {p.number_serial for p in first.parties.all()} == {5}
        before = Trace.objects.count()

        again = importing.bring_in(twelve(towns), by=planner)

        assert (again.created, again.changed, again.same) == (0, 0, 12)
        assert Trace.objects.count() == before


def test_a_draft_follows_the_file_and_what_was_signed_does_not(planner, towns):
    with in_the_region():
        importing.bring_in(twelve(towns), by=planner)
        other = twelve(towns, row_2={"titulo": "Otro título"})
        assert importing.bring_in(other, by=planner).changed == 1
        agreement = Agreement.objects.get(title="Otro título")
        agreement.state = "to_sign"
        agreement.save()

        outcome = importing.bring_in(twelve(towns), by=planner)

        assert [(fault.row, fault.column) for fault in outcome.faults] == [(2, "numero_regional")]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"numero_regional": ""}, "numero_regional"),
        ({"titulo": None}, "titulo"),
        ({"titulo": "x" * 301}, "titulo"),
        ({"tipo": "otro"}, "tipo"),
        ({"transfiere_dinero": "quizás"}, "transfiere_dinero"),
        ({"areas": "deportes"}, "areas"),
        ({"dias_de_aviso": "muchos"}, "dias_de_aviso"),
        ({"vigente_hasta": date(2026, 1, 1)}, "vigente_hasta"),
        ({"vigente_hasta": None}, "sin_fin_porque"),
        ({"municipalidades": ""}, "municipalidades"),
    ],
)
def test_each_column_says_what_it_must_hold(planner, towns, cells, column):
    with in_the_region():
        outcome = importing.bring_in(file_of([row(1, towns[0], **cells)]), by=planner)
    assert [fault.column for fault in outcome.faults] == [column]


def test_one_number_twice_in_a_file_is_told_however_it_is_written(planner, towns):
    rows = [row(1, towns[0]), row(1, towns[1], numero_regional="N° 1-2026-GRLL-GGR-SG-NOT")]
    with in_the_region():
        outcome = importing.bring_in(file_of(rows), by=planner)
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(3, "numero_regional")]


def test_what_is_no_spreadsheet_of_convenios_is_said_so(planner):
    book, out = Workbook(), BytesIO()
    book.active.append(["a", "b"])
    book.save(out)
    with in_the_region():
        for content in (b"hola", out.getvalue()):
            with pytest.raises(importing.UnreadableFile):
                importing.bring_in(ContentFile(content, "x.xlsx"), by=planner)


def test_only_planners_bring_files_in(towns):
    person = staff_of(towns[0])
    with in_the_region(), pytest.raises(convenios.CannotChange):
        importing.bring_in(twelve(towns), by=person)


@pytest.mark.parametrize("sign", "=+-@")
def test_no_cell_that_goes_out_is_run_by_a_spreadsheet(sign):
    agreement = AgreementFactory(title=f"{sign}1+1", summary=f"{sign}HYPERLINK()")
    PartyFactory(agreement=agreement, own_number=f"{sign}2")
    with in_the_region():
        made = spreadsheet(Agreement.objects.all())
    lines = list(load_workbook(BytesIO(made)).active.iter_rows(values_only=True))
    cells = dict(zip(lines[0], lines[1], strict=True))
    assert cells["titulo"] == f"'{sign}1+1"
    assert cells["resumen"] == f"'{sign}HYPERLINK()"
    assert cells["numeros"] == f"'{sign}2"


def test_what_was_exported_with_such_a_sign_comes_in_without_the_mark(planner, towns):
    with in_the_region():
        importing.bring_in(file_of([row(1, towns[0], titulo="'=1+1")]), by=planner)
        assert Agreement.objects.get().title == "=1+1"
