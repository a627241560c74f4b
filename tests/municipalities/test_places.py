from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from municipalities import gazetteer
from municipalities.enums import MunicipalityKind, MunicipalityState
from municipalities.models import FormerSlug, Municipality, Place, Population


# The names of INEI's directory of municipalities, by province.
INEI_NAMES = {
    "Trujillo": "Trujillo, El Porvenir, Florencia de Mora, Huanchaco, La Esperanza, Laredo, Moche, "
    "Poroto, Salaverry, Simbal, Victor Larco Herrera, Alto Trujillo",
    "Ascope": "Ascope, Chicama, Chocope, Magdalena de Cao, Paiján, Rázuri, Santiago de Cao, "
    "Casa Grande",
    "Bolívar": "Bolívar, Bambamarca, Condormarca, Longotea, Uchumarca, Ucuncha",
    "Chepén": "Chepén, Pacanga, Pueblo Nuevo",
    "Julcán": "Julcán, Calamarca, Carabamba, Huaso",
    "Otuzco": "Otuzco, Agallpampa, Charat, Huaranchal, La Cuesta, Mache, Paranday, Salpo, "
    "Sinsicap, Usquil",
    "Pacasmayo": "San Pedro de Lloc, Guadalupe, Jequetepeque, Pacasmayo, San José",
    "Pataz": "Tayabamba, Buldibuyo, Chillia, Huancaspata, Huaylillas, Huayo, Ongon, Parcoy, Pataz, "
    "Pias, Santiago de Challas, Taurija, Urpay",
    "Sánchez Carrión": "Huamachuco, Chugay, Cochorco, Curgos, Marcabal, Sanagoran, Sarín, "
    "Sartimbamba",
    "Santiago de Chuco": "Santiago de Chuco, Angasmarca, Cachicadan, Mollebamba, Mollepata, "
    "Quiruvilca, Santa Cruz de Chuca, Sitabamba",
    "Gran Chimú": "Cascas, Lucma, Marmot, Sayapullo",
    "Virú": "Virú, Chao, Guadalupito",
}
HEADER = "ubigeo_inei,ubigeo_reniec,departamento,provincia,distrito,poblacion_2025_proy\n"


@pytest.fixture
def la_libertad():
    gazetteer.load_la_libertad()


def write(tmp_path, *rows, header=HEADER):
    path = tmp_path / "country.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows))
    return path


@pytest.mark.usefixtures("la_libertad")
def test_the_region_has_12_provinces_and_84_districts_named_as_by_inei():
    names = {
        province.name: ", ".join(province.parts.order_by("code").values_list("name", flat=True))
        for province in Place.objects.provinces()
    }

    assert names == INEI_NAMES
    assert Place.objects.districts().count() == 84


@pytest.mark.usefixtures("la_libertad")
def test_there_are_85_municipalities_and_capital_districts_have_none_of_their_own():
    kinds = [Municipality.objects.filter(kind=kind).count() for kind in MunicipalityKind]

    assert dict(zip(MunicipalityKind, kinds, strict=True)) == {
        "region": 1,
        "provincial": 12,
        "district": 72,
    }
    assert not Municipality.objects.filter(place__code__regex="^[0-9]{4}01$").exists()


@pytest.mark.usefixtures("la_libertad")
@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("la-libertad", "13"),
        ("pacasmayo", "1307"),
        ("pacasmayo-distrito", "130704"),
        ("pataz", "1308"),
        ("pataz-distrito", "130809"),
        ("santiago-de-chuco", "1310"),
        ("sanchez-carrion", "1309"),
        ("pueblo-nuevo", "130403"),
    ],
)
def test_places_that_share_a_name_have_addresses_of_their_own(slug, code):
    assert Municipality.objects.get(slug=slug).place_id == code


@pytest.mark.usefixtures("la_libertad")
@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Pacasmayo", ["1307", "130704"]),
        ("Pataz", ["1308", "130809"]),
        ("Santiago de Chuco", ["1310", "131001"]),
        ("Pueblo Nuevo", ["130403"]),
    ],
)
def test_a_name_alone_leads_to_codes_never_to_one_guess(name, codes):
    assert list(Place.objects.filter(name=name).values_list("code", flat=True)) == codes


@pytest.mark.usefixtures("la_libertad")
def test_a_reniec_code_finds_the_place_with_inei_s_code():
    assert Place.objects.by_reniec("120101").code == "130101"
    assert Place.objects.by_reniec("120113").name == "Alto Trujillo"


def test_reniec_s_13_is_lambayeque_not_la_libertad():
    gazetteer.load_country()

    assert Place.objects.by_reniec("130101").code == "140101"


@pytest.mark.usefixtures("la_libertad")
def test_alto_trujillo_exists_since_its_law_was_published():
    before, after = date(2022, 12, 14), date(2022, 12, 15)

    assert Place.objects.districts().existing_on(before).count() == 83
    assert Place.objects.districts().existing_on(after).count() == 84
    assert Place.objects.get(code="130112").created_by_law == "Ley 31644"


@pytest.mark.usefixtures("la_libertad")
def test_districts_add_up_to_their_provinces_and_to_the_region():
    def people(codes):
        figures = Population.objects.filter(place__code__regex=codes, source="INEI censo")
        return sum(figures.values_list("total", flat=True))

    assert people("^[0-9]{6}$") == people("^[0-9]{4}$") == people("^[0-9]{2}$") == 2_056_445


@pytest.mark.usefixtures("la_libertad")
def test_a_place_knows_its_people_by_the_census_and_its_rural_share():
    place = Place.objects.get(code="1309")

    assert place.population.total == 173_503
    assert round(place.rural_share, 3) == 0.682


@pytest.mark.usefixtures("la_libertad")
def test_every_place_has_an_outline():
    assert not Place.objects.filter(outline=None).exists()


@pytest.mark.usefixtures("la_libertad")
def test_loading_again_mends_facts_and_leaves_what_staff_decided():
    Place.objects.filter(code="1306").update(capital="Wrong")
    Municipality.objects.filter(slug="otuzco").update(
        slug="otuzco-nuevo", state=MunicipalityState.OPEN, welcome="¡Bienvenidos!"
    )

    said = StringIO()
    call_command("load_places", stdout=said)

    municipality = Municipality.objects.get(place_id="1306")
    assert municipality.place.capital == "Otuzco"
    assert (municipality.slug, municipality.state) == ("otuzco-nuevo", "open")
    assert municipality.welcome == "¡Bienvenidos!"
    assert "97 places are up to date; 0 municipalities are new." in said.getvalue()


@pytest.mark.usefixtures("la_libertad")
def test_the_whole_country_comes_the_same_way_and_keeps_what_is_there():
    outline = Place.objects.get(code="130112").outline

    call_command("load_places", "--country", stdout=StringIO(), stderr=StringIO())
    call_command("load_places", "--country", stdout=StringIO(), stderr=StringIO())

    assert Place.objects.districts().count() == 1892
    assert Place.objects.provinces().count() == 196
    assert Municipality.objects.count() == 25 + 196 + 1892 - 196
    assert Place.objects.get(code="130112").outline == outline
    assert Place.objects.get(code="130112").valid_from == date(2022, 12, 15)
    assert Municipality.objects.get(slug="pataz-distrito").place_id == "130809"


def test_a_country_gives_each_municipality_one_readable_address(tmp_path):
    path = write(
        tmp_path,
        "150101,140101,Lima,Lima,Lima,1",
        "150102,140102,Lima,Lima,Pueblo Nuevo,1",
        "150201,140201,Lima,Barranca,Barranca,1",
        "150202,140202,Lima,Barranca,Pueblo Nuevo,1",
        "150203,140203,Lima,Barranca,Lima,1",
    )

    gazetteer.load_country(path)

    assert dict(Municipality.objects.values_list("place_id", "slug")) == {
        "15": "region-lima",
        "1501": "lima",
        "150102": "pueblo-nuevo",
        "1502": "barranca",
        "150202": "pueblo-nuevo-barranca",
        "150203": "lima-barranca",
    }


def test_an_address_somebody_once_had_is_not_given_to_another(tmp_path):
    gazetteer.load_country(write(tmp_path, "130101,120101,La Libertad,Trujillo,Trujillo,1"))
    FormerSlug.objects.create(slug="moche", municipality=Municipality.objects.get(slug="trujillo"))

    gazetteer.load_country(
        write(
            tmp_path,
            "130101,120101,La Libertad,Trujillo,Trujillo,1",
            "130107,120107,La Libertad,Trujillo,Moche,1",
        )
    )

    assert Municipality.objects.get(place_id="130107").slug == "moche-trujillo"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (["13010,120101,La Libertad,Trujillo,Trujillo,1"], "row 2: ubigeo_inei '13010'"),
        (
            ["130101,120101,La Libertad,Trujillo,Trujillo,1"] * 2,
            "row 3: ubigeo_inei 130101 was already in row 2",
        ),
        (["130101,12,La Libertad,Trujillo,Trujillo,1"], "row 2: ubigeo_reniec '12'"),
        (["130101,120101,La Libertad,Trujillo,,1"], "row 2: distrito '' is not a name"),
        (["130101,120101,La Libertad,Trujillo"], "row 2: has another number of columns"),
        (["130101,120101,La Libertad,Trujillo,Trujillo,many"], "poblacion_2025_proy 'many'"),
        ([], "there are no rows"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(tmp_path, rows, problem):
    good = "150101,140101,Lima,Lima,Lima,1"
    path = write(tmp_path, *rows, *([good] if rows else []))

    with pytest.raises(CommandError) as refusal:
        call_command("load_places", "--country", str(path), stdout=StringIO())

    assert problem in str(refusal.value)
    assert not Place.objects.exists()


def test_a_district_that_calls_its_province_otherwise_is_told_and_taken(tmp_path):
    path = write(
        tmp_path,
        "061306,060905,Cajamarca,Ninabamba,Ninabamba,1",
        "061301,060901,Cajamarca,Santa Cruz,Santa Cruz,1",
    )
    said = StringIO()

    call_command("load_places", "--country", str(path), stdout=StringIO(), stderr=said)

    assert Place.objects.get(code="0613").name == "Santa Cruz"
    assert said.getvalue() == "061306: provincia is 'Ninabamba'; 'Santa Cruz' was taken\n"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n"])
def test_a_file_that_is_no_such_table_is_refused_in_words(tmp_path, content):
    path = tmp_path / "country.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_places", "--country", str(path), stdout=StringIO())
