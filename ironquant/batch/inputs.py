"""What an examination is measured with beside its images: corrected regions, and an earlier reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ironquant.batch.discover import stamp_of
from ironquant.batch.folder import BatchFolder
from ironquant.batch.options import digest
from ironquant.batch.record import MapDocument, read_record
from ironquant.case.document import read_reading
from ironquant.core import MapKey, Organ, OrganMaps, Reading
from ironquant.export.nifti import MAP_NAMES
from ironquant.roi import RegionFile

READING_FILE = "reading.json"
_SUFFIXES = (".json", ".nii.gz", ".nii", ".dcm")


@dataclass(frozen=True)
class Inputs:
    """Files of one examination that are no images.

    Attributes
    ----------
    regions : mapping of Organ to Path
        Corrected regions.
    earlier : Path or None
        Folder of results of an earlier batch.
    """

    regions: Mapping[Organ, Path] = field(default_factory=dict)
    earlier: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file, in a fixed order."""
        drawn = tuple(dict.fromkeys(path for _, path in sorted(self.regions.items())))
        return drawn if self.earlier is None else (*drawn, self.earlier / READING_FILE)

    @property
    def wanted(self) -> dict[Organ, RegionFile]:
        """The corrected regions, as they are read."""
        return {organ: RegionFile(path) for organ, path in self.regions.items()}

    def stamp(self, of_images: str) -> str:
        """Return the digest of images and these files by sizes and times."""
        return digest([of_images, [[path.name, *stamp_of(path)] for path in self.files]])

    def content(self, of_images: str) -> str:
        """Return the digest of images and these files by content."""
        own = [hashlib.sha256(path.read_bytes()).hexdigest() for path in self.files if path.is_file()]
        return digest([of_images, [str(organ) for organ in sorted(self.regions)], own])


def inputs_of(job: str, names: Iterable[str], regions: Path | None, earlier: Path | None) -> Inputs:
    """Look for what belongs to an examination.

    Parameters
    ----------
    names : iterable of str
        What its files or its folder may be called.
    regions : Path or None
        Folder with ``NAME.json``, or ``NAME/`` with ``regions.json`` or a file per organ, also in
        ``NAME/regions/``.
    earlier : Path or None
        Output of an earlier batch.
    """
    found: dict[Organ, Path] = {}
    for called in [] if regions is None else [_regions_called(regions, name) for name in names]:
        found |= {organ: path for organ, path in called.items() if organ not in found}
    archived = None if earlier is None else BatchFolder(earlier).study(job)
    if archived is not None and not (archived / READING_FILE).is_file():
        archived = None
    return Inputs(found, archived)


def _regions_called(folder: Path, name: str) -> dict[Organ, Path]:
    whole = folder / f"{name}.json"
    if whole.is_file():
        return _organs_in(whole)
    found: dict[Organ, Path] = {}
    for place in (folder / name, folder / name / "regions", folder / "studies" / name / "regions"):
        if (place / "regions.json").is_file():
            return _organs_in(place / "regions.json")
        files = sorted(place.iterdir()) if place.is_dir() else []
        for organ in Organ:
            own = [path for path in files if path.name.startswith(organ) and path.name.endswith(_SUFFIXES)]
            if own:
                found.setdefault(organ, own[0])
    return found


def _organs_in(path: Path) -> dict[Organ, Path]:
    """Return which organs a file of regions of ours has; all of them where it cannot be read."""
    from ironquant.core import RegionError
    from ironquant.roi.document import read_regions_document

    try:
        regions = read_regions_document(path, path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except (OSError, RegionError):
        return dict.fromkeys(Organ, path)
    return {region.organ: path for region in regions if region.source in ("manual", "edited", "file")}


def archived_reading(folder: Path | None) -> Reading | None:
    """Return the reading of an earlier analysis.

    Raises
    ------
    CaseError
        If it is damaged or of a newer version.
    """
    if folder is None:
        return None
    file = folder / READING_FILE
    return read_reading(file.read_bytes(), file=file, member=READING_FILE)


def archived_maps(folder: Path | None) -> dict[MapKey, OrganMaps]:
    """Return the maps of an earlier analysis by what they were made with."""
    if folder is None:
        return {}
    record = read_record(BatchFolder(folder.parent.parent), folder.name)
    found = {}
    for entry in () if record is None else record.maps:
        maps = _maps(folder / "maps", entry)
        if maps is not None:
            found[_key(entry)] = maps
    return found


def map_documents(keys: Iterable[tuple[Organ, MapKey]]) -> list[MapDocument]:
    """Return what maps were made with, as documents."""
    return [
        MapDocument(
            organ=str(organ),
            series=key.series,
            model=key.model,
            echoes=None if key.echoes is None else list(key.echoes),
            r_squared_target=key.r_squared_target,
        )
        for organ, key in keys
    ]


def _key(entry: MapDocument) -> MapKey:
    echoes = None if entry.echoes is None else tuple(entry.echoes)
    return MapKey(entry.series, entry.model, echoes, entry.r_squared_target)


def _maps(folder: Path, entry: MapDocument) -> OrganMaps | None:
    nibabel: Any = import_module("nibabel")  # slow to import, and only partly typed
    arrays = {}
    try:
        for ending, (attribute, _) in MAP_NAMES.items():
            image = nibabel.load(folder / f"{entry.organ}_{ending}.nii.gz")
            arrays[attribute] = np.asarray(image.dataobj, dtype=np.float32).transpose(2, 1, 0)
    except (OSError, ValueError, nibabel.filebasedimages.ImageFileError):
        return None
    return OrganMaps(entry.model, **arrays)
