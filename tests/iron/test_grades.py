"""Grades on and next to every cut; bounds that decide and that do not."""

import math

import pytest

from ironquant.core import Organ, Value
from ironquant.iron import scheme, schemes

# Written out by hand from the clinical reference, section 4: value → grade.
EXPECTED = {
    "t2star-20-15-10": {
        9.999: "severe", 10: "moderate", 14.5: "moderate", 15: "mild", 19.999: "mild", 20: "normal",
    },
    "t2star-20-14-10": {9.999: "severe", 10: "moderate", 13.99: "moderate", 14: "mild", 20: "normal"},
    "t2star-20-10": {10: "severe", 10.001: "moderate", 20: "moderate", 20.001: "normal"},
    "t2star-3t-storey": {5.79: "severe", 5.8: "moderate", 9.06: "mild", 12.59: "mild", 12.6: "normal"},
    "t2star-3t-guangxi": {5.99: "severe", 6: "moderate", 9.99: "moderate", 10: "normal"},
    "lic-3-7-15": {
        1.79: "normal", 1.8: "borderline", 2.99: "borderline", 3: "mild", 6.99: "mild", 7: "moderate",
        14.99: "moderate", 15: "severe",
    },
    "esgar-sar-2023": {1.8: "borderline", 3.19: "borderline", 3.2: "mild", 7: "moderate", 15: "severe"},
    "sar-radiographics-2023": {1.79: "normal", 1.8: "mild", 3.2: "moderate", 7: "severe", 15: "extreme"},
    "lic-2-7-15": {2: "normal", 2.01: "mild", 7: "mild", 7.01: "moderate", 15: "moderate", 15.01: "severe"},
    "t2star-liver-china-2013": {
        1.39: "severe", 1.4: "moderate", 2.69: "moderate", 2.7: "mild", 6.29: "mild", 6.3: "normal",
    },
    "t2star-liver-hankins": {1.79: "severe", 1.8: "moderate", 3.8: "mild", 11.4: "normal"},
}  # fmt: skip


def test_every_scheme_is_tested():
    assert set(EXPECTED) == set(schemes())


@pytest.mark.parametrize("name", EXPECTED)
def test_values(name):
    for value, code in EXPECTED[name].items():
        assert scheme(name).grade(Value(float(value))).code == code, value


@pytest.mark.parametrize("name", EXPECTED)
def test_next_to_every_cut(name):
    row = scheme(name)
    codes = [code for code, _, _ in row.bands]
    assert row.bands[0][1] == 0.0
    assert row.bands[-1][2] == math.inf
    for index, (_, _, cut) in enumerate(row.bands[:-1]):
        assert row.code(math.nextafter(cut, 0)) == codes[index]
        assert row.code(math.nextafter(cut, math.inf)) == codes[index + 1]
        assert row.code(cut) == codes[index + (row.closed == "lower")]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bound_decides_only_if_all_beyond_it_is_one_grade(name):
    row = scheme(name)
    for value in [cut * factor for _, _, cut in row.bands[:-1] for factor in (0.9, 1.0, 1.1)]:
        grid = [value * (0.01 + 0.99 * step / 400) for step in range(401)]
        for bound, side in (("upper", grid), ("lower", [value * value / point for point in grid])):
            possible = {row.code(point) for point in (*side, value)}
            assert row.grade(Value(value, bound)).code == (possible.pop() if len(possible) == 1 else None)


def test_the_sickest_are_graded():
    assert scheme("t2star-20-15-10").grade(Value(2.0, "upper")).code == "severe"
    assert scheme("lic-3-7-15").grade(Value(25.0, "lower")).code == "severe"
    assert scheme("lic-3-7-15").grade(Value(12.0, "lower")).code is None
    assert scheme("lic-3-7-15").grade(Value(1.0, "upper")).code == "normal"


def test_nothing_measured_is_not_graded():
    assert scheme("lic-3-7-15").grade(Value()) is None


@pytest.mark.parametrize("name", EXPECTED)
def test_three_tesla_of_the_heart_is_indicative(name):
    row = scheme(name)
    assert row.indicative == (row.organ == Organ.HEART and row.field_t[0] > 2)
