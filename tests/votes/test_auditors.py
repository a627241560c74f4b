import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.urls import reverse
from nacl.public import PrivateKey

from accounts.enums import Role
from tests.factories import RoleGrantFactory, UserFactory
from votes import auditors, custody, package, recount_sealed, timeline, verify_poll
from votes.actions import auditors as actions, urn as urns
from votes.models import Poll


@pytest.fixture
def secret():
    return custody.new_secret()


@pytest.fixture
def key(secret):
    return PrivateKey(custody.private_key(secret))


@pytest.fixture
def words(secret):
    """Of three trustees, any two of whom open."""
    return custody.make_shares(secret, 2, 3)


@pytest.fixture
def handed(opened):
    urn, _given = opened
    return auditors.build(urn, package.build(urn))


@pytest.fixture
def poll(opened):
    urn, _given = opened
    return Poll.objects.select_related("municipality").get(urn=urn)


@pytest.fixture
def evaluator(client, otuzco, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    user = RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user
    client.force_login(user)
    return client


def read(data):
    return zipfile.ZipFile(io.BytesIO(data))


def with_other(data, name, change):
    out = io.BytesIO()
    with read(data) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            text = old.read(one)
            new.writestr(one, json.dumps(change(json.loads(text))) if one == name else text)
    return read(out.getvalue())


@pytest.mark.parametrize("two", [(0, 1), (1, 2), (2, 0)])
def test_with_the_words_of_two_trustees_the_ballots_open_again_and_are_the_published_ones(
    handed, words, two
):
    assert recount_sealed.recount(read(handed), [words[number] for number in two]) == 85


def test_it_works_on_a_machine_where_nothing_of_the_site_is(handed, words, tmp_path):
    read(handed).extractall(tmp_path)
    (tmp_path / "veedores.zip").write_bytes(handed)

    said = subprocess.run(
        [sys.executable, "-W", "ignore", "recount_sealed.py", "veedores.zip"],
        cwd=tmp_path,
        input=f"{words[0]}\n{words[2].upper()}\n\n",
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # or it would ask at the terminal of whoever runs the tests
    )

    assert said.returncode == 0, said.stdout + said.stderr
    assert "TODO CUADRA. Votos sellados que se abrieron otra vez: 85" in said.stdout


def test_other_words_open_nothing(handed):
    others = custody.make_shares(custody.new_secret(), 2, 3)

    with pytest.raises(verify_poll.Altered, match="otra llave"):
        recount_sealed.recount(read(handed), others[:2])


def test_the_words_of_one_alone_open_nothing(handed, words):
    with pytest.raises(verify_poll.Altered, match="no dan una llave"):
        recount_sealed.recount(read(handed), words[:1])


def test_an_earlier_ballot_of_somebody_in_place_of_the_last_is_found(handed, opened, words):
    urn, _given = opened
    first, last = twice_voted(urn)

    def put_back(sealed):
        kept = [row for row in sealed if row[0] != bytes(last.commitment).hex()]
        return [*kept, [bytes(first.commitment).hex(), bytes(first.sealed).hex()]]

    with pytest.raises(verify_poll.Altered, match="no son los que se publicaron"):
        recount_sealed.recount(with_other(handed, "sealed.json", put_back), words[:2])


def twice_voted(urn):
    envelopes = list(urn.envelopes.order_by("pk"))
    person = next(
        one.person_key for one in envelopes if urn.envelopes.filter(person_key=one.person_key)[1:]
    )
    return [one for one in envelopes if one.person_key == person]


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("sealed.json", lambda rows: rows[1:], "tantos votos como marcas"),
        ("sealed.json", lambda rows: [*rows[1:], rows[1]], "dos veces"),
        ("sealed.json", lambda rows: [[rows[0][0], rows[1][1]], *rows[1:]], "prometido"),
        ("sealed.json", lambda rows: [["00" * 32, rows[0][1]], *rows[1:]], "en el registro"),
        ("sealed.json", lambda rows: [[rows[0][0], "00" * 304], *rows[1:]], "no se abre"),
        ("papers.json", lambda rows: rows[1:], "no son los que se publicaron"),
    ],
)
def test_what_does_not_fit_what_was_published_is_found(handed, words, name, change, why):
    with pytest.raises(verify_poll.Altered, match=why):
        recount_sealed.recount(with_other(handed, name, change), words[:2])


def test_the_file_names_nobody_and_shows_no_choice(handed, opened):
    urn, _given = opened
    with read(handed) as file:
        text = b"".join(file.read(name) for name in ("sealed.json", "papers.json")).decode()

    assert not [one for one in urn.envelopes.all() if bytes(one.person_key).hex() in text]
    assert not [one for one in urn.envelopes.all() if bytes(one.attempt).hex() in text]


# --- Handing it over


def test_everybody_reads_to_whom_it_was_handed(poll, evaluator):
    address = reverse("votes:auditors", args=[poll.municipality.slug, poll.pk])

    answer = evaluator.post(address, {"to": "Colegio de Ingenieros", "promise": "on"})

    assert answer["Content-Disposition"] == f'attachment; filename="veedores-{poll.pk}.zip"'
    assert "no-store" in answer["Cache-Control"]
    assert "sealed.json" in read(answer.content).namelist()
    assert "Colegio de Ingenieros" in [entry.text for entry in timeline.story_of(poll)]


def test_it_is_not_handed_over_without_saying_to_whom(poll, evaluator):
    address = reverse("votes:auditors", args=[poll.municipality.slug, poll.pk])

    answer = evaluator.post(address, {"to": "Colegio de Ingenieros"})

    assert answer.status_code == 422
    assert "Colegio de Ingenieros" in answer.content.decode()
    assert not poll.thread.events.filter(verb="poll_recount").exists()


def test_once_they_are_destroyed_there_is_nothing_to_hand_over(poll, clock):
    clock(poll.urn.objections_until)
    urns.destroy_sealed(poll.urn)

    with pytest.raises(actions.CannotHandOver):
        actions.hand_over(poll, by=UserFactory(), to="Nobody")
