"""Where the slices of a digital patient lie in space."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Organ
from ironquant.phantom.spec import PhantomSpec

_SLICE_GAP_MM = 2.0
_BODY_MM = {Organ.HEART: (345.0, 312.0), Organ.LIVER: (372.0, 260.0)}
# Short axis as scanners plan it: columns run to the left and back, rows to the feet, right and back.
_HEART_AXIS = (0.655, -0.550, -0.518)
_HEART_CENTRE_MM = (22.0, -12.0, 48.0)
_LIVER_CENTRE_MM = (0.0, 0.0, -52.0)


def field_of_view_mm(spec: PhantomSpec, organ: Organ) -> float:
    """Return the longer side of the field of view; pixels are square."""
    rows, columns = spec.matrix
    # An oblong matrix must not cut the body.
    width, height = _BODY_MM[organ]
    pixel_mm = max(width / columns, height / rows) * spec.body_scale
    return float(np.ceil(pixel_mm * max(rows, columns) / 10) * 10)


def slice_thickness_mm(spec: PhantomSpec) -> float:
    """Return the slice thickness: 10 mm, thinner in a child."""
    return 8.0 if spec.body_scale < 0.8 else 10.0


def slice_spacing_mm(spec: PhantomSpec) -> float:
    """Return the distance between slice centres."""
    return slice_thickness_mm(spec) + _SLICE_GAP_MM


def slice_levels_mm(spec: PhantomSpec, organ: Organ) -> tuple[float, ...]:
    """Return the level of each slice as the painters count it: positive to apex and feet.

    The slice direction of both affines points the other way, to the base and to the head.
    """
    count = spec.slices(organ)
    offsets = (np.arange(count) - (count - 1) / 2) * slice_spacing_mm(spec)
    return tuple(float(-offset) for offset in offsets)


def organ_affine(spec: PhantomSpec, organ: Organ) -> NDArray[np.float64]:
    """Return the map from (column, row, slice, 1) to LPS mm; slices follow the DICOM normal."""
    rows, columns = spec.matrix
    pixel_mm = field_of_view_mm(spec, organ) / max(rows, columns)
    if organ == Organ.HEART:
        axis = np.asarray(_HEART_AXIS) / np.linalg.norm(_HEART_AXIS)
        along_row = np.array([-axis[1], axis[0], 0.0])
        along_row /= np.linalg.norm(along_row)
        along_column = np.cross(along_row, axis)
        centre = np.asarray(_HEART_CENTRE_MM)
    else:
        along_row, along_column = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
        centre = np.asarray(_LIVER_CENTRE_MM)
    normal = np.cross(along_row, along_column)
    affine = np.eye(4)
    affine[:3, 0] = along_row * pixel_mm
    affine[:3, 1] = along_column * pixel_mm
    affine[:3, 2] = normal * slice_spacing_mm(spec)
    middle = np.array([(columns - 1) / 2, (rows - 1) / 2, (spec.slices(organ) - 1) / 2])
    affine[:3, 3] = centre * spec.body_scale - affine[:3, :3] @ middle
    return affine
