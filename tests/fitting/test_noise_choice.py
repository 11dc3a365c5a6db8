"""The noise by the method that is asked for, against the noise that was put in."""

import numpy as np
import pytest

from ironquant.core import Acquisition, Finding, FitArgumentError
from ironquant.fitting import measure_noise

TE = tuple(1.2 + 1.5 * n for n in range(10))
SIGMA = 12.0


@pytest.fixture(scope="module")
def body():
    """A disc of tissue in air, T2* 12 ms, shape (slice, row, column, echo)."""
    row, column = np.mgrid[:128, :128]
    inside = np.hypot(row - 64, column - 64) < 40
    return np.where(inside, 600.0, 0.0)[None, ..., None] * np.exp(-np.array(TE) / 12.0)


@pytest.fixture
def scanned(body, echo_series):
    """Call with a seed: the disc with Rician noise."""

    def make(seed, **fields):
        rng = np.random.default_rng(seed)
        noisy = np.hypot(body + rng.normal(0, SIGMA, body.shape), rng.normal(0, SIGMA, body.shape))
        signal = noisy.astype(np.float32)
        return echo_series(signal, fields.pop("te_ms", TE), acquisition=Acquisition(field_t=1.5), **fields)

    return make


@pytest.mark.parametrize("method", ["background", "residual", "repeats"])
def test_every_method_finds_the_noise_that_was_put_in(scanned, method):
    first, second = scanned(1), scanned(2)
    noise = measure_noise(first, method, others=(first, second))
    assert noise.sigma == pytest.approx(SIGMA, rel=0.03)
    assert (noise.n_coils, noise.source) == (1, method)


def test_given_channels_are_kept(scanned):
    series = scanned(1)
    for method in ("background", "residual"):
        noise = measure_noise(series, method, n_coils=2)
        assert noise is None or noise.n_coils == 2
    assert measure_noise(series, "residual", n_coils=2).n_coils == 2


def test_repeats_must_show_the_same_place_with_the_same_echoes(scanned):
    first = scanned(1)
    moved = np.diag([2.0, 2.0, 8.0, 1.0])
    moved[0, 3] = 0.2
    later = tuple(te + 0.05 for te in TE)
    strangers = (first, scanned(2, affine=moved), scanned(3, te_ms=later))
    with pytest.raises(FitArgumentError) as refused:
        measure_noise(first, "repeats", others=strangers)
    assert refused.value.finding.code == "repeats_missing"
    twin = scanned(4)
    assert measure_noise(first, "repeats", others=(*strangers, twin)) == measure_noise(
        first, "repeats", others=(twin,)
    )


def test_a_filtered_background_tells_nothing_whatever_the_channels(scanned):
    filtered = scanned(1, findings=(Finding("filtered_images", "warning"),))
    assert measure_noise(filtered) is None
    assert measure_noise(filtered, n_coils=1) is None
    assert measure_noise(filtered, "residual").sigma == pytest.approx(SIGMA, rel=0.03)
