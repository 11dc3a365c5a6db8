"""Fits of a region's mean signal: values with honest intervals, bounds that hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ironquant.core import FitArgumentError, FitStatus, SettingsError
from ironquant.fitting import MAGNITUDE_MODELS, MODELS, Noise, RegionProblem, fit_region, region_curve
from ironquant.fitting.modelfit import Conditions

LATE = tuple(1.3 + 1.1 * n for n in range(12))
TE = tuple(1.0 + 1.1 * n for n in range(12))
SEEDS = range(60)


def rician(seed, t2star_ms, te_ms, snr, n=300, texture=0.0):
    rng = np.random.default_rng(seed)
    s0 = snr * np.exp(rng.normal(0, texture, (n, 1)))
    clean = s0 * np.exp(-np.asarray(te_ms) / t2star_ms)
    return np.hypot(clean + rng.normal(0, 1, clean.shape), rng.normal(0, 1, clean.shape))


@pytest.mark.parametrize("model", ["second-moment", "truncation", "mono"])
@pytest.mark.parametrize("snr", [20.0, 60.0])
def test_upper_bound_where_iron_is_beyond_the_sequence(model, snr):
    """T2* 0.8 ms with a first echo of 1.3 ms: never mild, never absurdly far from the truth."""
    answers = [
        fit_region(region_curve(rician(seed, 0.8, LATE, snr, texture=0.05)), LATE, model, noise=Noise(1.0, 1))
        for seed in SEEDS
    ]
    values = [answer.result.t2star_ms for answer in answers]
    assert all(value.value is not None for value in values)
    bounds = np.array([value.value for value in values if value.bound == "upper"])
    assert not any(value.bound == "lower" for value in values)
    assert np.mean(bounds >= 0.8) >= 0.9
    assert np.all(bounds < 1.6 * 0.8)
    for value in values:
        if value.bound == "none":
            assert value.value == pytest.approx(0.8, rel=0.25)
    for answer in answers:
        if answer.result.t2star_ms.bound == "upper":
            assert answer.status == FitStatus.BELOW_FIRST_ECHO
            assert answer.result.r2star_per_s.bound == "lower"
            assert answer.result.s0 is None
            assert answer.result.t2star_ms.ci95 is None


@pytest.mark.parametrize("model", ["second-moment", "truncation", "mono"])
@pytest.mark.parametrize("t2star_ms", [0.6, 0.8])
def test_upper_bound_where_the_noise_is_not_known(model, t2star_ms):
    """Filtered images: the floor in the curve itself must keep the sickest from nothing, or from "mild"."""
    values = [
        fit_region(region_curve(rician(seed, t2star_ms, LATE, 40.0, texture=0.05)), LATE, model)
        for seed in SEEDS
    ]
    bounds = np.array([answer.result.t2star_ms.value for answer in values])
    assert all(answer.result.t2star_ms.bound == "upper" for answer in values)
    assert np.mean(bounds >= t2star_ms) >= 0.9
    assert np.all(bounds < LATE[0])


@pytest.mark.parametrize("model", ["second-moment", "truncation", "mono"])
def test_pure_noise(model):
    curve = region_curve(rician(1, 1.0, TE, 0.0))
    answer = fit_region(curve, TE, model, noise=Noise(1.0, 1))
    assert answer.result.t2star_ms.value is None
    assert answer.status == FitStatus.NOISE_FLOOR
    # Tissue of at least SNR 30 at TE 0 that is gone at the first echo must be short-lived.
    bounded = fit_region(curve, TE, model, noise=Noise(1.0, 1), s0_at_least=30.0)
    assert bounded.result.t2star_ms.bound == "upper"
    assert bounded.result.t2star_ms.value < 0.6


@pytest.mark.parametrize("model", ["mono", "truncation", "second-moment", "rician", "offset", "loglinear"])
@given(t2star_ms=st.floats(1.2, 80.0), s0=st.floats(1.0, 1e5))
@settings(max_examples=40, deadline=None)
def test_a_curve_without_noise_gives_the_truth(model, t2star_ms, s0):
    curve = region_curve(s0 * np.exp(-np.asarray(TE) / t2star_ms)[None].repeat(9, axis=0))
    answer = fit_region(curve, TE, model).result.t2star_ms
    assert answer.bound == "none"
    assert answer.value == pytest.approx(t2star_ms, rel=1e-5)


@pytest.mark.parametrize("truth", [0.15, 0.25, 0.4])
def test_bound_from_tissue_holds(truth):
    held = []
    for seed in SEEDS:
        curve = region_curve(rician(seed, truth, TE, 40.0))
        answer = fit_region(curve, TE, "second-moment", noise=Noise(1.0, 1), s0_at_least=20.0)
        assert answer.result.t2star_ms.bound == "upper"
        held.append(answer.result.t2star_ms.value >= truth)
    assert np.mean(held) >= 0.9


@pytest.mark.parametrize("model", MAGNITUDE_MODELS)
def test_flat_curve(model):
    """No decay at all: a lower bound far beyond the train, or nothing; never a number."""
    for seed in range(20):
        curve = region_curve(rician(seed, 1e9, TE, 50.0))
        value = fit_region(curve, TE, model, noise=Noise(1.0, 1), field_t=1.5).result.t2star_ms
        assert value.value is None or (value.bound == "lower" and value.value > TE[-1]) or value.value > 300


def test_long_t2star_is_a_lower_bound_that_holds():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        signal = 100.0 * np.exp(-np.array(TE) / 5000.0) + rng.normal(0, 0.5, (50, len(TE)))
        value = fit_region(region_curve(signal), TE, "mono").result.t2star_ms
        if value.bound == "lower":
            assert value.value <= 5000.0
            assert value.value > TE[-1]


@pytest.mark.parametrize(("model", "lowest"), [("mono", 0.90), ("truncation", 0.85), ("second-moment", 0.90)])
@pytest.mark.parametrize("t2star_ms", [5.0, 20.0])
def test_interval_covers_the_truth(model, lowest, t2star_ms):
    """About 95 %: Gaussian noise, no floor in reach (SNR 200), 300 runs."""
    rng = np.random.default_rng(5)
    te = tuple(2.0 + 2.0 * n for n in range(8))
    clean = 2000.0 * np.exp(-np.array(te) / t2star_ms)
    covered = []
    for _ in range(300):
        signal = clean + rng.normal(0, 5, (20, len(te)))
        value = fit_region(region_curve(signal), te, model, noise=Noise(5.0, 1)).result.t2star_ms
        assert value.bound == "none"
        low, high = value.ci95
        assert low < value.value < high
        covered.append(low <= t2star_ms <= high)
    assert lowest <= np.mean(covered) <= 0.99


def test_bound_without_a_known_noise_level():
    """Noise-free decay of T2* 0.5 ms seen from 1.3 ms on: the interval's end is the bound."""
    signal = np.tile(1000.0 * np.exp(-np.array(LATE) / 0.5), (50, 1)) + 1e-9
    value = fit_region(region_curve(signal), LATE, "mono").result.t2star_ms
    assert value.bound == "upper"
    assert value.value == pytest.approx(0.5, rel=0.01)


def test_echoes_by_hand():
    signal = rician(3, 6.0, TE, 60.0)
    chosen = (1, 2, 3, 5)
    answer = fit_region(region_curve(signal), TE, "truncation", noise=Noise(1.0, 1), echoes=chosen)
    assert answer.echoes_used == chosen
    assert answer.result.model == "truncation"
    spoilt = signal.copy()
    spoilt[:, [3, 5, 6, 7, 8, 9, 10, 11]] = 999.0
    again = fit_region(region_curve(spoilt), TE, "truncation", noise=Noise(1.0, 1), echoes=chosen)
    assert again.result.t2star_ms == answer.result.t2star_ms


def test_curve_summary():
    rng = np.random.default_rng(0)
    pixels = rng.uniform(1, 100, (40, 5))
    pixels[7, 2] = np.nan
    kept = np.delete(pixels, 7, axis=0)
    curve = region_curve(pixels)
    assert curve.n == 39
    np.testing.assert_allclose(curve.mean, kept.mean(axis=0))
    np.testing.assert_allclose(curve.rms, np.sqrt((kept**2).mean(axis=0)))
    np.testing.assert_allclose(curve.sd, kept.std(axis=0, ddof=1))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "pixels", [np.zeros((5, 12)), np.full((5, 12), np.nan), np.zeros((0, 12)), -np.ones((5, 12))]
)
def test_nothing_to_fit(pixels):
    curve = region_curve(pixels)
    assert all(np.isfinite(part).all() for part in (curve.mean, curve.rms, curve.sd))
    answer = fit_region(curve, TE, "mono", noise=Noise(1.0, 1))
    assert answer.result.t2star_ms.value is None
    assert answer.status == (FitStatus.NOISE_FLOOR if curve.n else FitStatus.NOT_FINITE)


def test_single_pixel():
    answer = fit_region(region_curve(rician(1, 8.0, TE, 80.0, n=1)), TE, "mono")
    assert answer.result.t2star_ms.value == pytest.approx(8.0, rel=0.1)


def test_wrong_arguments():
    curve = region_curve(rician(1, 8.0, TE, 80.0))
    with pytest.raises(SettingsError):
        fit_region(curve, TE, "unknown")
    with pytest.raises(FitArgumentError):
        fit_region(curve, TE, "mono", echoes=(1, 2))
    assert fit_region(region_curve(np.ones((4, 2))), TE[:2], "mono").status == FitStatus.TOO_FEW_ECHOES


def test_aicc_compares_models_on_the_same_echoes():
    curve = region_curve(rician(2, 2.0, TE, 30.0))
    noise = Noise(1.0, 1)
    scores = {
        name: fit_region(curve, TE, name, noise=noise).result.aicc for name in ("mono", "second-moment")
    }
    assert scores["second-moment"] < scores["mono"]
    assert fit_region(curve, TE, "truncation", noise=noise).result.aicc is None


@pytest.mark.parametrize("target", [None, 0.99, 0.9999])
@pytest.mark.parametrize("model", [name for name in MAGNITUDE_MODELS if MODELS[name].plain])
def test_decays_that_models_share_change_no_number(model, target):
    """Each model on the curve of a region gives what it gives as a voxel, where it fits for itself."""
    te, random = np.arange(1, 13) * 1.2, np.random.default_rng(11)
    for t2star_ms, sigma in ((1.5, 20.0), (4.0, 20.0), (12.0, 5.0)):
        curve = region_curve(np.abs(500.0 * np.exp(-te / t2star_ms) + sigma * random.normal(size=(80, 12))))
        shared = RegionProblem.of(curve, te, r_squared_target=target).fit(model).result
        conditions = Conditions(r_squared_target=target)
        with np.errstate(all="ignore"):
            alone = MODELS[model].solve(curve.mean[:, None], te, conditions)
        if shared.t2star_ms.bound == "none" and shared.t2star_ms.value is not None:
            assert shared.r2star_per_s.value == pytest.approx(1000.0 * alone.rate[0], rel=1e-9)
        assert shared.n_echoes == alone.used[0]
