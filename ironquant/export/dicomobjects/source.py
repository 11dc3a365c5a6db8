"""The images that a result was measured on, as objects refer to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from ironquant.core import SeriesRef, Volume
from ironquant.dicom import ImageReference, carried, image_references, slice_headers

_GEOMETRY_GROUPS = (0x0018, 0x0020, 0x0028, 0x5200)
_SAME_PLACE_MM = 0.1
_OWN = ("SOPClassUID", "SOPInstanceUID", "Modality", "ImageType")


@dataclass(frozen=True, eq=False)
class Source:
    """One measured series.

    Attributes
    ----------
    study : Dataset
        Patient and study, as of `ironquant.dicom.carried`.
    images : tuple of (Dataset, int)
        Header and frame index of one image of every slice of the volume.
    references : tuple of tuple of ImageReference
        Every image by slice and echo.
    """

    study: Dataset
    images: tuple[tuple[Dataset, int], ...]
    references: tuple[tuple[ImageReference, ...], ...]

    @property
    def header(self) -> Dataset:
        """The header of the first slice."""
        return self.images[0][0]

    @property
    def enhanced(self) -> bool:
        """Whether one file holds many images."""
        return "PerFrameFunctionalGroupsSequence" in self.header

    def headers(self, slices: Iterable[int]) -> list[Dataset]:
        """Return the headers of slices; the one header of a file that holds many images.

        Raises
        ------
        AttributeError
            If they lack the frame of reference, without which nothing can be laid on them.
        """
        if not self.header.get("FrameOfReferenceUID"):
            raise AttributeError("FrameOfReferenceUID")
        return [self.header] if self.enhanced else [self.images[index][0] for index in slices]

    def named(self, reference: ImageReference) -> Dataset:
        """Return an image as evidence names it."""
        result = Dataset()
        result.update(self.study)
        result.SOPClassUID = self.header.SOPClassUID
        result.SOPInstanceUID = reference.sop_uid
        result.SeriesInstanceUID = reference.series_uid
        return result

    def evidence(self) -> list[Dataset]:
        """Return every file of the series once."""
        every = {one.sop_uid: one for row in self.references for one in row}
        return [self.named(one) for one in every.values()]


def find_source(entry: SeriesRef, volume: Volume) -> Source | None:
    """Return the images of a series, None for other than DICOM.

    Raises
    ------
    ValueError, AttributeError
        If the headers lack what results must refer to, or an image lies elsewhere than its slice.
    OSError
        If a file is gone.
    Exception
        Many kinds, if a file is damaged.
    """
    headers = slice_headers(entry)
    if not headers:
        return None
    chosen = _of_slices([image_position(*pair) for pair in headers], volume)
    study = carried(headers[0][0])
    completed: dict[int, Dataset] = {}
    for header, _ in headers:
        completed.setdefault(id(header), _completed(header, study))
    images = tuple((completed[id(headers[index][0])], headers[index][1]) for index in chosen)
    references = image_references(entry)
    return Source(study, images, tuple(references[index] for index in chosen))


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


def _completed(header: Dataset, study: Dataset) -> Dataset:
    """Return a header with what objects take over from it: its geometry, and patient and study in UTF-8."""
    result = Dataset()
    for tag in sorted(header.keys()):  # decodes nothing
        if tag.group in _GEOMETRY_GROUPS:
            result[tag] = header.get_item(tag)
    for keyword in _OWN:
        if keyword in header:
            result[keyword] = header[keyword]
    result.update(study)
    return result


def _of_slices(positions: Sequence[Sequence[float]], volume: Volume) -> list[int]:
    """Return which image shows each slice that was read, by its place.

    Raises
    ------
    ValueError
        If a slice has none.
    """
    places = np.array(positions).reshape(-1, 3)
    chosen = []
    for index in range(volume.shape[0]):
        away = np.linalg.norm(places - (volume.affine @ [0, 0, index, 1])[:3], axis=1)
        chosen.append(int(np.argmin(away)))
        if away[chosen[-1]] > _SAME_PLACE_MM:
            raise ValueError("no image at the place of a slice")
    return chosen
