"""The machinery: threads, blocks, compiled kernels beside NumPy, number types, wild input."""

import numpy as np
import pytest
from fitcalls import fit_any
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ironquant import fit
from ironquant.core import FitStatus, IronQuantError
from ironquant.fitting import MODELS, compiled, engine, warm_up

NAMES = tuple(MODELS)
MAGNITUDE = tuple(name for name, model in MODELS.items() if not model.complex_signal)
COMPARED = ("r2star_per_s", "r2star_se_per_s", "ci95", "s0", "offset", "sigma", "r_squared")


def voxels(te, count, seed, snr=40.0):
    """Rician magnitudes of all sorts of T2*, from below the first echo to beyond the train."""
    rng = np.random.default_rng(seed)
    clean = rng.uniform(0.3, 1.0, (count, 1)) * np.exp(
        -te / np.geomspace(0.5 * te[0], 8 * te[-1], count)[:, None]
    )
    return np.hypot(snr * clean + rng.normal(size=clean.shape), rng.normal(size=clean.shape))


def uneven(count, seed):
    return np.cumsum(np.random.default_rng(seed).uniform(0.7, 1.9, count))


def assert_same(one, other, rtol, atol=0.0):
    np.testing.assert_array_equal(one.status, other.status)
    np.testing.assert_array_equal(one.n_echoes_used, other.n_echoes_used)
    for name in COMPARED:
        np.testing.assert_allclose(
            getattr(one, name), getattr(other, name), rtol=rtol, atol=atol, err_msg=name
        )
    for name in one.extra:
        np.testing.assert_allclose(one.extra[name], other.extra[name], rtol=rtol, atol=1e-9, err_msg=name)


@pytest.fixture(scope="module", autouse=True)
def _settled():
    """Kernels for every size, and loaded: comparisons here are not to change path half-way."""
    warm_up(600.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "VOLUME_VOXELS", 0)
        yield


# --- threads and blocks ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference():
    te = uneven(8, 1)
    signal = voxels(te, 211, 2)
    return te, signal, {name: fit_any(signal, te, name, sigma=1.0, threads=1) for name in NAMES}


@pytest.mark.parametrize("model", NAMES)
@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("block", [1000, 64, 13])
def test_threads_and_blocks_change_no_digit_that_counts(model, threads, block, reference, monkeypatch):
    te, signal, expected = reference
    monkeypatch.setattr(engine, "BLOCK_VOXELS", block)
    assert_same(fit_any(signal, te, model, sigma=1.0, threads=threads), expected[model], 1e-9, 1e-9)


@given(st.sampled_from(NAMES), st.integers(1, 40), st.integers(1, 5), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_no_voxel_knows_its_neighbours(model, block, threads, random):
    te = uneven(7, 3)
    signal = voxels(te, 60, 4)
    order = list(range(60))
    random.shuffle(order)
    whole = fit_any(signal, te, model, sigma=1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "BLOCK_VOXELS", block)
        shuffled = fit_any(signal[order], te, model, sigma=1.0, threads=threads)
    np.testing.assert_array_equal(shuffled.status, whole.status[order])
    # Sums over other widths round otherwise; two components amplify that.
    loose = 1000.0 if model == "biexp" else 1.0
    np.testing.assert_allclose(shuffled.t2star_ms, whole.t2star_ms[order], rtol=1e-9 * loose)
    np.testing.assert_allclose(shuffled.ci95, whole.ci95[order], rtol=1e-7 * loose)


@pytest.mark.parametrize("model", MAGNITUDE)
def test_a_mask_is_a_choice_of_voxels(model):
    te = uneven(8, 5)
    signal = voxels(te, 90, 6).reshape(9, 10, -1)
    mask = np.random.default_rng(7).random((9, 10)) < 0.4
    chosen, alone = (
        fit_any(signal, te, model, sigma=1.0, mask=mask),
        fit_any(signal[mask], te, model, sigma=1.0),
    )
    np.testing.assert_array_equal(chosen.status[mask], alone.status)
    np.testing.assert_allclose(chosen.t2star_ms[mask], alone.t2star_ms, rtol=1e-9)
    assert np.all(chosen.status[~mask] == FitStatus.MASKED)


# --- compiled kernels beside NumPy -----------------------------------------------------------


@pytest.fixture
def both(monkeypatch):
    """Fit with the compiled kernels and without them."""
    if not warm_up(600.0):
        pytest.skip("Numba is missing")

    def run(*arguments, **options):
        fast = fit_any(*arguments, **options)
        with monkeypatch.context() as patch:
            patch.setattr(compiled, "_loaded", {})
            slow = fit_any(*arguments, **options)
        assert compiled.ready()
        return fast, slow

    return run


def assert_agree(fast, slow, weak=0):
    """To 1e-6 where both have an answer; `weak` voxels may fall on either side of a threshold."""
    assert np.sum(fast.status != slow.status) <= weak
    good = (fast.status == FitStatus.OK) & (slow.status == FitStatus.OK)
    good &= fast.n_echoes_used == slow.n_echoes_used
    assert good.any()
    for name, rtol in (("r2star_per_s", 1e-6), ("r2star_se_per_s", 1e-5), ("s0", 1e-6)):
        one, other = getattr(fast, name)[good], getattr(slow, name)[good]
        np.testing.assert_allclose(one, other, rtol=rtol, err_msg=name)
    np.testing.assert_allclose(fast.offset[good], slow.offset[good], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(fast.r_squared[good], slow.r_squared[good], atol=1e-7)


@pytest.mark.parametrize("known", [True, False], ids=["sigma", "no sigma"])
@pytest.mark.parametrize("spacing", ["even", "uneven"])
@pytest.mark.parametrize("model", MAGNITUDE)
def test_kernels_agree_with_numpy(model, spacing, known, both):
    for count in (5, 12):
        te = 1.1 + 1.3 * np.arange(count) if spacing == "even" else uneven(count, count)
        signal = voxels(te, 403, count)
        assert_agree(*both(signal, te, model, sigma=1.0 if known else None), weak=1)


@pytest.mark.parametrize("count", [3, 4, 6, 7, 10, 13, 20, 27, 32])
@pytest.mark.parametrize("model", ["mono", "truncation", "offset", "second-moment", "rician"])
def test_kernels_agree_for_any_number_of_echoes(model, count, both):
    for te in (0.9 + 0.8 * np.arange(count), uneven(count, 20 + count)):
        assert_agree(*both(voxels(te, 201, 30 + count), te, model, sigma=1.0), weak=1)


@pytest.mark.parametrize("model", ["mono", "truncation", "offset"])
def test_kernels_agree_with_weights(model, both):
    rng = np.random.default_rng(8)
    for te in (1.1 + 1.3 * np.arange(9), uneven(9, 9)):
        signal = voxels(te, 201, 10)
        shared = rng.uniform(0.05, 3.0, len(te))
        shared[[4, 6]] = 0.0
        assert_agree(*both(signal, te, model, weights=shared), weak=1)
        assert_agree(*both(signal, te, model, weights=rng.uniform(0.05, 3.0, signal.shape)), weak=1)


@pytest.mark.parametrize("model", ["mono", "truncation", "second-moment", "rician"])
def test_kernels_agree_on_prefixes_and_targets(model, both):
    te = uneven(12, 11)
    signal = voxels(te, 201, 12)
    for last in (3, 5, 9):
        assert_agree(*both(signal, te, model, sigma=1.0, echoes=tuple(range(1, last + 1))), weak=1)
    if model == "truncation":
        assert_agree(*both(signal, te, model, r_squared_target=0.99), weak=1)


@pytest.mark.parametrize("n_coils", [1, 2, 8, 32])
def test_kernels_agree_for_many_channels(n_coils, both):
    te = uneven(10, 13)
    signal = np.sqrt(voxels(te, 201, 14) ** 2 + 2.0 * (n_coils - 1))
    for model in ("second-moment", "rician"):
        assert_agree(*both(signal, te, model, sigma=1.0, n_coils=n_coils), weak=1)


@given(
    st.sampled_from(["mono", "offset", "rician", "second-moment", "truncation"]),
    hnp.arrays(np.float64, (4, 6), elements=st.floats(0.0, 1e4)),
)
@settings(max_examples=60, deadline=None)
def test_kernels_agree_on_anything(model, signal):
    """Whatever the curves are: no answer on one path that is far from the answer on the other."""
    if not warm_up(600.0):
        pytest.skip("Numba is missing")
    te = uneven(6, 15)
    fast = fit(signal, te, model, sigma=30.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "_loaded", {})
        slow = fit(signal, te, model, sigma=30.0)
    good = (fast.status == FitStatus.OK) & (slow.status == FitStatus.OK)
    good &= fast.n_echoes_used == slow.n_echoes_used
    np.testing.assert_allclose(fast.t2star_ms[good], slow.t2star_ms[good], rtol=1e-5)


# --- number types ----------------------------------------------------------------------------


@pytest.mark.parametrize("model", NAMES)
def test_float32_agrees_with_float64(model):
    te = uneven(8, 16)
    signal = 12.0 * voxels(te, 301, 17)
    one, other = (fit_any(signal.astype(kind), te, model, sigma=12.0) for kind in (np.float64, np.float32))
    good = (one.status == FitStatus.OK) & (other.status == FitStatus.OK)
    assert np.sum(one.status != other.status) <= 1
    assert good.sum() > 100
    same = one.n_echoes_used == other.n_echoes_used
    assert np.sum(~same) <= 1
    np.testing.assert_allclose(other.t2star_ms[good & same], one.t2star_ms[good & same], rtol=1e-4)


@pytest.mark.parametrize("model", MAGNITUDE)
@pytest.mark.parametrize("kind", [np.uint16, np.int16, np.float32, ">u2", np.uint8])
def test_whole_numbers_read_only_and_strided(model, kind):
    te = uneven(8, 18)
    signal = np.round(5.0 * voxels(te, 60, 19)).astype(kind)
    expected = fit_any(signal.astype(np.float64), te, model, sigma=5.0)
    wide = np.zeros((120, 2 * len(te)), dtype=kind)[::-1, ::-1]
    wide[::2, ::2] = signal
    strided = wide[::2, ::2]
    strided.flags.writeable = False
    turned = np.asfortranarray(signal)
    for given_signal in (strided, turned, np.moveaxis(np.ascontiguousarray(signal.T), 0, -1)):
        fitted = fit_any(given_signal, te, model, sigma=5.0)
        np.testing.assert_array_equal(fitted.status, expected.status)
        np.testing.assert_allclose(fitted.t2star_ms, expected.t2star_ms, rtol=1e-9)


# --- wild input ------------------------------------------------------------------------------

wild = st.floats() | st.sampled_from([0.0, -1.0, 1e-320, 1e-300, 1e300, 65535.0, 1.0])
lists = st.lists(wild, min_size=1, max_size=12)


@pytest.mark.filterwarnings("error")
@given(
    st.sampled_from(NAMES),
    st.integers(1, 33).flatmap(
        lambda count: st.tuples(
            hnp.arrays(np.float64, (2, count), elements=wild), hnp.arrays(np.float64, count, elements=wild)
        )
    ),
    st.booleans(),
    st.none() | wild,
    st.none() | st.integers(-1, 40),
    st.none() | lists | st.just("none"),
    st.none() | st.tuples(wild, wild),
    st.none() | wild,
)
@settings(max_examples=400, deadline=None)
def test_nothing_but_our_own_errors(model, arrays, ordered, sigma, n_coils, weights, bounds, target):
    """Whatever is given: an error of ours, or a fit whose OK voxels are numbers."""
    signal, te = arrays
    te = np.cumsum(np.abs(np.nan_to_num(te, posinf=1.0, neginf=1.0)) % 3.0 + 0.1) if ordered else te
    try:
        fitted = fit_any(
            signal,
            te,
            model,
            sigma=sigma,
            n_coils=1 if n_coils is None else n_coils,
            weights=weights,
            bounds=bounds,
            r_squared_target=target,
        )
    except IronQuantError:
        return
    good = fitted.status == FitStatus.OK
    for name in ("t2star_ms", "t2star_se_ms", "r2star_per_s", "r2star_se_per_s", "s0", "offset"):
        assert np.all(np.isfinite(getattr(fitted, name)[good])), name
        assert np.all(np.isnan(getattr(fitted, name)[~good])), name
    assert np.all(np.isfinite(fitted.ci95[good]))
    assert np.all(fitted.t2star_ms[good] > 0)
    bound = fitted.extra["t2star_bound_ms"]
    assert np.all(np.isnan(bound) | ((bound > 0) & np.isfinite(bound)))


@given(st.sampled_from(NAMES), st.lists(st.integers(-3, 12), max_size=9), st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_any_choice_of_echoes(model, echoes, seed):
    te = uneven(8, 21)
    try:
        fitted = fit_any(voxels(te, 5, seed), te, model, sigma=1.0, echoes=echoes)
    except IronQuantError:
        valid = (
            len(echoes) >= 3 and len(set(echoes)) == len(echoes) and all(1 <= echo <= 8 for echo in echoes)
        )
        assert not valid
        return
    assert np.all(fitted.n_echoes_used <= len(echoes))
