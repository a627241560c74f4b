import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.utils import translation

from decide.common import money, words


LIMA = ZoneInfo("America/Lima")
CLOSES = dt.datetime(2026, 12, 4, 18, 0, tzinfo=LIMA)


@pytest.fixture(autouse=True)
def _in_spanish():
    with translation.override("es"):
        yield


@time_machine.travel(dt.datetime(2026, 12, 1, 12, 0, tzinfo=LIMA))
def test_a_date_is_said_in_words():
    assert words.moment(CLOSES) == "viernes 4 de diciembre, a las 18:00"
    assert words.day(CLOSES.date()) == "viernes 4 de diciembre"
    assert words.moment(CLOSES.date()) == "viernes 4 de diciembre"


@time_machine.travel(dt.datetime(2026, 12, 1, 12, 0, tzinfo=LIMA))
def test_a_date_of_another_year_says_which():
    assert words.day(dt.date(2028, 2, 29)) == "29 de febrero de 2028"


@time_machine.travel(dt.datetime(2026, 12, 1, 12, 0, tzinfo=LIMA))
def test_the_hour_is_limas_wherever_the_server_stands():
    in_utc = dt.datetime(2026, 12, 5, 1, 30, tzinfo=dt.UTC)
    assert words.moment(in_utc) == "viernes 4 de diciembre, a las 20:30"


@time_machine.travel(dt.datetime(2026, 12, 1, 12, 0, tzinfo=LIMA))
def test_in_english_too():
    with translation.override("en"):
        assert words.moment(CLOSES) == "Friday 4 December, at 18:00"
        assert words.time_left(CLOSES) == "3 days left"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (dt.timedelta(days=365), "faltan 12 meses"),
        (dt.timedelta(days=90), "faltan 90 días"),
        (dt.timedelta(days=12), "faltan 12 días"),
        (dt.timedelta(days=3, hours=6), "faltan 3 días"),
        (dt.timedelta(hours=47), "faltan 47 horas"),
        (dt.timedelta(hours=1, minutes=30), "falta 1 hora"),
        (dt.timedelta(minutes=5), "faltan 5 minutos"),
        (dt.timedelta(seconds=20), "falta 1 minuto"),
        (dt.timedelta(0), "ya cerró"),
        (dt.timedelta(seconds=-1), "ya cerró"),
    ],
)
def test_the_time_left_counts_down(before, said):
    assert words.time_left(CLOSES, now=CLOSES - before) == said


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (dt.timedelta(seconds=5), "hace un momento"),
        (dt.timedelta(minutes=1), "hace 1 minuto"),
        (dt.timedelta(hours=5), "hace 5 horas"),
        (dt.timedelta(days=2), "hace 2 días"),
    ],
)
def test_the_recent_past_is_said_as_such(after, said):
    assert words.ago(CLOSES, now=CLOSES + after) == said


@time_machine.travel(dt.datetime(2027, 2, 1, 12, 0, tzinfo=LIMA))
def test_the_distant_past_has_its_date():
    assert words.ago(CLOSES) == "4 de diciembre de 2026"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (1_250_000, "S/\u00a01\u202f250\u202f000"),
        (950, "S/\u00a0950"),
        (Decimal("1250.5"), "S/\u00a01\u202f250,50"),
        (Decimal("300.00"), "S/\u00a0300"),
        (0, "S/\u00a00"),
        (None, ""),
        ("", ""),
    ],
)
def test_money_is_in_soles(amount, said):
    assert words.soles(amount) == said


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (125_000_000, "S/\u00a01\u202f250\u202f000"),
        (1_240_050, "S/\u00a012\u202f400,50"),
        (5, "S/\u00a00,05"),
        (0, "S/\u00a00"),
        (None, ""),
        ("", ""),
    ],
)
def test_money_kept_in_centimos_is_read_in_soles(cents, said):
    assert money.soles(cents) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (84, "84"),
        (2104, "2104"),
        (14870, "14\u202f870"),
        (2155943, "2\u202f155\u202f943"),
        (None, ""),
        ("", ""),
    ],
)
def test_large_numbers_have_narrow_spaces(amount, said):
    assert words.number(amount) == said


def test_a_share_is_said_in_hundredths():
    assert words.percent(0.453) == "45\u202f%"
    assert words.percent(None) == ""


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (forms.IntegerField(min_value=2), "0", "Escribe 2 o un número mayor."),
        (forms.IntegerField(max_value=365), "900", "Escribe 365 o un número menor."),
        (forms.CharField(max_length=3), "cuatro", "Acórtalo: caben 3 letras y tiene 6."),
        (forms.DateTimeField(), "mañana", "Escribe un día y una hora que existan."),
    ],
)
def test_what_django_says_about_a_field_is_said_our_way(field, typed, said):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)

    assert refused.value.messages == [said]
