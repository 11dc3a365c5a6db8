"""The headers of the images that a series was read from, for results that refer to them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pydicom
from pydicom.dataset import Dataset

from ironquant.core import SeriesRef
from ironquant.dicom.bounded import HeaderReader
from ironquant.dicom.frames import Frame
from ironquant.dicom.listing import DicomSource
from ironquant.dicom.mapseries import MapSource
from ironquant.dicom.opening import Opener


@dataclass(frozen=True)
class ImageReference:
    """One image, to be named by results.

    Attributes
    ----------
    frame : int or None
        From 1; None where the file holds one image only.
    """

    series_uid: str
    sop_uid: str
    frame: int | None


def slice_headers(entry: SeriesRef) -> tuple[tuple[Dataset, int], ...]:
    """Return header and frame index of one image of every slice; empty for other than DICOM.

    Raises
    ------
    OSError
        If a file is gone.
    Exception
        Many kinds, if a file is damaged.
    """
    frames = [row[0] for row in _frames(entry)]
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


def image_references(entry: SeriesRef) -> tuple[tuple[ImageReference, ...], ...]:
    """Return every image by slice and echo, in the order of `slice_headers`; empty for other than DICOM."""
    return tuple(
        tuple(
            ImageReference(
                frame.file.series_uid,
                frame.file.sop_uid,
                frame.index + 1 if frame.file.n_frames > 1 else None,
            )
            for frame in row
        )
        for row in _frames(entry)
    )


def _frames(entry: SeriesRef) -> tuple[tuple[Frame, ...], ...]:
    """Return the images of a series by slice and echo."""
    if isinstance(entry.source, DicomSource):
        return entry.source.grid.frames
    if isinstance(entry.source, MapSource):
        return tuple((frame,) for frame in entry.source.frames)
    return ()
