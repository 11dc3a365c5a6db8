"""What the arguments of `fit` do: weights, bounds, field, sense of phase, target for R², threads, echoes."""

import numpy as np
import pytest
from fitcalls import FIELD_T, fit_any
from scipy.optimize import least_squares
from trains import TRAINS, magnitudes

from ironquant import fit
from ironquant.core import FitArgumentError, FitStatus
from ironquant.fitting import MODELS

TE = TRAINS["guangxi"]
SIGNAL = magnitudes(TE, 120.0, 30.0, 12, seed=1)
WEIGHTED = [name for name, model in MODELS.items() if model.weighted]
UNWEIGHTED = [name for name, model in MODELS.items() if not model.weighted]


# --- weights ---------------------------------------------------------------------------------


def test_weights_of_mono_are_those_of_scipy():
    weights = np.random.default_rng(2).uniform(0.1, 3.0, len(TE))
    fitted = fit(SIGNAL, TE, "mono", weights=weights)
    for index, curve in enumerate(SIGNAL):

        def residual(p, curve=curve):
            return np.sqrt(weights) * (p[0] * np.exp(-TE * p[1]) - curve)

        s0, rate = least_squares(residual, (30.0, 0.1), xtol=1e-14, ftol=1e-14, gtol=1e-14).x
        assert fitted.t2star_ms[index] == pytest.approx(1.0 / rate, rel=1e-5)
        assert fitted.s0[index] == pytest.approx(s0, rel=1e-5)


@pytest.mark.parametrize("model", WEIGHTED)
def test_only_ratios_of_weights_count(model):
    weights = np.random.default_rng(3).uniform(0.1, 3.0, len(TE))
    one = fit_any(SIGNAL, TE, model, weights=weights)
    for factor in (1e-30, 1e30):
        other = fit_any(SIGNAL, TE, model, weights=weights * factor)
        np.testing.assert_allclose(other.t2star_ms, one.t2star_ms, rtol=1e-9)
        np.testing.assert_allclose(other.ci95, one.ci95, rtol=1e-7)


@pytest.mark.parametrize("model", WEIGHTED)
def test_weights_per_voxel_are_weights_per_voxel(model):
    weights = np.random.default_rng(4).uniform(0.1, 3.0, SIGNAL.shape)
    whole = fit_any(SIGNAL, TE, model, weights=weights)
    for index in (0, 5, 11):
        alone = fit_any(SIGNAL[index], TE, model, weights=weights[index])
        np.testing.assert_allclose(alone.t2star_ms, whole.t2star_ms[index], rtol=1e-9)


@pytest.mark.parametrize("model", ["mono", "offset", "biexp", "fat-water"])
def test_an_echo_of_no_weight_is_not_there(model):
    weights = np.ones(len(TE))
    weights[[2, 9]] = 0.0
    spoilt = SIGNAL.copy()
    spoilt[:, [2, 9]] = 1e4
    kept = weights > 0
    fitted = fit_any(spoilt, TE, model, weights=weights)
    alone = fit_any(SIGNAL[:, kept], TE[kept], model)
    np.testing.assert_allclose(fitted.t2star_ms, alone.t2star_ms, rtol=1e-5)
    np.testing.assert_allclose(fitted.r_squared, alone.r_squared, atol=1e-6)


@pytest.mark.parametrize("model", UNWEIGHTED)
def test_models_with_weights_of_their_own_refuse_others(model):
    with pytest.raises(FitArgumentError):
        fit_any(SIGNAL, TE, model, weights=np.ones(len(TE)))


@pytest.mark.parametrize(
    "weights",
    [
        "equal",
        np.ones(len(TE) - 1),
        -np.ones(len(TE)),
        np.full(len(TE), np.nan),
        np.full(len(TE), np.inf),
        np.r_[np.ones(2), np.zeros(len(TE) - 2)],
        np.zeros(len(TE)),
        np.ones((3, len(TE))),
        ["a"] * len(TE),
    ],
    ids=["word", "short", "negative", "nan", "inf", "two", "zero", "shape", "text"],
)
def test_weights_that_say_nothing(weights):
    with pytest.raises(FitArgumentError):
        fit(SIGNAL, TE, "mono", weights=weights)


def test_given_weights_do_not_say_how_large_the_noise_is():
    """With weights the interval comes from the residual, whatever σ is."""
    weights = np.linspace(1.0, 2.0, len(TE))
    fits = [fit(SIGNAL, TE, "mono", weights=weights, sigma=sigma) for sigma in (None, 1.0, 5.0)]
    for fitted in fits[1:]:
        np.testing.assert_allclose(fitted.r2star_se_per_s, fits[0].r2star_se_per_s, rtol=1e-9)


# --- bounds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [name for name in MODELS if name not in ("biexp", "cse")])
def test_bounds_name_what_lies_beyond_them(model):
    truth = np.array([1.5, 3.0, 6.0, 12.0, 24.0])
    signal = 500.0 * np.exp(-TE / truth[:, None])
    fitted = fit_any(signal, TE, model, bounds=(2.0, 20.0))
    free = fit_any(signal, TE, model)
    np.testing.assert_array_equal(
        fitted.status, np.where((truth > 2.0) & (truth < 20.0), FitStatus.OK, FitStatus.AT_BOUND)
    )
    inside = fitted.status == FitStatus.OK
    np.testing.assert_array_equal(fitted.t2star_ms[inside], free.t2star_ms[inside])
    assert np.all(np.isnan(fitted.t2star_ms[~inside]))


@pytest.mark.parametrize(
    "bounds", [(5.0, 2.0), (0.0, 5.0), (-1.0, 5.0), (2.0, np.inf), (np.nan, 3.0), (1.0, 2.0, 3.0), ("a", "b")]
)
def test_bounds_that_bound_nothing(bounds):
    with pytest.raises(FitArgumentError):
        fit(SIGNAL, TE, bounds=bounds)


# --- field and sense of phase ----------------------------------------------------------------


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if model.needs_field])
def test_fat_models_need_the_field(model):
    signal = SIGNAL.astype(complex) if MODELS[model].complex_signal else SIGNAL
    with pytest.raises(FitArgumentError) as caught:
        fit(signal, TE, model)
    assert caught.value.finding.code == "fat_field_missing"


@pytest.mark.parametrize("field_t", [0.0, -1.5, np.nan, np.inf, "1.5"])
def test_a_field_is_a_positive_number(field_t):
    with pytest.raises(FitArgumentError):
        fit(SIGNAL, TE, "mono", field_t=field_t)


def test_the_sense_of_phase_is_the_conjugate():
    rng = np.random.default_rng(5)
    te = 1.1 + 1.3 * np.arange(8)
    phase = np.exp(2j * np.pi * 0.04 * te)
    signal = 100.0 * np.exp(-te / 9.0) * phase + rng.normal(0, 1, (6, 8)) + 1j * rng.normal(0, 1, (6, 8))
    one = fit(signal, te, "cse", field_t=FIELD_T, precession=1)
    other = fit(signal.conj(), te, "cse", field_t=FIELD_T, precession=-1)
    np.testing.assert_array_equal(one.status, other.status)
    np.testing.assert_allclose(other.t2star_ms, one.t2star_ms, rtol=1e-5)
    np.testing.assert_allclose(other.extra["fat_fraction"], one.extra["fat_fraction"], atol=1e-5)


@pytest.mark.parametrize("precession", [0, 2, None, "left"])
def test_no_other_sense_of_phase(precession):
    with pytest.raises(FitArgumentError):
        fit(SIGNAL, TE, "mono", precession=precession)


# --- truncation by R² and by hand ------------------------------------------------------------


def r_squared_of(te, curve):
    """R² of least squares, by scipy."""

    def residual(p):
        return p[0] * np.exp(-te * p[1]) - curve

    cost = least_squares(residual, (curve[0] * 1.2, 0.1), xtol=1e-14, ftol=1e-14).cost
    return 1.0 - 2.0 * cost / np.sum((curve - curve.mean()) ** 2)


@pytest.mark.parametrize("target", [0.95, 0.995])
def test_the_most_leading_echoes_that_reach_the_target(target):
    signal = magnitudes(TE, 350.0, 25.0, 20, seed=6)
    fitted = fit(signal, TE, "truncation", r_squared_target=target)
    assert len(np.unique(fitted.n_echoes_used)) > 3
    for curve, used, status in zip(signal, fitted.n_echoes_used, fitted.status, strict=True):
        explained = np.array([r_squared_of(TE[:k], curve[:k]) for k in range(3, len(TE) + 1)])
        reached = np.flatnonzero(explained >= target)
        expected = 3 + (reached[-1] if reached.size else np.argmax(explained))
        assert used == expected or status != FitStatus.OK


@pytest.mark.parametrize("target", [0.0, 1.0, -1.0, np.nan, "high"])
def test_targets_lie_between_0_and_1(target):
    with pytest.raises(FitArgumentError):
        fit(SIGNAL, TE, "truncation", r_squared_target=target)


def test_a_target_is_for_truncation():
    with pytest.raises(FitArgumentError):
        fit(SIGNAL, TE, "mono", r_squared_target=0.99)


def test_truncation_by_hand_is_mono_on_those_echoes():
    chosen = (1, 2, 4, 5, 7)
    indices = np.array(chosen) - 1
    by_hand = fit(SIGNAL, TE, "truncation", echoes=chosen, sigma=1.0)
    alone = fit(SIGNAL[:, indices], TE[indices], "mono", sigma=1.0)
    np.testing.assert_allclose(by_hand.t2star_ms, alone.t2star_ms, rtol=1e-12)
    np.testing.assert_allclose(by_hand.ci95, alone.ci95, rtol=1e-12)
    assert np.all(by_hand.n_echoes_used == 5)


# --- threads ---------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [0, -1])
def test_at_least_one_thread(threads):
    with pytest.raises(FitArgumentError):
        fit(SIGNAL, TE, threads=threads)


# --- what sigma=None means -------------------------------------------------------------------


def test_without_sigma_no_model_refuses():
    for model in MODELS:
        answered = fit_any(SIGNAL, TE, model).status == FitStatus.OK
        assert answered.all() or (model == "biexp" and answered.any()), model


@pytest.mark.parametrize("model", ["mono", "offset", "loglinear", "arlo", "biexp"])
def test_sigma_changes_only_how_sure_these_are(model):
    one, other = fit(SIGNAL, TE, model), fit(SIGNAL, TE, model, sigma=1.0)
    both = (one.status == FitStatus.OK) & (other.status == FitStatus.OK)
    assert both.sum() > 5
    np.testing.assert_allclose(other.t2star_ms[both], one.t2star_ms[both], rtol=1e-12)
    assert not np.allclose(other.r2star_se_per_s[both], one.r2star_se_per_s[both], rtol=1e-3)


def test_second_moment_and_rician_estimate_what_is_not_given():
    signal = 10.0 * magnitudes(TE, 500.0, 40.0, 400, seed=7)
    for model in ("second-moment", "rician"):
        fitted = fit(signal, TE, model)
        good = fitted.status == FitStatus.OK
        assert np.all(np.isfinite(fitted.sigma[good]))
        assert 2.0 < np.median(fitted.sigma[good]) < 12.0
        assert np.all(fit(signal, TE, model, sigma=10.0).sigma[good] == 10.0)
