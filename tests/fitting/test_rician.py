"""The first-moment model against an exact reference: Kummer's function and scipy's least squares."""

import numpy as np
import pytest
from scipy import special
from scipy.optimize import least_squares
from trains import TRAINS, magnitudes

from ironquant import fit
from ironquant.core import FitStatus


def exact_mean(amplitude, sigma, n_coils):
    """E[M] of non-central chi noise, Feng et al., Magn Reson Med 2013;70:1765.

    σ·√(π/2)·(2L−1)!!/(2^(L−1)·(L−1)!)·1F1(−½; L; −A²/(2σ²)); the factor before 1F1 is √2·Γ(L+½)/Γ(L).
    """
    level = sigma * np.sqrt(2.0) * np.exp(special.gammaln(n_coils + 0.5) - special.gammaln(n_coils))
    return level * special.hyp1f1(-0.5, n_coils, -(amplitude**2) / (2.0 * sigma**2))


def bessel_mean(amplitude, sigma):
    """The same for one channel by Bessel functions (Rice, 1944)."""
    x = amplitude**2 / (4.0 * sigma**2)
    return sigma * np.sqrt(np.pi / 2.0) * ((1.0 + 2.0 * x) * special.ive(0, x) + 2.0 * x * special.ive(1, x))


def reference(te, signal, sigma, n_coils, start):
    """Return ln A at the first echo, R2* (1/ms), and residual sum of the least-squares optimum."""

    def residual(p):
        return exact_mean(np.exp(p[0] - p[1] * (te - te[0])), sigma, n_coils) - signal

    found = least_squares(residual, start, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    return found.x[0], found.x[1], 2.0 * found.cost


def test_two_forms_of_the_mean_agree():
    amplitude = np.linspace(0.0, 30.0, 61)
    np.testing.assert_allclose(exact_mean(amplitude, 1.3, 1), bessel_mean(amplitude, 1.3), rtol=1e-10)


@pytest.mark.parametrize("n_coils", [1, 4])
@pytest.mark.parametrize("train", ["heart", "liver", "guangxi"])
def test_noisy_voxels(train, n_coils):
    te = TRAINS[train]
    for snr, rate in ((10.0, 60.0), (20.0, 250.0), (30.0, 400.0), (60.0, 30.0)):
        sigma = 7.0
        signal = sigma * magnitudes(te, rate, snr, 12, seed=int(rate), n_coils=n_coils)
        fitted = fit(signal, te, "rician", sigma=sigma, n_coils=n_coils)
        good = np.flatnonzero(fitted.status == FitStatus.OK)
        assert len(good) >= 9
        for index in good:
            at_first = np.log(fitted.s0[index]) - te[0] / fitted.t2star_ms[index]
            answers = [
                reference(te, signal[index], sigma, n_coils, start)
                for start in (
                    (at_first, 1.0 / fitted.t2star_ms[index]),
                    (np.log(signal[index, 0]), rate / 1000.0),
                )
            ]
            level, found, _ = min(answers, key=lambda answer: answer[2])
            assert fitted.t2star_ms[index] == pytest.approx(1.0 / found, rel=1e-4)
            assert fitted.s0[index] == pytest.approx(np.exp(level + found * te[0]), rel=1e-4)


@pytest.mark.parametrize("given", [True, False], ids=["sigma", "no sigma"])
@pytest.mark.parametrize("snr", [15.0, 60.0])
def test_no_step_is_left(snr, given):
    """The last step is taken unseen: where it leads, the residual sum still falls nowhere by more."""
    te = TRAINS["liver"]
    rates = np.geomspace(30.0, 400.0, 400)
    signal = np.concatenate([magnitudes(te, rate, snr, 1, seed=number) for number, rate in enumerate(rates)])
    fitted = fit(signal, te, "rician", sigma=1.0 if given else None)
    sigma = np.full(len(rates), 1.0) if given else fitted.sigma
    good = (fitted.status == FitStatus.OK) & (sigma > 0.2)
    assert good.sum() > 200
    rate = 1.0 / fitted.t2star_ms[good]
    at_first = np.log(fitted.s0[good]) - te[0] * rate

    def rest(level, slope):
        amplitude = np.exp(level[:, None] - slope[:, None] * (te - te[0]))
        return signal[good] - exact_mean(amplitude, sigma[good, None], 1)

    def total(level, slope):
        return np.sum(rest(level, slope) ** 2, axis=1)

    small = 1e-4
    down = np.stack(
        [
            (total(at_first + small, rate) - total(at_first - small, rate)) / (2 * small),
            (total(at_first, rate * (1 + small)) - total(at_first, rate * (1 - small))) / (2 * small),
        ]
    )
    by_log = (rest(at_first - small, rate) - rest(at_first + small, rate)) / (2 * small)
    by_rate = (rest(at_first, rate * (1 - small)) - rest(at_first, rate * (1 + small))) / (2 * small)
    jacobian = np.stack([by_log, by_rate], axis=2)
    step = np.linalg.solve(np.swapaxes(jacobian, 1, 2) @ jacobian, -0.5 * down.T[..., None])[:, 1, 0]
    assert np.abs(step).max() < 2e-6


@pytest.mark.parametrize("n_coils", [1, 4])
def test_the_mean_itself_returns_the_truth(n_coils):
    te = TRAINS["liver"]
    truth = np.geomspace(1.0, 40.0, 41)
    clean = 400.0 * np.exp(-te / truth[:, None])
    fitted = fit(exact_mean(clean, 15.0, n_coils), te, "rician", sigma=15.0, n_coils=n_coils)
    assert np.all(fitted.status == FitStatus.OK)
    np.testing.assert_allclose(fitted.t2star_ms, truth, rtol=1e-6)
    np.testing.assert_allclose(fitted.s0, 400.0, rtol=1e-6)


def test_standard_error_of_one_voxel_is_the_scatter_of_many():
    """JᵀVJ of unlike echoes: around the floor the noise of an echo is 0.66 σ, not σ."""
    te = TRAINS["liver"]
    for rate in (100.0, 400.0):
        signal = magnitudes(te, rate, 30.0, 6000, seed=int(rate))
        fitted = fit(signal, te, "rician", sigma=1.0)
        assert np.median(fitted.r2star_se_per_s) == pytest.approx(fitted.r2star_per_s.std(), rel=0.05)


def test_residuals_against_the_mean_give_r_squared():
    te = TRAINS["heart"]
    signal = magnitudes(te, 150.0, 20.0, 5, seed=3)
    fitted = fit(signal, te, "rician", sigma=1.0)
    for index, curve in enumerate(signal):
        expected = exact_mean(fitted.s0[index] * np.exp(-te / fitted.t2star_ms[index]), 1.0, 1)
        explained = 1.0 - np.sum((curve - expected) ** 2) / np.sum((curve - curve.mean()) ** 2)
        assert fitted.r_squared[index] == pytest.approx(explained, abs=1e-6)


def test_without_noise_it_is_least_squares_on_the_decay():
    te = TRAINS["guangxi"]
    signal = 40.0 * magnitudes(te, 80.0, 40.0, 8, seed=4)
    plain = fit(signal, te, "mono")
    np.testing.assert_allclose(fit(signal, te, "rician", sigma=0.0).t2star_ms, plain.t2star_ms, rtol=1e-5)
