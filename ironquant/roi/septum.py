"""Propose the mid-septal region in short-axis images of the heart.

The ventricle that is recognized best gives it: three quarters of its septal arc, one pixel in from either
border.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.core import EchoSeries, Organ, Region
from ironquant.roi.aha import propose_segments
from ironquant.roi.masks import contour_to_patient, polygon_mask
from ironquant.roi.proposal import Proposal, refusal
from ironquant.roi.rays import N_RAYS
from ironquant.roi.ventricle import Ventricle, find_ventricles

PROPOSER = "ironquant-septum-1"

Array = NDArray[np.float64]

AXIS_TOLERANCE = 0.97
"""A plane whose normal is this close to a body axis is no short axis (14°)."""
MID_FRACTION = 0.75
MID_MAX_DEG = 95.0
MIN_CONFIDENCE = 0.4
MIN_CONFIDENCE_ODD_PLANE = 0.6
"""Where the plane is no short axis and only the series' name says heart."""
MIN_PIXELS = 12
THICKEST = 1.15
INSET_PIXELS = (0.95, 0.8, 0.65, 0.5)
LEAST_WIDTH_PIXELS = 1.25


def propose_septum(series: EchoSeries) -> Proposal:
    """Propose a full-thickness mid-septal region.

    Parameters
    ----------
    series : EchoSeries
        Short-axis images; bright or black blood.

    Returns
    -------
    Proposal
        On the slice where the ventricle is recognized best; or the reason why there is none.
    """
    if min(series.shape[1:]) < 48:
        return refusal(Organ.HEART, "image_too_small")
    normal = np.abs(np.cross(series.affine[:3, 0], series.affine[:3, 1]))
    normal /= np.linalg.norm(normal)
    odd_plane = normal.max() > AXIS_TOLERANCE
    if odd_plane and series.organ_guess != Organ.HEART:
        return refusal(Organ.HEART, "not_short_axis")
    found = find_ventricles(series)
    if isinstance(found, str):
        return refusal(Organ.HEART, found)
    middle = (series.shape[0] - 1) / 2
    ventricle = max(found, key=lambda item: (round(item.confidence, 1), -abs(item.slice_index - middle)))
    if ventricle.confidence < (MIN_CONFIDENCE_ODD_PLANE if odd_plane else MIN_CONFIDENCE):
        return refusal(Organ.HEART, "no_septum")
    contour = _mid_septum(ventricle, series)
    if contour is None:
        return refusal(Organ.HEART, "no_septum")
    region = Region(
        Organ.HEART,
        "septum",
        (contour_to_patient(contour, ventricle.slice_index, series),),
        "auto",
        PROPOSER,
        round(ventricle.confidence, 2),
    )
    return Proposal(Organ.HEART, region, ventricle.confidence, further=propose_segments(found, series))


def _mid_septum(ventricle: Ventricle, series: EchoSeries) -> Array | None:
    """Return the contour of the mid septum as (column, row), one pixel in from either border."""
    spacing = series.spacing_mm[1:]
    rays, arc = ventricle.rays, ventricle.arc
    kept = min(MID_FRACTION * len(arc), MID_MAX_DEG * N_RAYS / 360.0)
    side = int((len(arc) - kept) / 2)
    mid = arc[side : len(arc) - side]
    inner, outer = (_smooth_over_arc(border[mid]) for border in (rays.inner_mm, rays.outer_mm))
    if inner is None or outer is None:
        return None
    # Trabeculae and the insertions only ever thicken the wall that a ray meets.
    outer = np.minimum(outer, inner + THICKEST * np.percentile(outer - inner, 40))
    for inset_pixels in INSET_PIXELS:
        inset = inset_pixels * max(spacing)
        low, high = inner + inset, outer - inset
        if np.median(high - low) < LEAST_WIDTH_PIXELS * max(spacing):
            continue
        high = np.maximum(high, low + 0.2)
        points = np.concatenate(
            [
                _on_page(low, rays.angle[mid], ventricle.centre, spacing),
                _on_page(high, rays.angle[mid], ventricle.centre, spacing)[::-1],
            ]
        )
        if polygon_mask(points, series.shape[1:]).sum() >= MIN_PIXELS:
            return points
    return None


def _smooth_over_arc(border: Array) -> Array | None:
    """Fill gaps and smooth a border over the arc; None where most of it is missing."""
    known = np.isfinite(border)
    if known.mean() < 0.6:
        return None
    filled = np.interp(np.arange(len(border)), np.flatnonzero(known), border[known])
    median = ndimage.median_filter(filled, size=min(9, len(filled)), mode="nearest")
    return np.asarray(ndimage.gaussian_filter1d(median, 1.5, mode="nearest"))


def _on_page(
    radius_mm: Array, angle: Array, centre: tuple[float, float], spacing: tuple[float, float]
) -> Array:
    """Return (column, row) of points given by radius and angle from the centre."""
    columns = centre[1] + radius_mm * np.cos(angle) / spacing[1]
    rows = centre[0] + radius_mm * np.sin(angle) / spacing[0]
    return np.column_stack([columns, rows])
