"""What staff are warned of before a text is settled."""

import pytest

from norms.checks import LONG, look_over
from norms.models import Part
from norms.structure import from_text


def warned(text):
    parts = [
        Part(kind=part.kind, label=part.label, heading=part.heading, text=part.text)
        for part in from_text(text)
    ]
    return [(one.code, one.part.label) for one in look_over(parts)]


def articles(*numbers):
    return "\n".join(f"Artículo {number}.- Tema\nTexto de {number}." for number in numbers)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((1, 2, 3), []),
        ((1, 3), [("gap", "Artículo 3")]),
        ((2,), [("gap", "Artículo 2")]),
        ((1, 2, 2, 3), [("repeat", "Artículo 2")]),
        ((1, "1-A", "1-B", 2), []),
        ((1, "1-B"), [("gap", "Artículo 1-B")]),
    ],
)
def test_numbers_that_are_missing_or_there_twice_are_told(numbers, expected):
    assert warned(articles(*numbers)) == expected


def test_articles_go_on_through_chapters_and_closing_provisions_begin_anew():
    text = (
        f"CAPÍTULO I\nUNO\n{articles(1)}\nCAPÍTULO II\nDOS\n{articles(2)}\n"
        "DISPOSICIONES FINALES\nPRIMERA.- Rige.\nSEGUNDA.- Publíquese.\n"
        f"DISPOSICIONES TRANSITORIAS\nPRIMERA.- Espera.\nANEXO 1\nREGLAMENTO\n{articles(1)}"
    )

    assert warned(text) == [("no_text", "ANEXO 1")]


def test_what_is_empty_or_very_long_is_told():
    text = f"Artículo 1.-\nArtículo 2.- Largo\n{'palabra ' * (LONG + 1)}\nTÍTULO I"

    assert warned(text) == [
        ("no_text", "Artículo 1"),
        ("long", "Artículo 2"),
        ("no_provision", "TÍTULO I"),
    ]


def test_the_name_of_the_whole_needs_no_text():
    name = Part(kind="preamble", heading="Ordenanza de bicicletas")

    assert look_over([name]) == []
