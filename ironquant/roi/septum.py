"""Propose the mid-septal region in short-axis images of the heart.

On the mid-ventricular slice: the septum between the insertions of the right ventricle, from wall to wall
but for the pixels that blood reaches into.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.core import EchoSeries, Finding, Organ, ParamValue, Region
from ironquant.resources import load_table
from ironquant.roi.aha import propose_segments
from ironquant.roi.borders import clear_of_blood, fit_profile
from ironquant.roi.masks import contour_to_patient, polygon_mask
from ironquant.roi.proposal import Proposal, refusal
from ironquant.roi.ventricle import Ventricle, find_ventricles

PROPOSER = "ironquant-septum-7"

Array = NDArray[np.float64]

AXIS_TOLERANCE = 0.97
"""A plane whose normal is this close to a body axis is no short axis (14°)."""
MIN_LIKELIHOOD = 0.5
MIN_LIKELIHOOD_ODD_PLANE = 0.9
"""Where the plane is no short axis and only the series' name says heart."""
AWAY_FROM_MIDDLE = 0.5
"""What a slice at the end of those that show both ventricles must be surer to be taken instead."""
MIN_PIXELS = 12
CLEAR_OF_INSERTIONS = 0.04
"""Share of the arc that is left out at either insertion, where fat and vessels lie."""
THICKEST = 1.25
INSETS = np.array([0.85, *np.arange(1.0, 2.225, 0.05)])
"""Distance from either border over that at which a pixel just touches it: the least that keeps clear of blood
from the second on, or the largest below it that leaves enough."""
LEAST_WIDTH_PIXELS = 0.8


def propose_septum(series: EchoSeries) -> Proposal:
    """Propose a full-thickness mid-septal region.

    Parameters
    ----------
    series : EchoSeries
        Short-axis images; bright or black blood.

    Returns
    -------
    Proposal
        On the mid-ventricular slice; or the reason why there is none.
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
    least = MIN_LIKELIHOOD_ODD_PLANE if odd_plane else MIN_LIKELIHOOD
    drawn: list[tuple[Ventricle, Array, float]] = []
    for ventricle in found:
        contour = septum_contour(ventricle, series) if ventricle.confidence >= least else None
        if contour is not None:
            drawn.append((ventricle, contour, _share_right(ventricle.confidence)))
    if not drawn:
        return refusal(Organ.HEART, "no_septum")
    (ventricle, contour, confidence), reason = _mid_ventricular(drawn)
    region = Region(
        Organ.HEART,
        "septum",
        (contour_to_patient(contour, ventricle.slice_index, series),),
        "auto",
        PROPOSER,
        round(confidence, 2),
    )
    findings: tuple[Finding, ...] = ()
    if series.shape[0] > 1:
        told: dict[str, ParamValue] = {"organ": str(Organ.HEART), "reason": reason}
        told |= {"slice": ventricle.slice_index + 1, "n_slices": series.shape[0]}
        findings = (Finding("slice_chosen", "info", told, str(Organ.HEART)),)
    further = propose_segments(found, series)
    return Proposal(Organ.HEART, region, confidence, findings=findings, further=further)


def _share_right(likelihood: float) -> float:
    """Return how often a value was right at such a likelihood, on phantoms."""
    table = load_table("heart_confidence")
    return float(np.interp(likelihood, table["likelihood"], table["right"]))


def _mid_ventricular(
    drawn: Sequence[tuple[Ventricle, Array, float]],
) -> tuple[tuple[Ventricle, Array, float], str]:
    """Return the slice nearest to midway between base and apex that is clear, and the term for why.

    Both ventricles are seen from below the valves to where the right one ends, above the apex.
    """
    indices = [item[0].slice_index for item in drawn]
    middle, half = 0.5 * (min(indices) + max(indices)), max(1.0, 0.5 * (max(indices) - min(indices)))

    def off(item: tuple[Ventricle, Array, float]) -> float:
        return abs(item[0].slice_index - middle) / half

    best = max(drawn, key=lambda item: item[2] - AWAY_FROM_MIDDLE * off(item))
    if len(drawn) == 1:
        return best, "only_slice_recognized"
    return best, "mid_ventricular" if off(best) == min(map(off, drawn)) else "clearest_near_middle"


def septum_contour(ventricle: Ventricle, series: EchoSeries) -> Array | None:
    """Return the contour of the septum of one slice, clear of the blood on either side.

    Returns
    -------
    ndarray, shape (n, 2), or None
        (column, row) in pixels; None where the wall is too thin or too broken.
    """
    spacing = series.spacing_mm[1:]
    rays, arc = ventricle.rays, ventricle.arc
    inner = _smooth_over_arc(rays.inner_mm[arc])
    thickness = _smooth_over_arc(np.where(rays.septal, rays.outer_mm - rays.inner_mm, np.nan)[arc])
    if inner is None or thickness is None:
        return None
    # Trabeculae and the insertions only ever thicken the wall that a ray meets.
    thickness = np.minimum(thickness, THICKEST * np.median(thickness))
    profile = fit_profile(rays, arc, inner, thickness)
    angle = np.unwrap(rays.angle[arc])
    first, last = ventricle.insertions
    clear = CLEAR_OF_INSERTIONS * (last - first)
    wanted = np.linspace(first + clear, last - clear, 2 * len(arc))
    inner, thickness = (np.interp(wanted, angle, border) for border in (inner, thickness))
    # A pixel is clear of blood if none of its corners reaches across the border.
    half = 0.5 * (np.abs(np.cos(wanted)) * spacing[1] + np.abs(np.sin(wanted)) * spacing[0])
    insets_mm = float(np.median(half)) * INSETS[1:]
    clear_at = 1 + clear_of_blood(profile, insets_mm, rays, series.te_ms, float(np.sqrt(np.prod(spacing))))
    for share in INSETS[clear_at::-1]:
        low, high = inner + share * half, inner + thickness - share * half
        if np.median(high - low) < LEAST_WIDTH_PIXELS * max(spacing):
            continue
        high = np.maximum(high, low + 0.2)
        points = np.concatenate(
            [
                _on_page(low, wanted, ventricle.centre, spacing),
                _on_page(high, wanted, ventricle.centre, spacing)[::-1],
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
    median = ndimage.median_filter(filled, size=min(7, len(filled)), mode="nearest")
    return np.asarray(ndimage.gaussian_filter1d(median, 2.0, mode="nearest"))


def _on_page(
    radius_mm: Array, angle: Array, centre: tuple[float, float], spacing: tuple[float, float]
) -> Array:
    """Return (column, row) of points given by radius and angle from the centre."""
    columns = centre[1] + radius_mm * np.cos(angle) / spacing[1]
    rows = centre[0] + radius_mm * np.sin(angle) / spacing[0]
    return np.column_stack([columns, rows])
