"""What everybody reads without an account: the board, the convenios, the commitment, each municipality."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from agreements import facts, open_data
from agreements.enums import (
    AgreementState,
    EndCause,
    Gate,
    PolicyArea,
    Stage,
)
from agreements.models import (
    Agreement,
    BaselineSheet,
)
from municipalities import gazetteer
from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    ActivityFactory,
    AddendumFactory,
    AdviceFactory,
    AgreementEventFactory,
    AgreementFactory,
    AgreementFileFactory,
    AttendanceFactory,
    BaselineCellFactory,
    BaselineSheetFactory,
    ClauseFactory,
    EvidenceFactory,
    LearningFactory,
    ObservationFactory,
    PracticeFactory,
    TransferFactory,
    UndertakingFactory,
    WorkItemFactory,
    in_the_region,
    organization_of,
)
from tests.factories import UserFactory


def of_the_region():
    gazetteer.load_la_libertad()
    return {m.slug: m for m in Municipality.objects.all()}


@pytest.fixture
def places():
    return of_the_region()


@pytest.fixture
def otuzco(places):
    return places["otuzco"]


def signed(*towns, **fields):
    return AgreementFactory(towns=list(towns), signed=True, published=True, **fields)


def open_page(client, name, *args, **query):
    return client.get(reverse(f"agreements:{name}", args=args), query)


# --- The board


def test_every_page_answers_before_anything_is_recorded(client):
    for name in ("home", "commitments", "convenios", "municipalities", "open_data"):
        assert open_page(client, name).status_code == 200


def test_the_home_page_counts_what_the_database_counts(client, otuzco, places, empty_cache):
    facts.load_facts()
    with municipality_scope(places["pataz"]):
        signed(places["pataz"], starts_on=timezone.localdate() - timedelta(days=9))
    empty_cache()

    page = client.get("/")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM municipalities_municipality WHERE kind = 'provincial'")
        (provincial,) = cursor.fetchone()
    told = page.context["provincial"]
    assert (told["operating"], told["of"]) == (0, provincial)
    assert dict(told["stages"]) == {Stage.IN_FORCE: 1, Stage.NO_CONTACT: provincial - 1}
    content = page.content.decode()
    assert "LAL0009" in content
    assert f'href="{reverse("agreements:home")}"' in content


def test_the_board_has_a_row_for_each_provincial_municipality_with_five_milestones(client, places):
    page = open_page(client, "home")

    rows = page.context["rows"]
    assert len(rows) == 12
    assert {len(row.gates) for row in rows} == {5}


def test_the_map_has_a_list_that_says_the_same(client, places):
    page = open_page(client, "home")

    on_the_map = {shape["url"] for shape in page.context["map"]["shapes"]}
    in_the_list = {row.url for stage in page.context["all_stages"] for row in stage["rows"]}
    assert len(page.context["map"]["shapes"]) == 84
    assert on_the_map == in_the_list
    content = page.content.decode()
    # Once in the map, which the keyboard passes by, and once in the list.
    assert content.count('tabindex="-1"><path') == 84


def test_an_unpublished_convenio_shows_no_light_and_no_name(client, otuzco):
    AgreementFactory(towns=[otuzco], title="Secreto todavía")

    for page in (open_page(client, "home"), open_page(client, "municipality", "otuzco")):
        assert "Secreto todavía" not in page.content.decode()
    (row,) = [r for r in open_page(client, "home").context["rows"] if r.municipality == otuzco]
    assert (row.convenios, row.light) == (0, None)


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_asks_the_same_for_one_convenio_or_many(
    client, places, count, django_assert_max_num_queries
):
    for slug in ("otuzco", "pataz", "viru")[:count]:
        signed(places[slug])

    with django_assert_max_num_queries(22):
        open_page(client, "home")


# --- Convenios


def test_convenios_are_narrowed_by_province_practice_and_year(client, places):
    practice = PracticeFactory(state="published")
    wanted = signed(places["otuzco"])
    UndertakingFactory(agreement=wanted, practice=practice)
    other = signed(places["viru"], starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))

    for query, found in (
        ({"provincia": "1306"}, [wanted]),
        ({"provincia": "1312"}, [other]),
        ({"practica": practice.code}, [wanted]),
        ({"anio": "2020"}, [other]),
        ({"provincia": "nada"}, [wanted, other]),
    ):
        rows = open_page(client, "convenios", **query).context["rows"]
        assert {agreement for agreement, _badge in rows} == set(found), query


@pytest.fixture
def convenio(otuzco):
    """Signed, published, with something of everything."""
    convenio = signed(otuzco, summary="Para participar también desde los caseríos.")
    party = convenio.parties.get(organization=organization_of(otuzco))
    ClauseFactory(agreement=convenio, title="Libre separación")
    UndertakingFactory(agreement=convenio, party=party, text="Designar a dos personas")
    WorkItemFactory(agreement=convenio, party=party, name="Aprobar la ordenanza")
    AgreementEventFactory(agreement=convenio, verb="published", reason="Firmado por todos.")
    AddendumFactory(agreement=convenio, state="signed", signed_on=date(2026, 6, 1))
    with municipality_scope(otuzco):
        ObservationFactory(
            municipality=otuzco,
            agreement=convenio,
            transfer=None,
            text="El acta no estaba en la web.",
            published_at=timezone.now(),
        )
    return convenio


def test_the_public_sheet_tells_everything_that_is_public(client, convenio):
    content = open_page(client, "convenio", convenio.code).content.decode()

    for words in (
        convenio.title,
        convenio.summary,
        "Libre separación",
        "Designar a dos personas",
        "Aprobar la ordenanza",
        "Se amplía el plazo.",
        "El acta no estaba en la web.",
    ):
        assert words in content


def test_what_organisations_observe_stands_beside_with_what_was_replied(client, convenio, otuzco):
    page = open_page(client, "convenio", convenio.code)
    (observation,) = page.context["observations"]
    with municipality_scope(otuzco):
        ObservationFactory(
            municipality=otuzco,
            agreement=convenio,
            transfer=None,
            replies_to=observation,
            text="Ya está publicada.",
            published_at=timezone.now(),
        )

    page = open_page(client, "convenio", convenio.code)

    assert page.context["observations"] == [observation]
    assert "Ya está publicada." in page.content.decode()


def test_a_signed_convenio_has_a_light_that_says_why_and_a_draft_has_none(client, convenio):
    light = open_page(client, "convenio", convenio.code).context["light"]
    draft = AgreementFactory(published=True)

    assert light["badge"]["label"]
    assert light["why"]
    assert open_page(client, "convenio", draft.code).context["light"] is None


def test_one_that_was_terminated_keeps_its_page(client, convenio):
    with in_the_region():
        Agreement.objects.filter(pk=convenio.pk).update(
            state=AgreementState.TERMINATED,
            end_cause=EndCause.SEPARATION,
            ended_on=timezone.localdate(),
        )

    page = open_page(client, "convenio", convenio.code)
    assert page.status_code == 200
    assert page.context["days_left"] is None


def test_days_left_are_counted_to_the_last_day(client, otuzco):
    today = timezone.localdate()
    convenio = signed(otuzco, starts_on=today - timedelta(days=5), ends_on=today)

    assert open_page(client, "convenio", convenio.code).context["days_left"] == 0


@pytest.mark.parametrize("count", [1, 3])
def test_a_sheet_asks_the_same_queries_however_long_it_is(
    client, convenio, count, django_assert_max_num_queries
):
    party = convenio.parties.first()
    for _number in range(count):
        UndertakingFactory(agreement=convenio, party=party, weight=0)
        WorkItemFactory(agreement=convenio, party=party)
        AgreementFileFactory(agreement=convenio, is_public=True)

    with django_assert_max_num_queries(40):
        open_page(client, "convenio", convenio.code)


# --- Each municipality


def test_a_municipality_s_page_says_what_counts_and_what_is_missing(client, otuzco):
    page = open_page(client, "municipality", "otuzco")

    gates = page.context["page"].row.gates
    assert [gate["gate"] for gate in gates] == list(Gate)
    assert all(gate["parts"] and not any(p["is_done"] for p in gate["parts"]) for gate in gates)


def test_a_municipality_s_page_shows_what_is_published_of_it_only(client, otuzco):
    convenio = signed(otuzco)
    now = timezone.now()
    with municipality_scope(otuzco):
        AdviceFactory(municipality=otuzco, topic="Asesoría publicada", published_at=now)
        AdviceFactory(municipality=otuzco, topic="Asesoría interna")
        LearningFactory(
            municipality=otuzco,
            title="La radio llega",
            tried="Radio",
            result="Vino más gente",
            source="Acta",
            published_at=now,
        )
        EvidenceFactory(municipality=otuzco, title="Acta sin revisar", is_public=True)
        for year, state in ((2020, "none"), (2025, "active")):
            sheet = BaselineSheetFactory(municipality=otuzco, year=year, published_at=now)
            BaselineCellFactory(municipality=otuzco, sheet=sheet, state=state, published_at=now)
            BaselineSheet.objects.filter(pk=sheet.pk).update(locked_at=now, locked_by=UserFactory())

    page = open_page(client, "municipality", "otuzco")

    content = page.content.decode()
    for words in (convenio.title, "Asesoría publicada", "La radio llega"):
        assert words in content
    for words in ("Asesoría interna", "Acta sin revisar"):
        assert words not in content
    baseline = page.context["page"].baseline
    assert (baseline["years"], baseline["active"]) == ([2020, 2025], 1)


def test_what_does_not_exist_and_what_is_no_municipality_is_not_found(client, places):
    assert open_page(client, "municipality", "nada").status_code == 404
    assert open_page(client, "municipality", "la-libertad").status_code == 404
    assert open_page(client, "municipality", "otuzco", con="nada").status_code == 404
    assert open_page(client, "convenio", "NADA").status_code == 404
    assert open_page(client, "commitment", "NADA").status_code == 404


def test_two_municipalities_stand_side_by_side(client, places):
    page = open_page(client, "municipality", "otuzco", con="pataz")

    assert [p.municipality.slug for p in page.context["pages"]] == ["otuzco", "pataz"]
    assert all(len(cells) == 2 for _label, cells in page.context["lines"])


def test_peers_are_of_the_same_size(client, places):
    page = open_page(client, "municipality", "otuzco")

    slugs = [peer.slug for peer in page.context["peers"]]
    assert slugs
    assert "trujillo" not in slugs
    assert page.context["page"].size.size == 2  # from 25 000 people


@pytest.mark.parametrize("count", [1, 3])
def test_a_municipality_s_page_asks_the_same_queries_however_much_there_is(
    client, otuzco, count, django_assert_max_num_queries
):
    for _number in range(count):
        convenio = signed(otuzco)
        with municipality_scope(otuzco):
            TransferFactory(municipality=otuzco, agreement=convenio, published=True)

    with django_assert_max_num_queries(36):
        open_page(client, "municipality", "otuzco")


# --- Open data


def rows_of(client, table, kind="csv"):
    answer = open_page(client, "open_file", table, kind)
    if kind == "json":
        return answer.json()["rows"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("table", open_data.TABLES)
def test_every_file_has_the_columns_of_its_dictionary_in_both_forms(client, convenio, table):
    names = open_data.TABLES[table].names

    for kind in ("csv", "json"):
        for row in rows_of(client, table, kind):
            assert list(row) == names
    assert "actividades" in open_page(client, "open_data").content.decode()


def test_files_hold_published_rows_only(client, convenio, otuzco):
    AgreementFactory(towns=[otuzco])

    (row,) = rows_of(client, "convenios")
    assert row["codigo"] == convenio.code
    assert row["ubigeos"] == "1306; 13"
    assert len(rows_of(client, "hitos")) == 84 * 5


def test_the_export_has_policy_areas(client, otuzco):
    signed(otuzco, policy_areas=[PolicyArea.GENDER, PolicyArea.INCLUSION])

    (row,) = rows_of(client, "convenios", "json")
    assert row["areas_de_politica"] == "gender; inclusion"


def test_a_title_that_a_spreadsheet_would_run_is_made_harmless(client, otuzco):
    signed(otuzco, title="=HYPERLINK(1)")

    (row,) = rows_of(client, "convenios")
    assert row["titulo"] == "'=HYPERLINK(1)"


def test_attendance_is_told_as_sums_and_few_people_of_a_gender_are_not(client, otuzco):
    with municipality_scope(otuzco):
        for title, women in (("Grande", 12), ("Pequeño", 3)):
            activity = ActivityFactory(
                municipality=otuzco, title=title, published_at=timezone.now()
            )
            for gender, people in (("woman", women), ("man", 15)):
                AttendanceFactory(
                    municipality=otuzco, activity=activity, gender=gender, people=people
                )

    large, small = rows_of(client, "actividades")
    assert (large["personas"], large["mujeres"], large["hombres"]) == ("27", "12", "15")
    assert (small["personas"], small["mujeres"], small["hombres"]) == ("18", "", "")


def test_another_form_of_file_does_not_exist(client, places):
    assert open_page(client, "open_file", "convenios", "exe").status_code == 404
    assert open_page(client, "open_file", "nada", "csv").status_code == 404


def test_the_sitemap_leads_to_the_observatory(client, convenio):
    content = client.get("/sitemap-region.xml").content.decode()

    for name, *args in (("home",), ("municipality", "otuzco"), ("convenio", convenio.code)):
        assert reverse(f"agreements:{name}", args=args) in content
