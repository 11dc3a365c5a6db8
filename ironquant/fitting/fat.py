"""Does a decay oscillate as fat and water do?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ironquant.core import GAMMA_MHZ_PER_T
from ironquant.fitting.modelfit import Array
from ironquant.fitting.solver import solve_decay

FAT_PPM = 3.4
"""Main (methylene) peak of liver fat from water; Hamilton et al., NMR Biomed 2011;24:784."""
EXPLAINED = 0.75
"""Share of the misfit that the oscillation must explain."""
MIN_ECHOES = 6


def fat_oscillation(signal: Array, te_ms: Sequence[float], field_t: float) -> float | None:
    """Return the amplitude at the fat–water frequency, relative to S0.

    The decay S0·exp(−TE·R2*) is fitted, then the residual by that frequency times the same decay
    (with S0 and R2* free to shift); clinical reference, section 1.4.

    Parameters
    ----------
    signal : ndarray, shape (echo,)
        Mean signal of a region, noise floor taken out or negligible.
    te_ms : sequence of float
    field_t : float
        Actual field in tesla.

    Returns
    -------
    float or None
        None where the echoes cannot tell (too few, or spaced so that fat is hidden) or where
        something else explains the misfit.
    """
    te = np.asarray(te_ms, dtype=np.float64)
    if len(te) < MIN_ECHOES:
        return None
    decay = solve_decay(np.asarray(signal, dtype=np.float64)[:, None], te)
    rate, s0 = float(decay.rate[0]), float(decay.amplitude[0])
    if s0 <= 0 or decay.rss[0] <= 0:
        return None
    envelope = np.exp(-rate * te)
    turns = 2.0 * np.pi * FAT_PPM * 1e-3 * GAMMA_MHZ_PER_T * field_t * te
    shifts = np.column_stack([envelope, te * envelope])
    waves = np.column_stack([np.cos(turns) * envelope, np.sin(turns) * envelope])
    # What shifts of S0 and R2* can mimic is not oscillation: only the rest of the waves counts.
    basis, _ = np.linalg.qr(shifts)
    rest = waves - basis @ (basis.T @ waves)
    if np.linalg.norm(rest, axis=0).max() < 0.3 * np.linalg.norm(envelope):
        return None
    residual = signal - s0 * envelope
    solution, *_ = np.linalg.lstsq(rest, residual, rcond=0.1)
    left = float(np.sum((residual - rest @ solution) ** 2))
    if left > (1.0 - EXPLAINED) * float(np.sum(residual**2)):
        return None
    return float(np.hypot(*solution) / s0)
