"""Limits of T2* where no value can be given: they hold in 95 of 100 voxels, and are never absurd."""

import numpy as np
import pytest
from trains import TRAINS, magnitudes

from ironquant import fit
from ironquant.core import FitStatus
from ironquant.fitting import Noise
from ironquant.fitting.limits import region_limits, voxel_limits

COUNT = 1200
PLAIN = ("mono", "truncation", "second-moment", "rician", "offset", "loglinear", "arlo")
BOUND = "t2star_bound_ms"


def bounds(model, te, t2star_ms, snr, sigma=1.0, seed=1):
    """Fit, and the limits that it gives where T2* is too short and where nothing decays."""
    fitted = fit(magnitudes(te, 1000.0 / t2star_ms, snr, COUNT, seed), te, model, sigma=sigma)
    bound = fitted.extra[BOUND]
    short = np.where(fitted.status == FitStatus.BELOW_FIRST_ECHO, bound, np.nan)
    flat = np.where(fitted.status == FitStatus.NO_DECAY, bound, np.nan)
    return fitted, short, flat


@pytest.mark.parametrize("train", ["heart", "guangxi"])
@pytest.mark.parametrize("model", PLAIN)
def test_wrong_limits_are_rare(model, train):
    """Of all voxels at most one in twenty may be told a limit that excludes the truth."""
    te = TRAINS[train]
    for snr, part in ((15.0, 0.6), (60.0, 0.2), (60.0, 0.4)):
        _, short, flat = bounds(model, te, part * te[0], snr)
        assert np.mean(short < part * te[0]) < 0.05, (snr, part)
        assert np.mean(flat > part * te[0]) < 0.05, (snr, part)
    for snr, trains in ((15.0, 1.0), (15.0, 3.0), (60.0, 10.0), (60.0, 100.0)):
        _, short, flat = bounds(model, te, trains * te[-1], snr)
        assert np.mean(short < trains * te[-1]) < 0.005, (snr, trains)
        assert np.mean(flat > trains * te[-1]) < 0.06, (snr, trains)


@pytest.mark.parametrize("model", ["second-moment", "rician"])
def test_severe_iron_gets_an_upper_bound(model):
    """T2* at half the first echo, SNR 60: nearly every voxel a limit, close to the truth."""
    te = TRAINS["liver"]
    fitted, short, _ = bounds(model, te, 0.5 * te[0], 60.0)
    told = np.isfinite(short)
    assert told.mean() > 0.6
    assert 0.5 < np.median(short[told]) < 1.5 * te[0]
    assert np.all(np.isnan(fitted.t2star_ms[told]))


@pytest.mark.parametrize(
    ("model", "sigma"),
    [(model, 1.0) for model in PLAIN]
    + [(model, None) for model in PLAIN if model not in ("offset", "second-moment")],
)
def test_no_decay_gets_a_lower_bound_of_the_order_of_the_train(model, sigma):
    te = TRAINS["heart"]
    _, _, flat = bounds(model, te, 1e4 * te[-1], 60.0, sigma)
    told = np.isfinite(flat)
    assert told.mean() > 0.4
    assert te[-1] < np.median(flat[told]) < 1e4 * te[-1]
    assert np.mean(flat[told] < te[-1]) < 0.02


@pytest.mark.parametrize("model", PLAIN)
def test_values_have_no_bound_and_bounds_no_value(model):
    te = TRAINS["liver"]
    for t2star_ms in (0.4, 0.7, 3.0, 400.0):
        fitted, _, _ = bounds(model, te, t2star_ms, 20.0)
        bound, good = fitted.extra[BOUND], fitted.status == FitStatus.OK
        limited = np.isin(fitted.status, (FitStatus.BELOW_FIRST_ECHO, FitStatus.NO_DECAY))
        assert np.all(np.isnan(bound[~limited]))
        assert np.all(np.isnan(fitted.t2star_ms[~good]))
        assert np.all(bound[np.isfinite(bound)] > 0)


def test_the_bound_comes_from_the_likelihood_not_from_a_constant():
    """The same truth, three times the signal: a tighter limit."""
    te = TRAINS["liver"]
    near = [np.nanmedian(bounds("second-moment", te, 0.35, snr)[1]) for snr in (60.0, 200.0)]
    assert 0.35 < near[1] < near[0]


def test_scaling_the_echo_times_scales_the_limit():
    te = TRAINS["liver"]
    signal = magnitudes(te, 2000.0, 60.0, 500, seed=3)
    one, other = (fit(signal, te * factor, "second-moment", sigma=1.0).extra[BOUND] for factor in (1.0, 3.0))
    assert np.isfinite(one).sum() > 100
    np.testing.assert_allclose(other, 3.0 * one, rtol=1e-6)


def test_one_sided_limits_of_a_measurable_decay():
    """Each of both limits is on its side of the truth in about 95 of 100 voxels."""
    te, noise = TRAINS["liver"], Noise(1.0, 1)
    for rate, snr in ((30.0, 15.0), (100.0, 30.0), (400.0, 60.0), (1100.0, 60.0)):
        curves = magnitudes(te, rate, snr, 3000, seed=4).T
        low, high = voxel_limits(curves, te, noise)
        # "At most" is not said of a T2* beyond the train.
        told = 1.0 if rate * te[-1] < 1000.0 else 0.98
        assert 0.90 <= np.mean(~(low > rate / 1000.0)) <= told, rate
        assert 0.90 <= np.mean(~(high < rate / 1000.0)) <= 0.98, rate


def test_signal_that_must_have_been_there_gives_a_limit_of_its_own():
    """A region whose first echo is noise: only tissue that is known to be there bounds T2*."""
    te, noise = TRAINS["liver"], Noise(1.0, 1)
    square = np.mean(magnitudes(te, 1e4, 60.0, 100, seed=5) ** 2, axis=0)

    def variance(expected):
        return 4.0 * (expected + 1.0) / 100.0

    alone, _ = region_limits(square, te, noise, variance)
    known, _ = region_limits(square, te, noise, variance, s0_at_least=40.0)
    assert 2.0 < known < 10.0
    assert not alone > 2.0


@pytest.mark.parametrize("model", ["second-moment", "rician"])
@pytest.mark.parametrize(("snr", "part"), [(30.0, 0.7), (60.0, 0.6), (60.0, 0.65), (120.0, 0.5)])
def test_upper_bounds_hold_close_to_what_can_be_measured(model, snr, part):
    """Weights from the measured S² would pull the limit to slow rates: one voxel in five told false."""
    te = TRAINS["liver"]
    _, short, _ = bounds(model, te, part * te[0], snr)
    assert np.mean(short < part * te[0]) < 0.10
