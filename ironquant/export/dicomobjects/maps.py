"""Maps of T2* and R2* as DICOM parametric maps in their own units (float32).

A pixel without a value is NaN, as in the NIfTI maps: whoever takes a mean over it gets no number rather
than a wrong one. Colours are left to the viewer: the standard has none for floating-point pixels.
"""

from __future__ import annotations

from copy import deepcopy
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from ironquant.core import Organ, OrganMaps, Volume
from ironquant.export.dicomobjects.codes import TABLE, quantity, short, unit
from ironquant.export.dicomobjects.issue import Issue, reference
from ironquant.export.dicomobjects.segmentation import plane_positions
from ironquant.export.dicomobjects.source import Source
from ironquant.resources import load_table

MAPS = {"t2star": "t2star_ms", "r2star": "r2star_per_s"}
"""Kind of the series → quantity, which is the attribute of `OrganMaps`."""


def parametric_map(
    issue: Issue, kind: str, organ: Organ, maps: OrganMaps, volume: Volume, source: Source
) -> Dataset:
    """Return one map of an organ's series.

    Raises
    ------
    ValueError, AttributeError
        If the headers lack what a map must refer to (frame of reference, positions).
    """
    highdicom: Any = import_module("highdicom")
    name = MAPS[kind]
    values = np.ascontiguousarray(getattr(maps, name), dtype=np.float32)
    low, high = load_table(TABLE)["quantity"][name]["window"]
    every = range(len(source.images))
    made = highdicom.pm.ParametricMap(
        source_images=source.headers(every),
        pixel_array=values,
        contains_recognizable_visual_features=False,
        real_world_value_mappings=[
            highdicom.pm.RealWorldValueMapping(
                lut_label=kind.upper(),
                lut_explanation=f"{quantity(name).meaning} in {unit(name).meaning}; NaN: no value",
                unit=unit(name),
                value_range=_range(values),
                slope=1.0,
                intercept=0.0,
                quantity_definition=quantity(name),
            )
        ],
        voi_lut_transformations=[
            highdicom.VOILUTTransformation(window_center=(low + high) / 2.0, window_width=high - low)
        ],
        plane_positions=plane_positions(highdicom, source, every),
        content_label=f"{kind.upper()}_MAP",
        content_description=short(f"{quantity(name).meaning} by {maps.model}, {volume.label}"),
        **issue.series(kind, organ),
    )
    if not source.enhanced:
        _name_every_echo(made, source)
    return issue.settled(made, organ)


def _name_every_echo(made: Dataset, source: Source) -> None:
    """Refer to all echoes, of every slice and in all: highdicom was given one image of a slice."""
    rows = {row[0].sop_uid: row for row in source.references}
    for group in made.PerFrameFunctionalGroupsSequence:
        for derivation in group.DerivationImageSequence:
            images = derivation.SourceImageSequence
            for echo in rows[images[0].ReferencedSOPInstanceUID][1:]:
                images.append(deepcopy(images[0]))
                images[-1].ReferencedSOPInstanceUID = echo.sop_uid
    series: dict[str, list[Dataset]] = {}
    for image in source.evidence():
        series.setdefault(image.SeriesInstanceUID, []).append(reference(image))
    made.ReferencedSeriesSequence = [Dataset() for _ in series]
    for item, (uid, images) in zip(made.ReferencedSeriesSequence, series.items(), strict=True):
        item.SeriesInstanceUID, item.ReferencedInstanceSequence = uid, images


def _range(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return the least and the largest value."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
