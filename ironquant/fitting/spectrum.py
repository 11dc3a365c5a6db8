"""Spectrum of liver fat: six peaks, from ``resources/fat_spectra.toml``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ironquant.core import GAMMA_MHZ_PER_T, FitArgumentError
from ironquant.resources.loader import load_table

SPECTRUM = "liver"


def fat_peaks(field_t: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return frequency from water (Hz) and relative amplitude (sum 1) of every peak.

    Parameters
    ----------
    field_t : float
        Actual field in tesla: hertz = ppm × 42.577 MHz/T × field.
    """
    table = load_table("fat_spectra")[SPECTRUM]
    amplitude = np.asarray(table["amplitude"], dtype=np.float64)
    frequency_hz = np.asarray(table["ppm"], dtype=np.float64) * GAMMA_MHZ_PER_T * field_t
    return frequency_hz, amplitude / amplitude.sum()


def fat_modulation(te_ms: Sequence[float] | NDArray[np.float64], field_t: float) -> NDArray[np.complex128]:
    """Return the complex signal of unit fat relative to water, without decay: Σ α·exp(i·2π·f·TE).

    A spin of higher frequency gains positive phase; fat turns backwards from water.

    Parameters
    ----------
    te_ms : sequence of float, shape (echo,)
        Echo times in ms.
    field_t : float
        Actual field in tesla.

    Returns
    -------
    ndarray of complex128, shape (echo,)
    """
    frequency_hz, amplitude = fat_peaks(field_t)
    phase = 2j * np.pi * np.outer(np.asarray(te_ms, dtype=np.float64) / 1000.0, frequency_hz)
    modulation: NDArray[np.complex128] = np.exp(phase) @ amplitude
    return modulation


def main_shift_hz(field_t: float) -> float:
    """Return how far the largest peak lies from water, in Hz (positive)."""
    frequency_hz, amplitude = fat_peaks(field_t)
    return float(abs(frequency_hz[np.argmax(amplitude)]))


def known_modulation(te_ms: NDArray[np.float64], field_t: float | None, model: str) -> NDArray[np.complex128]:
    """Return `fat_modulation` for a model that cannot do without the field.

    Raises
    ------
    FitArgumentError
        ``fat_field_missing`` if `field_t` is None, not finite or not positive.
    """
    if field_t is None or not 0.0 < field_t < np.inf:
        raise FitArgumentError("fat_field_missing", model=model)
    return fat_modulation(te_ms, field_t)
