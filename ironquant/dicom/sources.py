"""The headers of the images that a series was read from, for results that refer to them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import BinaryIO, cast

import pydicom
from pydicom.dataset import Dataset

from ironquant.core import SeriesRef
from ironquant.dicom.bounded import HeaderReader
from ironquant.dicom.listing import DicomSource
from ironquant.dicom.mapseries import MapSource
from ironquant.dicom.opening import Opener


def slice_headers(entry: SeriesRef) -> tuple[tuple[Dataset, int], ...]:
    """Return header and frame index of one image of every slice; empty for other than DICOM.

    Raises
    ------
    OSError
        If a file is gone.
    Exception
        Many kinds, if a file is damaged.
    """
    if isinstance(entry.source, DicomSource):
        frames = [row[0] for row in entry.source.grid.frames]
    elif isinstance(entry.source, MapSource):
        frames = list(entry.source.frames)
    else:
        return ()
    headers: dict[Path, Dataset] = {}
    found = []
    with Opener() as opener, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for frame in frames:
            path = frame.file.path
            if path not in headers:
                with opener.open(path) as source:
                    reader = cast(BinaryIO, HeaderReader(source.handle, source.size))
                    headers[path] = pydicom.dcmread(reader, stop_before_pixels=True, force=True)
            found.append((headers[path], frame.index))
    return tuple(found)
