"""Pixels of a region that do not count: which, seen where, and left out of the mean signal if wanted."""

from dataclasses import replace

import numpy as np
import pytest

from ironquant import load_settings
from ironquant.analysis import analyze_organ
from ironquant.core import (
    EchoSeries,
    Examination,
    Organ,
    OrganReading,
    Patient,
    PixelExclusion,
    Region,
    Study,
)

TE_MS = tuple(np.round(np.linspace(2.0, 16.0, 8), 3).tolist())
T2STAR_MS = 12.0
SIGMA = 4.0


@pytest.fixture
def measured_with():
    """Measure a square of 400 pixels at 12 ms in which some are spoilt by a function of the clean signal."""

    def measure(spoil, exclude=None, settings=None, *, live=False):
        rng = np.random.default_rng(3)
        clean = np.zeros((1, 64, 64, len(TE_MS)))
        clean[0, 12:52, 12:52] = 400.0 * np.exp(-np.array(TE_MS) / T2STAR_MS)
        spoil(clean[0, 22:42, 22:42])
        noise = rng.normal(0.0, SIGMA, (2, *clean.shape))
        signal = np.hypot(clean + noise[0], noise[1])
        series = EchoSeries("s", "1.2", "", signal, TE_MS, np.diag([2.0, 2.0, 8.0, 1.0]))
        corners = np.array([[21.5, 21.5], [41.5, 21.5], [41.5, 41.5], [21.5, 41.5]]) * 2.0
        contour = np.column_stack([corners, np.zeros(4)])
        region = Region(Organ.LIVER, "parenchyma", (contour,))
        entry = OrganReading(Organ.LIVER, "s", (region,), model="mono", exclude_outliers=exclude)
        examination = Examination(Patient(), Study(), (series,))
        return analyze_organ(examination, entry, settings or load_settings("default"), pixels=not live)

    return measure


def vessels(square):
    """Two columns of blood that hardly decays, and a few pixels of iron that decay at once."""
    square[:, 4:6] = 300.0 * np.exp(-np.array(TE_MS) / 80.0)
    square[3, 10:16] = 400.0 * np.exp(-np.array(TE_MS) / 4.0)


def beats(square):
    """Pixels that come and go from echo to echo, at the rate of the others."""
    square[10, 5:9] *= np.where(np.arange(len(TE_MS)) % 2, 0.35, 1.0)


def spoilt(function):
    marked = np.zeros((20, 20, len(TE_MS)))
    before = marked + 1.0
    after = before.copy()
    function(after)
    return (before != after).any(axis=-1)


def shown(analysis):
    """Excluded pixels of the square, shape (20, 20)."""
    return analysis.reported.excluded[0, 22:42, 22:42]


def test_pixels_of_another_tissue_are_outliers(measured_with):
    found = shown(measured_with(vessels))
    np.testing.assert_array_equal(found, spoilt(vessels))


def test_pixels_that_no_decay_describes_are_told_apart(measured_with):
    region = measured_with(beats).reported
    assert region.n_excluded_for(PixelExclusion.LOW_R_SQUARED) == 4
    np.testing.assert_array_equal(shown(measured_with(beats)), spoilt(beats))


def test_pixels_without_signal_have_no_value(measured_with):
    def holes(square):
        square[6, 2:7] = 0.0

    region = measured_with(holes).reported
    assert region.n_excluded_for(PixelExclusion.NO_VALUE) == 5
    assert region.pixels.n_excluded == region.excluded.sum() == 5


def test_left_out_or_kept_as_the_reader_says(measured_with):
    kept, left_out, clean = (
        measured_with(vessels),
        measured_with(vessels, True),
        measured_with(lambda square: None),
    )
    truth = clean.result.t2star_ms.value
    assert abs(kept.result.t2star_ms.value / truth - 1.0) > 0.03
    assert left_out.result.t2star_ms.value == pytest.approx(truth, rel=0.01)
    n = int(spoilt(vessels).sum())
    assert (left_out.reported.n_pixels, left_out.reported.curve.n) == (400, 400 - n)
    assert (left_out.reported.excluded_left_out, kept.reported.excluded_left_out) == (True, False)
    mean = left_out.series.signal[0, 22:42, 22:42][~spoilt(vessels)].astype(float).mean(axis=0)
    np.testing.assert_allclose(left_out.reported.curve.signal, mean, rtol=1e-6)


def test_settings_decide_where_the_reader_does_not(measured_with):
    known = load_settings("default")
    chosen = replace(
        known,
        organs={**known.organs, Organ.LIVER: replace(known.organs[Organ.LIVER], exclude_outliers=True)},
    )
    assert measured_with(vessels, None, chosen).reported.excluded_left_out
    assert not measured_with(vessels, False, chosen).reported.excluded_left_out


def codes(analysis):
    return {finding.code for finding in analysis.findings}


def test_it_is_told(measured_with):
    assert not {"pixels_left_out", "many_pixels_left_out"} & codes(measured_with(vessels))
    assert "pixels_left_out" in codes(measured_with(beats, True))

    def third(square):
        square[:, :7] = 0.0

    assert "many_pixels_left_out" in codes(measured_with(third, True))


def test_where_most_pixels_do_not_count_all_are_kept(measured_with):
    def nothing(square):
        square[:] = 0.0

    analysis = measured_with(nothing, True)
    assert analysis.reported.curve.n == 400
    assert not analysis.reported.excluded_left_out
    assert "outliers_kept" in codes(analysis)
    assert "outliers_kept" not in codes(measured_with(nothing))


def test_a_dragged_region_leaves_out_the_same(measured_with):
    live, final = (measured_with(vessels, True, live=live) for live in (True, False))
    # Kernels and NumPy agree to nine digits.
    assert live.result.t2star_ms.value == pytest.approx(final.result.t2star_ms.value, rel=1e-8)
    np.testing.assert_array_equal(live.reported.excluded, final.reported.excluded)
