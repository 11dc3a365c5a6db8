"""Noise-free truth, and agreement with scipy, for every model."""

import numpy as np
import pytest
from fitcalls import fit_any
from scipy.optimize import least_squares

from ironquant import fit
from ironquant.core import FitStatus
from ironquant.fitting import MODELS, Noise

EVEN = (1.0, 2.1, 3.2, 4.3, 5.4, 6.5, 7.6, 8.7, 9.8, 10.9, 12.0, 13.1)
GUANGXI = (1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6)
SHORT = (2.0, 4.2, 6.4)
EXACT = tuple(name for name in MODELS if name != "arlo")
"""ARLO is exact only in the limit of dense echoes."""


def decay(t2star_ms, te_ms, s0=750.0):
    return s0 * np.exp(-np.asarray(te_ms) / np.asarray(t2star_ms, dtype=float)[..., None])


@pytest.mark.parametrize("model", EXACT)
@pytest.mark.parametrize("te_ms", [EVEN, GUANGXI, SHORT], ids=["even", "uneven", "three"])
def test_truth_is_returned(model, te_ms):
    if len(te_ms) < MODELS[model].least_echoes:
        assert fit_any(decay(5.0, te_ms), te_ms, model).status == FitStatus.TOO_FEW_ECHOES
        return
    # Fat hides in a complex signal of which next to nothing is left after the first echo.
    fastest = 1.2 if model == "cse" else 0.5
    truth = np.geomspace(fastest * te_ms[0], 60.0, 97)
    fitted = fit_any(decay(truth, te_ms), te_ms, model, sigma=0.0 if model == "second-moment" else None)
    assert np.all(fitted.status == FitStatus.OK)
    np.testing.assert_allclose(fitted.t2star_ms, truth, rtol=1e-6)
    np.testing.assert_allclose(fitted.r2star_per_s, 1000.0 / truth, rtol=1e-6)
    np.testing.assert_allclose(fitted.s0, 750.0, rtol=1e-6)
    np.testing.assert_allclose(fitted.r_squared, 1.0, atol=1e-9)
    if model == "offset":
        np.testing.assert_allclose(fitted.offset, 0.0, atol=1e-4)
    else:
        assert np.all(fitted.offset == 0.0)


@pytest.mark.parametrize("te_ms", [EVEN, GUANGXI], ids=["even", "uneven"])
def test_second_moment_takes_known_noise_out_exactly(te_ms):
    truth = np.geomspace(0.65, 60.0, 61)
    for n_coils in (1, 4):
        biased = np.sqrt(decay(truth, te_ms) ** 2 + 2 * n_coils * 12.0**2)
        fitted = fit(biased, te_ms, "second-moment", sigma=12.0, n_coils=n_coils)
        good = fitted.status == FitStatus.OK
        np.testing.assert_allclose(fitted.t2star_ms[good], truth[good], rtol=1e-6)
        assert good[truth > 1.0].all()


def test_second_moment_finds_the_noise_term_by_itself():
    truth = np.geomspace(1.0, 5.0, 21)
    biased = np.sqrt(decay(truth, EVEN) ** 2 + 2 * 12.0**2)
    fitted = fit(biased, EVEN, "second-moment")
    np.testing.assert_allclose(fitted.t2star_ms, truth, rtol=1e-3)


def scipy_mono(te, signal, weights):
    """Independent optimum: scipy's trust region from the truth's neighbourhood, all digits."""

    def residual(p):
        return weights * (p[0] * np.exp(-te * p[1]) - signal)

    return least_squares(residual, (signal.max() * 1.3, 0.2), xtol=1e-15, ftol=1e-15, gtol=1e-15).x


def test_mono_agrees_with_scipy_on_noisy_voxels():
    rng = np.random.default_rng(3)
    te = np.asarray(GUANGXI)
    truth = rng.uniform(1.5, 35.0, 60)
    clean = decay(truth, te, 500.0)
    noisy = np.abs(clean + rng.normal(0, 12, clean.shape) + 1j * rng.normal(0, 12, clean.shape))
    fitted = fit(noisy, te, "mono")
    for index, signal in enumerate(noisy):
        s0, rate = scipy_mono(te, signal, 1.0)
        assert fitted.t2star_ms[index] == pytest.approx(1 / rate, rel=1e-4)
        assert fitted.s0[index] == pytest.approx(s0, rel=1e-4)


def test_standard_error_agrees_with_the_covariance_of_least_squares():
    rng = np.random.default_rng(4)
    te = np.asarray(EVEN)
    noisy = decay(8.0, te, 500.0) + rng.normal(0, 5, len(te))
    fitted = fit(noisy, te, "mono")
    s0, rate = scipy_mono(te, noisy, 1.0)
    e = np.exp(-rate * te)
    jacobian = np.column_stack([e, -s0 * te * e])
    variance = np.sum((noisy - s0 * e) ** 2) / (len(te) - 2) * np.linalg.inv(jacobian.T @ jacobian)[1, 1]
    assert fitted.r2star_se_per_s == pytest.approx(1000 * np.sqrt(variance), rel=1e-6)
    assert fitted.t2star_se_ms == pytest.approx(np.sqrt(variance) / rate**2, rel=1e-6)
    # Student t, 10 degrees of freedom: 2.2281388520
    low, high = rate + 2.2281388520 * np.sqrt(variance), rate - 2.2281388520 * np.sqrt(variance)
    np.testing.assert_allclose(fitted.ci95, [1 / low, 1 / high], rtol=1e-6)


def test_truncation_is_least_squares_on_the_echoes_it_kept():
    rng = np.random.default_rng(5)
    te = np.asarray(EVEN)
    truth = rng.uniform(1.2, 6.0, 60)
    clean = decay(truth, te, 400.0)
    noisy = np.abs(clean + rng.normal(0, 15, clean.shape) + 1j * rng.normal(0, 15, clean.shape))
    fitted = fit(noisy, te, "truncation", sigma=15.0)
    assert np.all(fitted.status == FitStatus.OK)
    assert len(np.unique(fitted.n_echoes_used)) > 4
    for signal, used, t2star in zip(noisy, fitted.n_echoes_used, fitted.t2star_ms, strict=True):
        _, rate = scipy_mono(te[:used], signal[:used], 1.0)
        assert t2star == pytest.approx(1 / rate, rel=1e-4)
        # Step 1 of the rule: no echo after the first that falls to twice the noise mean.
        below = np.flatnonzero(signal <= 2 * Noise(15.0, 1).floor)
        assert used <= max(3, below[0] if below.size else len(te))


def test_loglinear_is_the_weighted_straight_line():
    rng = np.random.default_rng(6)
    te = np.asarray(EVEN)
    noisy = decay(9.0, te, 500.0) + rng.normal(0, 4, len(te))
    fitted = fit(noisy, te, "loglinear")
    slope, intercept = np.polyfit(te, np.log(noisy), 1, w=noisy)
    assert fitted.t2star_ms == pytest.approx(-1 / slope, rel=1e-10)
    assert fitted.s0 == pytest.approx(np.exp(intercept), rel=1e-10)


def test_the_global_minimum_is_found():
    """Against a brute search of the profiled residual, on curves that scipy can get lost on."""
    rng = np.random.default_rng(7)
    te = np.asarray(EVEN)
    noisy = np.abs(rng.normal(0, 1, (400, len(te))) + 4 * np.exp(-te / rng.uniform(0.5, 30, (400, 1))))
    fitted = fit(noisy, te, "mono")
    rates = np.geomspace(0.011 / te[-1], 7.9 / te[0], 4000)
    basis = np.exp(-np.outer(te, rates))
    best = np.max(np.maximum(noisy @ basis, 0) ** 2 / np.sum(basis**2, axis=0), axis=1)
    good = fitted.status == FitStatus.OK
    assert good.sum() > 100
    e = np.exp(-te / fitted.t2star_ms[good, None])
    gained = np.sum(noisy[good] * e, axis=1) ** 2 / np.sum(e**2, axis=1)
    assert np.all(gained >= best[good] * (1 - 1e-9))
