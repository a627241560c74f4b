import copy
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from nacl.public import PrivateKey

from municipalities.rls import municipality_scope
from tests.factories import MunicipalityFactory, UrnFactory, cast_into
from votes import counting, opening, package, verify_poll
from votes.actions import urn as actions
from votes.enums import UrnState
from votes.models import Envelope, OpenedAnswer, Outcome


QUESTIONS = [
    {
        "id": "road",
        "kind": "yes_no",
        "options": ["yes", "no"],
        "quorum": [1, 3],
        "majority": {"option": "yes", "share": [1, 2], "of": "valid"},
        "lots": ["no", "yes"],
    },
    {
        "id": "works",
        "kind": "multiple",
        "options": ["a", "b", "c"],
        "most": 2,
        "lots": ["a", "b", "c"],
    },
    {"id": "order", "kind": "ranked", "options": ["x", "y", "z"], "lots": ["z", "y", "x"]},
    {"id": "marks", "kind": "score", "options": ["m", "n"], "scale": [0, 5], "lots": ["m", "n"]},
    {"id": "why", "kind": "open", "length": 80},
]


def answers(number):
    chance = random.Random(number)
    return {
        "road": [["yes"], ["yes"], ["no"], []][number % 4],
        "works": [one for one in "abc" if chance.random() < 0.4][:2],
        "order": chance.sample(["x", "y", "z"], chance.randint(0, 3)),
        "marks": {"m": chance.randint(0, 5)},
        "why": "Porque sí, ñandú." if number % 5 == 0 else "",
    }


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def key():
    return PrivateKey.generate()


@pytest.fixture
def urn(otuzco, key):
    definition = {"title": "¿Asfaltamos?", "questions": QUESTIONS}
    longest = {question["id"]: counting.longest(question) for question in QUESTIONS}
    urn = UrnFactory(municipality=otuzco, closes_at=timezone.now() + timedelta(days=1))
    frozen = actions.freeze(urn, definition=definition, longest=longest)
    return actions.accept_keys(frozen, seal_key=bytes(key.public_key))


@pytest.fixture
def close(urn, clock):
    def close_in_time():
        clock(urn.closes_at)
        return actions.close(urn)

    return close_in_time


def person_of(number):
    return hashlib.sha256(b"%d" % number).digest()


def vote(urn, people=60, places=("130602", "130613")):
    given = []
    for number in range(people):
        person = person_of(number)
        given.append(answers(number))
        place = places[number % len(places)] if places else ""
        actions.cast(
            urn,
            person=person,
            attempt=person[-16:],
            nonce=random.Random(f"nonce {number}").randbytes(16),
            choices=given[-1],
            place=place,
        )
    return given


def open_it(urn, key, eligible=100):
    return opening.open_urn(urn, private_key=bytes(key), eligible=eligible)


@pytest.fixture
def opened(urn, key, close):
    given = vote(urn)
    cast_into(urn, person=person_of(0), choices=answers(1))
    given[0] = answers(1)
    actions.mark_paper(urn, person=person_of(59))
    close()
    open_it(urn, key)
    return urn, given[:59]


def test_what_comes_out_equals_a_count_by_hand(opened):
    urn, given = opened

    statement = json.loads(Outcome.objects.get(urn=urn).statement)

    road = statement["results"]["road"]
    yes = sum(each["road"] == ["yes"] for each in given)
    assert (road["totals"]["yes"], road["cast"]) == (yes, 59)
    assert statement["marks"] == {"assisted": 0, "paper": 1, "web": 59}
    assert statement["log"] == 61
    for question in QUESTIONS:
        by_hand = counting.count(question, [each[question["id"]] for each in given])
        assert by_hand.items() <= statement["results"][question["id"]].items()


def test_cells_of_few_ballots_are_told_together(urn, key, close):
    vote(urn, people=60, places=("130613",) * 9 + ("130606",))
    close()
    open_it(urn, key)

    cells = set(OpenedAnswer.objects.values_list("cell", flat=True))

    assert cells == {""}  # 54 alone would tell the 6 by subtraction


def test_an_urn_opens_once_and_only_after_closing(urn, key, close):
    vote(urn, people=3)
    with pytest.raises(opening.CannotOpenUrn, match="cerrada"):
        open_it(urn, key)
    close()
    open_it(urn, key)
    with pytest.raises(opening.CannotOpenUrn, match="cerrada"):
        open_it(urn, key)


def test_another_key_opens_nothing_and_changes_nothing(urn, close):
    vote(urn, people=3)
    close()

    with pytest.raises(opening.CannotOpenUrn, match="llave de esta ánfora"):
        open_it(urn, PrivateKey.generate())

    urn.refresh_from_db()
    assert urn.state == UrnState.CLOSED
    assert not OpenedAnswer.objects.exists()


def test_a_ballot_that_is_not_what_its_receipt_promised_stops_the_opening(
    urn, key, close, monkeypatch
):
    vote(urn, people=3)
    monkeypatch.setattr("votes.actions.urn.commitment", lambda *parts: bytes(32))
    altered = cast_into(urn, choices=answers(1))
    close()

    with pytest.raises(opening.CannotOpenUrn, match=altered.code):
        open_it(urn, key)


def test_opening_in_several_processes_gives_the_same(urn, key, close, monkeypatch):
    vote(urn, people=30)
    close()
    monkeypatch.setattr(opening, "CHUNK", 4)
    chunks = list(opening._chunks(urn))
    alone = [
        opening.open_chunk(bytes(key), bytes(urn.digest), json.loads(urn.definition), c)
        for c in chunks
    ]
    jobs = [(bytes(key), bytes(urn.digest), json.loads(urn.definition), c) for c in chunks]

    together = list(opening._worked_off(iter(jobs), expected=10**6))

    assert len(chunks) == 8
    assert together == alone


def test_after_opening_nothing_in_the_database_links_a_choice_to_a_person(opened):
    urn, _given = opened
    rows = OpenedAnswer.objects.filter(urn=urn)
    fields = {field.name for field in OpenedAnswer._meta.concrete_fields}

    assert fields == {"id", "municipality", "urn", "question", "cell", "answer", "number"}
    codes = {bytes(e.commitment).hex() for e in Envelope.objects.filter(urn=urn)}
    written = " ".join(row.answer for row in rows) + Outcome.objects.get(urn=urn).statement
    assert not [code for code in codes if code in written]


# --- The package and its verifier


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return zipfile.ZipFile(io.BytesIO(out.getvalue()))


def test_the_package_of_an_urn_is_always_the_same_bytes_and_names_nobody(opened):
    urn, _given = opened

    data = package.build(urn)

    assert data == package.build(urn)
    people = {bytes(e.person_key).hex() for e in Envelope.objects.filter(urn=urn)}
    text = b"".join(parts_of(data).values()).decode()
    assert not [person for person in people if person in text]


def test_the_verifier_agrees_from_a_folder_where_nothing_of_the_site_is(opened, tmp_path):
    urn, _given = opened
    receipt = actions.Receipt(b"", bytes(urn.envelopes.first().commitment), None, b"")
    (tmp_path / "votacion.zip").write_bytes(package.build(urn))
    (tmp_path / "verify_poll.py").write_bytes(parts_of(package.build(urn))["verify_poll.py"])

    said = subprocess.run(
        [sys.executable, "-I", "verify_poll.py", "votacion.zip", receipt.code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stdout + said.stderr
    assert "TODO CUADRA" in said.stdout
    assert f"El código {receipt.code} está" in said.stdout


def test_the_verifier_imports_nothing_of_the_site():
    source = (settings.BASE_DIR / "votes/verify_poll.py").read_text()
    imported = {
        line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))
    }

    assert imported == {"hashlib", "json", "sys", "zipfile"}


def test_an_ed25519_signature_that_libsodium_makes_holds_and_a_bent_one_does_not():
    from nacl.signing import SigningKey  # noqa: PLC0415  the one thing borrowed to compare

    for number in range(20):
        key = SigningKey(bytes([number]) * 32)
        sign = key.sign(b"acta").signature
        public = bytes(key.verify_key)
        assert verify_poll.signed_by(public, b"acta", sign)
        assert not verify_poll.signed_by(public, b"otra", sign)
        assert not verify_poll.signed_by(public, b"acta", sign[:-1] + bytes([sign[-1] ^ 1]))
        # The same number again plus the order of the group is refused: one signature, one form.
        bent = (int.from_bytes(sign[32:], "little") + verify_poll.ORDER).to_bytes(32, "little")
        assert not verify_poll.signed_by(public, b"acta", sign[:32] + bent)


def places_in(value, way=()):
    """Each field of a JSON value, by the way to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places_in(inner, (*way, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places_in(inner, (*way, number))
    else:
        yield way


def changed(value, way, change):
    value = copy.deepcopy(value)
    at = value
    for step in way[:-1]:
        at = at[step]
    at[way[-1]] = change(at[way[-1]])
    return value


def other(value):
    """What the field might say instead."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1, -1, str(value), float(value)]
        case str() if len(value) > 20 and set(value) <= set("0123456789abcdef"):
            return [("1" if value[0] != "1" else "2") + value[1:], value[:-2], value.upper() + "A"]
        case str():
            return [value + "x", "", 7]
        case _:
            return ["x"]


def mutations(parts):
    """Every field of every JSON file changed in each way, and each removed, doubled or added."""
    for name in sorted(parts):
        if not name.endswith(".json"):
            continue
        value = json.loads(parts[name])
        for way in places_in(value):
            was = reach(value, way)
            for instead in (new for new in other(was) if repr(new) != repr(was)):
                yield name, way, changed(value, way, lambda _was, new=instead: new)
        for way in holders_in(value):
            inner = reach(value, way)
            if isinstance(inner, dict):
                yield name, (*way, "+"), added(value, way)
            elif inner:
                yield name, (*way, "-"), changed_at(value, way, inner[:-1])
                yield name, (*way, "2"), changed_at(value, way, [*inner, inner[-1]])
                if len(inner) > 1 and inner[0] != inner[1]:
                    yield (
                        name,
                        (*way, "<>"),
                        changed_at(value, way, [inner[1], inner[0], *inner[2:]]),
                    )


def reach(value, way):
    for step in way:
        value = value[step]
    return value


def holders_in(value, way=()):
    if isinstance(value, dict | list):
        yield way
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for step, each in inner:
            yield from holders_in(each, (*way, step))


def changed_at(value, way, instead):
    return changed(value, way, lambda _was: instead) if way else instead


def added(value, way):
    return changed_at(value, way, reach(value, way) | {"más": 1})


def written_as(name, value):
    """As the site writes that file: what the site writes in canonical form stays in it."""
    is_canonical = name in ("definition.json", "outcome.json")
    style = {"separators": (",", ":")} if is_canonical else {"indent": 1}
    return json.dumps(value, ensure_ascii=False, sort_keys=True, **style).encode()


def test_every_field_that_is_altered_is_found(opened):
    urn, _given = opened
    parts = parts_of(package.build(urn))
    assert verify_poll.verify(zipped(parts))["ballots"] == 59

    tried, missed = 0, []
    for name, way, value in mutations(parts):
        tried += 1
        try:
            verify_poll.verify(zipped(parts | {name: written_as(name, value)}))
        except (verify_poll.Altered, KeyError, TypeError, ValueError, AttributeError):
            continue
        missed.append((name, way))

    assert missed == []
    assert tried >= 500


def test_altered_answers_are_found_even_if_the_hashes_of_the_package_are_made_to_fit(opened):
    urn, _given = opened
    parts = parts_of(package.build(urn))
    answers_now = json.loads(parts["answers.json"])
    outcome = json.loads(parts["outcome.json"])
    row = next(r for r in answers_now if r["question"] == "road" and r["answer"] == ["no"])
    row["answer"] = ["yes"]
    outcome["answers"] = hashlib.sha256(verify_poll.canonical(answers_now)).hexdigest()

    forged = parts | {
        "answers.json": written_as("answers.json", answers_now),
        "outcome.json": written_as("outcome.json", outcome),
    }

    with pytest.raises(verify_poll.Altered):
        verify_poll.verify(zipped(forged))


def test_a_package_with_a_file_more_or_less_is_not_whole(opened):
    urn, _given = opened
    parts = parts_of(package.build(urn))
    with pytest.raises(verify_poll.Altered, match="archivos"):
        verify_poll.verify(zipped(parts | {"extra.txt": b""}))
    for name in parts:
        less = {key: data for key, data in parts.items() if key != name}
        with pytest.raises(verify_poll.Altered, match="archivos"):
            verify_poll.verify(zipped(less))


@pytest.mark.parametrize("kind", ["single", "multiple", "approval", "ranked", "score", "points"])
def test_site_and_verifier_count_alike_whatever_the_ballots(kind):
    chance = random.Random(kind)
    for _number in range(60):
        options = ["a", "b", "c", "d"][: chance.randint(2, 4)]
        lots = chance.sample(options, len(options))
        question = {
            "id": "q",
            "kind": kind,
            "options": options,
            "lots": lots,
            "scale": [0, 3],
            "points": 6,
            "most": 2,
            "seats": chance.randint(1, 2),
        }
        ballots = [some_ballot(kind, options, chance) for _one in range(chance.randint(0, 12))]

        ours = opening.results_of(question, {"": opening.Counter(map(as_text, ballots))}, 20)
        theirs = verify_poll.result_of(question, {"": [(b, 1) for b in ballots]}, 20)

        assert ours == theirs


def as_text(ballot):
    return verify_poll.canonical(ballot).decode()


def some_ballot(kind, options, chance):
    chosen = chance.sample(options, chance.randint(0, len(options)))
    if kind in ("score", "points"):
        return {one: chance.randint(0, 4) for one in chosen}
    return chosen if kind == "ranked" or chance.random() < 0.3 else sorted(chosen)
