"""What a series was read from, as a document: to read it again, the same, from copies of its files.

A second search of the copies might group them otherwise, as the files left out had a say in it (twins,
repeats, echo times given by hand). So the place of every image in its train is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from ironquant.core import Acquisition, Organ, SeriesRef
from ironquant.core.documents import DocumentModel, KeptFindingDocument, Words
from ironquant.dicom.dicomfile import HeaderReading
from ironquant.dicom.frames import Frame
from ironquant.dicom.grid import Grid
from ironquant.dicom.listing import DicomSource
from ironquant.dicom.mapseries import MapSource
from ironquant.dicom.niftisidecar import sidecars_of
from ironquant.dicom.niftitrains import NiftiSource
from ironquant.dicom.opening import Opener, Stamp


class ImageDocument(DocumentModel):
    """One image of a file."""

    file: str
    index: Annotated[int, Field(ge=0)]
    """Frame or volume within the file, from 0."""


class DicomTrainDocument(DocumentModel):
    """An echo train of DICOM images."""

    kind: Literal["dicom"] = "dicom"
    images: list[list[ImageDocument]]
    """By slice, then by echo."""


class DicomMapDocument(DocumentModel):
    """A scanner's map in DICOM images, one per slice."""

    kind: Literal["map"] = "map"
    images: list[ImageDocument]


class NiftiDocument(DocumentModel):
    """An echo train or map in NIfTI files, one volume per echo, with what their sidecars said."""

    kind: Literal["nifti"] = "nifti"
    images: list[ImageDocument]
    affine_ras: list[float]
    acquisition: Acquisition
    manufacturer: str
    units: list[tuple[str, str]]


SourceDocument = Annotated[DicomTrainDocument | DicomMapDocument | NiftiDocument, Field(discriminator="kind")]


class KeptSeriesDocument(DocumentModel):
    """One series as the search for images described it, and where its images are."""

    key: str
    instance_uid: str
    description: Words
    te_ms: list[float]
    shape: tuple[int, int, int]
    flavour: str
    component: str
    readable: bool
    number: int | None
    modality: str
    organ_guess: Organ | None
    guess_reason: str
    guess_evidence: list[str]
    n_files: int
    twin_of: str
    quantity: str
    findings: list[KeptFindingDocument]
    source: SourceDocument


def files_of(entry: SeriesRef, opener: Opener) -> Mapping[Path, Stamp | None]:
    """Return the files that a series is read from, with sidecars; the stamp of those that have one.

    Raises
    ------
    TypeError
        If the series does not come from `scan` or holds nothing to read.
    """
    if isinstance(entry.source, NiftiSource):
        images = dict.fromkeys(path for path, _ in entry.source.volumes)
        beside = (sidecar for path in images for sidecar in sidecars_of(path, opener))
        return dict.fromkeys((*images, *beside))
    return {
        frame.file.path: frame.file.pixels.stamp if frame.file.pixels else None for frame in _frames(entry)
    }


def _frames(entry: SeriesRef) -> Iterator[Frame]:
    if isinstance(entry.source, DicomSource):
        yield from (frame for row in entry.source.grid.frames for frame in row)
    elif isinstance(entry.source, MapSource):
        yield from entry.source.frames
    else:
        raise TypeError("the series does not come from scan()")


def to_series_document(entry: SeriesRef, names: Mapping[Path, str]) -> KeptSeriesDocument:
    """Return a series as a document in which its files have other names."""
    told = {
        name: getattr(entry, name)
        for name in KeptSeriesDocument.model_fields
        if name not in ("source", "findings")
    }
    return KeptSeriesDocument(
        **told,
        findings=[KeptFindingDocument.of(finding) for finding in entry.findings],
        source=_source_document(entry, names),
    )


def _source_document(entry: SeriesRef, names: Mapping[Path, str]) -> SourceDocument:
    def image(path: Path, index: int) -> ImageDocument:
        return ImageDocument(file=names[path], index=index)

    source = entry.source
    if isinstance(source, NiftiSource):
        return NiftiDocument(
            images=[image(path, index) for path, index in source.volumes],
            affine_ras=list(source.affine),
            acquisition=source.acquisition,
            manufacturer=source.manufacturer,
            units=list(source.units),
        )
    if isinstance(source, DicomSource):
        rows = [[image(frame.file.path, frame.index) for frame in row] for row in source.grid.frames]
        return DicomTrainDocument(images=rows)
    return DicomMapDocument(images=[image(frame.file.path, frame.index) for frame in _frames(entry)])


class SeriesReading:
    """Makes series from documents, for `read_examination`.

    Parameters
    ----------
    root : Path
        Folder or archive in which the files of the documents lie.
    opener : Opener
    """

    def __init__(self, root: Path, opener: Opener) -> None:
        self._root = root
        self._headers = HeaderReading(opener)
        self._frames: dict[str, dict[int, Frame]] = {}

    def series(self, document: KeptSeriesDocument) -> SeriesRef:
        """Return the series of a document.

        Raises
        ------
        KeyError
            With the name of the file, if it holds no such image.
        """
        told: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in vars(document).items()
            if name not in ("source", "findings")
        }
        findings = tuple(finding.finding() for finding in document.findings)
        return SeriesRef(**told, findings=findings, source=self._source(document))

    def _source(self, document: KeptSeriesDocument) -> DicomSource | MapSource | NiftiSource:
        source = document.source
        if isinstance(source, NiftiDocument):
            return NiftiSource(
                tuple((self._root / image.file, image.index) for image in source.images),
                tuple(source.affine_ras),
                source.acquisition,
                source.manufacturer,
                tuple(source.units),
            )
        if isinstance(source, DicomMapDocument):
            return MapSource(tuple(map(self._frame, source.images)))
        rows = tuple(tuple(map(self._frame, row)) for row in source.images)
        return DicomSource(Grid(tuple(document.te_ms), rows))

    def _frame(self, image: ImageDocument) -> Frame:
        if image.file not in self._frames:
            found = self._headers.read(self._root / image.file).frames
            self._frames[image.file] = {frame.index: frame for frame in found}
        try:
            return self._frames[image.file][image.index]
        except KeyError:
            raise KeyError(image.file) from None
