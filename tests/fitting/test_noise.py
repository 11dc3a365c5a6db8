"""Noise from the air around a body of known signal."""

from pathlib import Path

import numpy as np
import pytest

from ironquant.fitting.chi import chi_mean, chi_table
from ironquant.fitting.noise import Noise, body_mask, estimate_noise, snr_per_echo, walled_mask
from ironquant.fitting.noise_residual import noise_from_residual

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real"

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


@pytest.mark.parametrize("thickness", [1.2, 2.0, 3.0])
def test_walled_mask_holds_a_body_whose_liver_is_as_black_as_air(thickness):
    """A disc of tissue with a black half that only a thin wall parts from the air."""
    row, column = np.mgrid[:96, :96] - 47.5
    radius = np.hypot(row, column)
    black = (radius < 40.0 - thickness) & (column < -5.0)
    tissue = np.where((radius < 40.0) & ~black, 100.0, 0.0)
    noise = np.random.default_rng(3).normal(0.0, 4.0, (2, *tissue.shape))
    image = np.hypot(tissue + noise[0], noise[1])
    mask = walled_mask(image)
    assert mask[radius < 38.0].all()
    assert not mask[radius > 42.0].any()
    assert not walled_mask(np.zeros((64, 64))).any()


def test_body_mask_finds_body_with_its_lungs():
    signal, inside = body_and_air(1, 6.0)
    mask = body_mask(np.sqrt(np.mean(signal[0] ** 2, axis=-1)))
    overlap = (mask & inside).sum() / (mask | inside).sum()
    assert overlap > 0.9


@pytest.mark.parametrize("image", [np.zeros((64, 64)), np.full((64, 64), 7.0), np.full((64, 64), np.nan)])
def test_body_mask_of_nothing(image):
    assert not body_mask(image).any()


@pytest.mark.parametrize("n_coils", [1, 2, 8, 16, 32])
@pytest.mark.parametrize("size", [64, 96, 256])
def test_sigma_and_channels_whatever_the_size(n_coils, size):
    """About 700 (64 × 64) to 20,000 pixels of air; SD/mean tells 32 channels from 31 by 1.6 %."""
    found = [
        estimate_noise(body_and_air(n_coils, 5.0, seed=seed, size=size, radius=0.28)[0]) for seed in range(3)
    ]
    assert all(noise is not None and noise.source == "background" for noise in found)
    assert np.abs([noise.n_coils - n_coils for noise in found]).max() <= (0 if n_coils <= 8 else 2)
    level = np.mean([noise.sigma * np.sqrt(noise.n_coils / n_coils) for noise in found])
    assert level == pytest.approx(5.0, rel=0.01)


@pytest.mark.parametrize("n_coils", [1, 6, 40])
def test_channels_given(n_coils):
    signal, _ = body_and_air(n_coils, 5.0)
    assert estimate_noise(signal, n_coils) == Noise(pytest.approx(5.0, rel=0.01), n_coils)
    level = estimate_noise(signal, n_coils).sigma * np.sqrt(n_coils)
    assert estimate_noise(signal, 2 * n_coils).sigma * np.sqrt(2 * n_coils) == pytest.approx(level)


def test_blanked_or_constant_background_but_a_residual():
    """Where the scanner leaves no noise in the air, the decays still tell it."""
    te = 1.0 + 1.4 * np.arange(10)
    rng = np.random.default_rng(2)
    inside = body_and_air(1, 1.0)[1]
    clean = 400.0 * inside[..., None] * np.exp(-te / 12.0)
    signal = np.hypot(clean + rng.normal(0, 8.0, clean.shape), rng.normal(0, 8.0, clean.shape))
    assert estimate_noise(signal[None]).sigma == pytest.approx(8.0, rel=0.03)
    signal[~inside] = 0.0
    assert estimate_noise(signal[None]) is None
    found = noise_from_residual(signal[None], te)
    assert found == Noise(pytest.approx(8.0, rel=0.03), 1)
    assert found.source == "residual"


def test_equal_whatever_the_source():
    assert Noise(2.0, 1) == Noise(2.0, 1, "background")
    assert Noise(2.0, 1).source == "given"
    assert Noise(2.0, 4).floor == pytest.approx(2.0 * chi_mean(4))


@pytest.mark.parametrize("n_coils", [1, 4, 32])
def test_snr_per_echo(n_coils):
    """The root mean square gives the amplitude back, the mean nearly so; the naive ratio does not."""
    amplitude = np.array([0.0, 3.0, 10.0, 60.0])
    noise = Noise(5.0, n_coils)
    rms = 5.0 * np.sqrt(amplitude**2 + 2 * n_coils)
    np.testing.assert_allclose(snr_per_echo(rms, noise), amplitude, atol=1e-6)
    mean = 5.0 * chi_table(n_coils).moments(amplitude)[0]
    found = snr_per_echo(mean[None], noise)[0]
    np.testing.assert_array_less(np.abs(found[1:] - amplitude[1:]), 0.6 / amplitude[1:])
    assert found[0] == 0.0
    assert mean[0] / 5.0 > 1.2


@pytest.mark.parametrize("name", ["ge-mr750-r2star12", "siemens-r2star12-nifti"])
def test_real_series(name):
    """In vivo, long echoes, SNR over 100: the decay is no exponential, the residual an upper limit."""
    if not (REAL / name).is_dir():
        pytest.skip(f"no shared real data ({name})")
    from ironquant.dicom import read_examination, scan

    series = read_examination(scan(REAL / name)[0]).series[0]
    left = noise_from_residual(series.signal, series.te_ms, field_t=series.acquisition.field_t)
    air = estimate_noise(series.signal)
    assert left is not None
    if name.startswith("siemens"):
        assert air is None
        assert 3.0 < left.sigma < 10.0
    else:
        assert air == Noise(pytest.approx(9.3, rel=0.1), 1)
        assert air.sigma < left.sigma < 5.0 * air.sigma
