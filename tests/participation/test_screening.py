from datetime import timedelta

import pytest
from django import forms
from django.utils import timezone

from accounts.enums import Role
from municipalities.rls import municipality_scope
from participation import personal_data, screening, watched
from participation.enums import CaseSource, ModerationRule, WatchedKind
from participation.forms.personal_data import PersonalDataGuard
from participation.models import Case, WatchedWord
from participation.personal_data import Datum
from tests.factories import (
    CommentFactory,
    ConversationSettingsFactory,
    MunicipalityFactory,
    RoleGrantFactory,
    ThreadFactory,
    UserFactory,
    WatchedWordFactory,
)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def rosa():
    return UserFactory(date_joined=timezone.now() - timedelta(days=90))


def holds(phrase, text):
    return watched.hits(text, [WatchedWord(kind=WatchedKind.WORD, text=phrase)]) != []


def leads(address, text):
    return watched.hits(text, [WatchedWord(kind=WatchedKind.LINK, text=address)]) != []


# --- words
@pytest.mark.parametrize(
    "text",
    [
        "Es un idiota.",
        "IDIOTA!!",
        "ídìötâ",
        "1d10t4",
        "Idiiiioooota",
        "¿i.d.i.o.t.a?",
        "i d i o t a",
        "i-d-i-o-t-a",
        "id\u200biota",
        "idiot@",
        "Son unos 1d10tas",
        "іdіоtа",  # with Cyrillic letters
        "ｉｄｉｏｔａ",
        "_idiota_",
    ],
)
def test_a_watched_word_is_found_however_it_is_disguised(text):
    assert holds("idiota", text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("puta", "La computadora del colegio y la disputa por el agua"),
        ("ano", "El año pasado no hubo baño; 2026 es otro año"),
        ("caco", "El cacao de Pataz"),
        ("rata", "Se trata de una obra barata"),
        ("ladron", "Los ladronazos entraron"),
        ("eso", "350 soles"),
        ("idiota", ""),
        ("***", "cualquier cosa"),
    ],
)
def test_other_words_are_left_alone(word, text):
    assert not holds(word, text)


def test_phrases_are_found_as_a_whole_and_beginnings_with_a_star():
    assert holds("ladron", "Los ladrones")
    assert holds("vende patria", "¡Vende   PATRIA!")
    assert not holds("vende patria", "Vende su casa; la patria es otra cosa.")
    assert holds("ladron*", "Los ladronazos")
    assert holds("vende* patri*", "vendedores patriotas")
    assert holds("viva el partido x", "VIVA EL PARTIDO X")


# --- links
@pytest.mark.parametrize(
    "text",
    [
        "Mira https://www.Apuestas.example.com/gana?x=1",
        "entra a apuestas.example.com.",
        "(http://pe.apuestas.example.com)",
        "www.apuestas.example.com",
        "[gana](https://apuestas.example.com/hoy)",
    ],
)
def test_a_watched_address_is_found_with_what_lies_below_it(text):
    assert leads("https://apuestas.example.com/", text)


def test_another_address_is_not_the_watched_one():
    assert not leads("example.com", "noexample.com")
    assert not leads("example.com", "example.com.pe")
    assert not leads("example.com/grupo", "https://example.com/grupos")
    assert leads("example.com/grupo", "https://example.com/Grupo/2")
    assert watched.links_in("Me gusta.Me parece bien. S/ 3.50 a las 4.pm http://[x") != ["x"]


# --- what is held
def test_a_comment_with_a_watched_word_waits_out_of_sight_for_review(otuzco, rosa):
    WatchedWordFactory(municipality=otuzco, text="idiota")
    comment = CommentFactory(municipality=otuzco, author=rosa)

    case = screening.screen(comment.thread, comment=comment, words="Qué 1d10ta", by=rosa)

    assert (case.source, case.found, case.holds) == (CaseSource.WORDS, "idiota", True)
    comment.refresh_from_db()
    assert comment.hidden_rule == ModerationRule.PENDING
    assert comment.hidden_by is None


def test_what_has_nothing_of_all_that_is_seen_at_once(otuzco, rosa):
    WatchedWordFactory(municipality=otuzco, text="idiota")
    comment = CommentFactory(municipality=otuzco, author=rosa)

    assert screening.screen(comment.thread, comment=comment, words="Buena idea", by=rosa) is None
    comment.refresh_from_db()
    assert comment.is_shown
    assert not Case.objects.exists()


def test_the_list_of_another_municipality_holds_nothing_here(otuzco, rosa):
    other = MunicipalityFactory()
    with municipality_scope(other):
        WatchedWordFactory(municipality=other, text="idiota")
    with municipality_scope(otuzco):
        assert screening.look("Qué idiota", otuzco, by=rosa) == {}


def test_links_of_a_new_account_wait_and_those_of_an_older_one_do_not(otuzco, rosa):
    newcomer = UserFactory()
    text = "Miren https://blog.example.com/obra y ojo-publico.com"

    assert screening.look(text, otuzco, by=rosa) == {}
    assert screening.look(text, otuzco, by=newcomer) == {
        CaseSource.LINKS: ["blog.example.com/obra", "ojo-publico.com"]
    }
    safe = "Está en https://www.gob.pe/mef, transparencia.gob.pe y http://localhost:8000/otuzco/"
    assert screening.look(safe, otuzco, by=newcomer) == {}


def test_a_municipality_may_let_links_of_new_accounts_pass(otuzco):
    ConversationSettingsFactory(municipality=otuzco, holds_links_of_new=False)

    assert screening.look("https://example.com", otuzco, by=UserFactory()) == {}


def test_personal_data_are_held_without_being_written_down_again(otuzco, rosa):
    thread = ThreadFactory(municipality=otuzco, is_public=True, author=rosa)
    comment = CommentFactory(municipality=otuzco, thread=thread, author=rosa)

    case = screening.screen(thread, comment=comment, words="Su DNI es 41234567", by=rosa)

    assert case.source == CaseSource.PERSONAL
    assert "41234567" not in case.found


def test_a_moderator_is_not_held_for_their_own_review(otuzco):
    WatchedWordFactory(municipality=otuzco, text="idiota")
    moderator = UserFactory()
    RoleGrantFactory(user=moderator, municipality=otuzco, role=Role.MODERATOR)
    comment = CommentFactory(municipality=otuzco, author=moderator)

    words = "No digan idiota"
    assert screening.screen(comment.thread, comment=comment, words=words, by=moderator) is None


def test_two_reasons_are_one_case(otuzco, rosa):
    WatchedWordFactory(municipality=otuzco, text="idiota")
    comment = CommentFactory(municipality=otuzco, author=rosa)

    for words in ("idiota", "idiota con DNI 41234567"):
        screening.screen(comment.thread, comment=comment, words=words, by=rosa)

    assert Case.objects.count() == 1


# --- personal data
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Se llama Juan Pérez, DNI 41234567", Datum.DNI),
        ("identificado con DNI N° 18123456, vive en la esquina", Datum.DNI),
        ("dni: 41.234.567", Datum.DNI),
        ("Ese señor, 41234567, debe plata", Datum.DNI),
        ("El de la moto (45678912) fue", Datum.DNI),
        ("Mi DNI 20011231 ya venció", Datum.DNI),
        ("Llámenme al 987654321", Datum.PHONE),
        ("cel. 987 654 321", Datum.PHONE),
        ("wasap +51 987-654-321", Datum.PHONE),
        ("+51987654321", Datum.PHONE),
        ("mi número es 9 8 7 6 5 4 3 2 1", Datum.PHONE),
        ("escríbanle a juan.perez@gmail.com", Datum.EMAIL),
        ("la camioneta T1A-234 botó basura", Datum.PLATE),
        ("el carro de placa abc 123", Datum.PLATE),
        ("Placa: ABC-123", Datum.PLATE),
        ("su RUC es 10412345678", Datum.RUC),
        ("depositen al CCI 002-191-123456789012-55", Datum.ACCOUNT),
        ("cuenta BCP 191-12345678-0-12", Datum.ACCOUNT),
        ("cci 00219112345678901255", Datum.ACCOUNT),
        ("mi tarjeta 4111 1111 1111 1111", Datum.ACCOUNT),
    ],
)
def test_personal_data_are_noticed(text, kind):
    assert personal_data.kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "La Ley 28056 y su reglamento, DS 142-2009-EF, mandan el presupuesto participativo.",
        "El presupuesto es de S/ 12 345 678 para el año 2026.",
        "Costó S/ 12345678.50 y faltan S/. 987654321",
        "Son 12 345 678 soles; la región tiene 1 778 080 habitantes.",
        "Ganó con 12345678 votos",
        "El 23/11/2026 o el 23-11-2026 a las 18:00 h",
        "Del 20261123 al 20261224",
        "Expediente 00012345-2026 y expediente N.° 12345678",
        "El CUI 2512345 está en Invierte.pe; SNIP 345678",
        "código único 25123456 del proyecto",
        "Partida registral N° 11012345 de Registros Públicos",
        "Mi suministro de Hidrandina 45678912 marca mal",
        "La propuesta OTU-2026-00012 ya tiene 345 apoyos",
        "la carretera LI-106, la PE-10A y la ruta AN-982",
        "Oficio N° 123-2026-MPO-GDU e Informe 045-2026-GM",
        "Ordenanza Municipal 012-2025-MPO y Acuerdo de Concejo 034-2026",
        "Llamen a la central 105 o al 044 234567",
        "Escriban a mesadepartes@muniotuzco.gob.pe",
        "de 987654321 habitantes en el mundo",
        "Hacen falta 250 plantones, 1500 ladrillos y 3 camiones de 15 m3",
        "En los años 1990, 2000 y 2010 hubo huaicos; el COVID-19 fue peor",
        "Coordenadas -8.1234567, -78.1234567 y 9.12345678",
        "Constructora SAC, RUC 20123456789, ganó la licitación",
        "Los números 9 10 11 12 13 y 14 de la rifa",
        "Licitación LP-001-2026 por 1,234,567.89 soles",
        "Sesión 12, artículo 197, numeral 73.2 de la Ley 27972",
        "Vacunaron a 12345678 personas y sembraron 87654321 árboles",
        "I.E. 80252 y caserío km 24+300",
        "@rosa-quispe tiene razón",
    ],
)
def test_money_dates_laws_and_files_are_nobodys_data(text):
    assert personal_data.find(text) == []


def test_a_very_long_text_is_read_quickly():
    for hostile in ("9 " * 20_000, "1" * 40_000, "a." * 20_000 + "@", "S/ " * 15_000, "-" * 40_000):
        assert personal_data.find(hostile) == []
        assert list(watched.links_in(hostile)) == []
        assert len(watched.tokens(hostile)) <= 1


# --- the form
class Writing(PersonalDataGuard):
    text = forms.CharField()


def test_the_author_is_warned_at_the_field_and_what_was_typed_stays():
    form = Writing({"text": "Mi DNI es 41234567"})

    assert not form.is_valid()
    assert "«41234567»" in form.errors["text"][0]
    page = str(form)
    assert "Mi DNI es 41234567" in page
    assert 'name="personal_data_may_be_shown"' in page
    assert "checked" not in page


def test_the_author_may_say_that_it_may_be_shown():
    form = Writing({"text": "Mi DNI es 41234567", "personal_data_may_be_shown": "on"})

    assert form.is_valid()


def test_a_text_without_data_is_not_asked_about():
    form = Writing({"text": "El agua del caserío"})

    assert form.is_valid()
    assert "personal_data_may_be_shown" not in str(form)
