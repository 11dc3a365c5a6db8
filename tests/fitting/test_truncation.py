"""How many echoes automatic truncation keeps, beside the documented rule with SciPy's fits."""

import numpy as np
import pytest
from scipy.optimize import curve_fit

from ironquant import fit
from ironquant.core import MIN_ECHOES
from ironquant.fitting import truncation, using_kernels, warm_up

NOISE_MEAN = np.sqrt(np.pi / 2.0)
TRAINS = {"even": np.arange(1.0, 15.0, 1.2), "uneven": np.array([0.9, 1.7, 3.0, 4.1, 5.9, 7.0, 9.2, 11.0])}


def decay(te, s0, rate):
    return s0 * np.exp(-te * rate)


def fitted(te, signal):
    """Best parameters, their covariance, R²."""
    start = signal[0] * 1.2, max(0.02, np.log(signal[0] / signal[2]) / (te[2] - te[0]))
    best, covariance = curve_fit(decay, te, signal, start, xtol=1e-13, ftol=1e-13, gtol=1e-13, maxfev=4000)
    rest, around = signal - decay(te, *best), signal - signal.mean()
    return best, covariance, 1.0 - rest @ rest / (around @ around)


def echoes_by_the_rule(te, signal, floor):
    """The rule of `ironquant.fitting.truncation`, word by word."""
    used = 0
    while used < len(te) and signal[used] > 2.0 * floor:
        used += 1
    used = max(used, MIN_ECHOES)
    while used > MIN_ECHOES and signal[used - 1] < 4.0 * floor:
        with_last = fitted(te[:used], signal[:used])
        best, covariance, goodness = fitted(te[: used - 1], signal[: used - 1])
        late = te[used - 1]
        slopes = np.array([np.exp(-late * best[1]), -late * decay(late, *best)])
        rest = signal[: used - 1] - decay(te[: used - 1], *best)
        error = np.sqrt(rest @ rest / (used - 3) + slopes @ covariance @ slopes)
        if not (signal[used - 1] - decay(late, *best) > 2.0 * error and goodness > with_last[2]):
            break
        used -= 1
    return used


def curves(te, count, sigma=0.05):
    rng = np.random.default_rng(count)
    clean = decay(te, 1.0, rng.uniform(0.1, 0.6, (count, 1)))
    return np.hypot(clean + sigma * rng.normal(size=clean.shape), sigma * rng.normal(size=clean.shape))


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("count", [6, 240], ids=["few: all numbers at once", "many: echo after echo"])
@pytest.mark.parametrize("train", TRAINS)
def test_echoes_are_those_of_the_rule(train, count, compiled):
    if compiled and not warm_up(600.0):
        pytest.skip("Numba is missing")
    te, sigma = TRAINS[train], 0.05
    signal = curves(te, count, sigma)
    low = signal[:, -1] < 4.0 * NOISE_MEAN * sigma
    assert (low.sum() * len(te) <= truncation.AT_ONCE) == (count == 6)
    with using_kernels(compiled):
        result = fit(signal, te, "truncation", sigma=sigma)
    expected = [echoes_by_the_rule(te, curve, NOISE_MEAN * sigma) for curve in signal]
    assert len(set(expected)) > 1
    np.testing.assert_array_equal(result.n_echoes_used, expected)
