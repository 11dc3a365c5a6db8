"""The regions of an analysis in forms that other programs, and we ourselves, read back."""

from __future__ import annotations

from pathlib import Path

from ironquant.core import Analysis, write_bytes_atomic
from ironquant.roi.document import to_regions_document

REGIONS_FILE = "regions.json"


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
