"""The NumPy solver: a quick start finds what a search finds, and no voxel depends on its neighbours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ironquant.fitting.projection import solve
from ironquant.fitting.train import train_of

EVEN = tuple(1.2 * np.arange(1.0, 13.0))
UNEVEN = (1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6)
RATE, RSS = 0, 3


def drawn(te, seed, count, noise):
    """Curves of T2* 0.6 to 40 ms with Gaussian noise, shape (echo, voxel)."""
    rng = np.random.default_rng(seed)
    rate = 1.0 / np.exp(rng.uniform(np.log(0.6), np.log(40.0), count))
    return 100.0 * np.exp(-np.outer(te, rate)) + noise * rng.standard_normal((len(te), count))


def weights_of(kind, shape, seed):
    rng = np.random.default_rng(seed + 1)
    if kind == "equal":
        return np.ones((shape[0], 1))
    if kind == "shared":
        return rng.uniform(0.05, 3.0, (shape[0], 1))
    own = rng.uniform(0.05, 3.0, shape)
    return own if kind == "own" else own * (rng.uniform(size=shape) > 0.2)


@pytest.mark.parametrize("kind", ["equal", "shared", "own", "some left out"])
@pytest.mark.parametrize("te", [EVEN, UNEVEN], ids=["even", "uneven"])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), noise=st.floats(0.0, 8.0))
def test_a_quick_start_misses_no_minimum(te, kind, seed, noise):
    curves = drawn(te, seed, 60, noise)
    weights, train = weights_of(kind, curves.shape, seed), train_of(te)
    quick = solve(curves, weights, train, False, 1e-6)
    search = solve(curves, weights, train, False, 1e-6, search=True)
    size = np.sum(weights * curves**2, axis=0)
    assert np.all(quick[RSS] <= search[RSS] * (1.0 + 1e-7) + 1e-9 * size)
    near = solve(curves, weights, train, False, 1e-6, near=search[RATE] * 1.2)
    assert np.all(near[RSS] <= search[RSS] * (1.0 + 1e-7) + 1e-9 * size)


@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize("kind", ["shared", "own"])
def test_a_voxel_alone_gets_what_it_gets_among_others(kind, intercept):
    curves = drawn(EVEN, 5, 400, 4.0)
    weights, train = weights_of(kind, curves.shape, 5), train_of(EVEN)
    together = solve(curves, weights, train, intercept, 1e-9)
    # Beside a constant slow decays are so ill-determined that rounding shows.
    known = np.flatnonzero(together[RATE] > (0.1 if intercept else 0.0))
    assert known.size > 100
    for voxel in known[::3]:
        own = weights if kind == "shared" else weights[:, [voxel]]
        alone = solve(curves[:, [voxel]], own, train, intercept, 1e-9)
        for one, all_of_them in zip(alone, together, strict=True):
            np.testing.assert_allclose(one[0], all_of_them[voxel], rtol=1e-9)
