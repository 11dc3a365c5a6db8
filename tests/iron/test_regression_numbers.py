"""Iron from T2*: the printed numbers of the clinical reference, sections 7.1 to 7.3."""

import pytest

from ironquant.core import Organ, Value
from ironquant.iron import calibration, calibrations

MIC = {
    3: 11.779, 4: 8.293, 5: 6.316, 6: 5.057, 8: 3.560, 10: 2.712, 12: 2.171,
    14: 1.799, 15: 1.653, 18: 1.324, 20: 1.164, 25: 0.887, 30: 0.710, 40: 0.500,
}  # fmt: skip

LIC_15 = (
    "garbowski2014",
    "hernando2023_15",
    "wood_common",
    "wood2005_published",
    "hankins2009",
    "henninger2015",
)
LIC_15_ROWS = {
    1.0: (31.94, 25.87, 25.60, 26.10, 27.57, 24.28),
    1.4: (22.71, 18.43, 18.34, 18.46, 19.56, 17.42),
    2.1: (15.05, 12.24, 12.30, 12.10, 12.89, 11.71),
    2.7: (11.67, 9.48, 9.61, 9.27, 9.92, 9.17),
    4.5: (6.95, 5.62, 5.85, 5.31, 5.77, 5.61),
    6.3: (4.94, 3.97, 4.23, 3.61, 3.99, 4.09),
    10.0: (3.09, 2.44, 2.74, 2.04, 2.35, 2.68),
    15.4: (2.00, 1.53, 1.85, 1.10, 1.36, 1.84),
    25.0: (1.22, 0.88, 1.22, 0.44, 0.67, 1.24),
}
XU = {
    0.8: 49.1, 1.0: 37.39, 1.4: 24.81, 2.1: 15.12, 2.7: 11.13, 4.5: 5.97, 6.3: 3.96, 10: 2.25,
    15.4: 1.33, 25: 0.74,
}  # fmt: skip
# (id, LIC): R2*, T2* – rounded as printed.
THRESHOLDS = {
    ("hernando2023_15", 1.8): (75.3, 13.28),
    ("hernando2023_15", 3.2): (129.1, 7.75),
    ("hernando2023_15", 7): (275.1, 3.64),
    ("hernando2023_15", 15): (582.4, 1.72),
    ("hernando2023_30", 1.8): (135.7, 7.37),
    ("hernando2023_30", 3.2): (239.4, 4.18),
    ("hernando2023_30", 7): (521.1, 1.92),
    ("hernando2023_30", 15): (1114, 0.90),
    ("garbowski2014", 2): (65.1, 15.37),
    ("garbowski2014", 3): (97.0, 10.30),
    ("garbowski2014", 7): (223.8, 4.47),
    ("garbowski2014", 15): (474.6, 2.11),
}
LIC_3T = ("hernando2023_30", "hernando2023_289", "storey2007_hernando2023", "storey2007_garbowski2014")
LIC_3T_ROWS = {
    100: (1.32, 1.37, 1.28, 1.70),
    200: (2.67, 2.77, 2.59, 3.27),
    500: (6.71, 6.97, 6.49, 8.01),
    1000: (13.46, 13.97, 13.00, 15.99),
    1500: (20.2, 21.0, 19.5, 24.0),
}


def half_unit(printed):
    """Half of the last printed digit, with room for the rounding of a binary fraction."""
    digits = len(str(printed).partition(".")[2]) if isinstance(printed, float) else 0
    return 0.5 * 10.0**-digits + 1e-9


@pytest.mark.parametrize("t2star_ms", MIC)
def test_mic(t2star_ms):
    iron = calibration("carpenter2011", Organ.HEART).iron_mg_per_g(t2star_ms)
    assert iron == pytest.approx(MIC[t2star_ms], abs=0.0005 + 1e-9)


@pytest.mark.parametrize("t2star_ms", LIC_15_ROWS)
@pytest.mark.parametrize("name", LIC_15)
def test_lic_at_15(name, t2star_ms):
    expected = LIC_15_ROWS[t2star_ms][LIC_15.index(name)]
    assert calibration(name, Organ.LIVER).iron_mg_per_g(t2star_ms) == pytest.approx(
        expected, abs=0.005 + 1e-9
    )


@pytest.mark.parametrize("t2star_ms", XU)
def test_lic_of_the_service(t2star_ms):
    """Within one unit of the last printed digit: the table's 24.81 at 1.4 ms is 24.804 by the formula."""
    iron = calibration("xu2023_15").iron_mg_per_g(t2star_ms)
    assert iron == pytest.approx(XU[t2star_ms], abs=2 * half_unit(XU[t2star_ms]))


@pytest.mark.parametrize(("name", "lic"), THRESHOLDS)
def test_thresholds_turned_round(name, lic):
    r2star, t2star_ms = THRESHOLDS[name, lic]
    row = calibration(name)
    step = half_unit(r2star)
    low, high = (row.iron_mg_per_g(1000.0 / rate) for rate in (r2star - step, r2star + step))
    assert low <= lic <= high
    low, high = (row.iron_mg_per_g(time) for time in (t2star_ms + 0.005, t2star_ms - 0.005))
    assert low <= lic <= high


@pytest.mark.parametrize("r2star", LIC_3T_ROWS)
@pytest.mark.parametrize("name", LIC_3T)
def test_lic_at_3t(name, r2star):
    expected = LIC_3T_ROWS[r2star][LIC_3T.index(name)]
    iron = calibration(name, Organ.LIVER).iron_mg_per_g(1000.0 / r2star)
    assert iron == pytest.approx(expected, abs=half_unit(expected))


def test_remaining_rows():
    assert calibration("hernando2021").iron_mg_per_g(10.0) == pytest.approx(-0.04 + 2.62)
    assert calibration("hernando2021_30").iron_mg_per_g(10.0) == pytest.approx(1.41)
    assert calibration("r2star_ferriscan_0266").iron_mg_per_g(10.0) == pytest.approx(2.66)
    # µmol/g = 0.314·R2* − 0.96 at 17.907 µmol/mg.
    assert calibration("dassignies2018").iron_mg_per_g(10.0) == pytest.approx(
        (31.4 - 0.96) / 17.907, rel=1e-3
    )


def test_storey_line_gives_the_3t_cuts_of_the_heart():
    """Section 7.3: 1.5 T T2* → 3 T by R2*(3) = 1.88·R2*(1.5) − 15; the scheme's cuts are rounded."""
    from ironquant.iron import scheme

    cuts = [high for _, _, high in scheme("t2star-3t-storey").bands[:-1]]
    at_3t = [1000.0 / (1.88 * 1000.0 / t2star - 15.0) for t2star in (10.0, 15.0, 20.0)]
    assert at_3t == pytest.approx([5.78, 9.06, 12.66], abs=0.005)
    assert cuts == pytest.approx(at_3t, abs=0.07)


@pytest.mark.parametrize("name", calibrations())
def test_every_row_is_usable(name):
    row = calibrations()[name]
    assert row.id == name
    assert row.mark in ("V", "V2", "M")
    # Numbers from memory are never offered on their own.
    assert not (row.mark == "M" and row.offered)
    assert row.source
    low, high = row.range_mg_per_g
    assert 0 <= low < high
    iron = [row.iron_mg_per_g(t2star) for t2star in (1.0, 2.0, 5.0, 12.0)]
    assert iron == sorted(iron, reverse=True)
    # A slope at 3 T is about half that at 1.5 T, never twice it.
    per_rate = (row.iron_mg_per_g(1.0) - row.iron_mg_per_g(2.0)) / 500.0
    if row.organ == Organ.LIVER:
        assert (0.012 < per_rate < 0.018) if row.field_t[0] > 2 else (0.023 < per_rate < 0.045)


@pytest.mark.parametrize("name", calibrations())
def test_bound_and_interval_turn_round(name):
    row = calibrations()[name]
    value = row.convert(Value(4.0, "none", (3.5, 4.5)))
    assert value is not None
    low, high = value.iron_mg_per_g.ci95
    assert (low, high) == pytest.approx((row.iron_mg_per_g(4.5), row.iron_mg_per_g(3.5)))
    assert row.convert(Value(4.0, "upper")).iron_mg_per_g.bound == "lower"
    assert row.convert(Value(4.0, "lower")).iron_mg_per_g.bound == "upper"
    assert row.convert(Value()) is None


def test_outside_the_range_is_a_bound_at_its_end():
    xu = calibration("xu2023_15")
    beyond = xu.convert(Value(0.8, "none", (0.7, 0.9)))
    assert beyond.iron_mg_per_g == Value(43.0, "lower")
    assert not beyond.in_valid_range
    below = xu.convert(Value(40.0))
    assert below.iron_mg_per_g == Value(0.6, "upper")
    assert not below.in_valid_range
    # T2* < 0.8: iron is above the range whichever way.
    assert xu.convert(Value(0.8, "upper")).iron_mg_per_g == Value(43.0, "lower")
    # T2* > 0.8: iron may be anything up to 49 – nothing to say; T2* > 40: at most the lower end.
    assert xu.convert(Value(0.8, "lower")) is None
    assert xu.convert(Value(40.0, "lower")).iron_mg_per_g == Value(0.6, "upper")
    assert xu.convert(Value(40.0, "upper")) is None


def test_iron_is_never_negative():
    line = calibration("hernando2023_15")
    assert line.convert(Value(500.0)) is None
    value = line.convert(Value(100.0, "none", (60.0, 400.0)))
    assert value.iron_mg_per_g.ci95[0] >= 0.0
