"""Phase between odd and even echoes of bipolar read-outs, and its removal.

When every other echo is read backwards, eddy currents and delays turn the odd echoes by +θ and the
even ones by −θ. θ is linear in the position (steep along the read-out, since a delay is a linear
phase) and no part of water, fat, field map or R2*: left in, it goes to the residual and, where there
is fat, to the fat fraction (Lu et al., Magn Reson Med 2008;60:198; Peterson and Månsson, 2014;71:127).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Complex = NDArray[np.complex128]


def remove_alternation(signal: Complex) -> tuple[Complex, NDArray[np.float64]]:
    """Remove the phase that alternates from echo to echo, a plane over the image.

    The second difference of the phase over three evenly spaced echoes, 2φ(n) − φ(n−1) − φ(n+1), is
    free of field map and initial phase of one species, and ±4θ; that of fat changes sign as often as
    not. Summed with alternating sign over the echoes, its products between neighbouring pixels give
    the slope of the plane and its sum along that plane the offset: no phase is ever unwrapped.

    Parameters
    ----------
    signal : ndarray of complex, shape (..., row, column, echo)
        At least four evenly spaced echoes; leading axes (slices) share the plane.

    Returns
    -------
    corrected : ndarray of complex, shaped like `signal`
    phase_rad : ndarray, shape (row, column)
        θ of the first, third … echo; an offset of π/2 is left, which is half a period of the field
        map and goes there. 0 where there is no signal at all.
    """
    size = np.max(np.abs(signal), axis=-1, keepdims=True)
    unit = signal / np.where(size > 0, size, 1.0)
    triple = unit[..., 1:-1] ** 2 * np.conj(unit[..., :-2] * unit[..., 2:])
    # The first triple is around an even echo: it holds −4θ.
    turned = np.where(np.arange(triple.shape[-1]) % 2 == 0, triple.conj(), triple).sum(axis=-1)
    # Bright pixels know their phase best.
    turned = turned * size[..., 0] / max(float(size.max(initial=0.0)), 1e-300)
    along_row = np.angle(np.sum(turned[..., 1:, :] * turned[..., :-1, :].conj()))
    along_column = np.angle(np.sum(turned[..., :, 1:] * turned[..., :, :-1].conj()))
    rows, columns = np.arange(turned.shape[-2])[:, None], np.arange(turned.shape[-1])
    slope = along_row * rows + along_column * columns
    phase = (slope + np.angle(np.sum(turned * np.exp(-1j * slope)))) / 4.0
    sign = np.where(np.arange(signal.shape[-1]) % 2 == 0, 1.0, -1.0)
    return signal * np.exp(-1j * phase[..., None] * sign), phase
