"""The regions of an analysis in forms that other programs, and we ourselves, read back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from ironquant.core import (
    Analysis,
    ExaminationRef,
    Finding,
    OutputError,
    RegionAnalysis,
    SeriesRef,
    Volume,
    write_bytes_atomic,
)
from ironquant.dicom import slice_headers
from ironquant.export.segmentation import image_position, write_segmentation
from ironquant.roi.document import to_regions_document

REGIONS_FILE = "regions.json"
_SAME_PLACE_MM = 0.1


def write_regions(analysis: Analysis, path: Path) -> Path:
    """Write every measured region as ``ironquant.regions/1``; `ironquant.roi.read_region` reads it back.

    Raises
    ------
    OutputError
    """
    regions = [
        (entry.region, organ.volume.instance_uid if organ.volume else "")
        for organ in analysis.organs
        for entry in organ.regions
    ]
    document = to_regions_document(regions, analysis.study.instance_uid)
    return write_bytes_atomic(path, f"{document.model_dump_json(indent=2, by_alias=True)}\n".encode())


def write_segmentations(analysis: Analysis, ref: ExaminationRef, folder: Path) -> tuple[Finding, ...]:
    """Write ``regions_{organ}.dcm``, a DICOM segmentation, for every organ measured on DICOM images.

    Returns
    -------
    tuple of Finding
        ``segmentation_not_written`` where the images lack what a segmentation must refer to.

    Raises
    ------
    OutputError
    """
    findings = []
    sources = {entry.key: entry for entry in ref.series}
    for organ in analysis.organs:
        volume = organ.volume
        entry = sources.get(volume.key) if volume is not None else None
        if volume is None or entry is None or not organ.regions:
            continue
        finding = _write(organ.regions, entry, volume, folder / f"regions_{organ.organ}.dcm")
        findings += [finding] if finding else []
    return tuple(findings)


def _write(regions: Sequence[RegionAnalysis], entry: SeriesRef, volume: Volume, path: Path) -> Finding | None:
    try:
        images = _images_of_slices(slice_headers(entry), volume)
        if images:
            write_segmentation(path, regions, images)
    except OutputError:
        raise
    except Exception:  # headers may lack anything, and highdicom raises many kinds
        return Finding("segmentation_not_written", "info", {"series": entry.label}, entry.label)
    return None


def _images_of_slices(headers: Sequence[tuple[Dataset, int]], volume: Volume) -> list[tuple[Dataset, int]]:
    """Return an image of every slice that was read, by its place.

    Raises
    ------
    ValueError
        If a slice has none.
    """
    places = np.array([image_position(header, frame) for header, frame in headers]).reshape(-1, 3)
    images = []
    for index in range(volume.shape[0]) if len(places) else ():
        away = np.linalg.norm(places - (volume.affine @ [0, 0, index, 1])[:3], axis=1)
        nearest = int(np.argmin(away))
        if away[nearest] > _SAME_PLACE_MM:
            raise ValueError("no image at the place of a slice")
        images.append(headers[nearest])
    return images
