"""A printed number never lies on the other side of a cut than its grade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironquant.core import Grade, OrganResult, Value
from ironquant.export import format_graded
from ironquant.iron import scheme


def heart(t2star_ms: float, scheme_id: str = "t2star-20-15-10") -> OrganResult:
    grade = scheme(scheme_id).grade(Value(t2star_ms))
    return OrganResult(
        "septum", "truncation", "roi-mean", Value(t2star_ms), Value(1000 / t2star_ms), 0.999, None, grade
    )


@pytest.mark.parametrize(
    ("t2star_ms", "shown"),
    [(19.98, "19.98"), (20.0, "20.0"), (12.34, "12.3"), (5.996, "5.996"), (9.996, "9.996")],
)
def test_more_digits_only_near_a_cut(t2star_ms: float, shown: str) -> None:
    assert format_graded(heart(t2star_ms), "t2star_ms") == shown


@given(st.floats(2.0, 40.0))
def test_printed_number_has_the_grade_of_the_value(t2star_ms: float) -> None:
    t2star_ms = round(t2star_ms, 5)
    bands = scheme("t2star-20-15-10")
    assert bands.code(float(format_graded(heart(t2star_ms), "t2star_ms"))) == bands.code(t2star_ms)


def test_bounds_and_other_quantities_are_left_alone() -> None:
    result = heart(19.98)
    assert format_graded(result, "iron_mg_per_g") == "–"
    bound = OrganResult(
        "septum", "mono", "roi-mean", Value(1.9, "upper"), Value(526.0, "lower"), None, None,
        Grade("t2star-20-15-10", "severe", False),
    )  # fmt: skip
    assert format_graded(bound, "t2star_ms") == "< 1.9"
