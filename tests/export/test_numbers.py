import pytest

from ironquant.core import Value
from ironquant.export.numbers import format_interval, format_number, format_r_squared, format_value


@pytest.mark.parametrize(
    ("value", "quantity", "shown"),
    [
        (Value(12.34), "t2star_ms", "12.3"),
        (Value(9.994), "t2star_ms", "9.99"),
        (Value(9.996), "t2star_ms", "10.0"),
        (Value(2.6), "t2star_ms", "2.60"),
        (Value(0.9, "upper"), "t2star_ms", "< 0.9"),
        (Value(40.0, "lower"), "t2star_ms", "> 40"),
        (Value(81.3), "r2star_per_s", "81.3"),
        (Value(99.96), "r2star_per_s", "100"),
        (Value(384.6), "r2star_per_s", "385"),
        (Value(1111.1, "lower"), "r2star_per_s", "> 1111"),
        (Value(1.164), "iron_mg_per_g", "1.16"),
        (Value(18.43), "iron_mg_per_g", "18.4"),
        (Value(25.0, "lower"), "iron_mg_per_g", "> 25"),
        (Value(100.0, "lower"), "r2star_per_s", "> 100"),
        # A bound is rounded to the side on which the truth does not lie.
        (Value(0.904, "upper"), "t2star_ms", "< 0.91"),
        (Value(24.96, "lower"), "iron_mg_per_g", "> 24.9"),
        (Value(0.1 + 0.2, "upper"), "t2star_ms", "< 0.3"),
        (Value(1000 / 0.9, "lower"), "r2star_per_s", "> 1111"),
        (Value(), "t2star_ms", "–"),
    ],
)
def test_digits_follow_size_and_quantity(value, quantity, shown):
    assert format_value(value, quantity) == shown


def test_missing_is_a_dash_never_a_number():
    assert format_number(float("nan"), "t2star_ms") == "–"
    assert format_number(None, "t2star_ms") == "–"
    assert format_interval(None, "t2star_ms") == "–"


def test_an_interval_has_the_digits_of_its_ends():
    assert format_interval((9.5, 10.46), "t2star_ms") == "9.50–10.5"


def test_a_good_fit_is_not_called_perfect():
    assert format_r_squared(0.99823) == "0.998"
    assert format_r_squared(0.99962) == "0.9996"
    assert format_r_squared(0.999996) == "0.9999"
    assert format_r_squared(1.0) == "1.000"
    assert format_r_squared(None) == "–"
