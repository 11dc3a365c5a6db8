"""Regions from files: a NIfTI mask, our JSON, a DICOM segmentation or structure set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from ironquant.core import (
    RELAXATION,
    EchoSeries,
    Examination,
    Organ,
    Region,
    RegionError,
    ScannerMap,
    Volume,
    main_site,
)
from ironquant.resources import load_table
from ironquant.roi.carryover import carry_over
from ironquant.roi.masks import region_from_mask
from ironquant.roi.niftimask import read_nifti_mask

_GZIP, _BOM = b"\x1f\x8b", b"\xef\xbb\xbf"

Named = TypeVar("Named")


@dataclass(frozen=True)
class RegionFile:
    """A file with regions, and which of them is meant.

    Attributes
    ----------
    name : str
        Of a segment or structure; empty: the only one, or the one that is called like the organ.
    """

    path: Path
    name: str = ""


def read_region(source: RegionFile | Path, series: Volume, organ: Organ) -> Region:
    """Read the region of an organ from a file and lay it on a series.

    A NIfTI mask must be of the grid of the series; our JSON and DICOM regions are places in the patient
    and are carried over to the nearest slices.

    Raises
    ------
    RegionError
        ``path_missing``, ``region_file_unreadable``, ``region_file_mismatch``, ``region_file_ambiguous``,
        ``region_elsewhere`` or ``region_empty``.
    """
    file = RegionFile(source) if isinstance(source, Path) else source
    start = _start(file.path)
    site = main_site(organ)
    if start.removeprefix(_BOM).lstrip()[:1] == b"{":
        from ironquant.roi.document import read_regions_document

        regions = read_regions_document(
            file.path, file.path.read_bytes().removeprefix(_BOM), series.instance_uid
        )
        own = [region for region in regions if region.organ == organ]
        reported = [region for region in own if region.reported]
        chosen = _chosen(file, [(region.site, region) for region in reported or own], organ)
        carried = replace(carry_over(chosen, series), echo_shifts=chosen.echo_shifts)
        return carried.after("read")
    if start[128:132] == b"DICM":
        from ironquant.roi.dicomregions import read_dicom_regions

        found = read_dicom_regions(file.path)
        contours = _chosen(file, [(item.name, item.contours) for item in found], organ)
        return carry_over(Region(organ, site, contours, "file"), series).after("read")
    mask = read_nifti_mask(file.path, series)
    return region_from_mask(mask, series, organ, site, source="file").after("read")


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            return handle.read(512)
    except FileNotFoundError:
        raise RegionError("path_missing", file=str(path)) from None
    except OSError as error:
        raise RegionError("region_file_unreadable", file=str(path), reason="reason_access") from error


def _chosen(file: RegionFile, items: Sequence[tuple[str, Named]], organ: Organ) -> Named:
    """Return the item that is asked for, the only one, or the one called like the organ or its site."""
    if file.name:
        meant = [item for name, item in items if name.casefold() == file.name.casefold()]
    elif len(items) > 1:
        # The whole before its parts: a file of ours holds circles or segments of the organ too.
        for words in ((main_site(organ),), _words(organ)):
            meant = [item for name, item in items if any(word in name.casefold() for word in words)]
            if len(meant) == 1:
                break
    else:
        meant = [item for _, item in items]
    if len(meant) != 1:
        names = ", ".join(name or "–" for name, _ in items)
        raise RegionError("region_file_ambiguous", file=str(file.path), organ=str(organ), names=names)
    return meant[0]


def shown_with(organ: Organ) -> Organ:
    """Return the organ on whose images this one lies: itself where it has its own."""
    return Organ(load_table("organs")["shown_with"].get(organ.value, organ.value))


def _words(organ: Organ) -> tuple[str, ...]:
    """Return what regions of an organ are called, in lower case."""
    table = load_table("organs").get(organ.value, {})
    own = (organ.value, main_site(organ))
    return (*own, *(word for key in ("stems", "within") for word in table.get(key, ())))


def find_region(
    source: RegionFile | Path, examination: Examination, organ: Organ, *, series: str | None = None
) -> tuple[str, Region]:
    """Read the region of an organ from a file and find the series that it was drawn on.

    Parameters
    ----------
    series : str, optional
        Key of the series or map that the reader has chosen; no other is tried.

    Returns
    -------
    tuple of str and Region
        Key of the series: one guessed to show the organ comes first, then one of no guess; maps of the
        scanner come after the echo trains.

    Raises
    ------
    RegionError
        As `read_region`, from the first series tried; ``region_other_organ`` for a region that was drawn
        on a series of another organ.
    """
    maps = [entry for entry in examination.maps if entry.quantity in RELAXATION]
    shown: list[EchoSeries | ScannerMap] = [*examination.series, *maps]
    if series is not None:
        shown = [entry for entry in shown if entry.key == series]
    if not shown:
        raise RegionError("no_series", organ=str(organ))
    # The organ's own series first, then those of no guess, then another organ's: only to say so.
    likely = sorted(
        shown,
        key=lambda entry: (
            entry.organ_guess != shown_with(organ),
            entry.organ_guess is not None,
            isinstance(entry, EchoSeries) and entry.twin_of != "",
        ),
    )
    refused: list[RegionError] = []
    for entry in likely:
        try:
            region = read_region(source, entry, organ)
        except RegionError as error:
            refused.append(error)
            continue
        if entry.organ_guess in (shown_with(organ), None) or series is not None:
            return entry.key, region
        other = {"organ": str(entry.organ_guess), "description": entry.description}
        path = source if isinstance(source, Path) else source.path
        raise RegionError("region_other_organ", file=str(path), **other)
    raise refused[0]
