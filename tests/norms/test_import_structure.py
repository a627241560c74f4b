"""What of a norm is found in its text, whatever way people write it."""

import re
import unicodedata

import pytest
from hypothesis import given, settings, strategies as st

from norms.enums import HEADINGS, PartKind
from norms.lines import clean
from norms.numbers import ordinal, roman, value_of
from norms.structure import LONGEST_HEADING, LONGEST_LABEL, from_markdown, from_text, slug_of


ORDINANCE = """ORDENANZA MUNICIPAL N° 012-2026-MPV
POR CUANTO:
El Concejo Municipal, en sesión ordinaria;
CONSIDERANDO:
Que, el artículo 194 de la Constitución reconoce autonomía;
Artículo 5 de la Ley 27972 que no empieza nada;
Ha dado la siguiente ordenanza:
TÍTULO I
DISPOSICIONES GENERALES
CAPÍTULO I
DEL OBJETO Y DE LA
FINALIDAD
Artículo 1.- Objeto
La presente ordenanza regula el uso de la bicicleta.
Artículo 2º.- Finalidad.- Promover la bicicleta.
ART. 3°.- Derógase la Ordenanza 5.
Artículo  4 .- Definiciones:
a) Bicicleta: vehículo;
b) Ciclovía:
i) segregada;
ii) compartida;
c) otra.
Artículo 5.- De las multas
5.1 La multa es de 1 UIT.
5.2 Se aplica así:
1. la primera vez
2. la segunda vez
– con descuento
DISPOSICIONES COMPLEMENTARIAS FINALES
PRIMERA.- La presente ordenanza entra en vigencia mañana.
Segunda. Publíquese.
ANEXO 1
CUADRO DE INFRACCIONES
Infracción y multa
"""


def found(text, kind=None):
    return [
        (part.kind, part.label, part.heading)
        for part in from_text(text)
        if kind is None or part.kind == kind
    ]


def test_an_ordinance_falls_into_its_parts():
    assert found(ORDINANCE) == [
        ("preamble", "", ""),
        ("preamble", "POR CUANTO", ""),
        ("preamble", "CONSIDERANDO", ""),
        ("title", "TÍTULO I", "DISPOSICIONES GENERALES"),
        ("chapter", "CAPÍTULO I", "DEL OBJETO Y DE LA FINALIDAD"),
        ("article", "Artículo 1", "Objeto"),
        ("article", "Artículo 2º", "Finalidad"),
        ("article", "ART. 3°", ""),
        ("article", "Artículo 4", "Definiciones:"),
        ("article", "Artículo 5", "De las multas"),
        ("title", "DISPOSICIONES COMPLEMENTARIAS FINALES", ""),
        ("disposition", "PRIMERA", ""),
        ("disposition", "Segunda", ""),
        ("annex", "ANEXO 1", "CUADRO DE INFRACCIONES"),
    ]


def test_incisos_are_set_in_by_how_they_are_numbered():
    parts = {part.label: part.text for part in from_text(ORDINANCE)}

    assert parts["Artículo 4"].split("\n") == [
        "\ta) Bicicleta: vehículo;",
        "\tb) Ciclovía:",
        "\t\ti) segregada;",
        "\t\tii) compartida;",
        "\tc) otra.",
    ]
    assert parts["Artículo 5"].split("\n") == [
        "\t5.1 La multa es de 1 UIT.",
        "\t5.2 Se aplica así:",
        "\t\t1. la primera vez",
        "\t\t2. la segunda vez",
        "\t\t\t– con descuento",
    ]


def test_i_after_h_is_a_letter_and_not_a_roman_number():
    (part,) = from_text("Artículo 1.- Se prohíbe\ng) uno;\nh) dos;\ni) tres;\nj) cuatro.")

    assert [line.count("\t") for line in part.lines] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("line", "kind", "label", "heading"),
    [
        ("Artículo 5.- Objeto", "article", "Artículo 5", "Objeto"),
        ("ARTÍCULO 5º.- OBJETO", "article", "ARTÍCULO 5º", "OBJETO"),
        ("Artículo Primero.- Objeto", "article", "Artículo Primero", "Objeto"),
        ("ARTICULO DÉCIMO SEGUNDO.- Objeto", "article", "ARTICULO DÉCIMO SEGUNDO", "Objeto"),
        ("Artículo Único.- Objeto", "article", "Artículo Único", "Objeto"),
        ("Artículo 12-A.- Objeto", "article", "Artículo 12-A", "Objeto"),
        ("Artículo IV.- Objeto", "article", "Artículo IV", "Objeto"),
        ("Art. 5° Objeto", "article", "Art. 5°", "Objeto"),
        ("ARTÍCULO N° 5: Objeto", "article", "ARTÍCULO N° 5", "Objeto"),
        ("Artículo\u00a05 .–\u00a0Objeto", "article", "Artículo 5", "Objeto"),
        ("Ar\u00adtícu\u00adlo 5.- Obje\u00adto", "article", "Artículo 5", "Objeto"),
        ("TITULO PRELIMINAR", "title", "TITULO PRELIMINAR", ""),
        ("TÍTULO II: DE LAS MULTAS", "title", "TÍTULO II", "DE LAS MULTAS"),
        ("CAPÍTULO II DE LOS PEATONES", "chapter", "CAPÍTULO II", "DE LOS PEATONES"),
        ("Capítulo 3. De los peatones", "chapter", "Capítulo 3", "De los peatones"),
        ("SUBCAPÍTULO I", "section", "SUBCAPÍTULO I", ""),
        ("SECCIÓN PRIMERA", "section", "SECCIÓN PRIMERA", ""),
        ("ANEXO N° 02: FORMATO", "annex", "ANEXO N° 02", "FORMATO"),
        ("ANEXO", "annex", "ANEXO", ""),
        ("VISTO:", "preamble", "VISTO", ""),
        ("DISPOSICIONES TRANSITORIAS", "title", "DISPOSICIONES TRANSITORIAS", ""),
        ("DISPOSICIÓN COMPLEMENTARIA DEROGATORIA", "title", None, ""),
        ("PRIMERA.-", "disposition", "PRIMERA", ""),
        ("TERCERA DISPOSICIÓN FINAL.-", "disposition", "TERCERA DISPOSICIÓN FINAL", ""),
    ],
)
def test_it_is_known_by_how_it_begins(line, kind, label, heading):
    part = from_text(f"Artículo 99.- Otro\nTexto.\n{line}\nTexto que sigue, con su punto final.")[1]

    assert (part.kind, part.label, part.heading.split(" Texto")[0]) == (
        kind,
        label or line,
        heading,
    )


@pytest.mark.parametrize(
    "line",
    [
        "Artículo 5 de la Ley 27972 dice otra cosa.",
        "artículo 5, que rige desde ayer.",
        "Artículo 5.2 de la ley.",
        "Título I de la Ley del Sistema.",
        "Artículo CIVIL de siempre.",
        "Primero, hay que leer.",
        "Anexo 1 forma parte de esta norma.",
        "Considerando que llueve, se dispone.",
        "Vistos los informes, se dispone.",
    ],
)
def test_words_that_only_name_a_norm_begin_nothing(line):
    parts = from_text(f"Artículo 1.- Uno\nTexto.\n{line}")

    assert len(parts) == 1
    assert parts[0].lines[-1] == line


def test_an_article_that_is_put_into_another_norm_stays_inside():
    text = (
        "Artículo 1.- Modifícanse los artículos 3 y 4, así:\n“Artículo 3.- Nuevo texto.\n"
        "Artículo 4.- Otro nuevo.”\nArtículo 2.- Vigencia\nDesde mañana."
    )

    assert [part.label for part in from_text(text)] == ["Artículo 1", "Artículo 2"]


def test_what_is_considered_first_is_no_article():
    parts = from_text(
        "CONSIDERANDO:\nPRIMERO.- Que llueve;\nSE ACUERDA:\nPRIMERO.- Aprobar el plan."
    )

    assert [(part.kind, part.label) for part in parts] == [
        ("preamble", "CONSIDERANDO"),
        ("article", "PRIMERO"),
    ]


def test_a_line_cut_by_the_width_of_a_page_goes_on():
    parts = from_text(
        "Artículo 1.- Objeto\nLa presente ordenanza regula el uso de la bicicleta en todas las\n"
        "vías del distrito.\na) inciso"
    )

    assert parts[0].lines == [
        "La presente ordenanza regula el uso de la bicicleta en todas las vías del distrito.",
        "\ta) inciso",
    ]


def test_markdown_gives_headings_lists_and_tables():
    parts = from_markdown(
        "# Ordenanza de bicicletas\n\n## Título I. Generales\n\n### Artículo 1. Objeto\n\n"
        "La **bicicleta** y la [ley](https://ejemplo.pe).\n\n- uno\n  - dos\n\n"
        "| a | b |\n|---|---|\n| c | d |\n\n**Artículo 2.-** Sin título."
    )

    assert [(part.kind, part.label, part.heading) for part in parts] == [
        ("preamble", "", "Ordenanza de bicicletas"),
        ("title", "Título I", "Generales"),
        ("article", "Artículo 1", "Objeto"),
        ("article", "Artículo 2", ""),
    ]
    assert parts[2].lines == [
        "La bicicleta y la ley (https://ejemplo.pe).",
        "\t– uno",
        "\t\t– dos",
        "a | b",
        "c | d",
    ]


def test_a_plan_has_headings_without_numbers_and_text_below_them():
    parts = from_markdown("# Plan\n\n## Seguridad\n\nMás luz.\n\n## Limpieza\n\nMás tachos.")

    assert [(part.kind, part.heading, part.text) for part in parts] == [
        ("preamble", "Plan", ""),
        ("chapter", "Seguridad", ""),
        ("article", "", "Más luz."),
        ("chapter", "Limpieza", ""),
        ("article", "", "Más tachos."),
    ]


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("5", (5, "")),
        ("12-A", (12, "a")),
        ("XIV", (14, "")),
        ("décimo segunda", (12, "")),
        ("Vigésimo", (20, "")),
        ("ÚNICO", (1, "")),
        ("IIII", None),
        ("cosa", None),
    ],
)
def test_numbers_are_read_as_people_write_them(number, value):
    assert value_of(number) == value


def test_ordinals_and_roman_numbers_have_their_value():
    assert (ordinal("undécima"), ordinal("trigésimo noveno"), roman("XLIX")) == (11, 39, 49)


def test_a_provision_has_its_number_in_its_address():
    assert slug_of(PartKind.ARTICLE, "Artículo 5°") == "articulo-5"
    assert slug_of(PartKind.ARTICLE, "ARTÍCULO DÉCIMO") == "articulo-10"
    assert slug_of(PartKind.ARTICLE, "Artículo 5-A") == "articulo-5a"
    assert slug_of(PartKind.DISPOSITION, "SEGUNDA") == "disposicion-2"
    assert slug_of(PartKind.ANNEX, "ANEXO 1") == "anexo-1"


# --- No word is lost, whatever comes

PIECES = st.sampled_from(
    [
        "Artículo 1.-",
        "ARTÍCULO 2°",
        "Art. 3",
        "TÍTULO I",
        "CAPÍTULO II DE LOS",
        "SECCIÓN",
        "CONSIDERANDO:",
        "VISTO",
        "POR CUANTO",
        "DISPOSICIONES FINALES",
        "DISPOSICIÓN COMPLEMENTARIA ÚNICA.-",
        "PRIMERA.-",
        "Segundo",
        "ANEXO",
        "ANEXO 1: Cosa",
        "a)",
        "i)",
        "ii)",
        "1.",
        "1.1",
        "5.2.3",
        "–",
        "-",
        "•",
        "*",
        "#",
        "##",
        "### ",
        "“Artículo 9.-",
        "fin.”",
        "Objeto",
        "Objeto.-",
        "La norma rige.",
        "se acuerda:",
        "",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "\xa0",
        "\xad",
        "\x00",
        "\u2028",
        ". ",
        ": ",
        "; ",
        ", ",
        "**",
        "_",
        "~~",
        "`",
        ">",
        "",
        " --- ",
        "",
        "[a](b c)",
        "1. ",
        "2) ",
        "ñandú",
        "Única",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=60).map(" ".join)


def words(text):
    return re.findall(r"[^\W_]+", clean(text))


def words_of(parts):
    return [word for part in parts for word in words(f"{part.label}\n{part.heading}\n{part.text}")]


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_word_of_a_pasted_text_is_lost(text):
    assert words_of(from_text(text)) == words(text)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_word_of_markdown_is_lost(text):
    assert words_of(from_markdown(text)) == words(text)


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_every_part_is_as_the_database_wants_it(text):
    for part in from_text(text):
        assert part.kind in PartKind.values
        assert len(part.label) <= LONGEST_LABEL
        assert len(part.heading) <= LONGEST_HEADING
        assert part.kind not in HEADINGS or not part.text
        assert part.text == unicodedata.normalize("NFC", part.text)
        assert not any("\n" in line or "\t" in line.lstrip("\t") for line in part.lines)


def test_what_is_too_long_for_one_part_goes_on_in_the_next():
    long = "palabra " * 20_000

    parts = from_text(f"TÍTULO I\n{'MUY LARGO ' * 60}\nArtículo 1.- {long}")

    assert words_of(parts) == words(f"TÍTULO I {'MUY LARGO ' * 60} Artículo 1 {long}")
    assert all(len(part.text) <= 100_000 and len(part.heading) <= 300 for part in parts)
