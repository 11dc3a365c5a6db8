"""Two components: truth without noise, the optimum of scipy with it, one component where there is one."""

import numpy as np
import pytest
from scipy.optimize import least_squares
from trains import TRAINS

from ironquant import fit
from ironquant.core import FitStatus

LONG = 1.0 + 1.5 * np.arange(16)


def two(te, first, second, share, s0=800.0):
    return s0 * ((1.0 - share) * np.exp(-te / first) + share * np.exp(-te / second))


@pytest.mark.parametrize("te", [LONG, TRAINS["guangxi"]], ids=["even", "uneven"])
@pytest.mark.parametrize(("first", "second", "share"), [(2.0, 15.0, 0.3), (20.0, 3.0, 0.4), (1.2, 8.0, 0.1)])
def test_truth_is_returned(te, first, second, share):
    fitted = fit(two(te, first, second, share), te, "biexp")
    assert fitted.status == FitStatus.OK
    assert fitted.t2star_ms == pytest.approx(first, rel=1e-4)
    assert fitted.extra["t2star_second_ms"] == pytest.approx(second, rel=1e-4)
    assert fitted.extra["fraction_second"] == pytest.approx(share, rel=1e-4)
    assert fitted.s0 == pytest.approx(800.0, rel=1e-5)


def test_the_value_is_that_of_the_larger_component():
    for share in (0.2, 0.8):
        fitted = fit(two(LONG, 3.0, 20.0, share), LONG, "biexp")
        assert fitted.t2star_ms == pytest.approx(3.0 if share < 0.5 else 20.0, rel=1e-3)
        assert fitted.extra["fraction_second"] == pytest.approx(0.2, rel=1e-3)


def test_one_component_is_fitted_alone():
    truth = np.geomspace(1.0, 40.0, 25)
    fitted = fit(800.0 * np.exp(-LONG / truth[:, None]), LONG, "biexp")
    np.testing.assert_allclose(fitted.t2star_ms, truth, rtol=1e-6)
    np.testing.assert_allclose(fitted.extra["fraction_second"], 0.0, atol=1e-5)
    assert np.all(np.isnan(fitted.extra["t2star_second_ms"]) | (fitted.extra["fraction_second"] > 0))


def best_of_scipy(te, signal, starts):
    """Least residual of two positive components over several starts."""
    best = np.inf
    for a, b, first, second in starts:

        def residual(p):
            return p[0] * np.exp(-te * np.exp(p[2])) + p[1] * np.exp(-te * np.exp(p[3])) - signal

        found = least_squares(
            residual,
            (a, b, -np.log(first), -np.log(second)),
            bounds=([0, 0, -9, -9], [np.inf, np.inf, 3, 3]),
            xtol=1e-14,
            ftol=1e-14,
        )
        best = min(best, 2.0 * found.cost)
    return best


def test_no_start_of_scipy_finds_a_better_optimum():
    rng = np.random.default_rng(2)
    clean = two(LONG, 2.5, 16.0, 0.35)
    signal = clean + rng.normal(0.0, 6.0, (25, len(LONG)))
    fitted = fit(signal, LONG, "biexp")
    tried = 0
    for index in np.flatnonzero(fitted.status == FitStatus.OK):
        curve = signal[index]
        share, second = fitted.extra["fraction_second"][index], fitted.extra["t2star_second_ms"][index]
        if not share > 0:
            continue
        rest = curve - two(LONG, fitted.t2star_ms[index], second, share, fitted.s0[index])
        starts = [(500, 300, 2.0, 20.0), (500, 300, 20.0, 2.0), (700, 100, 4.0, 40.0), (300, 500, 1.0, 10.0)]
        assert np.sum(rest**2) <= best_of_scipy(LONG, curve, starts) * (1 + 1e-6)
        tried += 1
    assert tried >= 15


def test_standard_error_is_about_the_scatter():
    rng = np.random.default_rng(3)
    clean = two(LONG, 3.0, 25.0, 0.3)
    fitted = fit(clean + rng.normal(0.0, 1.0, (1500, len(LONG))), LONG, "biexp", sigma=1.0)
    assert np.mean(fitted.status == FitStatus.OK) > 0.99
    scatter = np.nanstd(fitted.r2star_per_s)
    assert np.nanmedian(fitted.r2star_se_per_s) == pytest.approx(scatter, rel=0.1)
    low, high = fitted.ci95.T
    assert 0.93 <= np.mean((low <= 3.0) & (high >= 3.0)) <= 0.97


@pytest.mark.parametrize("n_echoes", [3, 4])
def test_too_few_echoes(n_echoes):
    fitted = fit(two(LONG, 3.0, 25.0, 0.3)[:n_echoes], LONG[:n_echoes], "biexp")
    assert fitted.status == FitStatus.TOO_FEW_ECHOES
    assert np.isnan(fitted.extra["fraction_second"])


def test_an_echo_without_weight_does_not_count():
    signal = two(LONG, 3.0, 25.0, 0.3)
    weights = np.ones(len(LONG))
    weights[5] = 0.0
    spoilt = signal.copy()
    spoilt[5] = 3000.0
    fitted = fit(spoilt, LONG, "biexp", weights=weights)
    assert fitted.t2star_ms == pytest.approx(3.0, rel=1e-3)
    assert fit(spoilt, LONG, "biexp").t2star_ms != pytest.approx(3.0, rel=0.05)
