from datetime import date, timedelta

import pytest

from decide.common import workdays


@pytest.mark.parametrize(
    "easter", [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28)]
)
def test_easter_is_known(easter):
    assert workdays.easter_sunday(easter.year) == easter


def test_a_term_begins_the_day_after_and_skips_weekends_and_holidays():
    wednesday = date(2026, 7, 22)

    # Thursday 23 is the Air Force's day, 25 and 26 the weekend, 28 and 29 Independence.
    assert workdays.after(wednesday, 1) == date(2026, 7, 24)
    assert workdays.after(wednesday, 3) == date(2026, 7, 30)


def test_days_between_are_counted_as_the_calendar_would():
    start = date(2026, 3, 1)
    for ahead in range(0, 500, 7):
        end = start + timedelta(days=ahead)
        one_by_one = sum(
            workdays.is_working(start + timedelta(days=n)) for n in range(1, ahead + 1)
        )
        assert workdays.between(start, end) == one_by_one


def test_what_is_not_over_has_no_days_of_delay():
    assert workdays.between(date(2026, 3, 10), date(2026, 3, 2)) == 0
