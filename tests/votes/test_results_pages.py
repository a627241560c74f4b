"""The pages, files and documents of a result: closed before their time, complete afterwards."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.enums import Role
from decide.common.words import moment
from municipalities.enums import Module
from municipalities.models import private_storage
from municipalities.rls import municipality_scope
from participation.enums import WatchedKind
from tests.factories import (
    ComplaintFactory,
    MunicipalityFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
    WatchedWordFactory,
)
from tests.votes.opened import cast, closed, opened, paper, ready_poll, vote
from votes import published
from votes.actions import objections
from votes.models import Complaint


PAGES = ("results", "verify", "integrity")
FILES = ("results_csv", "package", "acta", "integrity_pdf", "integrity_json")
OF_THE_RESULT = ("results", "verify", "results_csv", "package", "acta")
OF_CLOSING = ("integrity", "integrity_pdf", "integrity_json")


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.VOTES])
    with municipality_scope(municipality), override("en"):
        yield municipality


@pytest.fixture
def client(client):
    """Somebody who reads English, so that what is asserted stands in the code."""
    client.cookies["idioma"] = "en"
    return client


@pytest.fixture
def ready(otuzco):
    return ready_poll(otuzco, title="¿Qué hacemos con el mercado?")


@pytest.fixture
def poll(ready, clock):
    """Opened, with 80 voters of two districts, three of whom changed their mind."""
    poll, key = ready
    vote(poll)
    for number in range(3):
        cast(poll, number, again=1)
    return opened(poll, key, clock)


def address(poll, name, *more):
    return reverse(f"votes:{name}", args=[poll.municipality.slug, poll.pk, *more])


def page(client, poll, name, *more):
    return client.get(address(poll, name, *more))


# --- Before its time


@pytest.mark.parametrize("name", [*PAGES, *FILES])
def test_while_a_vote_is_open_nothing_of_it_is_told(client, ready, name):
    poll, _key = ready
    before = page(client, poll, name)
    vote(poll, people=30)

    after = page(client, poll, name)

    assert before.status_code == after.status_code == 404
    assert said(before) == said(after)


def said(answer):
    return answer.text.partition("<main")[2].partition("</main>")[0]


def test_an_address_asked_too_early_says_when_it_closes(client, ready):
    poll, _key = ready

    answer = page(client, poll, "results")

    assert "There is no result yet" in answer.text
    assert moment(poll.urn.closes_at) in answer.text


@pytest.mark.parametrize("name", OF_THE_RESULT)
def test_while_it_is_counted_nothing_of_the_result_is_told(client, ready, clock, name):
    poll, _key = ready
    vote(poll, people=30)
    closed(poll, clock)

    assert page(client, poll, name).status_code == 404


@pytest.mark.parametrize("name", OF_CLOSING)
def test_from_closing_on_the_acta_of_integrity_is_there(client, ready, clock, name):
    poll, _key = ready
    vote(poll, people=30)
    closed(poll, clock)

    answer = page(client, poll, name)

    assert answer.status_code == 200
    if name == "integrity_json":
        told = answer.json()
        assert told["complete"] is False
        assert "Losa deportiva" not in answer.text
        assert {section["id"] for section in told["sections"]} >= {"channels", "roll", "log"}


def test_a_test_poll_is_for_staff_alone(client, otuzco, clock):
    poll, key = ready_poll(otuzco, is_test=True)
    cast(poll, 1)
    poll = opened(poll, key, clock)
    staff = RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user

    assert page(client, poll, "results").status_code == 404
    client.force_login(staff)
    assert page(client, poll, "results").status_code in (200, 302)


# --- The page


def test_the_page_answers_first_and_says_what_it_means(client, poll):
    text = page(client, poll, "results").text

    assert text.index("48 of 64 valid ballots say «Sí»") < text.index("Who voted")
    assert poll.meaning in text
    assert "It is consultative" in text


def test_the_answer_of_the_municipality_takes_the_place_of_its_day(client, poll):
    poll.answer, poll.answered_at = "Abriremos desde enero.", timezone.now()
    poll.answered_by = UserFactory()
    poll.save()

    text = page(client, poll, "results").text

    assert "Abriremos desde enero." in text


@pytest.mark.parametrize("people", [30, 60])
def test_the_page_asks_as_many_queries_for_few_as_for_many(
    client, ready, clock, django_assert_max_num_queries, people
):
    poll, key = ready
    vote(poll, people=people)
    ComplaintFactory.create_batch(people // 15, municipality=poll.municipality, poll=poll)
    poll = opened(poll, key, clock)

    with django_assert_max_num_queries(22):
        page(client, poll, "results")


def test_written_answers_stand_as_text_once_each(client, otuzco, clock):
    poll, key = ready_poll(otuzco)
    for number, said in enumerate(["<script>alert(1)</script>", "Más sombra", "Más sombra", ""]):
        given = {"q1": [], "q2": [], "q3": [], "q4": {}, "q5": said}
        cast(poll, number, given=given)
    poll = opened(poll, key, clock)

    text = page(client, poll, "answers", "q5").text

    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert text.count("Más sombra") == 1
    assert page(client, poll, "answers", "q1").status_code == 404
    assert page(client, poll, "answers", "q9").status_code == 404


def test_a_written_answer_with_personal_data_is_not_shown(client, otuzco, clock):
    poll, key = ready_poll(otuzco)
    WatchedWordFactory(municipality=otuzco, text="zopenco", kind=WatchedKind.WORD)
    for number, said in enumerate(["Llamen al 949123456", "El alcalde es un zopenco", "Agua"]):
        cast(poll, number, given={"q1": [], "q2": [], "q3": [], "q4": {}, "q5": said})
    poll = opened(poll, key, clock)

    text = page(client, poll, "answers", "q5").text

    assert "949123456" not in text
    assert "zopenco" not in text
    assert "Agua" in text


# --- Tables


def on_paper(otuzco, clock, people, **given):
    """A poll with one desk, where so many people vote on paper."""
    poll, key = ready_poll(otuzco, desks=["Mercado"])
    vote(poll, people=60)
    paper(poll, "Mercado", people, **given)
    return opened(poll, key, clock)


def test_tables_stand_with_their_figures_and_the_photo_of_their_acta(client, otuzco, clock):
    poll = on_paper(otuzco, clock, 30)

    text = page(client, poll, "results").text

    assert "Acta of the table Mercado" in text
    assert "too few to be told" not in text.partition('id="mesas"')[2].partition("</section>")[0]


def test_of_a_small_box_it_is_not_told_how_many_were_blank(client, otuzco, clock):
    """Three papers, three of them blank: that would be what three people did."""
    blank = {"q1": [], "q2": [], "q3": [], "q4": {}, "q5": ""}
    poll = on_paper(otuzco, clock, 3, given=blank)

    tables = page(client, poll, "results").text.partition('id="mesas"')[2]

    assert "Mercado" in tables
    assert "too few to be told" in tables.partition("</section>")[0]
    assert "Acta of the table" not in tables


# --- Files


def test_the_csv_has_the_figures_of_the_page_and_no_other(client, poll):
    rows = list(csv.DictReader(io.StringIO(page(client, poll, "results_csv").text)))

    whole = [row for row in rows if row["pregunta"] == "q1" and not row["lugar_o_mesa"]]
    cells = [row for row in rows if row["pregunta"] == "q1" and row["lugar_o_mesa"]]
    assert {row["opcion"]: int(row["cantidad"]) for row in whole} == {
        "validos": 64,
        "blancos": 16,
        "nulos": 0,
        "emitidos": 80,
        "a": 48,
        "b": 16,
    }
    assert sum(int(row["cantidad"]) for row in cells if row["opcion"] == "a") == 48
    assert all(int(row["cantidad"]) >= 25 for row in cells if row["opcion"] == "emitidos")


def test_a_title_is_no_formula_in_a_spreadsheet(client, otuzco, clock):
    questions = [{"title": "=1+1", "options": ("@SUM", "No"), "lots": ["a", "b"]}]
    poll, key = ready_poll(otuzco, questions)
    cast(poll, 1)
    poll = opened(poll, key, clock)

    rows = list(csv.reader(io.StringIO(page(client, poll, "results_csv").text)))

    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


def test_the_package_has_the_same_bytes_each_time_and_says_so(client, poll):
    first = page(client, poll, "package")
    data = b"".join(first.streaming_content)
    again = client.get(address(poll, "package"), headers={"If-None-Match": first["ETag"]})

    assert hashlib.sha256(data).hexdigest() == first["ETag"].strip('"')
    assert first["Content-Length"] == str(len(data))
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    assert again.status_code == 304


def test_a_newer_verifier_does_not_change_a_published_package(client, poll, monkeypatch):
    before = published.package_of(poll.urn)

    monkeypatch.setattr("votes.package.build", lambda urn: b"newer")

    assert published.package_of(poll.urn) == before


def test_a_package_that_a_crash_cut_short_is_made_anew(poll, empty_cache):
    kept = published.package_of(poll.urn)
    with private_storage().open(kept.path, "rb") as file:
        whole = file.read()
    private_storage().delete(kept.path)
    with private_storage().open(kept.path, "wb") as file:
        file.write(whole[:100])
    empty_cache()

    again = published.package_of(poll.urn)

    assert again == kept
    with private_storage().open(again.path, "rb") as file:
        assert file.read() == whole


def test_what_the_page_tells_to_type_says_that_all_is_well(client, poll, tmp_path):
    text = page(client, poll, "verify").text
    name = f"votacion-{poll.pk}.zip"
    digest = bytes(poll.urn.digest).hex()
    command = f"python3 verify_poll.py {name} --digest {digest}"
    assert command in text
    (tmp_path / name).write_bytes(b"".join(page(client, poll, "package").streaming_content))
    zipfile.ZipFile(tmp_path / name).extract("verify_poll.py", tmp_path)

    ran = subprocess.run(
        [sys.executable, *command.split()[1:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0
    assert "TODO CUADRA" in ran.stdout
    assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() in text


# --- Objections


@pytest.fixture
def resident(otuzco):
    return ResidentFactory(district=otuzco.place).user


def test_a_resident_objects_in_public(client, poll, resident):
    client.force_login(resident)

    answer = client.post(address(poll, "object"), {"text": "La mesa cerró a las tres."})

    assert answer.status_code == 302
    text = page(client, poll, "results").text
    assert "La mesa cerró a las tres." in text
    assert resident.public_name in text


def test_an_observer_from_elsewhere_objects(client, poll):
    observer = UserFactory(email="Observa@example.org")
    poll.watchers = ["observa@example.org"]
    poll.save()
    client.force_login(observer)

    client.post(address(poll, "object"), {"text": "Faltó una cabecera."})

    assert poll.complaints.count() == 1


def test_a_visitor_signs_in_first_and_comes_back(client, poll):
    answer = client.get(address(poll, "object"))

    assert answer.status_code == 302
    assert "objetar" in answer.url


def test_who_was_not_asked_reads_why_they_may_not_object(client, poll):
    client.force_login(UserFactory())

    answer = client.post(address(poll, "object"), {"text": "No me gusta."}, follow=True)

    assert poll.complaints.count() == 0
    assert answer.status_code == 200


def test_after_its_term_no_objection_is_taken(client, poll, resident, time_machine):
    time_machine.move_to(poll.urn.objections_until)
    client.force_login(resident)

    client.post(address(poll, "object"), {"text": "La mesa cerró a las tres."})

    assert poll.complaints.count() == 0


def test_before_there_is_a_result_nobody_objects(client, ready, resident):
    poll, _key = ready
    client.force_login(resident)

    client.post(address(poll, "object"), {"text": "La mesa cerró a las tres."})

    assert Complaint.objects.count() == 0


def test_an_objection_with_personal_data_is_not_published_and_stays_in_the_form(
    client, poll, resident
):
    client.force_login(resident)
    text = "Don Pedro, DNI 45678912, votó por otro."

    answer = client.post(address(poll, "object"), {"text": text})

    assert answer.status_code == 422
    assert text in answer.text
    assert poll.complaints.count() == 0


def test_the_same_objection_sent_twice_is_one_and_three_are_enough(poll, resident):
    for text in ("Uno.", "Uno.", "Dos.", "Tres."):
        objections.object_to(poll, by=resident, text=text)

    with pytest.raises(objections.CannotObject):
        objections.object_to(poll, by=resident, text="Cuatro.")

    assert poll.complaints.count() == 3


def test_the_json_is_the_page_of_integrity(client, poll):
    told = page(client, poll, "integrity_json").json()
    text = page(client, poll, "integrity").text

    assert told["complete"] is True
    for section in told["sections"]:
        assert section["title"] in text
    assert json.dumps(told)
