import csv
import io
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from agreements import ledger, populations, workbook
from agreements.actions import indicators as actions
from agreements.enums import EntryState, ValueType
from agreements.models import Entry, Period
from municipalities.enums import MunicipalityKind, PopulationSource
from municipalities.models import Population
from municipalities.rls import municipality_scope
from participation.enums import InterventionKind
from tests.agreements.factories import (
    EntryFactory,
    IndicatorFactory,
    PeriodFactory,
    in_the_region,
    the_region,
)
from tests.factories import (
    InterventionFactory,
    MunicipalityFactory,
    ProvinceFactory,
    RoleGrantFactory,
    UserFactory,
)


INDEX = reverse("agreements:indicators")


def province(code):
    the_region()
    return MunicipalityFactory(
        kind=MunicipalityKind.PROVINCIAL, place=ProvinceFactory(code=code), slug=f"p{code}"
    )


@pytest.fixture
def period():
    return PeriodFactory(label="2025", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))


@pytest.fixture
def otuzco():
    return province("1306")


@pytest.fixture
def indicator():
    return IndicatorFactory(code="M-1", counts_people=True, level="output")


def staff(municipality, role=Role.ADMINISTRATOR):
    with municipality_scope(municipality):
        return RoleGrantFactory(municipality=municipality, role=role).user


def accepted(municipality, indicator, period, numerator, **more):
    with municipality_scope(municipality):
        return EntryFactory(
            municipality=municipality,
            indicator=indicator,
            period=period,
            numerator=numerator,
            state=EntryState.ACCEPTED,
            published_at=timezone.now(),
            **more,
        )


def page_of(client, indicator, **query):
    return client.get(reverse("agreements:indicator", args=[indicator.code]), query)


def test_the_list_tells_outputs_outcomes_and_effects_apart(client, period, otuzco):
    for level in ("output", "outcome", "effect"):
        IndicatorFactory(level=level)

    page = client.get(INDEX)

    assert page.status_code == 200
    assert [len(lines) for _label, lines in page.context["levels"]] == [1, 1, 1]
    assert {line.verdict.light for _l, ls in page.context["levels"] for line in ls} == {"red"}


@pytest.mark.parametrize("name", ["indicators", "indicators_method"])
def test_the_pages_open_while_nothing_is_there(client, name):
    assert client.get(reverse(f"agreements:{name}")).status_code == 200


@pytest.mark.parametrize("query", ["periodo=no", "poblacion=x", "totales=%00", "periodo=%00"])
def test_an_address_with_nonsense_shows_the_usual(client, indicator, query):
    assert client.get(f"{INDEX}?{query}").status_code == 200


def test_without_a_value_there_is_no_data_and_no_zero(client, indicator, period, otuzco):
    page = page_of(client, indicator)

    assert page.context["line"].actual is None
    assert page.context["bands"] == []
    assert page.context["chart"].bars[0].is_missing


def test_numbers_are_for_1000_inhabitants_unless_totals_are_asked_for(
    client, indicator, period, otuzco
):
    Population.objects.create(
        place_id="1306", year=2025, source=PopulationSource.CENSUS, total=10_000
    )
    Population.objects.create(
        place_id="13", year=2025, source=PopulationSource.CENSUS, total=90_000
    )
    accepted(otuzco, indicator, period, 250)

    rates, totals = page_of(client, indicator), page_of(client, indicator, totales="1")

    ((_band, (row,)),) = rates.context["bands"]
    assert (row.rate, row.text) == ("25", "250")
    assert ">25<" in rates.content.decode()
    assert ">250<" in totals.content.decode()


def test_another_count_of_people_changes_the_value_and_says_so(client, period):
    trujillo = province("1301")
    populations.store_given()
    for place, total in (("13", 2_056_445), ("1301", 1_090_007)):
        Population.objects.create(
            place_id=place, year=2025, source=PopulationSource.CENSUS, total=total
        )
    with municipality_scope(trujillo):
        InterventionFactory.create_batch(
            30, municipality=trujillo, kind=InterventionKind.PROPOSAL, day=date(2025, 5, 5)
        )
    ledger.advance()
    rate = IndicatorFactory(
        code="I-3",
        computed="rate",
        value_type=ValueType.RATE,
        over_time="ratio",
        over_places="ratio",
        numerator="a",
        denominator="b",
    )

    now, given = page_of(client, rate), page_of(client, rate, poblacion="2017-censo")

    assert now.context["line"].actual != given.context["line"].actual
    assert str(given.context["choice"].vintage) in given.content.decode()
    assert str(now.context["choice"].vintage) != str(given.context["choice"].vintage)


def test_a_municipality_with_three_people_is_in_no_file(client, indicator, period, otuzco):
    viru = province("1312")
    accepted(otuzco, indicator, period, 3)
    accepted(viru, indicator, period, 90)

    text = client.get(reverse("agreements:indicators_data", args=["csv"])).content.decode(
        "utf-8-sig"
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    told = json.loads(
        client.get(reverse("agreements:indicator_data", args=["M-1", "json"])).content
    )

    assert {row["ubigeo"]: row["valor"] for row in rows} == {"": "93", "1306": "", "1312": ""}
    actual = told["result"][0]["indicator"][0]["period"][0]["actual"]
    assert [one["value"] for one in actual] == ["93", None, None]


@pytest.mark.parametrize("kind", ["xml", "csv.exe"])
def test_there_is_no_other_kind_of_file(client, indicator, kind):
    assert client.get(f"{INDEX}datos.{kind}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_one_municipality_as_for_three(
    client, indicator, period, count, django_assert_max_num_queries
):
    for code in ("1305", "1306", "1312")[:count]:
        accepted(province(code), indicator, period, 40)

    with django_assert_max_num_queries(25):
        assert len(page_of(client, indicator).context["bands"][0][1]) == count


# What a municipality enters.


def grid_of(municipality, period, name="indicator_grid", *more):
    return reverse(f"agreed:{name}", args=[municipality.slug, period.label, *more])


def test_staff_type_send_and_the_region_accepts(client, indicator, period, otuzco):
    client.force_login(staff(otuzco))
    typed = {f"value_{indicator.pk}": "43", f"version_{indicator.pk}": "0"}

    client.post(grid_of(otuzco, period), typed)
    client.post(grid_of(otuzco, period, "indicator_send"))

    with municipality_scope(otuzco):
        entry = Entry.objects.get()
    assert (entry.numerator, entry.state) == (43, EntryState.SUBMITTED)
    client.force_login(staff(the_region(), Role.PLANNER))
    accept = reverse("admin:agreements_entry_accept", args=[entry.pk])
    assert client.get(accept).status_code == 200
    assert client.post(accept).status_code == 302
    client.logout()
    assert page_of(client, indicator).context["line"].actual == 43


def test_the_parts_are_typed_on_a_page_of_their_own(client, indicator, period, otuzco):
    client.force_login(staff(otuzco))
    page = client.get(grid_of(otuzco, period, "indicator_cells", indicator.code))
    assert page.status_code == 200

    client.post(
        grid_of(otuzco, period, "indicator_cells", indicator.code),
        {"version": "0", "cell_0": "3", "cell_1": "4"},
    )

    with municipality_scope(otuzco):
        entry = Entry.objects.get()
        assert (entry.numerator, entry.is_complete, entry.cells.count()) == (7, True, 2)


def test_no_progress_is_one_click(client, indicator, period, otuzco):
    client.force_login(staff(otuzco))
    client.post(grid_of(otuzco, period, "indicator_no_progress", indicator.code))
    with municipality_scope(otuzco):
        assert Entry.objects.get().numerator == 0


def test_the_workbook_goes_and_comes_back(client, indicator, period, otuzco):
    client.force_login(staff(otuzco))
    file = client.get(grid_of(otuzco, period, "indicator_workbook")).content
    book = workbook.openpyxl.load_workbook(io.BytesIO(file))
    book["Valores"]["E3"] = 43
    out = io.BytesIO()
    book.save(out)

    dry = client.post(
        grid_of(otuzco, period, "indicator_upload"),
        {"file": SimpleUploadedFile("libro.xlsx", out.getvalue())},
    )
    with municipality_scope(otuzco):
        assert not Entry.objects.exists()
    client.post(grid_of(otuzco, period, "indicator_upload"), {"confirmed": dry.context["sealed"]})

    with municipality_scope(otuzco):
        assert Entry.objects.get().numerator == 43


@pytest.mark.parametrize("sealed", ["x", ""])
def test_a_yes_that_was_not_asked_for_saves_nothing(client, indicator, period, otuzco, sealed):
    client.force_login(staff(otuzco))
    page = client.post(grid_of(otuzco, period, "indicator_upload"), {"confirmed": sealed})
    assert page.status_code == 302
    with municipality_scope(otuzco):
        assert not Entry.objects.exists()


def test_nobody_else_sees_what_a_municipality_enters(client, indicator, period, otuzco):
    pages = [
        reverse("agreed:indicator_periods", args=[otuzco.slug]),
        grid_of(otuzco, period),
        grid_of(otuzco, period, "indicator_workbook"),
    ]
    assert {client.get(page).status_code for page in pages} == {302}
    for person in (
        UserFactory(),
        staff(otuzco, Role.MODERATOR),
        staff(province("1312")),
        staff(the_region(), Role.OBSERVER),
    ):
        client.force_login(person)
        assert {client.get(page).status_code for page in pages} == {403}


@pytest.mark.parametrize("count", [1, 3])
def test_the_grid_asks_as_much_for_one_indicator_as_for_three(
    client, period, otuzco, count, django_assert_max_num_queries
):
    IndicatorFactory.create_batch(count)
    client.force_login(staff(otuzco))

    with django_assert_max_num_queries(20):
        assert len(client.get(grid_of(otuzco, period)).context["lines"]) == count


# The region's desk.


@pytest.fixture
def planner():
    return staff(the_region(), Role.PLANNER)


def admin_grid(municipality, period, name="grid", *more):
    return reverse(f"admin:agreements_entry_{name}", args=[municipality.pk, period.pk, *more])


def test_a_planner_types_for_a_municipality(client, planner, indicator, period, otuzco):
    client.force_login(planner)
    assert client.get(reverse("admin:agreements_entry_choose")).status_code == 200
    assert client.get(admin_grid(otuzco, period)).status_code == 200
    assert client.get(admin_grid(otuzco, period, "cells", indicator.pk)).status_code == 200

    client.post(
        admin_grid(otuzco, period),
        {f"value_{indicator.pk}": "12", f"version_{indicator.pk}": "0", "send": "1"},
    )

    with in_the_region():
        entry = Entry.objects.get()
        assert (entry.numerator, entry.state) == (12, EntryState.SUBMITTED)
        with pytest.raises(actions.CannotAccept):
            actions.accept(entry, by=planner)


def test_a_planner_returns_a_value_with_a_reason(client, planner, indicator, period, otuzco):
    entry = accepted(otuzco, indicator, period, 5)
    client.force_login(planner)

    page = reverse("admin:agreements_entry_give_back", args=[entry.pk])
    assert client.post(page, {"reason": ""}).status_code == 200
    client.post(page, {"reason": "Falta el acta."})

    with in_the_region():
        assert Entry.objects.get().state == EntryState.RETURNED


def test_periods_are_made_locked_and_unlocked_with_a_reason(client, planner, period):
    client.force_login(planner)
    client.post(
        reverse("admin:agreements_period_generate_periods"), {"year": "2031", "cut": "half"}
    )
    client.post(reverse("admin:agreements_period_lock_period", args=[period.pk]))
    unlock = reverse("admin:agreements_period_unlock_period", args=[period.pk])
    client.post(unlock, {"reason": "Un error"})
    with in_the_region():
        assert Period.objects.filter(label__startswith="2031").count() == 2
        assert Period.objects.get(pk=period.pk).state == "locked"

    client.force_login(staff(the_region(), Role.REGIONAL_ADMINISTRATOR))
    client.post(unlock, {"reason": "Un error"})
    with in_the_region():
        assert Period.objects.get(pk=period.pk).state == "open"


def test_an_observer_reads_and_changes_nothing(client, indicator, period, otuzco):
    entry = accepted(otuzco, indicator, period, 5)
    client.force_login(staff(the_region(), Role.OBSERVER))

    assert client.get(reverse("admin:agreements_entry_changelist")).status_code == 200
    for page in (
        admin_grid(otuzco, period),
        reverse("admin:agreements_entry_accept", args=[entry.pk]),
        reverse("admin:agreements_period_lock_period", args=[period.pk]),
    ):
        assert client.post(page).status_code == 403


def test_saving_the_sheet_of_a_value_changes_nothing(client, planner, indicator, period, otuzco):
    entry = accepted(otuzco, indicator, period, 5)
    client.force_login(planner)

    client.post(reverse("admin:agreements_entry_change", args=[entry.pk]), {"numerator": "99"})

    with in_the_region():
        assert Entry.objects.get().numerator == 5
