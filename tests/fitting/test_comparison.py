"""Runs test, recommendation and the set of models of a region, against what can be counted or simulated."""

from itertools import groupby, permutations

import numpy as np
import pytest

from ironquant.fitting import (
    MAGNITUDE_MODELS,
    Noise,
    RegionProblem,
    fit_models,
    models_to_fit,
    region_curve,
    runs_test,
)
from ironquant.fitting.spectrum import fat_modulation

TE = tuple(1.0 + 1.4 * n for n in range(12))
SIGMA = 10.0
KNOWN = Noise(SIGMA, 1)


@pytest.mark.parametrize(("positive", "negative"), [(1, 1), (1, 5), (2, 3), (3, 3), (4, 2), (4, 4), (5, 3)])
def test_runs_test_counts_all_orders(positive, negative):
    """Against every order of the signs, one by one."""
    orders = set(permutations([1] * positive + [-1] * negative))
    runs = {order: len(list(groupby(order))) for order in orders}
    for order in orders:
        as_few = sum(count <= runs[order] for count in runs.values())
        assert runs_test(order) == pytest.approx(as_few / len(orders), rel=1e-12)


# Swed and Eisenhart, Ann Math Stat 1943;14:66 (Siegel, Nonparametric Statistics, 1956, table F-I): largest
# number of runs that is significant at 0.025 on the side of few.
@pytest.mark.parametrize(
    ("positive", "negative", "critical"),
    [(5, 5, 2), (6, 6, 3), (8, 8, 4), (10, 10, 6), (12, 12, 7), (5, 8, 3), (20, 20, 14)],
)
def test_runs_test_has_the_published_critical_values(positive, negative, critical):
    def with_runs(count):
        first, second = (count + 1) // 2, count // 2
        lengths = [1] * count
        lengths[0] += positive - first
        lengths[1] += negative - second
        return [(-1) ** index for index, length in enumerate(lengths) for _ in range(length)]

    assert runs_test(with_runs(critical)) <= 0.025 < runs_test(with_runs(critical + 1))


def test_runs_test_without_anything_to_say():
    assert runs_test([]) == runs_test([0.0, 0.0]) == runs_test([1.0, 2.0, 3.0]) == 1.0
    assert runs_test([1.0, 0.0, 1.0, -1.0, 0.0, -1.0]) == runs_test([1, 1, -1, -1])


def rician(seed, truth, *, n=200, coils=1):
    """Pixels, shape (n, echo), of a noise-free curve."""
    rng = np.random.default_rng(seed)
    channels = rng.normal(0.0, SIGMA, (2 * coils, n, len(truth)))
    channels[0] += truth
    return np.sqrt(np.sum(channels**2, axis=0))


def decay(t2star_ms, te=TE, s0=1000.0):
    return s0 * np.exp(-np.asarray(te) / t2star_ms)


def compared(truth, reported="truncation", *, noise=KNOWN, te=TE, seed=1, coils=1, echoes=None, live=False):
    curve = region_curve(rician(seed, np.asarray(truth), coils=coils))
    problem = RegionProblem.of(curve, te, noise=noise, echoes=echoes, field_t=1.5)
    return fit_models(problem, reported, live=live)


def test_a_clean_decay_needs_no_other_model():
    found = compared(decay(20.0))
    assert (found.recommended.model, found.recommended.reason) == ("mono", "reason_clean_decay")
    assert found.residual.share < 0.005


def test_the_noise_floor_asks_for_the_second_moment_or_for_truncation():
    short = decay(2.5)
    known = compared(short).recommended
    assert (known.model, known.reason) == ("second-moment", "reason_noise_floor")
    unknown = compared(short, noise=None).recommended
    assert unknown.reason == "reason_noise_floor"
    assert unknown.model in ("truncation", "second-moment")


def test_a_floor_that_truncation_does_not_see_is_found_by_what_its_estimate_explains():
    """Many channels: every echo stands above the floor by little, and none looks dropped."""
    found = compared(decay(5.0, s0=180.0), noise=None, coils=8)
    assert len(found.fits["truncation"].echoes_used) == len(TE)
    assert found.recommended.model == "second-moment"
    t2star = {name: fitted.result.t2star_ms.value for name, fitted in found.fits.items()}
    assert abs(t2star["second-moment"] - 5.0) < 0.25 * abs(t2star["mono"] - 5.0)


def test_many_channels_raise_the_last_echo_long_before_twice_the_noise_mean():
    noise = Noise(SIGMA, 8)
    truth = decay(10.0, s0=450.0)
    assert truth[-1] > 2.0 * noise.floor
    assert compared(truth, noise=noise, coils=8).recommended.model == "second-moment"


def test_fat_asks_for_the_fat_model_with_or_without_floor():
    modulation = np.abs(0.85 + 0.15 * fat_modulation(np.asarray(TE), 1.5))
    for t2star_ms in (4.0, 20.0):
        advised = compared(decay(t2star_ms) * modulation).recommended
        assert (advised.model, advised.reason) == ("fat-water", "reason_fat_oscillation")


def test_six_echoes_are_enough_for_fat():
    six = TE[:6]
    modulation = np.abs(0.85 + 0.15 * fat_modulation(np.asarray(six), 1.5))
    for noise in (KNOWN, None):
        found = compared(decay(15.0, te=six) * modulation, te=six, noise=noise)
        assert found.recommended.model == "fat-water"
        assert found.fits["fat-water"].result.t2star_ms.value == pytest.approx(15.0, rel=0.05)


def test_an_oscillation_that_the_fat_model_does_not_explain_is_not_called_fat():
    """Every other echo is off by 8 % (motion, bipolar read-out) on echoes in phase at 2.89 T."""
    in_phase = tuple(4.61 * n for n in range(1, 13))
    shaken = decay(25.0, te=in_phase) * (1.0 + 0.08 * np.array([1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1]))
    problem = RegionProblem.of(region_curve(rician(1, shaken)), in_phase, noise=KNOWN, field_t=2.8947)
    found = fit_models(problem, "mono")
    assert found.recommended.model != "fat-water"


def test_fat_that_the_echoes_hide_is_not_recommended():
    """In-phase echoes only: no model could tell, and the decay is clean."""
    in_phase = tuple(4.6 * n for n in range(1, 9))
    modulation = np.abs(0.85 + 0.15 * fat_modulation(np.asarray(in_phase), 1.5))
    found = compared(decay(25.0, te=in_phase) * modulation, te=in_phase)
    assert found.recommended.model != "fat-water"


def test_two_components_get_no_recommendation():
    found = compared(0.5 * decay(2.0) + 0.5 * decay(30.0), "mono")
    assert found.recommended is None
    assert found.residual.runs_p < 0.05
    assert found.residual.share > 0.01


def test_residuals_of_a_clean_region_are_seldom_called_systematic():
    """The level is 5 %; a fit of two parameters makes it rarer."""
    found = [compared(decay(10.0), "mono", seed=seed, live=True).residual.runs_p for seed in range(200)]
    assert np.mean(np.array(found) < 0.05) <= 0.05


def test_which_models_the_data_allow():
    assert models_to_fit(12, 1.5) == MAGNITUDE_MODELS
    assert set(MAGNITUDE_MODELS) - set(models_to_fit(11, 1.5)) == {"biexp"}
    assert set(MAGNITUDE_MODELS) - set(models_to_fit(12, None)) == {"fat-water"}
    assert set(MAGNITUDE_MODELS) - set(models_to_fit(5, 1.5)) == {"biexp", "fat-water"}
    assert "cse" not in models_to_fit(16, 1.5)
    assert set(models_to_fit(12, 1.5, live=True)) == {"mono", "truncation", "second-moment", "offset"}


def test_a_dragged_region_gets_the_same_numbers_from_fewer_models():
    truth = decay(2.5)
    whole, live = compared(truth, "rician"), compared(truth, "rician", live=True)
    assert list(whole.fits) == list(MAGNITUDE_MODELS)
    assert list(live.fits) == ["mono", "truncation", "second-moment", "rician", "offset"]
    assert live.recommended == whole.recommended
    for name, fitted in live.fits.items():
        assert fitted.result == whole.fits[name].result
    fatty = truth * np.abs(0.8 + 0.2 * fat_modulation(np.asarray(TE), 1.5))
    assert compared(fatty, live=True).recommended == compared(fatty).recommended


def test_the_reported_model_is_fitted_though_the_echoes_are_few_for_it():
    found = compared(decay(5.0), "biexp", echoes=(1, 2, 3, 4, 5, 6))
    assert "biexp" in found.fits
    assert found.reported.result.model == "biexp"


def test_a_region_without_pixels_has_no_recommendation():
    curve = region_curve(np.full((4, len(TE)), np.nan))
    problem = RegionProblem.of(curve, TE, noise=KNOWN, field_t=1.5)
    assert fit_models(problem, "mono").recommended is None
