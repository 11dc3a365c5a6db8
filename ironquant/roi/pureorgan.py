"""From the piece of one tissue that looks like an organ to the pixels that hold nothing but it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.core import EchoSeries, Organ
from ironquant.roi.abdomen import AbdomenSlice
from ironquant.roi.confidence import calibrated
from ironquant.roi.masks import region_from_mask
from ironquant.roi.organpiece import Abdomen, look_into
from ironquant.roi.proposal import Proposal, refusal
from ironquant.roi.tissues import Piece, trend

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

RIM_OF_WIDTH, RIM_PIXELS = 0.008, 1.2
"""The rim: this share of the body's width, and pixels of the images."""
CLOSED = 3
"""Coarse pixels: gaps up to twice as wide are vessels within the organ."""
OUTLIER_MADS = 3.5
LEAST_PIXELS = 20
"""Among fewer there is no telling what is odd."""


@dataclass(frozen=True, eq=False)
class PureOrgan:
    """Pixels that hold nothing but what may be an organ.

    Attributes
    ----------
    mask : ndarray of bool, shape (slice, row, column)
        Pixels of one slice.
    score : float
        Of `organpiece.Found`.
    confidence : float
        Share of right regions among those of this score.
    """

    mask: Mask
    score: float
    confidence: float


@dataclass(frozen=True)
class OrganRule:
    """When the pixels of an organ are proposed, and by what name.

    Attributes
    ----------
    region : str
        Name of the region.
    least_cm2 : float
        Area of the pixels.
    least_confidence : float
    unseen : str
        Term code of the refusal where nothing is like the organ.
    """

    organ: Organ
    region: str
    proposer: str
    least_cm2: float
    least_confidence: float
    unseen: str


def propose_pure(series: EchoSeries, rule: OrganRule) -> tuple[Proposal, Mask | None]:
    """Propose the pixels of the slice that looks most like the organ, or say why there are none.

    Returns
    -------
    Proposal
    ndarray of bool, shape (slice, row, column), or None
        The pixels that are proposed.
    """
    abdomen = look_into(series, rule.organ)
    if isinstance(abdomen, str):
        return refusal(rule.organ, abdomen), None
    for found in pure_organs(series, abdomen, rule.organ, rule.least_cm2):
        if found.confidence >= rule.least_confidence:
            region = region_from_mask(
                found.mask,
                series,
                rule.organ,
                rule.region,
                source="auto",
                proposer=rule.proposer,
                confidence=round(found.confidence, 2),
            )
            return Proposal(rule.organ, region, found.confidence), found.mask
    return refusal(rule.organ, rule.unseen), None


def pure_organs(series: EchoSeries, abdomen: Abdomen, organ: Organ, least_cm2: float) -> Iterator[PureOrgan]:
    """Yield what looks most like an organ on each slice, the likeliest first, where it is large enough."""
    for found in abdomen.best(organ):
        here = pure_pixels(found.image, found.piece)
        if here.sum() * np.prod(found.image.spacing) / 100.0 >= least_cm2:
            mask = np.zeros(series.shape, dtype=bool)
            mask[found.index] = abdomen.turn.back(here)
            yield PureOrgan(mask, found.score, calibrated(organ, found.score))


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
