#!/usr/bin/env python3
"""Counts a vote of Decide La Libertad again, from its public package, and finds what was altered.

    python3 verify_poll.py votacion.zip                      checks everything
    python3 verify_poll.py votacion.zip 7KQ2F-M3D0A          and looks for the code of a receipt
    python3 verify_poll.py votacion.zip --digest 3f5a…       and compares with what was published

Needs Python 3.9 or later and nothing else: no package, no network. It shares no line with the
program of the site, so that an error there is not repeated here. It speaks Spanish, as those
who watch a count in La Libertad do.
"""

import hashlib
import json
import sys
import zipfile


NAMES = {
    "definition.json",
    "urn.json",
    "log.json",
    "answers.json",
    "actas.json",
    "audited.json",
    "outcome.json",
    "signature.json",
    "verify_poll.py",
}
SMALLEST_CELL = 25
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Altered(Exception):
    """Something in the package does not fit the rest."""


def need(holds, problem):
    if not holds:
        raise Altered(problem)


# --- Ed25519 as RFC 8032 defines it, for checking alone

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    """Two points in extended coordinates (X, Y, Z, T)."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, m * k % P, j * k % P, i * m % P


def point_times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        number >>= 1
    return result


def same_point(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_from(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_from((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(public, message, signature):
    if len(signature) != 64:
        return False
    key, first = point_from(public), point_from(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if key is None or first is None or number >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return same_point(point_times(number, BASE), point_add(first, point_times(challenge, key)))


# --- Reading


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def no_twice(pairs):
    found = dict(pairs)
    need(len(found) == len(pairs), "un dato aparece dos veces")
    return found


def no_fraction(text):
    raise Altered("hay un número que no es entero: " + text)


def parse(data, name):
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=no_twice,
            parse_float=no_fraction,
            parse_constant=no_fraction,
        )
    except (UnicodeDecodeError, ValueError) as problem:
        raise Altered(name + " no se puede leer: " + str(problem)) from None


def has(value, kind, problem):
    """The value is of exactly this type: true is no 1 here."""
    need(type(value) is kind, problem)
    return value


def fields(value, names, where):
    has(value, dict, where + " no es una ficha")
    need(set(value) == set(names), where + " tiene otros datos que los debidos")
    return [value[name] for name in names]


def from_hex(text, size, where):
    has(text, str, where + " no es texto")
    need(len(text) == 2 * size and text == text.lower(), where + " no mide lo debido")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Altered(where + " no son cifras hexadecimales") from None


def whole(value, where, least=0):
    need(type(value) is int and value >= least, where + " no es un número entero posible")
    return value


# --- The log


def tree(leaves):
    """The root by RFC 6962, from the leaves in their order."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + tree(leaves[:split]) + tree(leaves[split:])).digest()


def check_log(log, digest, signed):
    """The leaves and the last root; what remains to be checked of signatures joins `signed`."""
    raw, heads = fields(log, ("leaves", "heads"), "log.json")
    has(raw, list, "los compromisos no son una lista")
    has(heads, list, "las cabeceras no son una lista")
    leaves = [from_hex(leaf, 32, "un compromiso") for leaf in raw]
    need(len(set(leaves)) == len(leaves), "un compromiso está dos veces en el registro")
    before, size, moment = bytes(32), 0, ""
    for number, head in enumerate(heads, start=1):
        where = "la cabecera " + str(number)
        told, reach, root, previous, at, signature = fields(
            head, ("number", "size", "root", "previous", "at", "signature"), where
        )
        need(whole(told, where) == number, where + " tiene otro número")
        need(size <= whole(reach, where) <= len(leaves), where + " tiene un tamaño imposible")
        batch = leaves[size:reach]
        need(batch == sorted(batch), where + ": sus compromisos no van por su valor")
        root, previous = from_hex(root, 32, where), from_hex(previous, 32, where)
        need(previous == before, where + " no sigue a la anterior")
        need(tree(leaves[:reach]) == root, where + " no es la de sus compromisos")
        signature = from_hex(signature, 64, where)
        need(has(at, str, where) > moment, where + " no va después de la anterior")
        message = b"decide-la-libertad/head/1" + digest + number.to_bytes(8, "big")
        message += reach.to_bytes(8, "big") + root + previous + at.encode()
        signed.append((message, signature, where))
        before, size, moment = hashlib.sha256(root + signature).digest(), reach, at
    need(size == len(leaves), "hay compromisos que ninguna cabecera firma")
    return leaves, from_hex(heads[-1]["root"], 32, "la raíz").hex() if heads else ""


# --- Counting


def allowed(question, answer):
    """Whether the rules of the question allow the answer."""
    kind = question["kind"]
    options = question.get("options", [])
    if kind == "open":
        return (
            isinstance(answer, str)
            and len(answer) <= question["length"]
            and not any(letter < " " and letter != "\n" for letter in answer)
        )
    if kind in ("score", "points"):
        if not isinstance(answer, dict) or any(option not in options for option in answer):
            return False
        low, high = question["scale"] if kind == "score" else (1, question["points"])
        if any(type(value) is not int or not low <= value <= high for value in answer.values()):
            return False
        return kind == "score" or sum(answer.values()) <= question["points"]
    places = {option: place for place, option in enumerate(options)}
    if not isinstance(answer, list) or any(option not in places for option in answer):
        return False
    most = 1 if kind in ("single", "yes_no") else question.get("most") or len(options)
    if len(answer) > most or len(set(answer)) < len(answer):
        return False
    if kind == "knapsack" and sum(question["costs"][one] for one in answer) > question["money"]:
        return False
    return kind == "ranked" or answer == sorted(answer, key=places.get)


def lot_of(question, option):
    return (question.get("lots") or question["options"]).index(option)


def add_up(question, ballots):
    """(answer, number) pairs: how many are of each sort, and the valid ones."""
    sums = {"cast": 0, "valid": 0, "blank": 0, "void": 0}
    valid = []
    for answer, number in ballots:
        sort = "void" if not allowed(question, answer) else "valid" if answer else "blank"
        sums[sort] += number
        sums["cast"] += number
        if sort == "valid":
            valid.append((answer, number))
    return sums, valid


def totals_of(question, valid):
    totals = dict.fromkeys(question["options"], 0)
    for answer, number in valid:
        if isinstance(answer, dict):
            for option, value in answer.items():
                totals[option] += value * number
        else:
            for option in answer:
                totals[option] += number
    return totals


def places_of(question, totals):
    seats = question.get("seats", 1)
    order = sorted(question["options"], key=lambda o: (-totals[o], lot_of(question, o)))
    groups = {}
    for option, total in totals.items():
        if total:
            groups.setdefault(total, []).append(option)
    ties = sorted(sorted(group) for group in groups.values() if len(group) > 1)
    for group in ties if not question.get("rule") else ():
        inside = sum(option in group for option in order[:seats])
        if 0 < inside < len(group):
            need(question.get("lots"), "un empate decide y no hubo sorteo: " + ", ".join(group))
    winners = [option for option in order[:seats] if totals[option]]
    return {"order": order, "winners": winners, "ties": ties}


def rounds_of(question, valid):
    standing, rounds = list(question["options"]), []
    everybody = sum(number for _answer, number in valid)
    while True:
        totals = dict.fromkeys(standing, 0)
        for answer, number in valid:
            first = next((option for option in answer if option in totals), None)
            if first is not None:
                totals[first] += number
        live = sum(totals.values())
        shown = {"totals": totals, "exhausted": everybody - live}
        rounds.append(shown)
        best = max(totals.values())
        if not live or best * 2 > live or len(standing) == 1:
            winners = [option for option in standing if totals[option] == best][:1] if live else []
            return {"rounds": rounds, "winners": winners}
        fewest = min(totals.values())
        tied = [option for option in standing if totals[option] == fewest]
        if len(tied) > 1 and fewest:
            need(question.get("lots"), "un empate decide y no hubo sorteo: " + ", ".join(tied))
        shown["out"] = max(tied, key=lambda option: lot_of(question, option))
        shown["by_lot"] = len(tied) > 1
        standing.remove(shown["out"])


def beats_all(question, valid):
    options = question["options"]

    def rank(answer, option):
        return answer.index(option) if option in answer else len(options)

    for one in options:
        duels = []
        for other in options:
            if other != one:
                ahead = sum(n for a, n in valid if rank(a, one) < rank(a, other))
                behind = sum(n for a, n in valid if rank(a, one) > rank(a, other))
                duels.append(ahead > behind)
        if duels and all(duels):
            return one
    return None


def result_of(question, cells, eligible):
    ballots = [pair for pairs in cells.values() for pair in pairs]
    result, valid = add_up(question, ballots)
    if question["kind"] == "ranked":
        result.update(rounds_of(question, valid), condorcet=beats_all(question, valid))
    elif question["kind"] != "open":
        result["totals"] = totals_of(question, valid)
        result.update(places_of(question, result["totals"]))
        if question.get("rule"):  # by which somebody else decides
            del result["winners"]
    share = question.get("quorum")
    if share:
        result["quorum"] = result["cast"] * share[1] >= eligible * share[0]
    rule = question.get("majority")
    if rule:
        base = result[rule["of"]]
        won = result["totals"][rule["option"]] * rule["share"][1]
        result["majority"] = won > base * rule["share"][0]
    result["cells"] = {}
    for cell, pairs in cells.items():
        part, valid = add_up(question, pairs)
        if question["kind"] == "ranked":
            valid = [(answer[:1], number) for answer, number in valid]
        if question["kind"] != "open":
            part["totals"] = totals_of(question, valid)
        result["cells"][cell] = part
    return result


# --- What the answers, the papers and the marks on the roll have to do with each other


def check_answers(answers, questions, ballots):
    """The answers by question and cell, if they are those of so many ballots in each cell."""
    has(answers, list, "las respuestas no son una lista")
    found = {question["id"]: {} for question in questions}
    order = []
    for row in answers:
        asked, cell, answer, number = fields(
            row, ("question", "cell", "answer", "number"), "una respuesta"
        )
        need(asked in found, "una respuesta es de una pregunta que no hay")
        has(cell, str, "un grupo no es texto")
        order.append((asked, cell, canonical(answer)))
        pairs = found[asked].setdefault(cell, [])
        pairs.append((answer, whole(number, "cuántas veces se dio una respuesta", 1)))
    need(len(set(order)) == len(order), "una respuesta está dos veces")
    check_sizes(has(ballots, dict, "los votos de cada grupo no son una ficha"))
    for question in questions:
        cells = found[question["id"]].items()
        cast = {cell: sum(number for _answer, number in pairs) for cell, pairs in cells}
        check_asked(question, cast, ballots)
        check_sizes(cast)
    return found


def check_sizes(cells):
    for cell, number in cells.items():
        whole(number, "cuántos votos tiene un grupo", 1)
        alone = cell == "" and len(cells) == 1
        need(alone or number >= SMALLEST_CELL, "un grupo es tan pequeño que descubre a alguien")


def check_asked(question, cast, ballots):
    """Who was asked has answered, blank or not, and nobody else."""
    districts, group = question.get("districts", []), question.get("group", "")
    if not districts and not group:
        need(cast == ballots, "las preguntas no tienen los mismos votos")
        return
    problem = question["id"] + " no tiene los votos de quienes se le preguntó"
    need(sum(cast.values()) <= sum(ballots.values()), problem)
    for cell, number in cast.items():
        place, _bar, way = cell.rpartition("|")
        on_paper = way == "paper"
        need(not cell or on_paper or not districts or place in districts, problem)
        need(not cell or number <= ballots.get(cell, ballots.get("", 0)), problem)
        if cell in ballots and cell and not on_paper and not group:
            need(number == ballots[cell], problem)
    for cell, number in ballots.items():
        place, _bar, way = cell.rpartition("|")
        if place in districts and way != "paper" and not group and cell not in cast:
            need(cast.get("", 0) >= number, problem)


def check_groups(questions, results, ballots):
    """Of the questions of one group nobody has answered two that count."""
    groups = {}
    for question in questions:
        if question.get("group"):
            groups.setdefault(question["group"], []).append(results[question["id"]])
    for name, found in groups.items():
        problem = "en " + name + " alguien respondió a dos preguntas"
        answered = sum(result["valid"] + result["blank"] for result in found)
        need(answered <= sum(ballots.values()), problem)
        for cell, number in ballots.items():
            parts = [result["cells"][cell] for result in found if cell in result["cells"] and cell]
            need(sum(part["valid"] + part["blank"] for part in parts) <= number, problem)


FIGURES = ("supplied", "signatures", "spoiled", "left_over", "papers", "blank", "void")


def check_actas(actas, promised):
    """The papers and the signatures of each table; each adds up, or a note says why not."""
    has(actas, list, "las actas no son una lista")
    papers, signatures, noted = {}, 0, []
    for acta in actas:
        desk, note, photo, *figures = fields(
            acta, ("desk", "note", "photo", *FIGURES), "el acta de una mesa"
        )
        where = "el acta de " + has(desk, str, "el nombre de una mesa no es texto")
        need(desk not in papers, where + " está dos veces")
        from_hex(photo, 32, "la foto de " + where)
        supplied, signed, spoiled, left_over, in_box = [whole(one, where) for one in figures[:5]]
        if in_box < SMALLEST_CELL:  # of three papers, three blank ones would be three people
            need(figures[5:] == [None, None], where + " es tan pequeña que descubre a alguien")
            blank = void = 0
        else:
            blank, void = [whole(one, where) for one in figures[5:]]
        adds_up = supplied == signed + left_over and signed == in_box + spoiled
        noted.append(has(note, str, where + ": la nota no es texto").strip() != "")
        need(adds_up and in_box >= blank + void or noted[-1], where + " no cuadra ni dice por qué")
        papers[desk] = in_box
        signatures += signed
    need(set(promised) <= set(papers), "falta el acta de una mesa que está en las reglas")
    return papers, signatures, bool(noted) and all(noted)


def check_marks(marks, cells, papers, signatures, noted):
    """As many votes as marks on the roll, by each way; how many ballots came without paper."""
    fields(marks, ("web", "assisted", "paper"), "las marcas")
    counts = {way: whole(number, "las marcas") for way, number in marks.items()}
    sealed, in_boxes = counts["web"] + counts["assisted"], sum(papers.values())
    need(sum(cells.values()) == sealed + in_boxes, "no hay tantos votos como marcas en el padrón")
    need(in_boxes <= counts["paper"] <= signatures or noted, "el papel no cuadra con el padrón")
    shown = {"web": 0, "assisted": 0}
    for cell, number in cells.items():
        place, _bar, way = cell.rpartition("|")
        if way == "paper":
            need(papers.get(place) == number, "los papeles no son los del acta")
        elif cell:
            need(way in shown, "un grupo no dice cómo se votó")
            shown[way] += number
    need(all(shown[way] <= counts[way] for way in shown), "un grupo tiene más votos que marcas")
    return sealed


# --- All of it

TOLD = (
    *("digest", "seal_key", "head", "log", "marks", "eligible"),
    *("actas", "ballots", "audited", "answers", "results"),
)


def verify(package):
    """What the package proves; Altered at the first thing that does not fit."""
    names = [info.filename for info in package.infolist()]
    need(len(set(names)) == len(names), "un archivo está dos veces")
    need(set(names) == NAMES, "los archivos no son los debidos: " + ", ".join(sorted(names)))
    raw = {name: package.read(name) for name in NAMES}
    with open(__file__, "rb") as program:
        need(raw["verify_poll.py"] == program.read(), "el programa del paquete no es el que corre")
    data = {name: parse(raw[name], name) for name in NAMES if name.endswith(".json")}

    digest, seal_key, sign_key = fields(
        data["urn.json"], ("digest", "seal_key", "sign_key"), "urn.json"
    )
    definition = has(data["definition.json"], dict, "las reglas no son una ficha")
    need(canonical(definition) == raw["definition.json"], "las reglas no están en su única forma")
    fingerprint = hashlib.sha256(raw["definition.json"]).digest()
    need(from_hex(digest, 32, "la huella") == fingerprint, "la huella no es la de las reglas")
    key = from_hex(sign_key, 32, "la llave de las firmas")
    need(definition.get("sign_key") == sign_key, "la llave no es la que dicen las reglas")
    from_hex(seal_key, 32, "la llave de los sobres")

    told = data["outcome.json"]
    (signature,) = fields(data["signature.json"], ("outcome",), "signature.json")
    message = b"decide-la-libertad/outcome/1" + raw["outcome.json"]
    signed = [(message, from_hex(signature, 64, "la firma del resultado"), "el resultado")]
    need(canonical(told) == raw["outcome.json"], "el resultado no está en su única forma")
    fields(told, TOLD, "el resultado")
    need(told["digest"] == digest, "el resultado es de otras reglas")
    need(told["seal_key"] == seal_key, "el resultado es de otra llave")
    for name in ("answers", "audited"):
        here = hashlib.sha256(canonical(data[name + ".json"])).hexdigest()
        need(told[name] == here, name + ".json no es lo que dice el resultado")
    actas = data["actas.json"]
    need(canonical(told["actas"]) == canonical(actas), "las actas no son las del resultado")

    leaves, root = check_log(data["log.json"], fingerprint, signed)
    need(told["head"] == root and told["log"] == len(leaves), "el resultado es de otro registro")
    audited = [from_hex(one, 32, "un voto auditado") for one in data["audited.json"]]
    need(audited == sorted(set(audited)), "los votos auditados no van por su valor")
    need(not set(audited) & set(leaves), "un voto que fue auditado está en el registro")

    questions = definition["questions"]
    cells = told["ballots"]
    answers = check_answers(data["answers.json"], questions, cells)
    papers = check_actas(actas, definition.get("desks", []))
    sealed = check_marks(told["marks"], cells, *papers)
    need(sealed <= len(leaves), "hay más votos que compromisos en el registro")
    voted = sum(told["marks"].values())
    on_roll = definition["roll"]["count"] if "roll" in definition else told["eligible"]
    need(told["eligible"] == max(on_roll, voted), "los que podían votar son otros")

    results = {q["id"]: result_of(q, answers[q["id"]], told["eligible"]) for q in questions}
    for name, result in results.items():
        need(
            canonical(result) == canonical(told["results"].get(name)),
            "contado otra vez, el resultado de " + name + " es otro",
        )
    need(set(results) == set(told["results"]), "hay resultados de preguntas que no hay")
    check_groups(questions, results, cells)
    for message, signature, where in signed:
        need(signed_by(key, message, signature), where + " no está bien firmado")
    return {
        "digest": digest,
        "leaves": leaves,
        "audited": audited,
        "ballots": sum(cells.values()),
        "results": results,
    }


def code_of(leaf):
    number = int.from_bytes(leaf[:8], "big") >> 14
    text = ""
    for place in range(9, -1, -1):
        text += LETTERS[(number >> (5 * place)) & 31]
    return text[:5] + "-" + text[5:]


def look_for(code, found):
    """Say where the code of a receipt is; 1 if it is missing."""
    if code in {code_of(one) for one in found["leaves"]}:
        print("El código", code, "está en el registro.")
        return 0
    if code in {code_of(one) for one in found["audited"]}:
        print("El código", code, "es de un voto auditado, que no se emitió.")
        return 0
    print("EL CÓDIGO", code, "NO ESTÁ en el registro: con el comprobante firmado, es una prueba.")
    return 1


def main(arguments):
    wanted = None
    if "--digest" in arguments:
        place = arguments.index("--digest")
        wanted = arguments[place + 1] if len(arguments) > place + 1 else ""
        del arguments[place : place + 2]
    if not 1 <= len(arguments) <= 2:
        print(__doc__)
        return 2
    try:
        with zipfile.ZipFile(arguments[0]) as package:
            found = verify(package)
        need(wanted is None or wanted == found["digest"], "la huella publicada es otra")
    except (OSError, zipfile.BadZipFile) as problem:
        print("NO SE PUEDE LEER:", problem)
        return 2
    except Altered as problem:
        print("ALTERADO:", problem)
        return 1
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as problem:
        print("ALTERADO: falta algo o tiene otra forma:", repr(problem))
        return 1
    print("TODO CUADRA.")
    print("Huella de las reglas:", found["digest"])
    print(
        "Compromisos en el registro:", len(found["leaves"]), "· votos contados:", found["ballots"]
    )
    for name, result in found["results"].items():
        print(name + ":", json.dumps(result, ensure_ascii=False, sort_keys=True))
    if len(arguments) == 2:
        return look_for(arguments[1].upper(), found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
