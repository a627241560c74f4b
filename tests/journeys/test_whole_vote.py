"""A vote from its first words to its verified count, as its people live it: with JavaScript, and without.

Twelve people vote. Three of them change their mind, one audits a ballot first, and two vote on
paper, of whom one had voted on the web before. What comes out is what a hand count gives.
"""

import csv
import io
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import Role
from decide.common import documents
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality, Place
from municipalities.rls import scoped_transaction
from tests.factories import ResidentFactory, RoleGrantFactory, UserFactory
from tests.journeys.conftest import PHONE, shot, violations
from tests.journeys.test_whole_life import (
    PASSWORD,
    confirm,
    picture,
    sign_in,
    sign_in_with_two_steps,
)
from votes.models import Envelope, Mark, Poll


TITLE = "¿Abrimos el mercado los domingos?"
TRUSTEES = (
    ("Hna. Carmen Rojas", "Parroquia de Otuzco"),
    ("Luis Quispe Polo", "Asociación de Comerciantes"),
    ("Nelly Ávila", "Comité de Vigilancia"),
)
DESK_NAME = "Local comunal de Chota"
NAMES = ("Los Alisos", "La Puerta", "El Mirador")


class Ballot(NamedTuple):
    """Yes (a), no (b) or blank (-) to the market; the names of the park in order."""

    market: str
    park: str


# What each of the twelve wants in the end, and what some of them had sent before.
WANTS = {
    1: Ballot("a", "abc"),
    2: Ballot("a", "bca"),
    3: Ballot("a", "cb"),
    4: Ballot("b", "ab"),
    5: Ballot("a", "a"),
    6: Ballot("a", "cba"),
    7: Ballot("b", "bac"),
    8: Ballot("b", "b"),
    9: Ballot("a", "a"),
    10: Ballot("-", "cb"),
    11: Ballot("a", "b"),
    12: Ballot("b", "ac"),
}
BEFORE = {2: Ballot("b", "abc"), 3: Ballot("b", "c"), 4: Ballot("a", "ba"), 11: Ballot("b", "ab")}
WITH_BROWSER, ON_PAPER = (1, 2), (11, 12)
# Counted by hand from WANTS. El Mirador has fewest first places, and all three go on to La Puerta.
MARKET = {"a": 7, "b": 4, "blancos": 1}
PARK = [{"a": 5, "b": 4, "c": 3}, {"a": 5, "b": 7}]


# --- The people


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state, town.modules = MunicipalityState.OPEN, [Module.VOTES]
    town.save()
    return town


@pytest.fixture
def staff(otuzco):
    roles = {"rosa": Role.ADMINISTRATOR, "julio": Role.EVALUATOR, "marta": Role.DESK_OFFICER}
    found = {}
    for name, role in roles.items():
        found[name] = with_password(f"{name}@example.org", name.title())
        with scoped_transaction(otuzco):
            RoleGrantFactory(user=found[name], municipality=otuzco, role=role)
    return found


@pytest.fixture
def voters(otuzco):
    """By number; their DNI ends with it."""
    home = Place.objects.get(code="130601")
    return {
        number: ResidentFactory(
            user=with_password(f"vota{number}@example.org", f"Vecina {number}"),
            district=home,
            document_hash=documents.document_hash("dni", dni(number)),
        ).user
        for number in WANTS
    }


def with_password(email, name):
    person = UserFactory(email=email, display_name=name)
    person.set_password(PASSWORD)
    person.save()
    confirm(person)
    return person


def dni(number):
    return f"{40000000 + number}"


# --- The journey


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_vote_lives_its_whole_life(visit, at, otuzco, staff, voters, tmp_path, js):
    @contextmanager
    def on_a_phone(who=None, *, two_steps=True):
        with visit(js=js, size=PHONE) as page:
            if who and two_steps:
                sign_in_with_two_steps(page, f"{who}@example.org")
            elif who:
                sign_in(page, f"{who}@example.org")
            yield page

    def look(page, name):
        """Nothing is wider than the phone; axe is a script itself."""
        shot(page, f"whole-vote-{name}-{'js' if js else 'plain'}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if js:
            assert violations(page) == []

    opens_at = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)
    opens_at += timedelta(days=1)
    closes_at = (opens_at + timedelta(days=1)).replace(hour=18)

    with on_a_phone("rosa") as page:
        case = she_prepares_it(page, opens_at, closes_at, look)
        she_approves(page, case, look)
        with on_a_phone("julio") as another:
            she_approves(another, case, look)
        she_freezes_it(page, case, look)
        words = the_trustees_make_the_key(page, case, on_a_phone, look)

    at(opens_at + timedelta(hours=2))
    poll = poll_of(otuzco)
    with on_a_phone("vota1", two_steps=False) as page:
        somebody_audits_and_votes(page, poll, look)
    with on_a_phone("vota2", two_steps=False) as page:
        somebody_changes_their_mind(page, poll, look)
    for number in WANTS.keys() - {*WITH_BROWSER, 12}:
        client = Client()
        client.force_login(voters[number])
        for wanted in filter(None, [BEFORE.get(number), WANTS[number]]):
            if not (number in ON_PAPER and wanted is WANTS[number]):
                send(client, poll, wanted)
    with on_a_phone("marta") as page:
        two_vote_on_paper(page, look)

    at(closes_at + timedelta(minutes=1))
    too_late(voters[5], poll)
    with on_a_phone("rosa") as page:
        she_closes_it(page, case, look)
        with on_a_phone("marta") as another:
            table = the_box_is_emptied(another, look)
        the_papers_are_entered(page, table, look)
    enter_too(staff["julio"], table)
    the_trustees_open_it(poll, words, on_a_phone, look)

    with on_a_phone() as page:
        everybody_reads_the_result(page, poll, look)
        package = anybody_downloads_it(page, poll, tmp_path, look)
    the_rows_equal_a_hand_count(otuzco, poll)
    the_package_is_verified(package, poll, tmp_path)


# --- Before it opens


def she_prepares_it(page, opens_at, closes_at, look):
    page.goto("/otuzco/votaciones/gestion/mesas/nueva/")
    page.locator("[name=name]").fill(DESK_NAME)
    press(page)
    page.locator("[name=officer]").select_option(label="Marta")
    page.locator("[name=starts_at]").fill(f"{opens_at:%Y-%m-%dT%H:%M}")
    page.locator("[name=ends_at]").fill(f"{closes_at + timedelta(hours=3):%Y-%m-%dT%H:%M}")
    page.locator("button[value=shift]").click()
    page.get_by_text("Marta", exact=True).first.wait_for()

    page.goto("/otuzco/votaciones/gestion/nueva/")
    words = {
        "title": TITLE,
        "text": "El mercado cierra los domingos. **Se propone abrirlo** hasta la una.",
        "meaning": "Si gana el sí, el mercado abre los domingos desde enero.",
        "in_favour": "Quienes bajan de los caseríos solo tienen carro el domingo.",
        "against": "El domingo es el único día de descanso de quienes venden.",
        "opens_at": f"{opens_at:%Y-%m-%dT%H:%M}",
        "closes_at": f"{closes_at:%Y-%m-%dT%H:%M}",
    }
    for name, text in words.items():
        page.locator(f"[name={name}]").fill(text)
    look(page, "write")
    press(page)
    page.wait_for_url("**/gestion/*/")
    case = page.url
    look(page, "case")
    for kind, fields in (
        ("yes_no", {"title": TITLE}),
        ("ranked", {"title": "¿Qué nombre lleva el parque?"} | rows(NAMES)),
    ):
        page.goto(f"{case}preguntas/?tipo={kind}")
        fill(page, fields)
        look(page, f"question-{kind}")
        press(page)
        page.wait_for_url(case)
    page.goto(f"{case}custodios/")
    fill(page, rows([name for name, _office in TRUSTEES]))
    fill(page, {f"row_{at}_text": office for at, (_name, office) in enumerate(TRUSTEES)})
    page.locator("[name=keys_needed]").fill("2")
    press(page)
    page.wait_for_url(case)
    page.goto(f"{case}mesas/")
    page.locator("[name^=works-]").check()
    page.locator("[name^=papers-]").fill("20")
    press(page)
    page.goto(f"{case}sorteo/")
    fill(page, {"where": "Sala de sesiones", "before": "Comité de vigilancia y prensa"})
    press(page)
    page.locator("[name=why]").wait_for()  # what drawing again would take
    look(page, "lots")
    return case


def rows(names):
    return {f"row_{place}_name": name for place, name in enumerate(names)}


def she_approves(page, case, look):
    page.goto(f"{case}aprobar/")
    look(page, "approve")
    press(page)
    page.wait_for_url(case)


def she_freezes_it(page, case, look):
    page.goto(f"{case}congelar/")
    look(page, "freeze")
    press(page)
    page.wait_for_url(case)


def the_trustees_make_the_key(page, case, on_a_phone, look):
    page.goto(f"{case}llave/")
    page.locator("button[value=begin]").click()
    page.locator(".handout").first.wait_for()
    given = []
    for place in range(len(TRUSTEES)):
        handout = page.locator(".handout").nth(place)
        handout.locator("summary").click()
        address = handout.locator(".address").inner_text()
        given.append((address.partition("#")[0], handout.locator(".code").inner_text()))
    words = {}
    for address, code in given:
        with on_a_phone() as phone:
            phone.goto(f"http://{address}#{code.replace('-', '')}")
            if phone.locator("[name=code]").is_visible():
                phone.locator("[name=code]").fill(code)
            phone.locator("form[data-custody-code] button").click()
            phone.locator("ol.words").wait_for()
            shown = phone.locator("ol.words").inner_text().split()
            words[address] = " ".join(word for word in shown if not word.isdigit())
            type_words(phone, words[address])
            phone.get_by_text("Tus palabras son correctas").first.wait_for()
            look(phone, "proved")
    return words


def type_words(phone, words):
    phone.locator("main a[href$='/palabras/']").click()
    phone.locator("[name=word_1]").fill(words)
    press(phone)


# --- While it is open


def poll_of(otuzco):
    with scoped_transaction(otuzco):
        return Poll.objects.select_related("municipality", "urn").get()


def address_of(poll, *parts):
    return "/".join(["/otuzco/votaciones", str(poll.pk), *parts, ""])


def somebody_audits_and_votes(page, poll, look):
    page.goto("/otuzco/")
    page.get_by_role("link", name="Votar").first.click()
    page.get_by_role("link", name="Votar").first.click()
    choose(page, WANTS[1])
    look(page, "vote")
    press(page)
    look(page, "review")
    code = page.locator(".ballot-code").inner_text()
    page.locator("main details summary").last.click()
    page.locator("button[formaction$='/auditar/']").click()
    page.wait_for_url("**/auditar/")
    expect(page.locator(".ballot-code").first).to_have_text(code)
    look(page, "audit")
    page.goto(address_of(poll, "votar"))
    choose(page, WANTS[1])
    press(page)
    assert page.locator(".ballot-code").inner_text() != code
    cast(page, poll)
    look(page, "receipt")


def somebody_changes_their_mind(page, poll, look):
    for wanted in (BEFORE[2], WANTS[2]):
        page.goto(address_of(poll, "votar"))
        choose(page, wanted)
        press(page)
        cast(page, poll)
    page.goto(address_of(poll, "votar"))
    look(page, "again")


def choose(page, ballot):
    page.locator(f"[name=q1][value='{ballot.market}']").check()
    for place, option in enumerate(ballot.park, start=1):
        page.locator(f"[name='q2-{option}']").select_option(str(place))


def cast(page, poll):
    """Press the button, and look the code of the receipt up as anybody may."""
    code = page.locator(".ballot-code").inner_text()
    page.locator("main form button[type=submit]:not([formaction])").first.click()
    page.wait_for_url("**/comprobante/**")
    expect(page.locator(".ballot-code").first).to_have_text(code)


def send(client, poll, ballot):
    """The same pages, without a window."""
    places = {f"q2-{option}": place for place, option in enumerate(ballot.park, start=1)}
    send_form(client, poll, {"q1": ballot.market} | places)


def send_form(client, poll, filled):
    review = client.post(address_of(poll, "votar"), filled)
    token = review.content.decode().partition('name="papeleta" value="')[2].partition('"')[0]
    assert token, review.content.decode()
    answer = client.post(address_of(poll, "votar", "emitir"), {"papeleta": token})
    assert (answer.status_code, "/comprobante/" in answer.url) == (302, True)


def two_vote_on_paper(page, look):
    page.goto("/otuzco/votaciones/mesas/")
    look(page, "tables")
    page.get_by_role("link", name=DESK_NAME).first.click()
    table = page.url
    for number in ON_PAPER:
        page.goto(f"{table}entregar/")
        page.locator("[name=number]").fill(dni(number))
        page.locator("[name=seen_in_person]").check()
        press(page)
        page.locator("[name=again]").fill(dni(number))
        look(page, f"hand-out-{number}")
        press(page)
        page.wait_for_url(table)
        replaced = page.get_by_text("la cédula lo reemplaza").count()
        assert bool(replaced) == (number in BEFORE)
    look(page, "table")


def too_late(voter, poll):
    client = Client()
    client.force_login(voter)
    answer = client.post(address_of(poll, "votar"), {"q1": "b", "q2-a": 1})
    assert "papeleta" not in answer.content.decode()


# --- Once it is over


def she_closes_it(page, case, look):
    page.goto(f"{case}apertura/")
    page.locator("button[value=close]").click()
    page.locator("button[value=close]").wait_for(state="detached")
    look(page, "closed")


def the_box_is_emptied(page, look):
    page.goto("/otuzco/votaciones/mesas/")
    page.get_by_role("link", name=DESK_NAME).first.click()
    table = page.url
    page.goto(f"{table}anfora/")
    press(page)
    page.wait_for_url(f"{table}acta/")
    figures = {
        "signatures": "2",
        "spoiled": "0",
        "left_over": "17",
        "papers": "2",
        "blank": "0",
        "void": "0",
    }
    fill(page, figures)
    photo = {"name": "acta.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.locator("[name=photo]").set_input_files(photo)
    press(page)
    page.locator("main .error-summary").wait_for()
    look(page, "acta-does-not-add-up")
    page.locator("[name=left_over]").fill("18")
    page.locator("[name=photo]").set_input_files(photo)
    press(page)
    page.wait_for_url(table)
    return table


def the_papers_are_entered(page, table, look):
    page.goto(table)
    page.locator("main form[action$='/ingreso/'] button").click()
    for number in ON_PAPER:
        page.wait_for_url("**/ingreso/")
        ballot = WANTS[number]
        page.locator(f"[name=q1][value='{ballot.market}']").check()
        for place, option in enumerate(ballot.park, start=1):
            page.locator(f"[name='q2-{option}']").fill(str(place))
        look(page, f"enter-{number}")
        press(page)
    page.wait_for_url(table)


def enter_too(person, table):
    """A second person, who does not see what the first has read."""
    client = Client()
    client.force_login(person)
    address = f"/otuzco/{table.partition('/otuzco/')[2]}ingreso/"
    assert client.post(address).status_code == 302
    for number, who in enumerate(ON_PAPER, start=1):
        ballot = WANTS[who]
        places = {f"q2-{option}": place for place, option in enumerate(ballot.park, start=1)}
        said = {"do": "save", "number": number, "q1": ballot.market} | places
        assert client.post(address, said).status_code == 302


def the_trustees_open_it(poll, words, on_a_phone, look):
    """The first and the last come; the second is ill."""
    first, _ill, last = words
    for address in (first, last):
        with on_a_phone() as phone:
            phone.goto(f"http://{address}")
            type_words(phone, words[address])
            told = (
                "El ánfora está abierta y contada" if address == last else "Tus palabras ya están"
            )
            phone.get_by_text(told).first.wait_for()
            look(phone, "opened" if address == last else "handed-in")


def everybody_reads_the_result(page, poll, look):
    page.goto(address_of(poll, "resultados"))
    look(page, "results")
    with page.expect_download() as download:
        page.locator("main a[href$='/resultados.csv']").first.click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    counted = {(row[0], row[2], row[5]): row[-1] for row in rows[1:] if not row[3] and not row[4]}
    assert {code: int(counted["q1", "", code]) for code in MARKET} == MARKET
    for number, places in enumerate(PARK, start=1):
        told = {code: int(counted["q2", str(number), code]) for code in places}
        assert told == places


def anybody_downloads_it(page, poll, tmp_path, look):
    page.goto(address_of(poll, "comprobar"))
    look(page, "verify")
    with page.expect_download() as download:
        page.locator("main a[href$='/paquete.zip']").first.click()
    package = tmp_path / "paquete.zip"
    download.value.save_as(package)
    return package


def the_rows_equal_a_hand_count(otuzco, poll):
    with scoped_transaction(otuzco):
        marks = list(Mark.objects.filter(urn=poll.urn).values_list("channel", flat=True))
        sent = Envelope.objects.filter(urn=poll.urn).count()
    assert (marks.count("web"), marks.count("paper")) == (10, 2)
    assert sent == 11 + len(
        BEFORE.keys() - {11}
    )  # everybody but the twelfth, and three of them twice


def the_package_is_verified(package, poll, tmp_path):
    """By whoever has Python and nothing of ours."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "fresh"], check=True)
    with zipfile.ZipFile(package) as files:
        program = files.extract("verify_poll.py", tmp_path)

    def verify(file, *more):
        command = [tmp_path / "fresh" / "bin" / "python", "-I", program, file, *more]
        return subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True)

    good = verify(package, "--digest", bytes(poll.urn.digest).hex())
    assert (good.returncode, "TODO CUADRA" in good.stdout) == (0, True), good.stdout
    altered = tmp_path / "altered.zip"
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(altered, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'"a":7', b'"a":8'))
    assert "ALTERADO" in verify(altered).stdout


# --- What several of them do


def press(page):
    """The button that sends the page's form, the last one of the page where there are several."""
    page.locator("main form[method=post] button[type=submit].btn-primary").last.click()


def fill(page, fields):
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)
