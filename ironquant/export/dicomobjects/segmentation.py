"""Measured regions as a DICOM segmentation that refers to the images they were drawn on."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, Organ, RegionAnalysis
from ironquant.export.dicomobjects.codes import code, place_of
from ironquant.export.dicomobjects.issue import Issue
from ironquant.export.dicomobjects.source import Source, image_position
from ironquant.resources import load_table

_ALGORITHM_TYPES = {"auto": "AUTOMATIC", "edited": "SEMIAUTOMATIC"}


def segmentation(issue: Issue, organ: Organ, regions: Sequence[RegionAnalysis], source: Source) -> Dataset:
    """Return the regions of one organ as a binary segmentation, a segment for each in their order.

    Raises
    ------
    ValueError, AttributeError
        If the headers lack what a segmentation must refer to (frame of reference, positions).
    """
    highdicom: Any = import_module("highdicom")  # slow to import, and only partly typed
    masks = np.stack([region.mask for region in regions], axis=-1)
    used = [int(index) for index in np.flatnonzero(masks.any(axis=(1, 2, 3)))]
    made = highdicom.seg.Segmentation(
        source_images=source.headers(used),
        pixel_array=masks[used].astype(np.uint8),
        segmentation_type="BINARY",
        segment_descriptions=[
            _description(highdicom, issue, number, entry) for number, entry in enumerate(regions, start=1)
        ],
        plane_positions=plane_positions(highdicom, source, used),
        content_label="REGIONS",
        content_description="Regions measured for iron; research use",
        content_creator_name=issue.analysis.reader or None,
        **issue.series("seg", organ),
    )
    return issue.settled(made, organ)


def tracking(issue: Issue, entry: RegionAnalysis) -> tuple[str, str]:
    """Return UID and name by which a region is known in segmentation and report."""
    name = f"{entry.region.organ} {entry.region.site}"
    return issue.uid(f"region {name}"), name


def plane_positions(highdicom: Any, source: Source, slices: Sequence[int]) -> list[Any]:
    """Return where slices lie, as highdicom wants it."""
    return [
        highdicom.PlanePositionSequence(
            coordinate_system=highdicom.CoordinateSystemNames.PATIENT,
            image_position=image_position(*source.images[index]),
        )
        for index in slices
    ]


def _description(highdicom: Any, issue: Issue, number: int, entry: RegionAnalysis) -> Any:
    """Return what one region is, and how it came about."""
    region, table = entry.region, load_table("segments")
    algorithm_type = _ALGORITHM_TYPES.get(region.source, "MANUAL")
    algorithm = None
    if algorithm_type != "MANUAL":
        algorithm = highdicom.AlgorithmIdentificationSequence(
            name=region.proposer or SOFTWARE_NAME,
            family=code(table["family"]),
            version=SOFTWARE_VERSION,
        )
    uid, name = tracking(issue, entry)
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=name,
        segmented_property_category=code(table["category"]),
        segmented_property_type=place_of(entry),
        algorithm_type=algorithm_type,
        algorithm_identification=algorithm,
        tracking_uid=uid,
        tracking_id=name,
    )
