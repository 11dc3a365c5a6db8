"""Clear voxels in one compiled pass: it answers nearly all, rightly, and leaves the rest alone."""

import numpy as np
import pytest
from scipy.optimize import least_squares

from ironquant import fit
from ironquant.core import FitStatus
from ironquant.fitting import clear, engine, warm_up

SIGMA = 20.0
TRAINS = {
    "even": 1.2 * np.arange(1, 13),
    "uneven": np.array([1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6]),
}


@pytest.fixture(autouse=True)
def _kernels(monkeypatch):
    if not warm_up(600.0):
        pytest.skip("Numba is missing")
    monkeypatch.setattr(engine, "VOLUME_VOXELS", 0)


@pytest.fixture
def left(monkeypatch):
    """Which voxels the pass hands back, block by block."""
    handed_back = []

    def watched(problem, rows, output):
        remaining = clear.fit_clear_cases(problem, rows, output)
        handed_back.append(remaining)
        return remaining

    monkeypatch.setattr(engine, "fit_clear_cases", watched)
    return handed_back


def decays(te, count=5000, seed=3):
    """T2* from 1 to 40 ms, Rician noise of SNR 50, as float32 like a series."""
    rng = np.random.default_rng(seed)
    clean = 1000.0 * np.exp(-te / np.exp(rng.uniform(0, np.log(40), (count, 1))))
    noise = rng.normal(0, SIGMA, (2, *clean.shape))
    return np.hypot(clean + noise[0], noise[1]).astype(np.float32)


def test_offset_is_answered_as_numpy_does(left, monkeypatch):
    """Beside T2*, its error and the constant too; only what has no answer is handed back."""
    te, signal = TRAINS["uneven"], decays(TRAINS["uneven"])
    quick = fit(signal, te, "offset")
    answered = quick.status == FitStatus.OK
    assert not np.any(answered[np.concatenate(left)])
    monkeypatch.setattr(engine, "VOLUME_VOXELS", 10**9)  # NumPy alone
    slow = fit(signal, te, "offset")
    np.testing.assert_array_equal(quick.status, slow.status)
    np.testing.assert_array_equal(quick.dof, slow.dof)
    for name in ("r2star_per_s", "r2star_se_per_s", "s0", "r_squared"):
        np.testing.assert_allclose(getattr(quick, name), getattr(slow, name), rtol=1e-8)
    # The constant of a slow decay is a small difference of large numbers.
    offset, expected = (each.estimated["offset"] for each in (quick, slow))
    np.testing.assert_array_equal(offset > 0, expected > 0)
    assert np.nanmax(np.abs(offset - expected) / slow.s0) < 1e-9
    assert 0.1 < np.mean(offset[answered] > 0) < 0.9


@pytest.mark.parametrize("model", ["mono", "truncation"])
@pytest.mark.parametrize("train", TRAINS)
def test_nearly_all_voxels_are_answered(model, train, left):
    te = TRAINS[train]
    fitted = fit(decays(te), te, model, sigma=SIGMA)
    assert np.mean(fitted.status == FitStatus.OK) > 0.99
    assert len(np.concatenate(left)) < 0.02 * fitted.status.size


@pytest.mark.parametrize("train", TRAINS)
def test_answers_are_those_of_scipy(train, left):
    te, signal = TRAINS[train], decays(TRAINS[train], 60)
    fitted = fit(signal, te, "mono")
    answered = np.setdiff1d(np.arange(60), np.concatenate(left))
    assert answered.size > 50
    for voxel in answered:
        curve = signal[voxel].astype(float)
        start = (curve[0], 1.0 / fitted.t2star_ms[voxel])
        found = least_squares(
            lambda x, curve=curve: x[0] * np.exp(-te * x[1]) - curve,
            start,
            x_scale=start,
            xtol=1e-14,
            ftol=1e-14,
        )
        covariance = np.linalg.inv(found.jac.T @ found.jac) * 2.0 * found.cost / (len(te) - 2)
        assert fitted.s0[voxel] == pytest.approx(found.x[0], rel=1e-6)
        assert fitted.r2star_per_s[voxel] == pytest.approx(1000.0 * found.x[1], rel=1e-6)
        assert fitted.r2star_se_per_s[voxel] == pytest.approx(1000.0 * np.sqrt(covariance[1, 1]), rel=1e-4)
        assert fitted.r_squared[voxel] == pytest.approx(
            1.0 - 2.0 * found.cost / np.sum((curve - curve.mean()) ** 2), abs=1e-6
        )


def test_what_is_not_clear_is_handed_back(left):
    te, signal = TRAINS["even"], decays(TRAINS["even"], 200)
    signal[3], signal[10, 4], signal[20, 0] = 0.0, np.nan, np.inf
    signal[40] = 500.0
    fitted = fit(signal, te, "mono")
    assert {3, 10, 20, 40} <= set(np.concatenate(left).tolist())
    expected = (FitStatus.NOISE_FLOOR, FitStatus.NOT_FINITE, FitStatus.NOT_FINITE, FitStatus.NO_DECAY)
    assert tuple(fitted.status[[3, 10, 20, 40]]) == expected
    assert np.isnan(fitted.t2star_ms[[3, 10, 20, 40]]).all()


@pytest.mark.parametrize("model", ["mono", "truncation", "offset"])
def test_masks_choices_and_held_arrays_change_no_number(model):
    te, signal = TRAINS["uneven"], decays(TRAINS["uneven"], 600)
    signal.flags.writeable = False
    whole = fit(signal, te, model, sigma=SIGMA)
    mask = np.arange(600) % 3 == 0
    some = fit(signal, te, model, sigma=SIGMA, mask=mask)
    np.testing.assert_array_equal(some.r2star_per_s[mask], whole.r2star_per_s[mask])
    assert np.isnan(some.r2star_per_s[~mask]).all()
    np.testing.assert_array_equal(fit(signal[::2], te, model, sigma=SIGMA).s0, whole.s0[::2])
    first = fit(signal, te, "mono", echoes=range(1, 9)).r2star_per_s
    np.testing.assert_array_equal(first, fit(signal[:, :8].astype(float), te[:8], "mono").r2star_per_s)
