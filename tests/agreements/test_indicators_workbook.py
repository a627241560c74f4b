import io
import json
from decimal import Decimal

import openpyxl
import pytest

from agreements import entering, workbook
from agreements.actions import indicators as actions
from agreements.actions.indicators import Value
from agreements.enums import Adding, EntryState, PeriodState, ValueType
from agreements.models import Entry, Period
from decide.common.permissions import Refusal
from municipalities.rls import municipality_scope
from tests.agreements.factories import EntryFactory, IndicatorFactory, PeriodFactory, in_the_region
from tests.factories import MunicipalityFactory, UserFactory


@pytest.fixture
def otuzco():
    return MunicipalityFactory()


@pytest.fixture
def period():
    return PeriodFactory()


@pytest.fixture
def people():
    return IndicatorFactory(code="M-1", counts_people=True, position=1)


@pytest.fixture
def share():
    return IndicatorFactory(
        code="M-3",
        value_type=ValueType.PERCENT,
        over_time=Adding.RATIO,
        over_places=Adding.RATIO,
        numerator="Cumplidos",
        denominator="Que vencían",
        position=2,
    )


@pytest.fixture
def _both(people, share):
    pass


pytestmark = pytest.mark.usefixtures("_both")


def made(otuzco, period):
    with municipality_scope(otuzco):
        return openpyxl.load_workbook(io.BytesIO(workbook.make(otuzco, period)))


def brought(book, otuzco, period):
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    with municipality_scope(otuzco):
        return workbook.read(file, otuzco, period)


def filled(otuzco, period, value=43):
    book = made(otuzco, period)
    book["Valores"]["E3"] = value
    book["Valores"]["E4"], book["Valores"]["F4"] = 3, 4
    return book


def store(reading, otuzco, period):
    with municipality_scope(otuzco):
        sealed = entering.sealed(reading, otuzco, period)
        return entering.confirm(sealed, otuzco, period, by=UserFactory())


def test_what_is_filled_in_is_shown_first_and_saved_once_it_is_confirmed(otuzco, period, share):
    reading = brought(filled(otuzco, period), otuzco, period)

    assert reading.problems == []
    assert [c.value.numerator for c in reading.changes] == [43, 3]
    with municipality_scope(otuzco):
        assert not Entry.objects.exists()
    assert store(reading, otuzco, period) == 2
    with municipality_scope(otuzco):
        entry = Entry.objects.get(indicator=share)
        assert (entry.numerator, entry.denominator, entry.state) == (3, 4, EntryState.DRAFT)


def test_the_same_workbook_twice_changes_nothing_the_second_time(otuzco, period):
    book = filled(otuzco, period)
    store(brought(book, otuzco, period), otuzco, period)

    again = brought(book, otuzco, period)

    assert (again.changes, again.problems, again.same) == ([], [], 2)


def test_confirming_twice_saves_once(otuzco, period):
    reading = brought(filled(otuzco, period), otuzco, period)

    assert store(reading, otuzco, period) == 2
    assert store(reading, otuzco, period) == 0


def test_parts_come_along(otuzco, period, people):
    book = filled(otuzco, period, 5)
    book["Desglose"]["E3"], book["Desglose"]["E4"] = 3, 2

    store(brought(book, otuzco, period), otuzco, period)

    with municipality_scope(otuzco):
        entry = Entry.objects.get(indicator=people)
        assert entry.is_complete
        assert sorted(entry.cells.values_list("gender", "numerator")) == [
            ("woman", 2),
            ("woman", 3),
        ]


@pytest.mark.parametrize(
    "alter",
    [
        lambda book: book["Valores"].__setitem__("A3", "M-9"),
        lambda book: book["Valores"].__setitem__("A4", "M-1"),
        lambda book: book["Desglose"].__setitem__("B3", "Otra cosa"),
        lambda book: book["Desglose"].__setitem__("A3", "M-3"),
        lambda book: book["_decide"].__setitem__(
            "A1", book["_decide"]["A1"].value.replace('"M-1": [', '"M-1": [1')
        ),
        lambda book: book["_decide"].__setitem__("A2", "0" * 64),
        lambda book: book.remove(book["_decide"]),
    ],
)
def test_altered_ids_are_refused(otuzco, period, alter):
    book = filled(otuzco, period)
    alter(book)

    with pytest.raises(workbook.Unreadable):
        brought(book, otuzco, period)


def test_a_workbook_of_another_municipality_or_period_is_refused(otuzco, period):
    book = filled(otuzco, period)

    with pytest.raises(workbook.Unreadable):
        brought(book, MunicipalityFactory(), period)
    with pytest.raises(workbook.Unreadable):
        brought(book, otuzco, PeriodFactory())


def test_a_locked_period_takes_no_workbook(otuzco, period):
    book = filled(otuzco, period)
    with in_the_region():
        Period.objects.filter(pk=period.pk).update(state=PeriodState.LOCKED)

    with pytest.raises(workbook.Unreadable):
        brought(book, otuzco, period)


def test_where_somebody_saved_meanwhile_the_difference_is_shown_and_nothing_merged(
    otuzco, period, people
):
    book = filled(otuzco, period)
    with municipality_scope(otuzco):
        actions.enter(
            municipality=otuzco,
            indicator=people,
            period=period,
            value=Value(Decimal(50)),
            by=UserFactory(),
        )

    reading = brought(book, otuzco, period)

    assert [p.cell for p in reading.problems] == ["Valores!E3"]
    assert "50" in reading.problems[0].text
    assert "43" in reading.problems[0].text
    assert [c.indicator.code for c in reading.changes] == ["M-3"]


def test_what_changed_between_looking_and_confirming_is_not_overwritten(otuzco, period, people):
    reading = brought(filled(otuzco, period), otuzco, period)
    with municipality_scope(otuzco):
        EntryFactory(municipality=otuzco, indicator=people, period=period, numerator=50)

    with pytest.raises(Refusal):
        store(reading, otuzco, period)
    with municipality_scope(otuzco):
        assert Entry.objects.get().numerator == 50


@pytest.mark.parametrize("typed", ["muchos", -1, 10**13, "nan", True])
def test_what_is_no_number_is_said_cell_by_cell(otuzco, period, typed):
    reading = brought(filled(otuzco, period, typed), otuzco, period)

    assert [p.cell for p in reading.problems] == ["Valores!E3"]
    assert len(reading.changes) == 1


def test_a_share_of_nothing_and_half_a_person_are_pointed_out(otuzco, period):
    book = filled(otuzco, period)
    book["Valores"]["F4"], book["Desglose"]["E3"] = 0, 2.5

    assert [p.cell for p in brought(book, otuzco, period).problems] == ["Valores!F4", "Desglose!E3"]


def test_a_comma_is_a_point(otuzco, period):
    assert brought(filled(otuzco, period, "43,5"), otuzco, period).changes[0].value.numerator == (
        Decimal("43.5")
    )


def test_a_formula_without_a_saved_value_is_not_taken_for_nothing(otuzco, period):
    reading = brought(filled(otuzco, period, "=40+3"), otuzco, period)

    assert [p.cell for p in reading.problems] == ["Valores!E3"]


def test_nothing_that_people_wrote_is_run_as_a_formula(otuzco, period, people):
    with municipality_scope(otuzco):
        EntryFactory(
            municipality=otuzco, indicator=people, period=period, note="=HYPERLINK(1)", numerator=1
        )

    book = made(otuzco, period)

    assert book["Valores"]["G3"].value == "'=HYPERLINK(1)"
    assert brought(book, otuzco, period).same == 1


def test_only_what_is_typed_is_open_and_where_it_was_made_from_is_hidden(otuzco, period):
    book = made(otuzco, period)

    values = book["Valores"]
    assert values.protection.sheet
    assert values["A3"].protection.locked
    assert not values["E3"].protection.locked
    assert values.data_validations.dataValidation
    assert book["_decide"].sheet_state == "veryHidden"
    assert json.loads(book["_decide"]["A1"].value)["municipality"] == otuzco.pk


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 1_000_001])
def test_what_is_no_workbook_is_refused(otuzco, period, content):
    with municipality_scope(otuzco), pytest.raises(workbook.Unreadable):
        workbook.read(io.BytesIO(content), otuzco, period)
