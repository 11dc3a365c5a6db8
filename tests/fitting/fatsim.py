"""Fat and water written down once more, apart from the package: six peaks of liver fat."""

import numpy as np

PPM = np.array([-3.80, -3.40, -2.60, -1.94, -0.39, 0.60])
SHARE = np.array([0.087, 0.693, 0.128, 0.004, 0.039, 0.048]) / 0.999

EVEN = 1.0 + 1.1 * np.arange(12)
UNEVEN = np.array([1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6])
SIX = 1.1 + 0.9 * np.arange(6)
FOUR = np.array([1.1, 2.0, 3.1, 4.0])
TRAINS = {"even": EVEN, "uneven": UNEVEN, "six": SIX, "four": FOUR}


def beat(te_ms, field_t):
    """Unit fat against water, shape (echo,)."""
    turns = np.exp(2j * np.pi * 1e-3 * 42.577 * field_t * np.outer(te_ms, PPM))
    return turns @ SHARE


def curves(te_ms, field_t, r2star, fraction, s0=700.0, psi_hz=0.0, phase=0.0):
    """Complex signal, shape (echo, voxel)."""
    t = np.asarray(te_ms)[:, None]
    c = beat(te_ms, field_t)[:, None]
    turn = np.exp(1j * (phase + 2 * np.pi * 1e-3 * psi_hz * t))
    r2star, fraction = np.atleast_1d(r2star), np.atleast_1d(fraction)
    return s0 * (1 - fraction + fraction * c) * np.exp(-1e-3 * r2star * t) * turn


def noisy(clean, sigma, rng):
    return clean + rng.normal(0, sigma, clean.shape) + 1j * rng.normal(0, sigma, clean.shape)
