"""What `fit` promises whatever it is given."""

import numpy as np
import pytest
from fitcalls import FIELD_T, fit_any
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ironquant import fit
from ironquant.core import (
    CancelledError,
    CancelToken,
    FitArgumentError,
    FitStatus,
    IronQuantError,
    SettingsError,
)
from ironquant.fitting import MODELS, engine

pytestmark = pytest.mark.filterwarnings("error")

TE = (1.2, 2.3, 3.6, 5.0, 6.1, 7.7, 9.0, 10.4)
NAMES = tuple(MODELS)
NUMBERS = (
    "t2star_ms",
    "t2star_se_ms",
    "r2star_per_s",
    "r2star_se_per_s",
    "s0",
    "offset",
    "r_squared",
)


def noisy_voxels(count, seed):
    rng = np.random.default_rng(seed)
    clean = rng.uniform(100, 900, (count, 1)) * np.exp(-np.array(TE) / rng.uniform(1.5, 40, (count, 1)))
    return np.hypot(clean + rng.normal(0, 10, clean.shape), rng.normal(0, 10, clean.shape))


def assert_promises(fitted, shape):
    good = fitted.status == FitStatus.OK
    for name in NUMBERS:
        array = getattr(fitted, name)
        assert array.shape == shape, name
        # R² of a perfect fit to an all but constant curve may be unknown; everything else is a number.
        if name != "r_squared":
            assert np.all(np.isfinite(array[good])), name
        assert np.all(np.isnan(array[~good])), name
    assert fitted.ci95.shape == (*shape, 2)
    assert np.all(np.isfinite(fitted.ci95[good]))
    assert np.all(fitted.t2star_ms[good] > 0)
    assert np.all(fitted.s0[good] > 0)
    assert np.all(fitted.ci95[..., 0][good] <= fitted.t2star_ms[good] * (1 + 1e-12))
    assert np.all(fitted.ci95[..., 1][good] >= fitted.t2star_ms[good] * (1 - 1e-12))
    assert fitted.status.shape == fitted.n_echoes_used.shape == shape


# --- symmetries ------------------------------------------------------------------------------


@given(st.sampled_from(NAMES), st.floats(1e-6, 1e6), st.integers(0, 1000), st.booleans())
@settings(max_examples=40, deadline=None)
def test_scaling_the_signal_scales_s0_only(model, factor, seed, known):
    signal = noisy_voxels(7, seed)
    sigma = 10.0 if known else None
    one = fit_any(signal, TE, model, sigma=sigma)
    other = fit_any(signal * factor, TE, model, sigma=None if sigma is None else sigma * factor)
    np.testing.assert_array_equal(one.status, other.status)
    np.testing.assert_array_equal(one.n_echoes_used, other.n_echoes_used)
    np.testing.assert_allclose(other.t2star_ms, one.t2star_ms, rtol=1e-6)
    np.testing.assert_allclose(other.s0, one.s0 * factor, rtol=1e-6)
    np.testing.assert_allclose(other.r_squared, one.r_squared, atol=1e-6)


@given(st.sampled_from(NAMES), st.floats(1e-3, 1e3), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_scaling_te_scales_t2star_only(model, factor, seed):
    signal = noisy_voxels(7, seed)
    # Fat turns at a fixed frequency: with the echo times the field must be scaled.
    one = fit_any(signal, TE, model, sigma=10.0)
    field_t = FIELD_T / factor
    other = fit_any(signal, np.array(TE) * factor, model, sigma=10.0, field_t=field_t)
    np.testing.assert_array_equal(one.status, other.status)
    np.testing.assert_allclose(other.t2star_ms, one.t2star_ms * factor, rtol=1e-6)
    np.testing.assert_allclose(other.ci95, one.ci95 * factor, rtol=1e-5)
    np.testing.assert_allclose(other.s0, one.s0, rtol=1e-6)


@pytest.mark.parametrize("model", NAMES)
def test_order_and_block_size_do_not_matter(model, monkeypatch):
    signal = noisy_voxels(300, 1)
    order = np.random.default_rng(2).permutation(len(signal))
    whole = fit_any(signal, TE, model, sigma=10.0)
    shuffled = fit_any(signal[order], TE, model, sigma=10.0)
    monkeypatch.setattr(engine, "BLOCK_VOXELS", 7)
    blocks = fit_any(signal, TE, model, sigma=10.0)
    one = fit_any(signal[17], TE, model, sigma=10.0)
    for name in (*NUMBERS, "ci95", "status", "n_echoes_used"):
        expected = getattr(whole, name)
        np.testing.assert_allclose(getattr(shuffled, name), expected[order], rtol=1e-9, err_msg=name)
        np.testing.assert_allclose(getattr(blocks, name), expected, rtol=1e-9, err_msg=name)
        np.testing.assert_allclose(getattr(one, name), expected[17], rtol=1e-9, err_msg=name)


def test_leading_axes_are_kept():
    signal = noisy_voxels(24, 3)
    flat = fit(signal, TE)
    shaped = fit(signal.reshape(2, 3, 4, len(TE)), TE)
    assert shaped.t2star_ms.shape == (2, 3, 4)
    assert shaped.ci95.shape == (2, 3, 4, 2)
    np.testing.assert_array_equal(shaped.t2star_ms.ravel(), flat.t2star_ms)


# --- any input -------------------------------------------------------------------------------

anything = hnp.arrays(
    dtype=st.sampled_from([np.float64, np.float32, np.int16, np.uint16, np.uint8, np.int64, np.bool_]),
    shape=st.tuples(st.integers(0, 3), st.integers(0, 3), st.just(len(TE))),
)
wild = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, -1.0, 1e-300, 1e300, 5.0])


@given(st.sampled_from(NAMES), anything, st.none() | st.floats(0, 1e70), st.integers(1, 64))
@settings(max_examples=250, deadline=None)
def test_nothing_breaks_fit(model, signal, sigma, n_coils):
    fitted = fit_any(signal, TE, model, sigma=sigma, n_coils=n_coils)
    assert_promises(fitted, signal.shape[:-1])


@given(st.sampled_from(NAMES), st.lists(wild, min_size=8, max_size=8), st.booleans())
@example("truncation", [0.0, 0.0, 1.8231321939871783e-229, 0.0, 0.0, 0.0, 0.0, 1.0], True)
@settings(max_examples=250, deadline=None)
def test_no_curve_breaks_fit(model, curve, known):
    assert_promises(fit_any([curve], TE, model, sigma=3.0 if known else None), (1,))


@given(st.lists(wild, max_size=6), st.sampled_from(NAMES))
@settings(max_examples=200, deadline=None)
def test_no_echo_times_break_fit(te_ms, model):
    signal = 100.0 * np.exp(-np.arange(len(te_ms)) / 3.0)
    try:
        fitted = fit_any(signal[None], te_ms, model)
    except IronQuantError:
        return
    assert_promises(fitted, (1,))


@pytest.mark.parametrize("model", NAMES)
@pytest.mark.parametrize(
    ("curve", "status"),
    [
        (np.zeros(8), FitStatus.NOISE_FLOOR),
        (np.full(8, -5.0), FitStatus.NOISE_FLOOR),
        (np.full(8, 100.0), FitStatus.NO_DECAY),
        (np.linspace(50, 100, 8), FitStatus.NO_DECAY),
        (np.r_[np.nan, np.ones(7)], FitStatus.NOT_FINITE),
        (np.r_[np.ones(7), np.inf], FitStatus.NOT_FINITE),
    ],
    ids=["zeros", "negative", "constant", "rising", "nan", "inf"],
)
def test_junk_is_named(model, curve, status):
    fitted = fit_any(curve, TE, model)
    if MODELS[model].complex_signal and status == FitStatus.NOISE_FLOOR and curve.any():
        status = FitStatus.NO_DECAY  # A negative real part is a phase, not darkness.
    assert fitted.status == status
    assert np.isnan(fitted.t2star_ms)


def test_junk_does_not_touch_its_neighbours():
    signal = noisy_voxels(5, 8)
    clean = fit(signal, TE).t2star_ms
    spoilt = signal.copy()
    spoilt[1], spoilt[3] = np.nan, 1e308
    np.testing.assert_array_equal(fit(spoilt, TE).t2star_ms[[0, 2, 4]], clean[[0, 2, 4]])


@pytest.mark.parametrize("dtype", [np.float32, np.uint16, np.int32, ">i2"])
def test_number_types_read_only_and_strides(dtype):
    signal = np.round(noisy_voxels(6, 9)).astype(dtype)
    expected = fit(signal.astype(np.float64), TE).t2star_ms
    spread = np.zeros((6, 2 * len(TE)), dtype=dtype)
    spread[:, ::2] = signal
    view = spread[:, ::2]
    view.flags.writeable = False
    np.testing.assert_allclose(fit(view, TE).t2star_ms, expected, rtol=1e-12)
    fortran = np.asfortranarray(signal)
    np.testing.assert_allclose(fit(fortran, TE).t2star_ms, expected, rtol=1e-12)


def test_the_input_is_not_changed():
    signal = noisy_voxels(6, 10)
    before = signal.copy()
    for model in NAMES:
        fit_any(signal, TE, model, sigma=10.0)
    np.testing.assert_array_equal(signal, before)


@pytest.mark.parametrize("shape", [(0, 8), (3, 0, 8), (0, 0, 8)])
def test_empty(shape):
    assert_promises(fit(np.zeros(shape), TE), shape[:-1])


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_echoes(count):
    fitted = fit(np.ones((4, count)), TE[:count])
    assert np.all(fitted.status == FitStatus.TOO_FEW_ECHOES)
    assert_promises(fitted, (4,))


# --- arguments -------------------------------------------------------------------------------

GOOD = np.exp(-np.array(TE))


@pytest.mark.parametrize(
    "arguments",
    [
        {"signal": 5.0},
        {"signal": GOOD[:-1]},
        {"signal": GOOD + 0j},
        {"signal": ["a"] * 8},
        {"signal": [[1.0, 2.0], [3.0]]},
        {"signal": np.zeros((3, 0)), "te_ms": []},
        {"te_ms": TE[::-1]},
        {"te_ms": (0.0, *TE[1:])},
        {"te_ms": (-1.0, *TE[1:])},
        {"te_ms": (TE[0], TE[0], *TE[2:])},
        {"te_ms": (*TE[:-1], np.nan)},
        {"te_ms": (*TE[:-1], np.inf)},
        {"te_ms": np.ones((2, 8))},
        {"te_ms": ["x"] * 8},
        {"sigma": -1.0},
        {"sigma": np.nan},
        {"sigma": np.inf},
        {"sigma": 1e200},
        {"n_coils": 0},
        {"n_coils": 10**9},
        {"n_coils": float("nan")},
        {"mask": np.ones(3, dtype=bool)},
        {"signal": np.ones((2, 3, 8)), "mask": np.ones((3, 2), dtype=bool)},
        {"echoes": (1, 2)},
        {"echoes": (1, 2, 2)},
        {"echoes": (0, 1, 2)},
        {"echoes": (7, 8, 9)},
        {"echoes": ()},
        {"echoes": (1.5, 2.5, 3.5)},
    ],
    ids=lambda arguments: "-".join(arguments),
)
def test_arguments_that_contradict_each_other(arguments):
    with pytest.raises(FitArgumentError):
        fit(**{"signal": GOOD, "te_ms": TE, **arguments})


@pytest.mark.parametrize("model", ["", "Mono", "exponential", None])
def test_unknown_model(model):
    with pytest.raises(SettingsError) as caught:
        fit(GOOD, TE, model)
    assert caught.value.finding.code == "model_unknown"


def test_mask():
    signal = noisy_voxels(12, 11).reshape(3, 4, -1)
    mask = np.zeros((3, 4), dtype=bool)
    mask[1, 1:3] = True
    fitted = fit(signal, TE, mask=mask)
    whole = fit(signal, TE)
    np.testing.assert_allclose(fitted.t2star_ms[mask], whole.t2star_ms[mask], rtol=1e-12)
    assert np.all(fitted.status[~mask] == FitStatus.MASKED)
    assert np.all(fitted.n_echoes_used[~mask] == 0)
    assert_promises(fitted, (3, 4))


@pytest.mark.parametrize("model", NAMES)
def test_echoes_are_exactly_those_named(model):
    signal = noisy_voxels(5, 12)
    chosen = fit_any(signal, TE, model, echoes=(5, 1, 3, 2))
    alone = fit_any(
        signal[:, [0, 1, 2, 4]], np.array(TE)[[0, 1, 2, 4]], "mono" if model == "truncation" else model
    )
    np.testing.assert_allclose(chosen.t2star_ms, alone.t2star_ms, rtol=1e-9)
    good = chosen.status == FitStatus.OK
    assert np.all(chosen.n_echoes_used[good] == 4)
    assert chosen.model == model
    assert chosen.te_ms == TE


def test_cancel_and_progress(monkeypatch):
    monkeypatch.setattr(engine, "BLOCK_VOXELS", 10)
    signal = noisy_voxels(45, 13)
    seen = []
    fit(signal, TE, threads=1, progress=lambda fraction, step: seen.append((fraction, step)))
    assert seen == [(0.2, "fit"), (0.4, "fit"), (0.6, "fit"), (0.8, "fit"), (1.0, "fit")]

    token = CancelToken()

    def stop_at_half(fraction, step):
        seen.append(fraction)
        if fraction > 0.5:
            token.cancel()

    seen.clear()
    with pytest.raises(CancelledError):
        fit(signal, TE, progress=stop_at_half, cancel=token, threads=1)
    assert seen == [0.2, 0.4, 0.6]
