import copy
import hashlib
import io
import json
import random
import subprocess
import venv
import zipfile
from collections import Counter
from contextlib import suppress

import pytest
from django.conf import settings

from votes import keys, opening, package, receipts, verify_poll
from votes.actions import urn as actions
from votes.models import Envelope


# What the program says of a package, or stumbles over in it: main() tells both as altered.
NOT_AS_IT_SHOULD_BE = (
    *(verify_poll.Altered, KeyError, TypeError, ValueError),
    *(AttributeError, IndexError),
)


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


def test_the_verifier_agrees_in_a_fresh_environment_where_nothing_of_the_site_is(opened, tmp_path):
    urn, _given = opened
    receipt = actions.Receipt(b"", bytes(urn.envelopes.first().commitment), None, b"")
    audited = actions.Receipt(b"", bytes(urn.spoiled.get().commitment), None, b"")
    (tmp_path / "votacion.zip").write_bytes(package.build(urn))
    (tmp_path / "verify_poll.py").write_bytes(parts_of(package.build(urn))["verify_poll.py"])
    venv.create(tmp_path / "env")

    def verify(*arguments):
        command = [tmp_path / "env/bin/python", "-I", "verify_poll.py", "votacion.zip", *arguments]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return said.returncode, said.stdout + said.stderr

    status, said = verify(receipt.code)
    assert status == 0, said
    assert "TODO CUADRA" in said
    assert "votos contados: 115" in said
    assert f"El código {receipt.code} está en el registro" in said
    assert "voto auditado" in verify(audited.code)[1]
    assert verify("00000-00000")[0] == 1
    assert verify("--digest", bytes(urn.digest).hex())[0] == 0
    assert verify("--digest", "00" * 32)[0] == 1


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


def is_found(parts):
    try:
        verify_poll.verify(zipped(parts))
    except NOT_AS_IT_SHOULD_BE:
        return True
    return False


def test_every_field_that_is_altered_is_found(opened):
    urn, _given = opened
    parts = parts_of(package.build(urn))
    assert verify_poll.verify(zipped(parts))["ballots"] == 115

    tried, missed = Counter(), []
    for name, way, value in mutations(parts):
        tried[name] += 1
        if not is_found(parts | {name: written_as(name, value)}):
            missed.append((name, way))

    assert missed == []
    assert tried.total() >= 500
    assert set(tried) == {name for name in parts if name.endswith(".json")}


def test_they_are_found_too_if_the_hashes_of_the_package_are_made_to_fit(opened):
    urn, _given = opened
    parts = parts_of(package.build(urn))
    altered = [one for one in mutations(parts) if one[0] != "signature.json"]  # that is no hash

    missed = [
        (name, way)
        for name, way, value in random.Random(7).sample(altered, 600)
        if not is_found(made_to_fit(parts | {name: written_as(name, value)}, parts))
    ]

    assert missed == []


def made_to_fit(parts, before):
    """All that can be computed anew without the key that signs; as it was, where it cannot."""
    said = {name: json.loads(data) for name, data in parts.items() if name.endswith(".json")}
    outcome = said["outcome.json"]
    with suppress(*NOT_AS_IT_SHOULD_BE):
        definition = verify_poll.canonical(said["definition.json"])
        said["urn.json"]["digest"] = outcome["digest"] = hashlib.sha256(definition).hexdigest()
        previous = bytes(32)
        for head in said["log.json"]["heads"]:
            leaves = [bytes.fromhex(leaf) for leaf in said["log.json"]["leaves"][: head["size"]]]
            head["root"], head["previous"] = verify_poll.tree(leaves).hex(), previous.hex()
            signed = bytes.fromhex(head["root"] + head["signature"])
            previous = hashlib.sha256(signed).digest()
            outcome["head"], outcome["log"] = head["root"], len(leaves)
        fit_outcome(said)
    if said == {name: json.loads(before[name]) for name in said}:
        return parts  # only a hash had been altered, and that would have mended it
    with suppress(TypeError):  # an option that is a number cannot even be written down
        return parts | {name: written_as(name, value) for name, value in said.items()}
    return parts


def fit_outcome(said):
    outcome = said["outcome.json"]
    for name in ("answers", "audited"):
        told = verify_poll.canonical(said[f"{name}.json"])
        outcome[name] = hashlib.sha256(told).hexdigest()
    outcome["actas"] = said["actas.json"]
    questions = said["definition.json"]["questions"]
    given = verify_poll.check_answers(said["answers.json"], questions, outcome["ballots"])
    for question in questions:
        outcome["results"][question["id"]] = verify_poll.result_of(
            question, given[question["id"]], outcome["eligible"]
        )


# --- What not even who holds the key of the signatures can make fit


def add_a_vote(said):
    for question in said["definition.json"]["questions"]:
        row = next(r for r in said["answers.json"] if r["question"] == question["id"])
        row["number"] += 1
    said["outcome.json"]["ballots"][row["cell"]] += 1


def count_an_audited_one(said):
    said["audited.json"] = [said["log.json"]["leaves"][0]]


def lose_a_desk(said):
    said["actas.json"].pop()


def drop_the_note(said):
    said["actas.json"][1]["note"] = " "


def find_a_paper_more(said):
    said["actas.json"][0]["papers"] += 1


def shrink_the_roll(said):
    said["outcome.json"]["eligible"] = 100


def tell_a_small_cell_apart(said):
    for row in said["answers.json"]:
        if row["cell"] == "130602|web":
            row["cell"] = "130602|web" if row["number"] > 5 else "Otuzco|web"


@pytest.mark.parametrize(
    ("fraud", "why"),
    [
        (lambda said: None, None),
        (add_a_vote, "marcas en el padrón"),
        (count_an_audited_one, "auditado está en el registro"),
        (lose_a_desk, "falta el acta"),
        (drop_the_note, "no cuadra ni dice por qué"),
        (find_a_paper_more, "no cuadra ni dice por qué"),
        (shrink_the_roll, "los que podían votar"),
        (tell_a_small_cell_apart, "no tienen los mismos votos"),
    ],
)
def test_whoever_signs_anew_is_found_by_what_does_not_add_up(opened, fraud, why):
    urn, _given = opened
    parts = parts_of(package.build(urn))
    said = {name: json.loads(data) for name, data in parts.items() if name.endswith(".json")}
    fraud(said)
    with suppress(verify_poll.Altered):
        fit_outcome(said)
    statement = written_as("outcome.json", said["outcome.json"])
    signature = receipts.sign_outcome(keys.signing_key(urn), statement)
    said["signature.json"] = {"outcome": signature.hex()}
    forged = zipped(parts | {name: written_as(name, value) for name, value in said.items()})

    if why:
        with pytest.raises(verify_poll.Altered, match=why):
            verify_poll.verify(forged)
    else:
        assert verify_poll.verify(forged)["ballots"] == 115


def test_a_program_that_is_not_the_one_that_checks_is_told(opened):
    urn, _given = opened
    parts = parts_of(package.build(urn))
    program = parts["verify_poll.py"].replace(b"SMALLEST_CELL = 25", b"SMALLEST_CELL = 1")

    with pytest.raises(verify_poll.Altered, match="programa"):
        verify_poll.verify(zipped(parts | {"verify_poll.py": program}))


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

        ours = opening.result_of(question, {"": Counter(map(as_text, ballots))}, 20)
        theirs = verify_poll.result_of(question, {"": [(b, 1) for b in ballots]}, 20)

        assert ours == theirs


def as_text(ballot):
    return verify_poll.canonical(ballot).decode()


def some_ballot(kind, options, chance):
    chosen = chance.sample(options, chance.randint(0, len(options)))
    if kind in ("score", "points"):
        return {one: chance.randint(0, 4) for one in chosen}
    return chosen if kind == "ranked" or chance.random() < 0.3 else sorted(chosen)
