import csv
from datetime import date
from pathlib import Path

import pytest

from decide.common import documents


VECTORS = Path(__file__).parents[3] / "shared/data/peru/dni_test_vectors.csv"


@pytest.mark.parametrize(
    ("dni", "digit", "letter"),
    [
        ("17801146", "0", "D"),
        ("12345678", "1", "E"),
        ("00000000", "6", "K"),
        ("10203040", "6", "K"),
        ("45678912", "4", "I"),
        ("99000009", "9", "C"),
    ],
)
def test_the_check_digit_of_a_dni(dni, digit, letter):
    assert documents.check_digit(dni) == (digit, letter)
    assert documents.fits_check_digit(dni, letter.lower())
    assert not documents.fits_check_digit(dni, "Z")


def test_every_known_dni_and_digit_agrees():
    if not VECTORS.exists():
        pytest.skip("The project's shared test vectors (dni_test_vectors.csv) are not at hand.")
    with VECTORS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["formato_valido"] == "si":
                assert documents.check_digit(documents.clean("dni", row["dni"])) == (
                    row["digito_verificador_num"],
                    row["digito_verificador_letra"],
                )
            elif row["nota"].startswith("dígitos de ancho completo"):
                assert documents.clean("dni", row["dni"]) == "12345678"
            else:
                with pytest.raises(documents.BadDocument):
                    documents.clean("dni", row["dni"])


@pytest.mark.parametrize("typed", ["01.234.567", " 01234-567 ", "01 234 567", "0１234567"])
def test_a_dni_is_the_same_however_it_is_typed(typed):
    assert documents.document_hash("dni", typed) == documents.document_hash("dni", "01234567")


@pytest.mark.parametrize(
    "typed", ["", "1234567", "123456789", "1234567A", "+12345678", "1\x002345678"]
)
def test_what_cannot_be_a_dni_is_refused_without_repeating_it(typed):
    with pytest.raises(documents.BadDocument) as refused:
        documents.clean("dni", typed)

    assert not typed or typed not in str(refused.value)


def test_a_card_of_foreigners_has_digits_and_perhaps_letters():
    assert documents.clean("ce", "001 234 567") == "001234567"
    assert documents.clean("ce", "n00-123456") == "N00123456"
    with pytest.raises(documents.BadDocument):
        documents.clean("ce", "ABCDEFGHI")


def test_the_kind_is_part_of_the_hash():
    assert documents.document_hash("dni", "12345678") != documents.document_hash("ce", "12345678")


def test_the_newest_key_is_used_and_the_older_still_recognise(settings):
    settings.DOCUMENT_KEYS = {1: "old"}
    old = documents.document_hash("dni", "12345678")
    settings.DOCUMENT_KEYS = {1: "old", 2: "new"}

    new = documents.document_hash("dni", "12345678")

    assert new != old
    assert documents.all_hashes("dni", "12345678") == [old, new]
    assert documents.document_hash("dni", "12345678", 1) == old


def test_the_birth_hash_needs_both():
    born = date(1980, 2, 1)

    assert documents.birth_hash("dni", "12345678", born) != documents.birth_hash(
        "dni", "12345679", born
    )
    assert documents.birth_hash("dni", "12345678", born) != documents.birth_hash(
        "dni", "12345678", date(1980, 2, 2)
    )


def test_a_masked_document_tells_no_more_than_its_end():
    assert documents.masked("12345678") == "••••••78"
    assert documents.masked("123") == "•••"
