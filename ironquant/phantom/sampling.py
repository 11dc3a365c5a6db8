"""From painted anatomy to pixels: tissue shares, and the decay that air adds nearby."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Organ
from ironquant.phantom.abdomen import paint_abdomen
from ironquant.phantom.geometry import field_of_view_mm
from ironquant.phantom.shapes import Canvas
from ironquant.phantom.spec import PhantomSpec
from ironquant.phantom.thorax import paint_thorax
from ironquant.phantom.tissues import Tissue

_FINE_GRID = 768
_RESPONSE = ((0.5, (0, 0)), (0.18, (1, 0)), (0.18, (-1, 0)), (0.07, (0, 1)), (0.07, (0, -1)))
"""Weights and shifts (fine rows, columns) of the point response."""
_SUSCEPTIBILITY_PER_S = 55.0
_SUSCEPTIBILITY_REACH_MM = {Organ.HEART: 16.0, Organ.LIVER: 11.0}


def tissue_shares(spec: PhantomSpec, organ: Organ, level_mm: float) -> NDArray[np.float32]:
    """Return what part of each pixel each tissue fills, shape (tissue, row, column)."""
    rows, columns = spec.matrix
    factor = int(np.clip(np.ceil(_FINE_GRID / max(rows, columns)), 3, 8))
    step_mm = field_of_view_mm(spec, organ) / max(rows, columns) / factor
    canvas = Canvas((rows * factor, columns * factor), step_mm)
    paint = paint_thorax if organ == Organ.HEART else paint_abdomen
    paint(canvas, spec.seed, spec.body_scale, level_mm)
    # The point response reaches a little beyond the pixel, more along the phase-encoded rows; it is
    # compact, so that pixels within one tissue stay pure.
    shares = np.zeros((len(Tissue), rows, columns), dtype=np.float32)
    for weight, shift in _RESPONSE:
        shares += np.float32(weight) * _box_shares(np.roll(canvas.label, shift, (0, 1)), factor)
    return shares


def _box_shares(label: NDArray[np.uint8], factor: int) -> NDArray[np.float32]:
    """Return what part of each block of `factor` x `factor` fine pixels each tissue fills."""
    rows, columns = label.shape[0] // factor, label.shape[1] // factor
    row = np.repeat(np.arange(rows, dtype=np.int64), factor)[:, None]
    column = np.repeat(np.arange(columns, dtype=np.int64), factor)[None, :]
    index = (label * np.int64(rows) + row) * columns + column
    counts = np.bincount(index.ravel(), minlength=len(Tissue) * rows * columns)
    shares: NDArray[np.float32] = (counts / factor**2).astype(np.float32)
    return shares.reshape(len(Tissue), rows, columns)


def susceptibility_per_s(spec: PhantomSpec, organ: Organ, shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the extra R2* near lung and gas; nil in the septum and away from air."""
    from scipy.ndimage import distance_transform_edt

    pixel_mm = field_of_view_mm(spec, organ) / max(spec.matrix)
    air = shares[Tissue.LUNG] + shares[Tissue.LUNG_VESSEL] + 2 * shares[Tissue.GAS] > 0.5
    distance = distance_transform_edt(~air) * pixel_mm / spec.body_scale
    near = np.clip(1 - distance / _SUSCEPTIBILITY_REACH_MM[organ], 0, None) ** 2
    strength = _SUSCEPTIBILITY_PER_S * spec.field_t / 1.5
    extra: NDArray[np.float32] = (strength * near).astype(np.float32)
    extra[shares[Tissue.SEPTUM] > 0] = 0
    return extra
