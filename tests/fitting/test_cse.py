"""Water, fat, field map and R2* from complex echoes: truth, scipy, intervals, real sets."""

from pathlib import Path

import numpy as np
import pytest
from fatsim import EVEN, FOUR, SIX, TRAINS, UNEVEN, beat, curves, noisy
from scipy.io import loadmat
from scipy.optimize import least_squares

from ironquant.core import FitArgumentError, student_975
from ironquant.fitting.bipolar import remove_alternation
from ironquant.fitting.cse import cse
from ironquant.fitting.csesearch import field_range
from ironquant.fitting.modelfit import Conditions
from ironquant.fitting.noise import Noise

pytestmark = pytest.mark.filterwarnings("error")
REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real"


def off_resonance(found_hz, true_hz, te):
    """Difference of field maps; evenly spaced echoes know them up to 1/step."""
    steps = np.diff(te)
    difference = found_hz - true_hz
    if np.ptp(steps) < 1e-9:
        difference -= np.round(difference * steps[0] / 1000) * 1000 / steps[0]
    return difference


@pytest.mark.parametrize("field_t", [1.5, 2.89, 3.0])
@pytest.mark.parametrize("te", TRAINS.values(), ids=TRAINS)
def test_truth_is_returned(te, field_t):
    rng = np.random.default_rng(1)
    rate, fraction = rng.uniform(20, 800, 300), rng.uniform(0, 0.9, 300)
    psi, phase = rng.uniform(-200, 200, 300), rng.uniform(-3, 3, 300)
    fraction[:20] = 0.0
    signal = curves(te, field_t, rate, fraction, psi_hz=psi, phase=phase)
    ramp = np.linspace(1.0, 0.3, len(te))[:, None]
    for weights, noise in ((None, None), (ramp, None), (np.repeat(ramp, 300, axis=1), Noise(0.0, 1))):
        fit = cse(signal, te, Conditions(field_t=field_t, weights=weights, noise=noise))
        np.testing.assert_allclose(1000 * fit.rate, rate, rtol=1e-6)
        np.testing.assert_allclose(fit.extra["fat_fraction"], fraction, atol=1e-6)
        np.testing.assert_allclose(off_resonance(fit.extra["field_map_hz"], psi, te), 0.0, atol=1e-4)
        np.testing.assert_allclose(fit.amplitude, 700.0, rtol=1e-6)
        assert fit.misfit.max() < 1e-9
    same = np.abs(fit.extra["field_map_hz"] - psi) < 1  # else a period off, and the phase with it
    turned = np.exp(1j * (fit.extra["initial_phase_rad"] - phase))[same]
    np.testing.assert_allclose(turned, 1.0, atol=1e-5)


def test_other_sense_of_the_phase_is_the_conjugate():
    signal = curves(UNEVEN, 1.5, np.array([50.0, 300.0]), np.array([0.1, 0.4]), psi_hz=60.0, phase=0.7)
    fit = cse(signal.conj(), UNEVEN, Conditions(field_t=1.5, precession=-1))
    np.testing.assert_allclose(1000 * fit.rate, [50.0, 300.0], rtol=1e-6)
    np.testing.assert_allclose(fit.extra["fat_fraction"], [0.1, 0.4], atol=1e-6)
    np.testing.assert_allclose(fit.extra["field_map_hz"], 60.0, atol=1e-4)


def test_water_and_fat_of_different_phase_are_told_apart():
    c, t = beat(SIX, 3.0)[:, None], SIX[:, None]
    signal = (500 * np.exp(0.4j) + 200 * np.exp(-0.9j) * c) * np.exp((-0.08 + 2j * np.pi * 0.07) * t)
    fit = cse(signal, SIX, Conditions(field_t=3.0))
    assert 1000 * fit.rate[0] == pytest.approx(80.0, rel=1e-6)
    assert fit.amplitude[0] == pytest.approx(700.0, rel=1e-6)
    assert fit.extra["field_map_hz"][0] == pytest.approx(70.0, abs=1e-4)
    both = abs(500 * np.exp(0.4j) + 200 * np.exp(-0.9j))
    assert fit.extra["fat_fraction"][0] == pytest.approx(max(1 - 500 / both, 0.0), abs=1e-6)


def test_range_of_the_field_map():
    even = field_range(np.asarray(EVEN), 0.22, 0.064)
    assert even.periodic
    assert even.half == pytest.approx(0.5 / 1.1)
    wide = field_range(np.array([1.0, 4.0, 8.0, 11.5]), 0.22, 0.064)
    assert not wide.periodic
    assert wide.half == pytest.approx(0.22)
    short = field_range(0.3 * np.arange(1, 9), 0.22, 0.064)
    assert not short.periodic
    assert short.half == pytest.approx(0.64)
    np.testing.assert_allclose(even.wrapped(np.array([0.5, -0.6, 0.2])), [0.5 - 1 / 1.1, -0.6 + 1 / 1.1, 0.2])


def scipy_fit(te, field_t, signal, start):
    """Independent optimum of all six parameters: W, F (real, imaginary), ψ in 1/ms, R2* in 1/ms."""
    c, size = beat(te, field_t), np.abs(signal).max()

    def residual(p):
        model = (p[0] + 1j * p[1] + (p[2] + 1j * p[3]) * c) * np.exp((2j * np.pi * p[4] - p[5]) * te)
        rest = model - signal / size
        return np.r_[rest.real, rest.imag]

    scaled = np.r_[np.asarray(start[:4]) / size, start[4:]]
    x_scale = [1, 1, 1, 1, 0.01, 0.01]
    found = least_squares(residual, scaled, x_scale=x_scale, xtol=1e-15, ftol=1e-15, gtol=1e-15)
    return np.r_[found.x[:4] * size, found.x[4:]], 2 * found.cost * size**2


def test_scipy_finds_the_same_minimum():
    rng = np.random.default_rng(2)
    for te, field_t in ((EVEN, 1.5), (UNEVEN, 3.0)):
        rate, fraction = rng.uniform(30, 200, 15), rng.uniform(0.05, 0.8, 15)
        psi, phase = rng.uniform(-100, 100, 15), rng.uniform(-3, 3, 15)
        signal = noisy(curves(te, field_t, rate, fraction, psi_hz=psi, phase=phase), 14.0, rng)
        fit = cse(signal, te, Conditions(field_t=field_t))
        for voxel in range(15):
            w = 700 * np.exp(1j * phase[voxel]) * np.array([1 - fraction[voxel], fraction[voxel]])
            start = [w[0].real, w[0].imag, w[1].real, w[1].imag, psi[voxel] / 1000, rate[voxel] / 1000]
            p, rss = scipy_fit(te, field_t, signal[:, voxel], start)
            assert fit.rate[voxel] == pytest.approx(p[5], rel=1e-4)
            assert fit.extra["field_map_hz"][voxel] == pytest.approx(1000 * p[4], abs=1e-3)
            assert fit.amplitude[voxel] == pytest.approx(np.hypot(*p[:2]) + np.hypot(*p[2:4]), rel=1e-4)
            assert fit.residual_variance[voxel] == pytest.approx(rss / (2 * len(te) - 6), rel=1e-6)


@pytest.mark.parametrize(
    ("te", "field_t", "rate", "fraction"),
    [(EVEN, 1.5, 60.0, 0.0), (SIX, 1.5, 200.0, 0.2), (UNEVEN, 3.0, 200.0, 0.05), (UNEVEN, 1.5, 50.0, 0.9)],
)
def test_intervals_hold_the_truth(te, field_t, rate, fraction):
    rng = np.random.default_rng(3)
    sigma, psi = 700.0 / 50, rng.uniform(-80, 80, 2000)
    clean = curves(te, field_t, np.full(2000, rate), fraction, psi_hz=psi, phase=rng.uniform(-3, 3, 2000))
    fit = cse(noisy(clean, sigma, rng), te, Conditions(field_t=field_t, noise=Noise(sigma, 1)))
    for se, dof in ((fit.rate_se, fit.rate_dof), (fit.residual_se, fit.dof)):
        quantile = student_975(dof)
        assert 0.93 < np.mean(np.abs(1000 * fit.rate - rate) < 1000 * quantile * se) < 0.97
    assert np.mean(fit.residual_variance) == pytest.approx(sigma**2, rel=0.05)
    assert np.median(1000 * fit.rate) == pytest.approx(rate, rel=0.01)
    off = off_resonance(fit.extra["field_map_hz"], psi, te)
    assert np.mean(np.abs(off) > 100) < 0.01
    assert 0.93 < np.mean(np.abs(off) < 1.96 * fit.extra["field_map_se_hz"]) < 0.97
    found, se = fit.extra["fat_fraction"], fit.extra["fat_fraction_se"]
    assert np.median(found) == pytest.approx(fraction, abs=0.004)
    if fraction > 0.1:
        assert 0.93 < np.mean(np.abs(found - fraction) < 1.96 * se) < 0.97


def test_noise_does_not_swap_an_iron_liver_for_fat():
    rng = np.random.default_rng(4)
    clean = curves(SIX, 1.5, np.full(1500, 600.0), 0.0, psi_hz=rng.uniform(-150, 150, 1500))
    fit = cse(noisy(clean, 14.0, rng), SIX, Conditions(field_t=1.5))
    assert np.mean(fit.extra["fat_fraction"] > 0.5) < 0.02
    assert np.median(1000 * fit.rate) == pytest.approx(600.0, rel=0.02)
    # Adipose tissue stays fat.
    clean = curves(SIX, 1.5, np.full(1500, 50.0), 0.93, psi_hz=rng.uniform(-150, 150, 1500))
    fit = cse(noisy(clean, 14.0, rng), SIX, Conditions(field_t=1.5))
    assert np.mean(fit.extra["fat_fraction"] < 0.5) < 0.01


def test_weights_of_the_caller_widen_the_known_error_as_a_sandwich():
    rng = np.random.default_rng(5)
    ramp = np.geomspace(1.0, 0.02, len(EVEN))[:, None]
    signal = noisy(curves(EVEN, 1.5, np.full(3000, 80.0), 0.3), 10.0, rng)
    fit = cse(signal, EVEN, Conditions(field_t=1.5, noise=Noise(10.0, 1), weights=ramp))
    assert np.std(fit.rate) == pytest.approx(np.median(fit.rate_se), rel=0.05)


def test_hidden_fat_is_said():
    signal = curves(EVEN, 1e-5, np.array([60.0, 200.0]), 0.0, psi_hz=30.0)
    fit = cse(signal, EVEN, Conditions(field_t=1e-5))
    np.testing.assert_allclose(1000 * fit.rate, [60.0, 200.0], rtol=1e-6)
    assert np.isnan(fit.extra["fat_fraction"]).all()
    np.testing.assert_allclose(fit.dof, 20.0)


def hopeless(n_echoes):
    rng = np.random.default_rng(7)
    spike, falling = np.zeros(n_echoes), np.exp(-np.arange(n_echoes) * 0.5)
    spike[n_echoes // 2] = 1000.0
    sides = [np.zeros(n_echoes), np.full(n_echoes, 7.0), spike, falling[::-1], -falling, 1j * falling]
    sizes = [1e75 * falling, 1e-75j * falling, np.full(n_echoes, 1e75 + 1e75j)]
    odd = [np.r_[1e75, np.ones(n_echoes - 1)], np.full(n_echoes, np.nan), np.r_[np.inf, falling[1:]]]
    deep = [np.exp(-40.0 * np.arange(n_echoes))]
    noise = rng.normal(0, 1, (50, n_echoes)) + 1j * rng.normal(0, 1, (50, n_echoes))
    return np.array(sides + sizes + odd + deep + list(noise), dtype=complex).T


@pytest.mark.parametrize("te", [EVEN, UNEVEN, FOUR, EVEN[:3]], ids=["even", "uneven", "four", "three"])
@pytest.mark.parametrize("noise", [None, Noise(0.0, 1), Noise(0.2, 4), Noise(1e70, 1)])
def test_no_curve_makes_trouble(te, noise):
    fit = cse(hopeless(len(te)), te, Conditions(field_t=1.5, noise=noise))
    answered = np.isfinite(fit.rate)
    assert np.all(fit.rate[answered] > 0)
    assert np.all(np.isfinite(fit.amplitude[answered]) & np.isfinite(fit.misfit[answered]))
    fraction = fit.extra["fat_fraction"][answered]
    assert np.all((fraction >= 0) & (fraction <= 1))
    assert not answered[[0, 10, 11]].any()
    if len(te) == 3:
        assert not answered.any()


def test_blocks_and_order_do_not_matter():
    rng = np.random.default_rng(8)
    signal = noisy(curves(SIX, 3.0, rng.uniform(30, 300, 64), rng.uniform(0, 0.9, 64)), 15.0, rng)
    whole = cse(signal, SIX, Conditions(field_t=3.0))
    part = cse(signal[:, 40:20:-1].copy(), SIX, Conditions(field_t=3.0))
    np.testing.assert_allclose(part.rate, whole.rate[40:20:-1], rtol=1e-8)
    assert cse(signal[:, :0], SIX, Conditions(field_t=3.0)).rate.shape == (0,)


def test_field_is_needed():
    with pytest.raises(FitArgumentError) as caught:
        cse(np.ones((12, 1), complex), EVEN, Conditions())
    assert caught.value.finding.code == "fat_field_missing"


def thorax():
    path = REAL / "mat-thorax-6echo" / "99.mat"
    if not path.exists():
        pytest.skip("real complex set not present")
    data = loadmat(path, squeeze_me=True, struct_as_record=False)["imDataParams"]
    return data.images.astype(complex), 1000.0 * data.TE, int(data.PrecessionIsClockwise)


def test_real_thorax_is_plausible_and_agrees_with_scipy():
    images, te, precession = thorax()
    conditions = Conditions(field_t=3.0, precession=precession)
    fit = cse(images.reshape(-1, 6).T, te, conditions)
    fraction = fit.extra["fat_fraction"].reshape(256, 256)
    psi = fit.extra["field_map_hz"].reshape(256, 256)
    rate = 1000 * fit.rate.reshape(256, 256)
    heart, muscle = np.s_[145:185, 115:180], np.s_[38:46, 117:125]
    assert np.median(fraction[heart]) < 0.03
    assert 10 < np.median(rate[heart]) < 40
    assert np.mean(np.abs(psi[heart] - np.median(psi[heart])) > 200) < 0.01
    assert fraction[muscle].max() < 0.15
    assert np.median(fraction[211:216, 102:108]) > 0.7  # subcutaneous fat
    rows, columns = np.unravel_index(np.linspace(0, 40 * 65 - 1, 50).astype(int), (40, 65))
    expected = []
    for row, column in zip(rows + 145, columns + 115, strict=True):
        signal = images[row, column].conj()
        size = np.abs(signal[0])
        starts = [
            [size * np.cos(a), size * np.sin(a), 0.0, 0.0, psi[heart].mean() / 1000, 0.03] for a in (0, 2, 4)
        ]
        expected.append(min((scipy_fit(te, 3.0, signal, s) for s in starts), key=lambda r: r[1])[0][5])
    assert np.median(rate[rows + 145, columns + 115]) == pytest.approx(1000 * np.median(expected), rel=0.01)


def test_bipolar_phase_is_found_and_removed():
    rng = np.random.default_rng(9)
    rows, columns = np.mgrid[:24, :32]
    theta = 0.3 - 0.02 * rows + 0.01 * columns
    fraction, psi = np.where(columns < 16, 0.0, 0.3), 30.0 * np.sin(rows / 8)
    clean = curves(EVEN, 1.5, 60.0, fraction.ravel(), psi_hz=psi.ravel()).T.reshape(24, 32, 12)
    sign = np.where(np.arange(12) % 2, -1.0, 1.0)
    bipolar = noisy(clean * np.exp(1j * theta[..., None] * sign), 7.0, rng)
    corrected, phase = remove_alternation(bipolar)
    np.testing.assert_allclose(phase, theta, atol=0.03)
    before, after = (
        cse(image.reshape(-1, 12).T, EVEN, Conditions(field_t=1.5)) for image in (bipolar, corrected)
    )
    assert np.mean(after.residual_variance) < 1.3 * 7.0**2  # fat leaves 0.02 rad in the plane
    assert np.mean(before.residual_variance) > 10 * np.mean(after.residual_variance)
    dark, none = remove_alternation(np.zeros((3, 4, 6), complex))
    assert not dark.any()
    assert not none.any()


def test_real_bipolar_phantom():
    path = REAL / "mat-phantom-16echo" / "phantom_16echo_bipolar.mat"
    if not path.exists():
        pytest.skip("real complex set not present")
    data = loadmat(path)
    te = 1000.0 * data["te"].ravel().astype(float)
    images = data["data"].astype(complex)
    corrected, _ = remove_alternation(images)
    bottle = np.abs(images).max(axis=-1) > 0.3 * np.percentile(np.abs(images), 99)
    bottle[:64] = False  # the two bottles of water; the third holds fat at room temperature
    relative = []
    for image in (images, corrected):
        fit = cse(image[bottle].T, te, Conditions(field_t=1.5))
        relative.append(np.median(np.sqrt(fit.residual_variance) / fit.amplitude))
        assert np.median(fit.extra["fat_fraction"]) < 0.05
    assert relative[1] < 0.02 < 0.06 < relative[0]
