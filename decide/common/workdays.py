"""Working days in Peru, in which the law counts the time to answer.

National holidays as the Decreto Legislativo 713 and later laws set them; Saturdays and Sundays
are not worked (TUO of Ley 27444, article 145).
"""

from datetime import date, timedelta
from functools import cache


FIXED = (
    (1, 1),  # New Year
    (5, 1),  # Labour Day
    (6, 7),  # Battle of Arica
    (6, 29),  # Saint Peter and Saint Paul
    (7, 23),  # Air Force
    (7, 28),  # Independence
    (7, 29),  # Independence
    (8, 6),  # Battle of Junín
    (8, 30),  # Saint Rose of Lima
    (10, 8),  # Battle of Angamos
    (11, 1),  # All Saints
    (12, 8),  # Immaculate Conception
    (12, 9),  # Battle of Ayacucho
    (12, 25),  # Christmas
)


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def after(day: date, number: int) -> date:
    """The last day of a term of so many working days, which begins the day after."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working(day)
    return day


def between(start: date, end: date) -> int:
    """How many working days have passed after the one, up to and with the other; 0 if none."""
    whole_weeks, rest = divmod(max(0, (end - start).days), 7)
    days = whole_weeks * 5
    for ahead in range(1, rest + 1):
        days += (start + timedelta(days=whole_weeks * 7 + ahead)).weekday() < 5
    lost = (day for year in range(start.year, end.year + 1) for day in holidays(year))
    return days - sum(1 for day in lost if start < day <= end and day.weekday() < 5)


@cache
def holidays(year: int) -> frozenset[date]:
    easter = easter_sunday(year)
    moving = (easter - timedelta(days=3), easter - timedelta(days=2))  # Thursday and Friday
    return frozenset(date(year, month, day) for month, day in FIXED) | frozenset(moving)


def easter_sunday(year: int) -> date:
    """By the anonymous Gregorian computus."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
