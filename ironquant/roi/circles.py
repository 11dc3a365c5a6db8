"""Three circles in the parenchyma, as readers have always drawn them.

One each in the right posterior, the right anterior and the left or medial part; none overlap, none leave the
parenchyma. They are measured beside the region that is reported.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.core import EchoSeries, OrganReading
from ironquant.resources import load_table
from ironquant.roi.masks import Mask
from ironquant.roi.proposal import Proposal
from ironquant.roi.shapes import ellipse

Array = NDArray[np.float64]

SITE = "circle-"
LOOKS = 6
"""Rounds in which the parts settle."""


def with_circles(proposal: Proposal, mask: Mask, series: EchoSeries) -> Proposal:
    """Return a proposal with its circles as further regions, ``circle-1`` to ``circle-3``.

    Parameters
    ----------
    mask : ndarray of bool, shape (slice, row, column)
        The pixels of the proposed region, all on one slice.
    """
    if proposal.region is None:
        return proposal
    index = int(np.argmax(mask.any(axis=(1, 2))))
    made = tuple(
        replace(
            proposal.region,
            site=f"{SITE}{number}",
            contours=(ellipse(centre, (radius, radius), index, series),),
            reported=False,
        )
        for number, (centre, radius) in enumerate(place_circles(mask[index], index, series), start=1)
    )
    return replace(proposal, further=(*proposal.further, *made))


def place_circles(mask: Mask, index: int, series: EchoSeries) -> list[tuple[tuple[float, float], float]]:
    """Return up to three circles as ((column, row) in pixels, radius in mm), the right posterior one first.

    All are of one size: the table's, or the largest at which three find room; where none do, there are fewer.
    """
    table = load_table("organs")["circles"]
    rows, columns = np.nonzero(mask)
    places = series.affine[:3, :3] @ [columns, rows, np.full(len(rows), index)]
    places = np.asarray(places[:2].T, dtype=np.float64)  # to the left, to the back, in mm
    padded = np.pad(mask, 1)
    room = ndimage.distance_transform_edt(padded, sampling=series.spacing_mm[1:])[1:-1, 1:-1][rows, columns]
    parts = _parts(places)
    radius = 0.5 * float(table["diameter_mm"])
    chosen: list[int] = []
    while radius >= 0.5 * float(table["least_diameter_mm"]) and len(chosen) < parts.max() + 1:
        fitted = _fitted(places, room, parts, radius)
        if len(fitted) > len(chosen):
            chosen, size = fitted, radius
        radius *= 0.9
    return [((float(columns[at]), float(rows[at])), size) for at in chosen]


def _parts(places: Array) -> NDArray[np.intp]:
    """Return the part of every pixel: 0 right posterior, 1 right anterior, 2 left or medial."""
    left, back = places.T
    starts = [np.argmax(back - left), np.argmax(-back - left), np.argmax(left)]
    centres = places[starts]
    for _ in range(LOOKS):
        part = np.argmin(np.linalg.norm(places[:, None] - centres[None], axis=2), axis=1)
        centres = np.array(
            [places[part == k].mean(axis=0) if np.any(part == k) else centres[k] for k in range(3)]
        )
    return np.asarray(part)


def _fitted(places: Array, room: Array, parts: NDArray[np.intp], radius: float) -> list[int]:
    """Return where circles of a radius fit, one in each part: near its middle, with room."""
    chosen: list[int] = []
    for part in range(3):
        own = parts == part
        if not own.any():
            continue
        away = np.linalg.norm(places - places[own].mean(axis=0), axis=1)
        free = own & (room > radius)
        for other in chosen:
            free &= np.linalg.norm(places - places[other], axis=1) > 2.0 * radius
        if free.any():
            merit = np.where(free, np.minimum(room, 1.5 * radius) - 0.3 * away, -np.inf)
            chosen.append(int(np.argmax(merit)))
    return chosen


def without_circles(entry: OrganReading) -> OrganReading:
    """Return a reading without the circles that were proposed."""
    kept = tuple(region for region in entry.regions if not region.site.startswith(SITE))
    return replace(entry, regions=kept)
