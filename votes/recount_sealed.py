#!/usr/bin/env python3
"""Opens the sealed ballots of a vote once more, on a machine that is not the municipality's.

    python3 -m pip install pynacl shamir-mnemonic
    python3 recount_sealed.py veedores.zip

It asks for the words of as many trustees as are needed, opens each ballot in memory, compares it
with what its receipt promised, and the sums with what was published. It writes nothing and tells
sums alone. Disconnect the machine before the words are typed, and do not keep what it had in it:
with the words, whoever holds veedores.zip can tell what a receipt voted for.

It lies beside verify_poll.py, which it uses, and shares no line with the program of the site.
"""

import getpass
import hashlib
import io
import json
import sys
import zipfile
from collections import Counter

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from shamir_mnemonic import MnemonicError, combine_mnemonics


try:
    import verify_poll
except ImportError:  # on the site itself, for its tests
    from votes import verify_poll

need = verify_poll.need
KEY = b"decide-la-libertad/seal-key/1"
BALLOT = b"decide-la-libertad/ballot/1"


def key_of(words):
    """The private key that the words of the trustees give together."""
    try:
        return PrivateKey(hashlib.sha256(KEY + combine_mnemonics(words)).digest())
    except MnemonicError as problem:
        raise verify_poll.Altered("las palabras no dan una llave: " + str(problem)) from None


def promised(digest, nonce, choices):
    hasher = hashlib.sha256()
    for part in (BALLOT, digest, nonce, verify_poll.canonical(choices)):
        hasher.update(len(part).to_bytes(4, "big") + part)
    return hasher.hexdigest()


def open_one(box, digest, row):
    """The choices of a sealed ballot, if they are what its receipt promised."""
    promise, sealed = row
    try:
        padded = box.decrypt(bytes.fromhex(sealed))
        inside = json.loads(padded[4 : 4 + int.from_bytes(padded[:4], "big")])
    except (CryptoError, ValueError):
        raise verify_poll.Altered("un voto no se abre: " + promise) from None
    nonce, choices = bytes.fromhex(inside["nonce"]), inside["choices"]
    need(promised(digest, nonce, choices) == promise, "un voto no es el prometido: " + promise)
    return choices


def as_counted(questions, choices):
    """The answers of a ballot: if two questions of one group are answered, both are void."""
    groups = {q["id"]: q["group"] for q in questions if q.get("group")}
    present = Counter(groups[name] for name in choices if name in groups)
    marked = Counter(groups[name] for name in choices if name in groups and choices[name])
    for name, answer in choices.items():
        group = groups.get(name)
        if group is None or present[group] == 1:
            yield name, answer
        elif answer:
            yield name, answer if marked[group] == 1 else None


def recount(package, words):
    """How many sealed ballots were opened; Altered if what was published is something else."""
    with zipfile.ZipFile(io.BytesIO(package.read("votacion.zip"))) as public:
        found = verify_poll.verify(public)
        outcome = json.loads(public.read("outcome.json"))
        answers = json.loads(public.read("answers.json"))
        questions = json.loads(public.read("definition.json"))["questions"]
    sealed = json.loads(package.read("sealed.json"))
    papers = json.loads(package.read("papers.json"))

    key = key_of(words)
    need(bytes(key.public_key).hex() == outcome["seal_key"], "las palabras son de otra llave")
    promises = [promise for promise, _sealed in sealed]
    need(len(set(promises)) == len(promises), "un voto está dos veces")
    need(
        set(promises) <= {leaf.hex() for leaf in found["leaves"]}, "un voto no está en el registro"
    )
    marks = outcome["marks"]
    need(len(sealed) == marks["web"] + marks["assisted"], "no hay tantos votos como marcas")

    counted = Counter()
    box, digest = SealedBox(key), bytes.fromhex(found["digest"])
    for row in sealed:
        for question, answer in as_counted(questions, open_one(box, digest, row)):
            counted[question, verify_poll.canonical(answer)] += 1
    for row in papers:
        counted[row["question"], verify_poll.canonical(row["answer"])] += row["number"]
    published = Counter()
    for row in answers:
        published[row["question"], verify_poll.canonical(row["answer"])] += row["number"]
    need(counted == published, "abiertos otra vez, los votos no son los que se publicaron")
    in_boxes = sum(acta["papers"] for acta in outcome["actas"])
    for question in questions:
        of_paper = sum(row["number"] for row in papers if row["question"] == question["id"])
        of_all = not question.get("districts") and not question.get("group")
        fits = of_paper == in_boxes if of_all else of_paper <= in_boxes
        need(fits, "los papeles no son los de las actas")
    return len(sealed)


def main(arguments):
    if len(arguments) != 1:
        print(__doc__)
        return 2
    words = []
    while line := getpass.getpass("Palabras de un custodio (vacío para terminar): ").strip():
        words.append(" ".join(line.lower().split()))
    try:
        with zipfile.ZipFile(arguments[0]) as package:
            opened = recount(package, words)
    except (OSError, zipfile.BadZipFile) as problem:
        print("NO SE PUEDE LEER:", problem)
        return 2
    except verify_poll.Altered as problem:
        print("NO CUADRA:", problem)
        return 1
    except (KeyError, TypeError, ValueError) as problem:
        print("NO CUADRA: falta algo o tiene otra forma:", repr(problem))
        return 1
    print("TODO CUADRA. Votos sellados que se abrieron otra vez:", opened)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
