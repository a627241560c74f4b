"""How hard a norm is to read, and why."""

import pytest

from norms.plain import grade_of, judge, report, score, sentences, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("ley", 1),
        ("ciudad", 2),
        ("país", 2),
        ("ciudadanía", 5),
        ("aéreo", 4),
        ("guerra", 2),
        ("pingüino", 3),
        ("quien", 1),
        ("leer", 2),
        ("cohete", 3),
        ("prohíbe", 3),
        ("municipalidad", 6),
        ("Perú", 2),
        ("MULTA", 2),
    ],
)
def test_syllables_follow_from_spelling(word, count):
    assert syllables(word) == count


def test_the_score_is_the_formula_of_szigriszt_pazos():
    words = ["la", "casa", "es", "azul"]  # 4 words, 6 syllables

    assert score(words, 1) == min(100, round(206.835 - 62.3 * 6 / 4 - 4))
    assert score(["municipalidad"] * 40, 1) == 0


@pytest.mark.parametrize(
    ("value", "grade"),
    [(90, "very_easy"), (70, "easy"), (60, "normal"), (50, "hard"), (40, "very_hard"), (None, "")],
)
def test_its_grades_are_those_of_the_inflesz_scale(value, grade):
    assert grade_of(value)[0] == grade


def test_points_of_abbreviations_end_no_sentence():
    text = "Según el art. 5 de la Ley N. 27972 rige. El Sr. Pérez paga S/ 1.50 hoy."

    assert sentences(text) == [
        "Según el art. 5 de la Ley N. 27972 rige.",
        "El Sr. Pérez paga S/ 1.50 hoy.",
    ]


def test_each_inciso_is_a_sentence_without_its_mark():
    assert sentences("Se prohíbe:\n\ta) correr;\n\t– gritar;\n\t1.1 Saltar.") == [
        *("Se prohíbe:", "correr;", "gritar;", "Saltar.")
    ]


def codes(text):
    return [mark.code for mark in judge(text).marks]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("palabra " * 31, "long"),
        ("Las multas serán cobradas por la caja.", "passive"),
        ("El informe fue debidamente suscrito ayer.", "passive"),
        ("Quien vea que hay algo que no sirve, cuando pueda, avisa a quien corresponde.", "nested"),
        ("Se aplica de conformidad con la ley.", "legalese"),
        ("SIN PERJUICIO DE la multa.", "legalese"),
        (
            "La institucionalización interdisciplinaria, la operacionalización y la"
            " descentralización administrativa.",
            "long_words",
        ),
    ],
)
def test_it_says_why_a_sentence_is_hard(text, code):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "La bicicleta circula por la derecha.",
        "El casco es obligatorio.",
        "La multa es de S/ 50.",
        "El alcalde es responsable y está obligado.",
    ],
)
def test_plain_sentences_have_no_marks(text):
    assert codes(text) == []


def test_a_better_word_is_told():
    (mark,) = judge("Asimismo, hay multa.").marks

    assert "también" in mark.text


def test_the_hardest_come_first():
    hard = "Las multas que fueron impuestas serán cobradas cuando, " + "palabra " * 45
    less = "palabra " * 32

    found = report([f"{less}.\n{hard}.\nEs corto."])

    assert [one.text[:5] for one in found.hard] == ["Las m", "palab"]
    assert found.score is not None


def test_without_words_there_is_no_score():
    assert report([]).score is None
    assert report(["–\n1."]).score is None
