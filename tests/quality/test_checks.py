"""Checks: told where the limit is passed, silent on it; limits from the clinical reference."""

from dataclasses import replace

import numpy as np
import pytest

from ironquant.core import (
    Curve,
    ModelResult,
    Organ,
    PixelStatistics,
    Recommendation,
    Region,
    RegionAnalysis,
    Value,
)
from ironquant.fitting import Residual
from ironquant.quality import measurement_findings, protocol_findings

TE = tuple(1.0 + 1.2 * n for n in range(10))
TRIANGLE = np.array([(0.0, 0.0, 0.0), (9.0, 0.0, 0.0), (0.0, 9.0, 0.0)])


def protocol(echo_series, te_ms, organ, field_t=1.5):
    series = echo_series(np.ones((1, 4, 4, len(te_ms))), te_ms)
    return {finding.code: finding for finding in protocol_findings(series, organ, field_t)}


@pytest.mark.parametrize(
    ("organ", "field_t", "limit"),
    [
        (Organ.HEART, 1.5, 3.0),
        (Organ.HEART, None, 3.0),
        (Organ.HEART, 2.89, 2.5),
        (Organ.HEART, 3.0, 2.5),
        (Organ.LIVER, 1.5, 1.6),
        (Organ.LIVER, 3.0, 1.3),
    ],
)
def test_first_echo(echo_series, organ, field_t, limit):
    on = tuple(limit + 1.2 * n for n in range(10))
    assert "first_te_too_long" not in protocol(echo_series, on, organ, field_t)
    late = tuple(te + 0.01 for te in on)
    finding = protocol(echo_series, late, organ, field_t)["first_te_too_long"]
    assert finding.params["limit_ms"] == limit
    assert finding.params["te_ms"] == pytest.approx(limit + 0.01)
    assert finding.where == str(organ)


@pytest.mark.parametrize(("organ", "limit"), [(Organ.HEART, 3.0), (Organ.LIVER, 2.5)])
def test_spacing_and_count(echo_series, organ, limit):
    start = 1.0
    on = tuple(start + limit * n for n in range(6))
    assert protocol(echo_series, on, organ) == {}
    assert set(protocol(echo_series, tuple(start + (limit + 0.01) * n for n in range(6)), organ)) == {
        "echo_spacing"
    }
    assert set(protocol(echo_series, on[:5], organ)) == {"few_echoes_for_protocol"}


def test_uneven_spacing_is_no_fault(echo_series):
    guangxi = (1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6)
    assert protocol(echo_series, guangxi, Organ.LIVER) == {}


def test_single_echo_does_not_fail(echo_series):
    assert "few_echoes_for_protocol" in protocol(echo_series, (1.0,), Organ.LIVER)


@pytest.mark.parametrize("organ", [Organ.SPLEEN, Organ.PANCREAS])
def test_organ_without_limits(echo_series, organ):
    assert protocol(echo_series, (20.0, 40.0), organ) == {}


GOOD = ModelResult(
    "second-moment", Value(5.0, "none", (4.9, 5.1)), Value(200.0), 900.0, None, None, 0.999, None
)


def judge(echo_series, *, signal=None, relative_se=0.01, fat_amplitude=0.0, residual=None, **changes):
    """Codes told of a good measurement with one thing changed."""
    series = echo_series(
        np.tile(100.0 * np.exp(-np.array(TE) / 5.0), (1, 30, 30, 1)) if signal is None else signal, TE
    )
    curve = Curve(
        te_ms=TE,
        signal=tuple(100.0 * np.exp(-np.array(TE) / 5.0)),
        signal_sd=(1.0,) * 10,
        n=400,
        sigma=1.0,
        n_coils=1,
        snr=(80.0,) * 10,
        echoes_used=tuple(range(1, 11)),
        echoes_chosen_by="auto",
    )
    chosen = replace(changes.pop("chosen", GOOD), relative_se=relative_se)
    region = changes.pop("region", Region(Organ.LIVER, "parenchyma", (TRIANGLE,), "auto", "p", 0.9))
    mask = np.zeros((1, 30, 30), dtype=bool)
    mask[0, 5:25, 5:25] = True
    analysis = RegionAnalysis(
        region=region,
        mask=mask,
        slice_indices=(0,),
        n_pixels=400,
        area_mm2=1600.0,
        curve=replace(curve, **changes.pop("curve", {})),
        models=(chosen, replace(chosen, model="truncation")),
        pixels=PixelStatistics(5.0, (4.5, 5.5), 0),
    )
    analysis = replace(analysis, **changes)
    return {
        f.code: f
        for f in measurement_findings(
            series, analysis, chosen, fat_amplitude=fat_amplitude, residual=residual
        )
    }


def value(t2star_ms, bound="none"):
    return replace(GOOD, t2star_ms=Value(t2star_ms, bound))


def beside(model, t2star_ms, relative_se=0.01):
    """The good fit and another model's."""
    interval = None if t2star_ms is None else (0.95 * t2star_ms, 1.05 * t2star_ms)
    value_ms = Value(t2star_ms, "none", interval)
    other = replace(GOOD, model=model, t2star_ms=value_ms, relative_se=relative_se)
    return {"models": (GOOD, other)}


UNIFORM = np.tile(100.0 * np.exp(-np.array(TE) / 5.0), (1, 30, 30, 1))
NOISY = UNIFORM * np.random.default_rng(0).uniform(0.9, 1.1, UNIFORM.shape)


NOTES = ("noise_unknown", "noise_floor", "systematic_residual", "model_recommended")


def test_good_measurement_is_silent(echo_series):
    assert judge(echo_series, signal=NOISY) == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"area_mm2": 399.0}, "region_small"),
        ({"n_pixels": 199}, "region_small"),
        (
            {"region": Region(Organ.LIVER, "parenchyma", (TRIANGLE,), "auto", "p", 0.49)},
            "region_low_confidence",
        ),
        ({"curve": {"snr": None, "sigma": None}}, "noise_unknown"),
        ({"curve": {"snr": (9.9,) * 10}}, "low_snr"),
        ({"chosen": replace(GOOD, r_squared=0.989)}, "poor_fit"),
        ({"relative_se": 0.051}, "imprecise_fit"),
        ({"fat_amplitude": 0.031}, "fat_water_oscillation"),
        ({"curve": {"echoes_used": (1, 2, 3)}}, "noise_floor"),
        ({"chosen": value(0.95)}, "t2star_near_or_below_first_te"),
        ({"chosen": value(0.8, "upper")}, "above_measurable_range"),
        ({"chosen": value(90.0, "lower")}, "no_decay"),
        ({"chosen": value(30.0)}, "te_span_short_for_long_t2star"),
        ({"chosen": value(70.0)}, "unphysiological"),
        ({"chosen": value(0.25)}, "unphysiological"),
        ({"models": (GOOD, replace(GOOD, model="truncation", t2star_ms=Value(5.6)))}, "model_disagreement"),
        (beside("offset", 4.5), "model_disagreement"),
        ({"residual": Residual(0.049, 0.011)}, "systematic_residual"),
        ({"recommended": Recommendation("fat-water", "r"), **beside("fat-water", 5.3)}, "model_recommended"),
        ({"pixels": PixelStatistics(5.0, (4.0, 6.1), 0)}, "heterogeneous"),
    ],
)
def test_each_limit(echo_series, changes, code):
    found = judge(echo_series, signal=NOISY, **changes)
    assert code in found
    assert found[code].where == "liver"
    assert found[code].severity == ("info" if code in NOTES else "warning")


@pytest.mark.parametrize(
    "changes",
    [
        {"area_mm2": 400.0},
        {"n_pixels": 200},
        {"region": Region(Organ.LIVER, "parenchyma", (TRIANGLE,), "manual", "", None)},
        {"curve": {"snr": (10.0,) * 10}},
        {"chosen": replace(GOOD, r_squared=0.99)},
        {"relative_se": 0.05},
        {"relative_se": None},
        {"fat_amplitude": 0.03},
        {"fat_amplitude": None},
        {"curve": {"echoes_used": (1, 2, 3), "echoes_chosen_by": "reader"}},
        {"chosen": value(1.0)},
        {"chosen": value(29.0)},
        {"models": (GOOD, replace(GOOD, model="truncation", t2star_ms=Value(5.5)))},
        {"models": (GOOD, replace(GOOD, model="truncation", t2star_ms=Value(9.0, "upper")))},
        {"models": (GOOD, replace(GOOD, model="truncation", t2star_ms=Value()))},
        beside("offset", 4.55),
        beside("offset", 3.0, relative_se=0.101),
        beside("offset", 3.0, relative_se=None),
        beside("rician", 3.0),
        {**beside("offset", 3.0), "recommended": Recommendation("second-moment", "reason_noise_floor")},
        {"residual": Residual(0.05, 0.02)},
        {"residual": Residual(0.001, 0.01)},
        {"recommended": Recommendation("second-moment", "r")},
        {"recommended": Recommendation("fat-water", "r"), **beside("fat-water", 5.2)},
        {"recommended": Recommendation("fat-water", "r"), **beside("fat-water", None)},
        {"recommended": Recommendation("fat-water", "r")},
        {"pixels": PixelStatistics(5.0, (4.0, 6.0), 0)},
        {"pixels": PixelStatistics(None, None, 400)},
    ],
    ids=str,
)
def test_on_the_limit_is_silent(echo_series, changes):
    assert judge(echo_series, signal=NOISY, **changes) == {}


def test_a_grave_pattern_is_a_warning_and_fat_explains_it(echo_series):
    grave = Residual(0.0099, 0.02)
    assert judge(echo_series, signal=NOISY, residual=grave)["systematic_residual"].severity == "warning"
    assert set(judge(echo_series, signal=NOISY, residual=grave, fat_amplitude=0.1)) == {
        "fat_water_oscillation"
    }


def test_a_recommendation_names_both_numbers(echo_series):
    told = judge(
        echo_series,
        signal=NOISY,
        recommended=Recommendation("fat-water", "reason_fat_oscillation"),
        **beside("fat-water", 6.0),
    )["model_recommended"]
    assert dict(told.params) == {
        "model": "fat-water",
        "reason": "reason_fat_oscillation",
        "t2star_ms": 6.0,
        "reported_ms": 5.0,
    }


def test_an_offset_whose_interval_holds_the_others_contradicts_nothing(echo_series):
    models = beside("offset", 4.5)["models"]
    wide = replace(models[1], t2star_ms=Value(4.5, "none", (3.9, 5.01)))
    assert judge(echo_series, signal=NOISY, models=(models[0], wide)) == {}


def test_saturation_is_a_plateau(echo_series):
    clipped = NOISY.copy()
    clipped[0, 5:10, 5:25, 0] = NOISY.max()
    assert judge(echo_series, signal=clipped)["saturation"].params["percent"] == pytest.approx(25.0, abs=1.0)


def test_one_brightest_pixel_is_not_saturation(echo_series):
    """A small region always has a brightest pixel, and it may be the brightest of the image."""
    signal = NOISY * 0.5
    signal[0, 10, 10, 0] = 500.0
    mask = np.zeros((1, 30, 30), dtype=bool)
    mask[0, 8:13, 8:16] = True
    assert "saturation" not in judge(echo_series, signal=signal, mask=mask)


def test_nothing_measured(echo_series):
    found = judge(
        echo_series, signal=NOISY, chosen=replace(GOOD, t2star_ms=Value(), r_squared=None), relative_se=None
    )
    assert found == {}
