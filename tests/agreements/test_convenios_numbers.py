"""Numbers of documents as people type them."""

import pytest

from agreements.numbers import Number, parse, same


@pytest.mark.parametrize(
    ("typed", "serial", "year", "initials"),
    [
        ("Convenio N° 026-2025-GRLL-GGR-SG-NOT", 26, 2025, "GRLL-GGR-SG-NOT"),
        ("Adenda N° 01", 1, None, ""),
        ("Acuerdo Regional N° 000246-2025-GRLL-CR", 246, 2025, "GRLL-CR"),
        ("Ordenanza Regional N° 005-2023-GRLL-CR", 5, 2023, "GRLL-CR"),
        ("Decreto Regional N° 002-2017-GRLL/GOB", 2, 2017, "GRLL/GOB"),
        ("Acuerdo de Concejo N° 089-2025-MPJ-CM", 89, 2025, "MPJ-CM"),
        ("Acuerdo de Concejo N° 011-2023-MPM-CH/CM", 11, 2023, "MPM-CH/CM"),
        ("Convenio N° 095-2021-DV-AD-LORETO", 95, 2021, "DV-AD-LORETO"),
        ("005-2022", 5, 2022, ""),
        ("convenio nro. 7-2024", 7, 2024, ""),
        ("Convenio Nº 12 – 2024 – MPO", 12, 2024, "MPO"),
        ("2024-015-MDS", 15, 2024, "MDS"),
        ("sin número", None, None, ""),
        ("", None, None, ""),
        ("Convenio marco de 2024", 2024, None, ""),
        ("99999999999", None, None, ""),
    ],
)
def test_a_number_is_read_as_far_as_it_says_something(typed, serial, year, initials):
    assert parse(typed) == Number(serial, year, initials)


def test_one_document_written_in_two_ways_is_one():
    assert same("N° 026-2025-GRLL-NOT", "Convenio Nº 26-2025-GRLL-NOT")
    assert not same("N° 026-2025-GRLL-NOT", "N° 026-2025-MPO")
    assert same("sin  número", "Sin número")
