"""Closed forms: the straight line through ln S, and ARLO, against their own formulas."""

import numpy as np
import pytest
from trains import TRAINS, magnitudes

from ironquant import fit
from ironquant.core import FitStatus
from ironquant.fitting import fast_rate

EVEN = 1.0 + 1.1 * np.arange(12)
GUANGXI = TRAINS["guangxi"]


def arlo_even(signal, step):
    """Pei et al., Magn Reson Med 2015;73:843: R2* of evenly spaced echoes, in 1/ms."""
    y = step / 3.0 * (signal[:-2] + 4.0 * signal[1:-1] + signal[2:])
    x = signal[:-2] - signal[2:]
    return (np.sum(y * x) + step / 3.0 * np.sum(x * x)) / (np.sum(y * y) + step / 3.0 * np.sum(y * x))


def arlo_uneven(signal, te):
    """The same for uneven echoes, as in the clinical reference, section 2 number 7."""
    sums = np.zeros(2)
    for i in range(len(te) - 2):
        t0, t1, t2 = te[i : i + 3]
        a = (t2 - t0) ** 2 / (2.0 * (t1 - t0))
        m = (2.0 * t2**2 - t0 * t2 - t0**2 + 3.0 * t0 * t1 - 3.0 * t1 * t2) / 6.0
        b, g = m / (t2 - t1), m / (t1 - t0)
        y = signal[i] * (t2 - t0 - a + g) + signal[i + 1] * (a - b - g) + signal[i + 2] * b
        x = signal[i] - signal[i + 2]
        sums += (y * x + b * x * x, y * y + b * y * x)
    return sums[0] / sums[1]


# --- straight line ---------------------------------------------------------------------------


@pytest.mark.parametrize("te", [EVEN, GUANGXI], ids=["even", "uneven"])
@pytest.mark.parametrize("weights", [None, "none", "given"])
def test_the_line_is_that_of_polyfit(te, weights):
    rng = np.random.default_rng(1)
    signal = 500.0 * np.exp(-te / 8.0) * np.exp(rng.normal(0.0, 0.05, (40, len(te))))
    given = rng.uniform(0.1, 2.0, len(te))
    fitted = fit(signal, te, "loglinear", weights=given if weights == "given" else weights)
    for index, curve in enumerate(signal):
        # polyfit multiplies residuals by w: the square root of a weight of squares.
        w = {None: curve, "none": np.ones(len(te)), "given": np.sqrt(given)}[weights]
        slope, level = np.polyfit(te, np.log(curve), 1, w=w)
        assert fitted.r2star_per_s[index] == pytest.approx(-1000.0 * slope, rel=1e-9)
        assert fitted.s0[index] == pytest.approx(np.exp(level), rel=1e-9)


def test_even_weights_are_pulled_further_by_a_noise_floor():
    signal = magnitudes(EVEN, 600.0, 30.0, 2000, seed=2).mean(axis=0)
    weighted = fit(signal, EVEN, "loglinear").r2star_per_s
    plain = fit(signal, EVEN, "loglinear", weights="none").r2star_per_s
    assert plain < 0.75 * weighted
    assert weighted < 600.0


def test_standard_error_from_the_residual_of_the_line():
    rng = np.random.default_rng(3)
    signal = 500.0 * np.exp(-EVEN / 8.0) * np.exp(rng.normal(0.0, 0.05, len(EVEN)))
    fitted = fit(signal, EVEN, "loglinear", weights="none")
    _, covariance = np.polyfit(EVEN, np.log(signal), 1, cov=True)
    assert fitted.r2star_se_per_s == pytest.approx(1000.0 * np.sqrt(covariance[0, 0]), rel=1e-9)


def test_standard_error_from_known_noise_is_the_scatter():
    signal = magnitudes(EVEN, 60.0, 60.0, 4000, seed=4)
    for weights in (None, "none"):
        fitted = fit(signal, EVEN, "loglinear", sigma=1.0, weights=weights)
        scatter = fitted.r2star_per_s.std()
        assert np.median(fitted.r2star_se_per_s) == pytest.approx(scatter, rel=0.04)


def test_dark_echoes_are_left_out():
    signal = 100.0 * np.exp(-EVEN / 6.0)
    holed = signal.copy()
    holed[[3, 7]] = 0.0, -4.0
    assert fit(holed, EVEN, "loglinear").t2star_ms == pytest.approx(6.0, rel=1e-9)


def test_fast_rate_for_images():
    truth = np.array([[40.0, 200.0], [90.0, 15.0]])
    signal = 700.0 * np.exp(-truth[..., None] * EVEN / 1000.0)
    np.testing.assert_allclose(fast_rate(signal, EVEN) * 1000.0, truth, rtol=1e-9)


# --- ARLO ------------------------------------------------------------------------------------


def test_arlo_of_even_echoes_is_the_published_formula():
    signal = magnitudes(EVEN, 120.0, 40.0, 60, seed=5)
    fitted = fit(signal, EVEN, "arlo")
    for curve, rate in zip(signal, fitted.r2star_per_s, strict=True):
        assert rate == pytest.approx(1000.0 * arlo_even(curve, 1.1), rel=1e-9)


def test_arlo_of_uneven_echoes_is_the_published_formula():
    signal = magnitudes(GUANGXI, 120.0, 40.0, 60, seed=6)
    fitted = fit(signal, GUANGXI, "arlo")
    for curve, rate in zip(signal, fitted.r2star_per_s, strict=True):
        assert rate == pytest.approx(1000.0 * arlo_uneven(curve, GUANGXI), rel=1e-9)


def test_the_uneven_form_holds_the_even_one():
    signal = magnitudes(EVEN, 120.0, 40.0, 5, seed=7)
    for curve in signal:
        assert arlo_uneven(curve, EVEN) == pytest.approx(arlo_even(curve, 1.1), rel=1e-9)


@pytest.mark.parametrize(
    ("rate_times_step", "bias_percent", "within"),
    [(0.1, 0.0, 0.05), (0.49, 0.0, 0.1), (1.0, -0.5, 0.06), (1.54, -2.4, 0.1), (2.2, -7.5, 0.2)],
)
def test_bias_of_arlo_without_noise(rate_times_step, bias_percent, within):
    """Clinical reference, section 2 number 7."""
    te = 0.5 + np.arange(10.0)
    fitted = fit(100.0 * np.exp(-te * rate_times_step), te, "arlo")
    assert fitted.status == FitStatus.OK
    found = 100.0 * (fitted.r2star_per_s / (1000.0 * rate_times_step) - 1.0)
    assert found == pytest.approx(bias_percent, abs=within)


def test_standard_error_of_arlo_is_its_scatter():
    for te in (EVEN, GUANGXI):
        signal = magnitudes(te, 80.0, 60.0, 4000, seed=8)
        fitted = fit(signal, te, "arlo", sigma=1.0)
        assert np.median(fitted.r2star_se_per_s) == pytest.approx(fitted.r2star_per_s.std(), rel=0.04)
