"""Fat is told from water by its oscillation, and nothing else is taken for it."""

import numpy as np
import pytest

from ironquant.fitting import fat_oscillation

# Hamilton 2011 liver spectrum (ppm from water, relative amplitude), clinical reference 2.8.
PPM = np.array([-3.80, -3.40, -2.60, -1.94, -0.39, 0.60])
SHARE = np.array([0.087, 0.693, 0.128, 0.004, 0.039, 0.048])
LIVER_15 = 1.0 + 1.1 * np.arange(12)
GUANGXI = np.array([1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6])


def water_and_fat(te: np.ndarray, t2star_ms: float, fat: float, field_t: float) -> np.ndarray:
    """Return |W + F·Σ a exp(i2πft)|·exp(−t/T2*), S0 = 1000."""
    turns = 2j * np.pi * np.outer(te * 1e-3, PPM * 42.577 * field_t)
    mixed = (1 - fat) + fat * np.exp(turns) @ (SHARE / SHARE.sum())
    return 1000 * np.abs(mixed) * np.exp(-te / t2star_ms)


@pytest.mark.parametrize("te", [LIVER_15, GUANGXI])
@pytest.mark.parametrize("field_t", [1.5, 2.89])
@pytest.mark.parametrize("t2star_ms", [3.0, 8.0, 25.0])
@pytest.mark.parametrize("fat", [0.08, 0.2])
def test_amplitude_follows_the_fat_fraction(
    te: np.ndarray, field_t: float, t2star_ms: float, fat: float
) -> None:
    amplitude = fat_oscillation(water_and_fat(te, t2star_ms, fat, field_t), te, field_t)
    assert amplitude is not None
    assert 0.5 * fat < amplitude < 2.0 * fat


@pytest.mark.parametrize("t2star_ms", [0.8, 2.0, 5.0, 12.0, 30.0])
@pytest.mark.parametrize("field_t", [1.5, 3.0])
def test_water_with_noise_stays_below_the_limit(t2star_ms: float, field_t: float) -> None:
    rng = np.random.default_rng(int(t2star_ms * 10))
    for _ in range(100):
        signal = water_and_fat(LIVER_15, t2star_ms, 0.0, field_t) + rng.normal(0, 2.0, len(LIVER_15))
        amplitude = fat_oscillation(signal, LIVER_15, field_t)
        assert amplitude is None or amplitude < 0.03


def test_in_phase_echoes_cannot_tell() -> None:
    """Echoes one beat apart (1.5 T: 4.61 ms) always find fat in the same phase."""
    te = 4.61 * np.arange(1, 9)
    assert fat_oscillation(water_and_fat(te, 20.0, 0.3, 1.5), te, 1.5) is None


def test_few_echoes_and_dead_curves_cannot_tell() -> None:
    assert fat_oscillation(np.array([3.0, 2.0, 1.0]), [1.0, 2.0, 3.0], 1.5) is None
    assert fat_oscillation(np.zeros(12), LIVER_15, 1.5) is None
