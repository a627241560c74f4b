"""How many seats the law gives civil society in a coordination council: the table of the domain."""

from decimal import Decimal

import pytest

from agreements.seats import councillors_of, seats_of


@pytest.mark.parametrize(
    ("people", "councillors"),
    [
        (501, 5), (25_000, 5), (25_001, 7), (50_000, 7), (50_001, 9), (100_000, 9),
        (100_001, 11), (300_000, 11), (300_001, 13), (500_000, 13), (500_001, 15),
    ],
)  # fmt: skip
def test_the_number_of_councillors_follows_from_the_inhabitants(people, councillors):
    assert councillors_of(people) == councillors


TABLE = [
    # whose               kind          councillors, mayors   base  share   least
    ("Trujillo",          "provincial", 15,          11,      27,   "10.8", 10),
    ("Pataz",             "provincial", 9,           12,      22,   "8.8",  8),
    ("Otuzco",            "provincial", 9,           9,       19,   "7.6",  7),
    ("Sánchez Carrión",   "provincial", 11,          7,       19,   "7.6",  7),
    ("Ascope",            "provincial", 11,          7,       19,   "7.6",  7),
    ("Bolívar",           "provincial", 5,           5,       11,   "4.4",  4),
    ("Julcán",            "provincial", 7,           3,       11,   "4.4",  4),
    ("Gran Chimú",        "provincial", 7,           3,       11,   "4.4",  4),
    ("Virú",              "provincial", 11,          2,       14,   "5.6",  5),
    ("no village mayors", "district",   5,           0,       6,    "2.4",  2),
    ("up to 50 000",      "district",   7,           0,       8,    "3.2",  3),
    ("two, not counted",  "district",   5,           2,       6,    "2.4",  2),
    ("three, counted",    "district",   5,           3,       9,    "3.6",  3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("whose", "kind", "councillors", "mayors", "base", "share", "least"), TABLE
)
def test_the_seats_of_the_law(whose, kind, councillors, mayors, base, share, least):
    seats = seats_of(kind, councillors, mayors)

    assert (seats.base, seats.share, seats.least) == (base, Decimal(share), least)
