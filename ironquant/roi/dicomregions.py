"""Regions from DICOM: segmentations (SEG) and the contours of structure sets (RTSTRUCT)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID, RTStructureSetStorage, SegmentationStorage

from ironquant.core import RegionError, Volume
from ironquant.roi.masks import mask_contours

_SEGMENTATIONS = (SegmentationStorage, UID("1.2.840.10008.5.1.4.1.1.66.7"))
"""The second: label maps, which pydicom has no name for yet."""
_MAX_VOXELS = 2**28
_PLANAR = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR", "CLOSED_PLANAR_XOR")


@dataclass(frozen=True, eq=False)
class NamedContours:
    """What a file calls a region, and its outlines in LPS mm."""

    name: str
    contours: tuple[NDArray[np.float64], ...]


@dataclass(frozen=True, eq=False)
class _Plane(Volume):
    """One frame of a segmentation as a stack of one slice."""

    affine: NDArray[np.float64]
    size: tuple[int, int]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        return 1, *self.size


def read_dicom_regions(path: Path) -> list[NamedContours]:
    """Return every segment or structure of a file that has outlines.

    Raises
    ------
    RegionError
        ``region_file_unreadable`` if it is damaged or neither SEG nor RTSTRUCT.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(path, force=True)
            kind = dataset.get("SOPClassUID")
            if kind in _SEGMENTATIONS:
                return list(_segments(dataset))
            if kind == RTStructureSetStorage:
                return list(_structures(dataset))
    except Exception as error:  # damaged files make pydicom raise many kinds of errors
        reason = "reason_access" if isinstance(error, PermissionError) else "reason_damaged"
        raise RegionError("region_file_unreadable", file=str(path), reason=reason) from error
    raise RegionError("region_file_unreadable", file=str(path), reason="reason_not_regions")


def _structures(dataset: Dataset) -> Iterator[NamedContours]:
    """Yield the closed contours of a structure set (PS3.3, C.8.8.6); inner ones are holes."""
    names = {
        int(item.ROINumber): str(item.get("ROIName", ""))
        for item in dataset.get("StructureSetROISequence", [])
    }
    for item in dataset.get("ROIContourSequence", []):
        contours = tuple(
            np.array(contour.ContourData, dtype=np.float64).reshape(-1, 3)
            for contour in item.get("ContourSequence", [])
            if str(contour.get("ContourGeometricType", "")) in _PLANAR and len(contour.ContourData) >= 9
        )
        if contours:
            yield NamedContours(names.get(int(item.ReferencedROINumber), ""), contours)


def _segments(dataset: Dataset) -> Iterator[NamedContours]:
    """Yield the outlines of the segments of a segmentation (PS3.3, C.8.20), frame by frame."""
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    n_frames = int(dataset.get("NumberOfFrames", 1))
    if rows * columns * n_frames > _MAX_VOXELS:
        raise ValueError("more voxels than any segmentation holds")
    pixels = dataset.pixel_array.reshape(n_frames, rows, columns)
    shared = dataset.get("SharedFunctionalGroupsSequence", [Dataset()])[0]
    named = {int(item.SegmentNumber): _label(item) for item in dataset.SegmentSequence}
    found: dict[int, list[NDArray[np.float64]]] = {number: [] for number in named}
    for frame, group in zip(pixels, dataset.PerFrameFunctionalGroupsSequence, strict=True):
        plane = _Plane(_frame_affine(group, shared), (rows, columns))
        for number, mask in _masks(dataset, frame, group, shared, named):
            found[number] += mask_contours(mask, 0, plane)
    for number, contours in found.items():
        if contours:
            yield NamedContours(named[number], tuple(contours))


def _label(item: Dataset) -> str:
    label = str(item.get("SegmentLabel", "")).strip()
    kinds = item.get("SegmentedPropertyTypeCodeSequence", [])
    return label or (str(kinds[0].get("CodeMeaning", "")) if kinds else "")


def _masks(
    dataset: Dataset, frame: NDArray[Any], group: Dataset, shared: Dataset, named: dict[int, str]
) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Yield the segments that one frame shows; half of a fractional segment counts as inside."""
    kind = str(dataset.get("SegmentationType", "BINARY"))
    if kind == "LABELMAP":
        yield from ((number, frame == number) for number in named if (frame == number).any())
        return
    item = _group(group, shared, "SegmentIdentificationSequence")
    least = 1.0 if kind == "BINARY" else 0.5 * float(dataset.get("MaximumFractionalValue", 255))
    mask = frame >= least
    if mask.any():
        yield int(item.ReferencedSegmentNumber), mask


def _frame_affine(group: Dataset, shared: Dataset) -> NDArray[np.float64]:
    """Return (column, row, slice, 1) → LPS mm of one frame."""
    position = _group(group, shared, "PlanePositionSequence").ImagePositionPatient
    cosines = np.array(_group(group, shared, "PlaneOrientationSequence").ImageOrientationPatient, dtype=float)
    measures = _group(group, shared, "PixelMeasuresSequence")
    row_mm, column_mm = (float(value) for value in measures.PixelSpacing)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = cosines[:3] * column_mm, cosines[3:] * row_mm
    affine[:3, 2] = np.cross(cosines[:3], cosines[3:]) * float(measures.get("SliceThickness") or 1.0)
    affine[:3, 3] = np.array(position, dtype=float)
    return affine


def _group(group: Dataset, shared: Dataset, name: str) -> Dataset:
    """Return the item of a functional group, of the frame or of all frames."""
    return (group if name in group else shared)[name].value[0]
