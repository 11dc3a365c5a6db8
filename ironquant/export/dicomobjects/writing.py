"""Write the objects of one analysis below ``dicom/``; what cannot be written is a finding."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset

from ironquant.core import (
    DICOM_OBJECTS,
    Analysis,
    ExaminationRef,
    Finding,
    OrganAnalysis,
    OutputError,
    remove_file,
)
from ironquant.dicom import carried, slice_headers
from ironquant.export.dicomobjects.drawing import key_images
from ironquant.export.dicomobjects.issue import Issue, issue_of, save
from ironquant.export.dicomobjects.keyimages import secondary_capture, selection
from ironquant.export.dicomobjects.maps import MAPS, parametric_map
from ironquant.export.dicomobjects.measurements import structured_report
from ironquant.export.dicomobjects.pdf import encapsulated_pdf
from ironquant.export.dicomobjects.segmentation import segmentation
from ironquant.export.dicomobjects.source import Source, find_source
from ironquant.export.wording import organ_title
from ironquant.resources import PDF, covering, term

_PATTERNS = ("regions_*.dcm", "map_*.dcm", "key_*.dcm", "measurements*.dcm", "report*.dcm")


def remove_dicom_objects(folder: Path) -> None:
    """Remove the objects of an earlier analysis.

    Raises
    ------
    OutputError
    """
    for pattern in _PATTERNS:
        for path in folder.glob(pattern):
            remove_file(path)


def write_dicom_objects(
    analysis: Analysis,
    ref: ExaminationRef,
    folder: Path,
    *,
    report: Path | None,
    lang: str,
    objects: Collection[str] = DICOM_OBJECTS,
) -> tuple[Finding, ...]:
    """Write results as objects of the patient's study.

    Parameters
    ----------
    ref : ExaminationRef
        Where the images came from.
    report : Path or None
        The PDF, as it was written; None where none was.
    lang : str
        Of the report.
    objects : collection of str
        Which kinds, of `DICOM_OBJECTS`.

    Returns
    -------
    tuple of Finding
        ``dicom_not_written`` for what could not be written; ``dicom_no_source`` where the images are not
        DICOM.

    Raises
    ------
    OutputError
    """
    if not objects:
        return ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _Writer(analysis, ref, folder, report, covering(PDF, lang), frozenset(objects)).write()


class _Writer:
    """The objects of one analysis on their way to the disk; later ones refer to earlier ones."""

    def __init__(
        self,
        analysis: Analysis,
        ref: ExaminationRef,
        folder: Path,
        report: Path | None,
        lang: str,
        objects: frozenset[str],
    ) -> None:
        self.analysis, self.ref, self.folder = analysis, ref, folder
        self.report, self.lang, self.objects = report, lang, objects
        self.findings: list[Finding] = []
        self.sources: dict[str, Source] = {}
        self.segmentations: dict[str, Dataset] = {}

    def write(self) -> tuple[Finding, ...]:
        study = self._study()
        if study is None:
            return tuple(self.findings)
        issue = issue_of(self.analysis, study)
        for entry in self.analysis.organs:
            self._find(entry)
        if "seg" in self.objects or "sr" in self.objects:
            self._segmentations(issue)
        if "map" in self.objects:
            self._maps(issue)
        if "images" in self.objects:
            self._images(issue)
        if "sr" in self.objects:
            evidence = [*self._evidence(), *self.segmentations.values()]
            told = (issue, evidence, self.sources, self.segmentations)
            self._make("sr", "measurements.dcm", "", structured_report, *told)
        if "pdf" in self.objects and self.report is not None:
            document = self.report.read_bytes()
            self._make("pdf", "report.dcm", "", encapsulated_pdf, issue, document, self.lang, self._firsts())
        return tuple(self.findings)

    def _study(self) -> Dataset | None:
        """Return patient and study of the first series that tells them."""
        reason = ""
        for entry in self.ref.series:
            try:
                headers = slice_headers(entry)
                if headers:
                    return carried(headers[0][0])
            except Exception as error:  # a header may lack or hold anything
                reason = _reason(error)
        if reason:
            self._refuse("study", "", reason)
        else:
            self.findings.append(Finding("dicom_no_source", "info"))
        return None

    def _find(self, entry: OrganAnalysis) -> None:
        refs = {one.key: one for one in self.ref.series}
        ref = refs.get(entry.volume.key) if entry.volume is not None else None
        if ref is None or entry.volume is None:
            return
        try:
            source = find_source(ref, entry.volume)
        except Exception as error:  # as above
            self._refuse("images_of", entry.organ, _reason(error))
            return
        if source is not None:
            self.sources[entry.organ] = source

    def _segmentations(self, issue: Issue) -> None:
        for entry in self.analysis.organs:
            source = self.sources.get(entry.organ)
            if source is None or not any(region.mask.any() for region in entry.regions):
                continue
            told = (issue, entry.organ, entry.regions, source)
            made = self._make("seg", f"regions_{entry.organ}.dcm", entry.organ, segmentation, *told)
            if made is not None:
                self.segmentations[entry.organ] = made

    def _maps(self, issue: Issue) -> None:
        """Write the maps that were computed here; organs that share them have them once."""
        done = set()
        for entry in self.analysis.organs:
            source, volume, maps = self.sources.get(entry.organ), entry.series, entry.maps
            if source is None or volume is None or maps is None or entry.map_key in done:
                continue
            done.add(entry.map_key)
            for kind in MAPS:
                told = (issue, kind, entry.organ, maps, volume, source)
                self._make("map", f"map_{entry.organ}_{kind}.dcm", entry.organ, parametric_map, *told)

    def _images(self, issue: Issue) -> None:
        pictures: list[Dataset] = []
        for entry in self.analysis.organs:
            source = self.sources.get(entry.organ)
            images = [] if source is None else _named(source, entry)
            for number, (kind, rgb) in enumerate(key_images(entry, self.lang).items(), start=1):
                title = f"{organ_title(entry, self.lang)}: {term(f'key_{kind}', self.lang)}"
                told = (issue, entry.organ, number, rgb, title, images)
                name = f"key_{entry.organ}_{kind}.dcm"
                made = self._make("images", name, entry.organ, secondary_capture, *told)
                pictures += [] if made is None else [made]
        if pictures:
            self._make("images", "key_images.dcm", "", selection, issue, pictures)

    def _evidence(self) -> list[Dataset]:
        """Return every measured file once."""
        every = (one for source in self.sources.values() for one in source.evidence())
        return list({str(one.SOPInstanceUID): one for one in every}.values())

    def _firsts(self) -> list[Dataset]:
        """Return the first image of every measured series."""
        return [source.named(source.references[0][0]) for source in self.sources.values()]

    def _make(
        self, kind: str, name: str, organ: str, make: Callable[..., Dataset], *told: Any
    ) -> Dataset | None:
        """Make and write one object; a finding says why there is none."""
        try:
            made = make(*told)
            if kind in self.objects:
                save(made, self.folder / name)
        except OutputError:
            raise
        except Exception as error:  # headers may lack anything, and highdicom raises many kinds
            self._refuse(kind, organ, _reason(error))
            return None
        return made

    def _refuse(self, kind: str, organ: str, reason: str) -> None:
        what = tuple(part for part in (f"dicom_{kind}", organ) if part)
        finding = Finding("dicom_not_written", "info", {"object": what, "reason": reason}, organ)
        self.findings.append(finding)


def _named(source: Source, entry: OrganAnalysis) -> list[Dataset]:
    """Return the first echo of the slices of the region that is reported."""
    region = entry.reported
    slices = () if region is None else region.slice_indices
    return [source.named(source.references[index][0]) for index in slices]


def _reason(error: Exception) -> str:
    """Return what is lacking, as far as an error tells; its message may hold data of the patient."""
    keyword = getattr(error, "name", None) or (str(error) if isinstance(error, AttributeError) else "")
    return keyword if keyword.isidentifier() else type(error).__name__
