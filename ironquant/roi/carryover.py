"""A region drawn on one series, on another: the next breath-hold, another sequence, the follow-up."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Region, RegionError, Volume
from ironquant.roi.masks import contour_to_patient

MAX_TILT_DEG = 10.0
"""Between the plane of a region and the slices: beyond, the outline cuts other tissue."""
_NEAR_ENOUGH = 0.5
"""Of the distance between slices: how far a region may lie from the slice that takes it over."""


def carry_over(region: Region, series: Volume) -> Region:
    """Return a region on the slices of a series, by its place in the patient.

    Each outline is laid onto the nearest slice; outlines outside the stack are left out, and so are shifts
    between echoes: the patient moved otherwise there.

    Parameters
    ----------
    region : Region
        Drawn on any series of the same patient.
    series : Volume

    Raises
    ------
    RegionError
        ``region_elsewhere`` with the reason if the slices are tilted by more than 10° against the region,
        or if no slice passes through it.
    """
    to_voxel = np.linalg.inv(series.affine)
    normal = np.cross(series.affine[:3, 0], series.affine[:3, 1])
    carried, tilted = [], False
    for contour in region.contours:
        if _tilt_deg(contour, normal) > MAX_TILT_DEG:
            tilted = True
            continue
        voxel = np.column_stack([contour, np.ones(len(contour))]) @ to_voxel.T
        height = float(voxel[:, 2].mean())
        index = min(max(round(height), 0), series.shape[0] - 1)
        if abs(height - index) <= _NEAR_ENOUGH + 1e-6 and _within(voxel[:, :2], series):
            carried.append(contour_to_patient(voxel[:, :2], index, series))
    if not carried:
        reason = "region_tilted" if tilted else "region_out_of_stack"
        raise RegionError("region_elsewhere", organ=str(region.organ), reason=reason)
    return replace(region, contours=tuple(carried), echo_shifts=())


def _tilt_deg(contour: NDArray[np.float64], normal: NDArray[np.float64]) -> float:
    """Return the angle between the plane of an outline and slices of this normal."""
    centred = contour - contour.mean(axis=0)
    own = np.linalg.svd(centred, full_matrices=False)[2][2]
    cosine = abs(float(own @ normal)) / float(np.linalg.norm(normal))
    return math.degrees(math.acos(min(1.0, cosine)))


def _within(points: NDArray[np.float64], series: Volume) -> bool:
    """Whether the middle of an outline lies in the image."""
    column, row = points.mean(axis=0)
    return bool(-0.5 <= column <= series.shape[2] - 0.5 and -0.5 <= row <= series.shape[1] - 0.5)
