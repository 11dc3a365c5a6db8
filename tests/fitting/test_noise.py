"""Noise from the air around a body of known signal."""

import numpy as np
import pytest
from scipy import special

from ironquant.fitting import Noise, body_mask, chi_mean, estimate_noise

TE = np.array([1.0, 3.0, 5.0, 7.0])


def body_and_air(n_coils, sigma, seed=0, size=160, level=400.0, radius=0.33):
    """An elliptic body with a dark lung in it; root sum of squares over channels."""
    rng = np.random.default_rng(seed)
    y, x = np.indices((size, size)) / size - 0.5
    inside = (x / 0.42) ** 2 + (y / radius) ** 2 < 1
    lung = ((x + 0.15) / 0.12) ** 2 + (y / 0.15) ** 2 < 1
    s0 = level * inside * np.where(lung, 0.05, 1.0)
    clean = s0[..., None] * np.exp(-TE / 12.0) / np.sqrt(n_coils)
    shape = (n_coils, *clean.shape)
    channels = (clean + rng.normal(0, sigma, shape)) ** 2 + rng.normal(0, sigma, shape) ** 2
    return np.sqrt(channels.sum(axis=0))[None], inside


@pytest.mark.parametrize("sigma", [4.0, 20.0])
@pytest.mark.parametrize("n_coils", [1, 2, 4])
def test_sigma_and_channels(n_coils, sigma):
    signal, _ = body_and_air(n_coils, sigma, seed=n_coils)
    noise = estimate_noise(signal.astype(np.float32))
    assert noise is not None
    assert noise.n_coils == n_coils
    assert noise.sigma == pytest.approx(sigma, rel=0.03)


def test_rounded_to_whole_numbers():
    signal, _ = body_and_air(1, 6.0)
    noise = estimate_noise(np.round(signal))
    assert noise is not None
    assert noise == Noise(pytest.approx(6.0, rel=0.03), 1)


@pytest.mark.parametrize("spoil", ["zeros", "constant", "no air", "amplified"])
def test_none_where_air_tells_nothing(spoil):
    signal, inside = body_and_air(1, 6.0)
    if spoil == "zeros":
        signal[:, ~inside] = 0.0
    elif spoil == "constant":
        signal[:, ~inside] = 3.0
    elif spoil == "no air":
        signal = np.concatenate([signal[:, 60:100, 60:100]] * 2, axis=0)
    else:
        signal[..., -1] *= 3.0
    assert estimate_noise(signal) is None


def test_ghosts_do_not_raise_it():
    signal, inside = body_and_air(1, 6.0)
    ghost = np.roll(inside, 70, axis=0) & ~inside
    signal[0, ghost] += 60.0
    noise = estimate_noise(signal)
    assert noise is not None
    assert noise.sigma == pytest.approx(6.0, rel=0.05)


def test_body_mask_finds_body_with_its_lungs():
    signal, inside = body_and_air(1, 6.0)
    mask = body_mask(np.sqrt(np.mean(signal[0] ** 2, axis=-1)))
    overlap = (mask & inside).sum() / (mask | inside).sum()
    assert overlap > 0.9


@pytest.mark.parametrize("image", [np.zeros((64, 64)), np.full((64, 64), 7.0), np.full((64, 64), np.nan)])
def test_body_mask_of_nothing(image):
    assert not body_mask(image).any()


@pytest.mark.parametrize("n_coils", [1, 2, 4, 8, 32])
def test_mean_of_chi_noise(n_coils):
    """The series of the clinical reference: √(π/2)·(2L−1)!!/(2^(L−1)(L−1)!)."""
    ratio = special.factorial2(2 * n_coils - 1) / (2 ** (n_coils - 1) * special.factorial(n_coils - 1))
    assert chi_mean(n_coils) == pytest.approx(np.sqrt(np.pi / 2) * ratio, rel=1e-12)
    assert Noise(2.0, n_coils).floor == pytest.approx(2.0 * chi_mean(n_coils))
