"""Measured regions as a DICOM segmentation that refers to the images they were drawn on (highdicom)."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, RegionAnalysis, write_atomic
from ironquant.dicom import made_uid
from ironquant.resources import load_table

_ALGORITHM_TYPES = {"auto": "AUTOMATIC", "edited": "SEMIAUTOMATIC"}
_SERIES_NUMBER = 9000
# Attributes of the patient and the study that must be there, if only empty (PS3.3, type 2).
_TYPE_2 = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "ReferringPhysicianName",
    "StudyID",
)


def write_segmentation(
    path: Path, regions: Sequence[RegionAnalysis], images: Sequence[tuple[Dataset, int]]
) -> Path:
    """Write the regions of one series as a binary segmentation.

    Parameters
    ----------
    path : Path
    regions : sequence of RegionAnalysis
        Measured on the same series, with masks of shape (slice, row, column).
    images : sequence of (Dataset, int)
        Header and frame index of an image of every slice, as of `ironquant.dicom.slice_headers`.

    Raises
    ------
    OutputError
        If the file cannot be written.
    ValueError, AttributeError
        If the headers lack what a segmentation must refer to (frame of reference, positions).
    """
    highdicom: Any = import_module("highdicom")  # slow to import, and only partly typed
    used = [index for index in range(len(images)) if any(region.mask[index].any() for region in regions)]
    first = images[0][0]
    sources = [first] if "PerFrameFunctionalGroupsSequence" in first else [images[i][0] for i in used]
    masks = np.stack([region.mask[used].astype(np.uint8) for region in regions], axis=-1)
    names = [f"{entry.region.organ} {entry.region.site}" for entry in regions]
    content = hashlib.sha256(masks.tobytes()).hexdigest()
    identity = "|".join([str(first.SeriesInstanceUID), *names, content])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = highdicom.seg.Segmentation(
            source_images=[_completed(source) for source in sources],
            pixel_array=masks,
            segmentation_type="BINARY",
            segment_descriptions=[_description(highdicom, i + 1, item) for i, item in enumerate(regions)],
            plane_positions=[_position(highdicom, *images[index]) for index in used],
            series_instance_uid=made_uid(f"segmentation series {identity}"),
            series_number=_SERIES_NUMBER,
            sop_instance_uid=made_uid(f"segmentation {identity}"),
            instance_number=1,
            manufacturer=SOFTWARE_NAME,
            manufacturer_model_name=SOFTWARE_NAME,
            software_versions=SOFTWARE_VERSION,
            device_serial_number="1",
            content_label="REGIONS",
            content_description="Regions measured for iron; research use",
        )
        made.SeriesDescription = "IronQuant regions"
        return write_atomic(path, lambda temporary: made.save_as(temporary, enforce_file_format=True))


def _completed(source: Dataset) -> Dataset:
    """Return a header with what a segmentation takes over from it, empty where the scanner left it out."""
    completed = deepcopy(source)
    for keyword in _TYPE_2:
        if keyword not in completed:
            setattr(completed, keyword, "")
    return completed


def _description(highdicom: Any, number: int, entry: RegionAnalysis) -> Any:
    """Return what one region is, and how it came about."""
    region, table = entry.region, load_table("segments")
    kind = table["site"].get(region.site) or table["organ"].get(region.organ.value, table["organ"]["other"])
    algorithm_type = _ALGORITHM_TYPES.get(region.source, "MANUAL")
    algorithm = None
    if algorithm_type != "MANUAL":
        algorithm = highdicom.AlgorithmIdentificationSequence(
            name=region.proposer or SOFTWARE_NAME,
            family=_code(table["family"]),
            version=SOFTWARE_VERSION,
        )
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=f"{region.organ} {region.site}",
        segmented_property_category=_code(table["category"]),
        segmented_property_type=_code(kind),
        algorithm_type=algorithm_type,
        algorithm_identification=algorithm,
    )


def _code(row: dict[str, str]) -> Code:
    return Code(row["value"], row["scheme"], row["meaning"])


def _position(highdicom: Any, header: Dataset, frame: int) -> Any:
    return highdicom.PlanePositionSequence(
        coordinate_system=highdicom.CoordinateSystemNames.PATIENT,
        image_position=image_position(header, frame),
    )


def image_position(header: Dataset, frame: int) -> list[float]:
    """Return the place of the first pixel of an image, LPS mm.

    Raises
    ------
    AttributeError
        If the header does not tell.
    """
    position = header.get("ImagePositionPatient")
    if "PerFrameFunctionalGroupsSequence" in header:
        group = header.PerFrameFunctionalGroupsSequence[frame]
        position = group.PlanePositionSequence[0].ImagePositionPatient
    if position is None:
        raise AttributeError("ImagePositionPatient")
    return [float(value) for value in position]
