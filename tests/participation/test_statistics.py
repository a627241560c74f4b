import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from accounts.enums import Area, Gender
from decide import numbers
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality, Population
from municipalities.rls import municipality_scope
from participation import ledger
from participation.enums import Channel, InterventionKind
from participation.statistics import ACTS, Statistics, hide_small, per_people, rural_ratio
from tests.factories import MunicipalityFactory, RegionPlaceFactory, UserFactory


@pytest.fixture
def here():
    municipality = MunicipalityFactory(short_name="Otuzco")
    Population.objects.create(
        place=municipality.place, year=2023, source="test", total=20_000, rural=13_640, urban=6_360
    )
    return municipality


def record(municipality, kind=InterventionKind.SUPPORT, count=1, amount=1, **said):
    user = UserFactory(**said)
    with municipality_scope(municipality):
        for _ in range(count):
            ledger.record(kind, municipality, by=user, amount=amount)


def lines(client, municipality):
    response = client.get(reverse("participation:data_csv", args=[municipality.slug]))
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_what_was_taken_back_is_subtracted(here):
    record(here, count=7)
    record(here, amount=-1)

    with municipality_scope(here):
        assert Statistics(here).totals == {"support": 6}


def test_what_is_crossed_and_small_is_left_out_so_that_it_cannot_be_worked_out():
    assert hide_small({"woman": 20, "man": 9, "other": 2}) == {
        "woman": 20,
        "man": None,
        "other": None,
    }
    assert hide_small({"woman": 20, "man": 9}) == {"woman": 20, "man": 9}
    assert hide_small({"woman": 3, "man": 4, "": 8}) == {"woman": None, "man": None, "": 8}
    assert hide_small({"woman": 20, "man": 1, "other": 1}) == dict.fromkeys(
        ["woman", "man", "other"]
    )
    assert hide_small({"woman": 2, "man": 1, "": 1}) == {}
    assert hide_small({"woman": 9, "man": 9, "": 40}, secret=["man"]) == {
        "woman": None,
        "man": None,
        "": 40,
    }


def test_rural_participation_is_measured_against_the_people():
    assert rural_ratio(30, 100, 0.682) == 0.44
    assert rural_ratio(2, 4, 0.682) is None
    assert rural_ratio(30, 100, None) is None


def test_rates_are_for_ten_thousand_people():
    assert (per_people(30, 20_000), per_people(30, None)) == (15.0, None)


def test_the_open_data_holds_the_rows_of_this_municipality_once(client, here):
    elsewhere = MunicipalityFactory()
    record(elsewhere, count=50)
    record(here, count=6, gender=Gender.WOMAN, area=Area.RURAL)
    record(here, count=3, gender=Gender.MAN, area=Area.RURAL)

    found = lines(client, here)

    assert {line["municipalidad"] for line in found} == {"Otuzco"}
    assert {line["ubigeo"] for line in found} == {here.place_id}
    [total] = [line for line in found if not line["desglose"]]
    assert (total["acto"], total["cantidad"]) == ("support", "9")
    by_gender = [line["cantidad"] for line in found if line["desglose"] == "Género"]
    assert by_gender == ["", ""]
    [rural] = [line["cantidad"] for line in found if line["desglose"].startswith("Ciudad")]
    assert rural == "9"


def test_the_page_shows_sums_rates_and_what_people_came_with(client, here):
    record(here, count=30, area=Area.RURAL)
    record(here, InterventionKind.INTAKE_JOB, 12)

    page = client.get(reverse("participation:data", args=[here.slug])).content.decode()

    assert "15.0" in page
    assert "12" in page
    assert "1.47" in page


def test_the_page_of_an_empty_space_answers(client):
    here = MunicipalityFactory()

    assert client.get(reverse("participation:data", args=[here.slug])).status_code == 200
    assert lines(client, here) == []


def test_the_region_adds_up_its_municipalities_and_compares_them_by_rate(client, here):
    region = Municipality.objects.filter(kind=MunicipalityKind.REGION).first()
    region = region or MunicipalityFactory(
        kind=MunicipalityKind.REGION, place=RegionPlaceFactory(), slug="la-libertad"
    )
    record(here, count=30)
    record(MunicipalityFactory(short_name="Trujillo"), count=40)

    address = reverse("participation:data", args=[region.slug])
    page = client.get(address).content.decode()

    [total] = [line for line in lines(client, region) if not line["desglose"]]
    assert total["cantidad"] == "70"
    assert ("Otuzco" in page, "Trujillo" in page, "15.0" in page) == (True,) * 3
    assert ">30<" in client.get(f"{address}?por=total").content.decode()


def test_conversation_is_told_kind_by_kind_and_what_is_given_by_the_dozen_is_not_compared(
    client, here
):
    for kind in ("debate", "comment", "reaction", "statement", "statement_vote"):
        record(here, kind, 10, area=Area.URBAN)

    page = client.get(reverse("participation:data", args=[here.slug])).content.decode()

    for name in ("Debate abierto", "Comentario", "Acuerdo o desacuerdo", "Voto"):
        assert name in page
    with municipality_scope(here):
        assert Statistics(here).crossed("area") == [(Area.URBAN.label, 30)]
        assert [amount for _name, amount, _rate in Statistics(here).table(ACTS[2:7])] == [10] * 5


def test_how_few_have_voted_is_told_nowhere(client, here):
    record(here, InterventionKind.BALLOT, 19, gender=Gender.WOMAN)

    page = client.get(reverse("participation:data", args=[here.slug])).content.decode()

    assert "muy pocos" in page
    assert [line["cantidad"] for line in lines(client, here)] == [""]
    with municipality_scope(here):
        assert Statistics(here).crossed("gender") == [(Gender.WOMAN.label, None)]
        sums = numbers.totals([here])[here.pk]
    assert "Ballots cast" not in [str(act.label) for act in numbers.acts_of(sums, 20_000)]


def test_a_turnout_is_told_but_never_by_a_group_smaller_than_twenty(client, here):
    record(here, InterventionKind.BALLOT, 30, gender=Gender.WOMAN)
    record(here, InterventionKind.BALLOT, 19, gender=Gender.MAN)

    found = lines(client, here)

    assert [line["cantidad"] for line in found if not line["desglose"]] == ["49"]
    assert [line["cantidad"] for line in found if line["desglose"] == "Género"] == ["", ""]


def test_what_another_portal_brings_is_told_apart_and_counts_for_nobody(client, here):
    record(here, InterventionKind.COMMENT, 6)
    with municipality_scope(here):
        acts = [ledger.Act(None, date(2018, 9, 15), Channel.IMPORT)] * 50
        ledger.record_many(InterventionKind.COMMENT, here, acts)

        assert Statistics(here).totals == {"comment": 6}
        assert Statistics(here).crossed("gender") == [("No lo dijo", 6)]
        assert numbers.totals([here])[here.pk] == {"comment": 6}

    brought = [line for line in lines(client, here) if line["periodo"] == "2018-09"]
    assert [(line["cantidad"], line["nota"]) for line in brought] == [
        ("50", "traído de otro portal")
    ]
    assert not [line for line in lines(client, here) if line["periodo"] == "2018"]


def test_what_is_untold_by_year_does_not_come_out_of_the_sum_on_the_page(here):
    record(here, InterventionKind.SUPPORT, 20, gender=Gender.WOMAN)
    record(here, InterventionKind.SUPPORT, 30, gender=Gender.MAN)
    record(here, InterventionKind.COMMENT, 2, gender=Gender.WOMAN)
    record(here, InterventionKind.COMMENT, 8, gender=Gender.MAN)

    with municipality_scope(here):
        crossed = Statistics(here).crossed("gender")

    assert [amount for _label, amount in crossed] == [None, None]
