"""Noise from repeats and from residuals, against the σ that was put in."""

import numpy as np
import pytest

from ironquant.core import FitArgumentError
from ironquant.fitting.noise import estimate_noise
from ironquant.fitting.noise_residual import noise_from_residual
from ironquant.fitting.noise_scatter import noise_from_repeats, robust_variance
from ironquant.fitting.spectrum import fat_modulation

pytestmark = pytest.mark.filterwarnings("error")

LIVER = 1.0 + 1.4 * np.arange(10)
HEART = 2.0 + 2.2 * np.arange(8)
SHORT = 1.2 + 1.6 * np.arange(6)
GUANGXI = np.array([1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6])
SIGMA = 6.5


def magnitude(amplitude, n_coils, rng):
    """Amplitude in σ; magnitude of that plus noise in L complex channels."""
    parallel = amplitude + rng.standard_normal(amplitude.shape)
    return SIGMA * np.sqrt(parallel**2 + rng.chisquare(2 * n_coils - 1, amplitude.shape))


def tissue(te, t2star, snr, n_coils=1, fat=0.0, pixels=3000, seed=0):
    """Pixels whose T2* and S0 scatter by 15 %, shape (pixel, echo)."""
    rng = np.random.default_rng(seed)
    scatter = np.exp(0.15 * rng.standard_normal((2, pixels, 1)))
    beat = np.abs(1.0 - fat + fat * fat_modulation(te, 1.5))
    return magnitude(snr * scatter[0] * beat * np.exp(-te / (t2star * scatter[1])), n_coils, rng)


def test_robust_variance():
    rng = np.random.default_rng(1)
    dof = rng.integers(1, 9, 40_000).astype(float)
    square = 4.0 * rng.chisquare(dof)
    assert robust_variance(square, dof) == pytest.approx(4.0, rel=0.015)
    square[::20] *= 50.0
    assert robust_variance(square, dof) == pytest.approx(4.0, rel=0.1)
    assert robust_variance(np.zeros(9), np.ones(9)) is None
    assert robust_variance(np.zeros(0), np.zeros(0)) is None


# --- repeats -----------------------------------------------------------------------------------


@pytest.mark.parametrize("n_coils", [1, 4, 8, 32])
@pytest.mark.parametrize(("repeats", "side"), [(2, 64), (2, 128), (6, 40)])
def test_repeats(n_coils, repeats, side):
    """Air, dim and bright pixels together; the narrowing at low signal is corrected."""
    rng = np.random.default_rng(n_coils + repeats)
    amplitude = np.where(rng.random((side, side)) < 0.4, 0.0, rng.uniform(0, 30, (side, side)))
    noise = noise_from_repeats(magnitude(np.stack([amplitude] * repeats), n_coils, rng), n_coils=n_coils)
    assert noise is not None
    assert (noise.n_coils, noise.source) == (n_coils, "repeats")
    assert noise.sigma == pytest.approx(SIGMA, rel=0.03 if side == 128 else 0.06)


def test_repeats_with_moved_pixels_drift_and_whole_numbers():
    rng = np.random.default_rng(3)
    amplitude = np.full((4, 60, 60), 40.0) * np.array([1.0, 0.995, 0.99, 0.985])[:, None, None]
    amplitude[1, :3] *= 1.5
    images = np.round(magnitude(amplitude, 1, rng))
    assert noise_from_repeats(images).sigma == pytest.approx(SIGMA, rel=0.04)


def test_repeats_in_a_mask_for_all_echoes():
    rng = np.random.default_rng(4)
    amplitude = np.full((2, 50, 50, 3), 20.0)
    images = magnitude(amplitude, 1, rng)
    images[:, 20:] += rng.normal(0.0, 3 * SIGMA, (2, 30, 50, 3))
    images[0, 0, 0, 0] = np.nan
    mask = np.zeros((50, 50), dtype=bool)
    mask[:20] = True
    assert noise_from_repeats(images, mask).sigma == pytest.approx(SIGMA, rel=0.04)
    full = np.broadcast_to(mask[..., None], (50, 50, 3))
    assert noise_from_repeats(images, full) == noise_from_repeats(images, mask)
    assert noise_from_repeats(images).sigma > 1.5 * SIGMA


def test_repeats_that_tell_nothing():
    rng = np.random.default_rng(5)
    copy = np.stack([magnitude(np.full((40, 40), 30.0), 1, rng)] * 2)
    assert noise_from_repeats(copy) is None
    assert noise_from_repeats(copy, np.zeros((40, 40), dtype=bool)) is None
    assert noise_from_repeats(magnitude(np.zeros((2, 40, 40)), 1, rng)) is None
    with pytest.raises(FitArgumentError):
        noise_from_repeats(copy[:1])
    with pytest.raises(FitArgumentError):
        noise_from_repeats(copy, np.ones((3, 3), dtype=bool))


# --- residual ----------------------------------------------------------------------------------


@pytest.mark.parametrize("field_t", [None, 1.5])
@pytest.mark.parametrize(
    ("te", "t2star", "snr"),
    [
        (LIVER, 2.0, 100),
        (LIVER, 4.0, 30),
        (LIVER, 8.0, 20),
        (LIVER, 20.0, 10),
        (HEART, 4.0, 100),
        (HEART, 8.0, 30),
        (HEART, 20.0, 20),
        (HEART, 40.0, 10),
        (SHORT, 8.0, 20),
        (SHORT, 40.0, 30),
        (GUANGXI, 2.0, 100),
        (GUANGXI, 8.0, 10),
        (GUANGXI, 30.0, 100),
    ],
)
def test_residual_within_three_percent(te, t2star, snr, field_t):
    pixels = tissue(te, t2star, snr)
    noise = noise_from_residual(pixels, te, np.ones(len(pixels), dtype=bool), field_t=field_t)
    assert noise is not None
    assert noise.source == "residual"
    assert noise.sigma == pytest.approx(SIGMA, rel=0.03)


@pytest.mark.parametrize("n_coils", [4, 8, 32])
def test_residual_of_several_channels(n_coils):
    """Uncorrected, the narrowing at low signal and the floor of √(2L)·σ would show."""
    pixels = tissue(LIVER, 8.0, 30, n_coils)
    noise = noise_from_residual(pixels, LIVER, np.ones(len(pixels), dtype=bool), n_coils=n_coils)
    assert noise.n_coils == n_coils
    assert noise.sigma == pytest.approx(SIGMA, rel=0.03)


@pytest.mark.parametrize(("te", "t2star"), [(LIVER, 4.0), (LIVER, 20.0), (HEART, 10.0), (GUANGXI, 30.0)])
def test_residual_with_fat(te, t2star):
    pixels = tissue(te, t2star, 60, fat=0.05)
    mask = np.ones(len(pixels), dtype=bool)
    assert noise_from_residual(pixels, te, mask, field_t=1.5).sigma == pytest.approx(SIGMA, rel=0.03)
    assert noise_from_residual(pixels, te, mask).sigma > 1.1 * SIGMA


def test_residual_where_the_echoes_hide_fat():
    """A step of one period: the fat term cannot be told from the signal and must not cost a freedom."""
    te = 4.612 / 2 + 4.612 * np.arange(8)
    pixels = tissue(te, 30.0, 50)
    noise = noise_from_residual(pixels, te, np.ones(len(pixels), dtype=bool), field_t=1.5)
    assert noise.sigma == pytest.approx(SIGMA, rel=0.03)


def test_residual_of_an_image_without_a_mask():
    """Air and spoilt pixels do not count; neither does what is not a number."""
    rng = np.random.default_rng(6)
    amplitude = np.zeros((1, 80, 80, len(LIVER)))
    amplitude[:, 20:60, 20:60] = 40.0 * np.exp(-LIVER / 12.0)
    amplitude[:, 20:24, 20:60, ::2] *= 1.4
    signal = magnitude(amplitude, 1, rng)
    signal[0, 30, 30, 2] = np.nan
    assert noise_from_residual(signal, LIVER).sigma == pytest.approx(SIGMA, rel=0.08)
    assert noise_from_residual(signal.astype(np.float32), tuple(LIVER)).sigma == pytest.approx(
        SIGMA, rel=0.08
    )


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_residual_scales_with_the_signal(scale):
    pixels = tissue(LIVER, 12.0, 40, pixels=400)
    mask = np.ones(400, dtype=bool)
    found = noise_from_residual(pixels * scale, LIVER, mask)
    assert found.sigma == pytest.approx(scale * noise_from_residual(pixels, LIVER, mask).sigma, rel=1e-6)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((200, 10)),
        np.full((200, 10), 5.0),
        np.full((200, 10), np.nan),
        np.tile(np.exp(-LIVER / 9.0), (200, 1)),
        np.eye(10).repeat(20, axis=0) + 1e-3,
        tissue(LIVER, 10.0, 0.0),
        tissue(LIVER, 1.0, 10.0),
        tissue(LIVER, 10.0, 30.0, pixels=40),
        tissue(LIVER[:2], 10.0, 30.0),
    ],
    ids=["zeros", "constant", "nan", "noise-free", "spikes", "noise", "gone", "few", "two echoes"],
)
def test_residual_that_tells_nothing(pixels):
    """No exception, no warning; None, or for a perfect fit next to nothing."""
    for field_t in (None, 1.5):
        noise = noise_from_residual(
            pixels, LIVER[: pixels.shape[1]], np.ones(len(pixels), bool), field_t=field_t
        )
        assert noise is None or (noise.sigma >= 0 and noise.sigma < 1.0)


def test_arguments():
    pixels = tissue(LIVER, 10.0, 30.0, pixels=100)
    with pytest.raises(FitArgumentError):
        noise_from_residual(pixels, HEART)
    with pytest.raises(FitArgumentError):
        noise_from_residual(pixels, LIVER, np.ones(7, dtype=bool))
    with pytest.raises(FitArgumentError):
        noise_from_residual(pixels[None], LIVER, np.ones(1, dtype=bool))


def test_phantom_background_and_residual_agree(phantom_of, series_of):
    """Both against the σ that the phantom was made with; partial volume and flow are in the residual."""
    phantom = phantom_of("demo")
    for images in phantom.organs:
        series = series_of(phantom, images.organ)
        air = estimate_noise(series.signal)
        left = noise_from_residual(series.signal, series.te_ms, field_t=phantom.spec.field_t)
        assert air is not None
        assert left is not None
        assert air.sigma == pytest.approx(images.sigma, rel=0.03)
        assert left.sigma == pytest.approx(images.sigma, rel=0.15)


def test_narrowing_matters():
    """At low signal the plain SD of the difference would be too small: 0.655 σ in air."""
    rng = np.random.default_rng(8)
    images = magnitude(np.full((2, 60, 60), 5.5), 8, rng)
    plain = np.std(images[0] - images[1]) / np.sqrt(2)
    assert plain < 0.93 * SIGMA
    assert noise_from_repeats(images, n_coils=8).sigma == pytest.approx(SIGMA, rel=0.05)
