"""Propose the liver parenchyma in transverse images.

1. The tissues of every slice are told apart (`tissues`), and the piece that looks most like a liver is
   taken (`organpiece`): by place, size, form and company, wherever iron and fat put its signal.
2. On the pixels of the images the rim (partial volume), vessels and what else is unlike the parenchyma are
   left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.core import EchoSeries, Organ
from ironquant.roi.abdomen import AbdomenSlice
from ironquant.roi.circles import with_circles
from ironquant.roi.confidence import calibrated
from ironquant.roi.masks import region_from_mask
from ironquant.roi.organpiece import Found, look_into
from ironquant.roi.proposal import Proposal, refusal
from ironquant.roi.tissues import Piece, trend

PROPOSER = "ironquant-liver-4"

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

RIM_OF_WIDTH, RIM_PIXELS = 0.008, 1.2
"""The rim: this share of the body's width, and pixels of the images."""
CLOSED = 3
"""Coarse pixels: gaps up to twice as wide are vessels within the organ."""
OUTLIER_MADS = 3.5
LEAST_CM2 = 4.0
LEAST_PIXELS = 20
"""Among fewer there is no telling what is odd."""
MIN_CONFIDENCE = 0.4


def propose_liver(series: EchoSeries) -> Proposal:
    """Propose the parenchyma of the liver.

    Parameters
    ----------
    series : EchoSeries
        Transverse images.

    Returns
    -------
    Proposal
        On the slice where a piece looks most like a liver; or the reason why there is none.
    """
    abdomen = look_into(series, Organ.LIVER)
    if isinstance(abdomen, str):
        return refusal(Organ.LIVER, abdomen)
    for found in abdomen.best(Organ.LIVER):
        confidence = calibrated(Organ.LIVER, found.score)
        mask = pure_pixels(found.image, found.piece)
        area_cm2 = mask.sum() * np.prod(found.image.spacing) / 100.0
        if confidence < MIN_CONFIDENCE or area_cm2 < LEAST_CM2:
            continue
        return _proposal(series, found, abdomen.turn.back(mask), confidence)
    return refusal(Organ.LIVER, "no_liver_seen")


def _proposal(series: EchoSeries, found: Found, mask: Mask, confidence: float) -> Proposal:
    whole = np.zeros(series.shape, dtype=bool)
    whole[found.index] = mask
    rounded = round(confidence, 2)
    region = region_from_mask(
        whole, series, Organ.LIVER, "parenchyma", source="auto", proposer=PROPOSER, confidence=rounded
    )
    return with_circles(Proposal(Organ.LIVER, region, confidence), whole, series)


def pure_pixels(image: AbdomenSlice, piece: Piece) -> Mask:
    """Return the pixels of the images that hold nothing but the tissue of a piece.

    Returns
    -------
    ndarray of bool, shape (row, column)
        Of the slice as it is turned in `image`.
    """
    # Vessels cut the organ into lobules: its rim is that of the whole, along vessels a pixel will do.
    padded = np.pad(piece.solid, CLOSED)
    closed = ndimage.binary_closing(padded, iterations=CLOSED)[CLOSED:-CLOSED, CLOSED:-CLOSED]
    whole = ndimage.binary_fill_holes(closed | piece.solid)
    solid = image.to_fine(whole)
    width_mm = np.ptp(image.columns) * image.pixel_mm
    rim_mm = RIM_OF_WIDTH * width_mm + RIM_PIXELS * max(image.spacing)
    core = ndimage.distance_transform_edt(np.pad(solid, 1), sampling=image.spacing)[1:-1, 1:-1] > rim_mm
    holes = image.to_fine(ndimage.binary_opening(whole & ~piece.mask, iterations=1))
    mask = core & ~ndimage.binary_dilation(holes, iterations=1)
    return _largest(_without_outliers(mask, image.images))


def _without_outliers(mask: Mask, images: Array) -> Mask:
    """Take out vessels: pixels (and their neighbours) unlike the rest, and odd means of 3 × 3 pixels.

    Both tails are cut alike, so that noise alone does not shift what remains.
    """
    if mask.sum() < LEAST_PIXELS:
        return mask
    parts = (images[..., 0], np.sqrt(np.mean(images[..., 1:] ** 2, axis=-1)))
    single = _odd(parts[0], mask) | _odd(parts[1], mask)
    means = [_odd(ndimage.uniform_filter(part, 3), mask) for part in parts]
    near = ndimage.binary_dilation(single & mask, np.ones((3, 3), dtype=bool))
    return np.asarray(mask & ~near & ~means[0] & ~means[1])


def _odd(part: Array, mask: Mask) -> Mask:
    """Return where an image, its shading over the mask taken out, is unlike the mask."""
    even = part / np.exp(trend(np.log(np.maximum(part, 1e-6 * part.max() + 1e-12)), mask))
    odd = np.zeros_like(mask)
    for _ in range(2):
        values = even[mask & ~odd]
        if values.size == 0:
            break
        middle = np.median(values)
        odd |= np.abs(even - middle) > OUTLIER_MADS * 1.4826 * np.median(np.abs(values - middle))
    return odd


def _largest(mask: Mask) -> Mask:
    """Leave crumbs out: pieces smaller than a tenth of the largest."""
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if count == 0:
        return mask
    sizes = ndimage.sum_labels(mask, labels, np.arange(1, count + 1))
    return np.asarray(np.isin(labels, np.flatnonzero(sizes >= 0.1 * sizes.max()) + 1) & mask)
