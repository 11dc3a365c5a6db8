"""Fat and water from magnitudes: truth, scipy, intervals, phantom, and curves without an answer."""

import numpy as np
import pytest
from fatsim import EVEN, FOUR, SIX, TRAINS, UNEVEN, beat, curves, noisy
from scipy.optimize import least_squares

from ironquant.core import FitArgumentError, Organ, student_975
from ironquant.fitting.fatwater import fat_water
from ironquant.fitting.modelfit import Conditions
from ironquant.fitting.noise import Noise
from ironquant.fitting.spectrum import fat_modulation, fat_peaks, main_shift_hz

pytestmark = pytest.mark.filterwarnings("error")


def fractions_of(fit):
    return fit.extra["fat_fraction"], fit.extra["fat_fraction_se"]


def test_spectrum_is_that_of_liver_fat():
    frequency_hz, share = fat_peaks(1.5)
    assert share.sum() == pytest.approx(1.0)
    assert main_shift_hz(1.5) == pytest.approx(3.4 * 42.577 * 1.5)
    assert frequency_hz.min() == pytest.approx(-3.8 * 42.577 * 1.5)
    for field_t in (1.5, 2.89):
        np.testing.assert_allclose(fat_modulation(EVEN, field_t), beat(EVEN, field_t), rtol=1e-12)


@pytest.mark.parametrize("field_t", [1.5, 2.89, 3.0])
@pytest.mark.parametrize("te", TRAINS.values(), ids=TRAINS)
def test_truth_is_returned(te, field_t):
    rng = np.random.default_rng(1)
    rate, fraction = rng.uniform(20, 800, 300), rng.uniform(0, 0.45, 300)
    fraction[:20] = 0.0
    signal = np.abs(curves(te, field_t, rate, fraction))
    ramp = np.linspace(1.0, 0.3, len(te))[:, None]
    for conditions in (
        Conditions(field_t=field_t),
        Conditions(field_t=field_t, noise=Noise(0.0, 1)),
        Conditions(field_t=field_t, weights=ramp),
        Conditions(field_t=field_t, weights=np.repeat(ramp, 300, axis=1), noise=Noise(0.0, 2)),
    ):
        fit = fat_water(signal, te, conditions)
        np.testing.assert_allclose(1000 * fit.rate, rate, rtol=1e-6)
        np.testing.assert_allclose(fractions_of(fit)[0], fraction, atol=1e-6)
        np.testing.assert_allclose(fit.amplitude, 700.0, rtol=1e-6)
        assert fit.misfit.max() < 1e-9
        assert not (fit.at_slowest | fit.at_fastest).any()


def test_known_noise_is_taken_out_exactly():
    rate, fraction = np.geomspace(30, 500, 40), np.linspace(0, 0.45, 40)
    for coils in (1, 4):
        signal = np.sqrt(np.abs(curves(EVEN, 1.5, rate, fraction)) ** 2 + 2 * coils * 12.0**2)
        fit = fat_water(signal, EVEN, Conditions(field_t=1.5, noise=Noise(12.0, coils)))
        np.testing.assert_allclose(1000 * fit.rate, rate, rtol=1e-6)
        np.testing.assert_allclose(fractions_of(fit)[0], fraction, atol=1e-6)
        np.testing.assert_allclose(fit.misfit, 0.0, atol=1e-6)


def test_mostly_fat_is_told_where_the_curve_says_so_and_not_else():
    clean = np.abs(curves(EVEN, 1.5, np.full(50, 60.0), np.full(50, 0.8)))
    np.testing.assert_allclose(
        fractions_of(fat_water(clean, EVEN, Conditions(field_t=1.5)))[0], 0.8, atol=1e-6
    )
    rng = np.random.default_rng(2)
    signal = np.abs(noisy(curves(SIX, 1.5, np.full(2000, 200.0), 0.1), 25.0, rng))
    fraction, _ = fractions_of(fat_water(signal, SIX, Conditions(field_t=1.5, noise=Noise(25.0, 1))))
    assert np.mean(fraction > 0.5) < 0.005


def scipy_rate(te, field_t, signal, start, noise, misfits):
    """Independent optimum: bounded trust region on the magnitude, or on the reweighted square."""
    c = beat(te, field_t)

    def model(p):
        return p[0] * np.abs(1 - p[2] + p[2] * c) * np.exp(-p[1] * te)

    options = {"bounds": ([0, 0, 0], [np.inf, 5, 1]), "x_scale": [start[0], 0.1, 0.1]}
    options.update(xtol=1e-15, ftol=1e-15, gtol=1e-15)
    if noise is None:
        found = least_squares(lambda p: model(p) - signal, start, **options)
        misfits.append(2 * found.cost)
        return found.x
    floor = noise.n_coils * noise.sigma**2
    x = np.asarray(start, dtype=float)
    for _ in range(40):
        weight = 1 / np.sqrt(4 * (model(x) ** 2 + floor))
        x = least_squares(lambda p, w=weight: w * (model(p) ** 2 + 2 * floor - signal**2), x, **options).x
    misfits.append(np.sum((signal - np.sqrt(model(x) ** 2 + 2 * floor)) ** 2))
    return x


@pytest.mark.parametrize("sigma", [None, 14.0], ids=["least squares", "noise known"])
def test_scipy_finds_the_same_minimum(sigma):
    rng = np.random.default_rng(3)
    compared = 0
    for te, field_t in ((EVEN, 1.5), (UNEVEN, 3.0)):
        rate, fraction = rng.uniform(30, 300, 12), rng.uniform(0.05, 0.3, 12)
        signal = np.abs(noisy(curves(te, field_t, rate, fraction), 14.0, rng))
        noise = None if sigma is None else Noise(sigma, 1)
        fit = fat_water(signal, te, Conditions(field_t=field_t, noise=noise))
        for voxel in range(12):
            misfits = []
            start = (700.0, rate[voxel] / 1000, fraction[voxel])
            expected = scipy_rate(te, field_t, signal[:, voxel], start, noise, misfits)
            if abs(fractions_of(fit)[0][voxel] - expected[2]) > 0.05:  # another minimum: then a better one
                assert fit.misfit[voxel] < misfits[0]
                continue
            compared += 1
            assert fit.rate[voxel] == pytest.approx(expected[1], rel=1e-4)
            assert fit.amplitude[voxel] == pytest.approx(expected[0], rel=1e-4)
            assert fractions_of(fit)[0][voxel] == pytest.approx(expected[2], abs=1e-4)
            assert fit.misfit[voxel] == pytest.approx(misfits[0], rel=1e-4)
    assert compared >= 22


@pytest.mark.parametrize(
    ("te", "field_t", "rate", "fraction"),
    [(EVEN, 1.5, 60.0, 0.0), (EVEN, 1.5, 200.0, 0.2), (UNEVEN, 3.0, 200.0, 0.05), (SIX, 1.5, 400.0, 0.2)],
)
def test_intervals_hold_the_truth(te, field_t, rate, fraction):
    rng = np.random.default_rng(4)
    sigma = 700.0 / 40
    signal = np.abs(noisy(curves(te, field_t, np.full(4000, rate), fraction), sigma, rng))
    fit = fat_water(signal, te, Conditions(field_t=field_t, noise=Noise(sigma, 1)))
    for se, dof in ((fit.rate_se, fit.rate_dof), (fit.residual_se, fit.dof)):
        quantile = student_975(dof)
        held = np.mean(np.abs(1000 * fit.rate - rate) < 1000 * quantile * se)
        assert 0.93 < held < 0.97
    np.testing.assert_allclose(np.mean(fit.residual_variance), sigma**2, rtol=0.06)
    assert np.median(1000 * fit.rate) == pytest.approx(rate, rel=0.015)
    found, se = fractions_of(fit)
    if fraction > 0.1:
        assert 0.92 < np.mean(np.abs(found - fraction) < 1.96 * se) < 0.98


def test_weights_of_the_caller_widen_the_known_error_as_a_sandwich():
    rng = np.random.default_rng(5)
    ramp = np.geomspace(1.0, 0.02, len(EVEN))[:, None]
    signal = np.abs(noisy(curves(EVEN, 1.5, np.full(4000, 80.0), 0.2), 12.0, rng))
    fit = fat_water(signal, EVEN, Conditions(field_t=1.5, noise=Noise(12.0, 1), weights=ramp))
    assert np.std(fit.rate) == pytest.approx(np.median(fit.rate_se), rel=0.05)


def test_an_echo_without_weight_does_not_count():
    signal = np.abs(curves(EVEN, 1.5, np.full(3, 100.0), 0.15))
    signal[4] = [1e75, -5.0, np.nan]
    weights = np.ones((12, 1))
    weights[4] = 0.0
    fit = fat_water(signal, EVEN, Conditions(field_t=1.5, weights=weights))
    np.testing.assert_allclose(1000 * fit.rate, 100.0, rtol=1e-6)
    np.testing.assert_allclose(fit.dof, 8.0)


def test_hidden_fat_is_said_and_the_rate_is_that_without_fat():
    signal = np.abs(curves(EVEN, 1.5, np.array([60.0, 200.0]), 0.0))
    for field_t, te in ((1e-3, EVEN), (1.5, EVEN)):  # no beat at all; then told, as a contrast
        fit = fat_water(signal, te, Conditions(field_t=field_t))
        np.testing.assert_allclose(1000 * fit.rate, [60.0, 200.0], rtol=1e-6)
        assert np.isnan(fractions_of(fit)[0]).all() == (field_t < 1)
    # In-phase echoes of the main peak: the small peaks are lost in the noise.
    te = 4.61 * np.arange(1, 7)
    rng = np.random.default_rng(6)
    signal = np.abs(noisy(curves(te, 1.5, np.full(500, 40.0), 0.1), 50.0, rng))
    fit = fat_water(signal, te, Conditions(field_t=1.5, noise=Noise(50.0, 1)))
    unsaid = np.isnan(fractions_of(fit)[0])
    assert unsaid.mean() > 0.98
    assert np.median(1000 * fit.rate[unsaid]) == pytest.approx(40.0, rel=0.06)
    np.testing.assert_allclose(fit.dof[unsaid], 4.0)


def test_bias_of_a_fatty_liver_is_removed(phantom_of):
    short = tuple(1.1 * np.arange(1, 7))
    phantom = phantom_of(
        liver_fat_fraction=0.2, liver_t2star_ms=12.0, heart_slices=0, snr=80.0, liver_te_ms=short
    )
    liver = phantom.organ(Organ.LIVER)
    inside = liver.signal[liver.masks["parenchyma"]].astype(np.float64).T[:, ::10]
    te = np.asarray(liver.te_ms)
    fit = fat_water(inside, te, Conditions(field_t=1.5, noise=Noise(liver.sigma, 1)))
    assert np.median(1 / fit.rate) == pytest.approx(12.0, rel=0.02)
    assert np.median(fractions_of(fit)[0]) == pytest.approx(0.2, abs=0.01)
    mean = inside.mean(axis=1)
    mono = least_squares(lambda p: p[0] * np.exp(-te * p[1]) - mean, (mean[0] * 1.2, 0.1), x_scale=[100, 0.1])
    assert abs(1 / mono.x[1] - 12.0) > 5 * abs(np.median(1 / fit.rate) - 12.0)
    assert abs(1 / mono.x[1] / 12.0 - 1) > 0.04


def hopeless(n_echoes):
    """Curves without an answer, or with numbers at the edge of what a float holds."""
    rng = np.random.default_rng(7)
    spike = np.zeros(n_echoes)
    spike[n_echoes // 2] = 1000.0
    alternating = np.where(np.arange(n_echoes) % 2, 1.0, 0.0)
    falling = np.exp(-np.arange(n_echoes) * 0.5)
    sides = [np.zeros(n_echoes), np.full(n_echoes, 7.0), spike, alternating, 1 - alternating, falling[::-1]]
    sizes = [1e75 * falling, 1e-75 * falling, np.full(n_echoes, 1e75), np.exp(-40.0 * np.arange(n_echoes))]
    odd = [
        -falling,
        np.r_[1e75, np.ones(n_echoes - 1)],
        np.full(n_echoes, np.nan),
        np.r_[np.inf, falling[1:]],
    ]
    return np.array(sides + sizes + odd + list(rng.uniform(0, 1, (50, n_echoes)))).T


@pytest.mark.parametrize("te", [EVEN, FOUR, EVEN[:3]], ids=["even", "four", "three"])
@pytest.mark.parametrize("noise", [None, Noise(0.0, 1), Noise(0.2, 4), Noise(1e70, 1)])
def test_no_curve_makes_trouble(te, noise):
    fit = fat_water(hopeless(len(te)), te, Conditions(field_t=1.5, noise=noise))
    answered = np.isfinite(fit.rate)
    assert np.all(fit.rate[answered] > 0)
    assert np.all(np.isfinite(fit.amplitude[answered]) & np.isfinite(fit.misfit[answered]))
    fraction = fractions_of(fit)[0]
    told = np.isfinite(fraction)
    assert np.all((fraction[told] >= 0) & (fraction[told] <= 1))
    assert not answered[[0, 12, 13]].any()
    if len(te) == 3:
        assert not answered.any()


def test_scale_order_and_block_do_not_matter():
    rng = np.random.default_rng(8)
    signal = np.abs(noisy(curves(EVEN, 1.5, rng.uniform(30, 300, 64), 0.2), 15.0, rng))
    whole = fat_water(signal, EVEN, Conditions(field_t=1.5))
    part = fat_water(signal[:, 40:20:-1].copy(), EVEN, Conditions(field_t=1.5))
    np.testing.assert_allclose(part.rate, whole.rate[40:20:-1], rtol=1e-9)
    scaled = fat_water(1024.0 * signal, EVEN, Conditions(field_t=1.5))
    np.testing.assert_allclose(scaled.rate, whole.rate, rtol=1e-12)
    np.testing.assert_allclose(scaled.amplitude, 1024.0 * whole.amplitude, rtol=1e-12)


def test_more_voxels_than_a_piece_of_the_grid_search():
    rng = np.random.default_rng(5)
    rates, fractions = rng.uniform(50.0, 250.0, 9000), rng.uniform(0.05, 0.3, 9000)
    fitted = fat_water(np.abs(curves(EVEN, 1.5, rates, fractions)), EVEN, Conditions(field_t=1.5))
    np.testing.assert_allclose(1000.0 * fitted.rate, rates, rtol=1e-6)


@pytest.mark.parametrize("field_t", [None, 0.0, np.nan])
def test_field_is_needed(field_t):
    with pytest.raises(FitArgumentError) as caught:
        fat_water(np.ones((12, 1)), EVEN, Conditions(field_t=field_t))
    assert caught.value.finding.code == "fat_field_missing"
