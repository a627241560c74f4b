import pytest
from django.core.exceptions import ValidationError

from budgets.forms.fields import SolesField


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12 400,50", 12_400_50),
        ("12400.50", 12_400_50),
        ("12,400.50", 12_400_50),
        ("12.400,50", 12_400_50),
        ("S/ 12 400", 12_400_00),
        ("S/. 12400", 12_400_00),
        ("s/12\u202f400,5", 12_400_50),
        ("12,400", 12_400_00),
        ("12.400", 12_400_00),
        ("1'250,000", 1_250_000_00),
        ("1’250’000,00", 1_250_000_00),
        ("1 250 000 soles", 1_250_000_00),
        ("0,05", 5),
        ("0", 0),
        (" ", None),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed, cents):
    assert SolesField(required=False).clean(typed) == cents


@pytest.mark.parametrize(
    "typed",
    [
        "doce mil",
        "12 40",
        "1,25,000",
        "1.250.00",
        "1.250,000",
        "1 250,000.5.0",
        "12e3",
        "NaN",
        "٣٤",
    ],
)
def test_what_is_no_amount_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError) as refused:
        SolesField().clean(typed)

    assert refused.value.code == "invalid"


def test_a_third_digit_after_the_comma_is_refused_where_it_cannot_be_thousands():
    with pytest.raises(ValidationError) as refused:
        SolesField().clean("12400,505")

    assert refused.value.code == "cents"


@pytest.mark.parametrize("typed", ["-1", "10000000001", "9" * 400])
def test_more_than_there_can_be_or_less_than_nothing_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        SolesField().clean(typed)

    assert refused.value.code in ("min_value", "max_value")


def test_a_correction_may_be_less_than_nothing():
    assert SolesField(min_value=None).clean("-1 200,50") == -1_200_50


@pytest.mark.parametrize("cents", [0, 5, 12_400_50, 1_250_000_00, -1_200_50])
def test_what_is_shown_in_the_field_is_read_back_as_the_same(cents):
    field = SolesField(min_value=None)

    assert field.clean(field.prepare_value(cents)) == cents
