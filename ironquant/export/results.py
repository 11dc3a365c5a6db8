"""Everything that one analysis leaves behind, in one folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from ironquant.core import Analysis, ExaminationRef, Finding, Organ, Settings, Study, remove_file
from ironquant.export.brushes import write_bullseye
from ironquant.export.document import write_json
from ironquant.export.nifti import write_volumes
from ironquant.export.regions import REGIONS_FILE, write_regions, write_segmentations
from ironquant.export.report import write_report


@dataclass(frozen=True)
class Results:
    """Where results were written, and what there is to say about the writing."""

    folder: Path
    report: Path | None
    findings: tuple[Finding, ...]


def study_folder(study: Study) -> str:
    """Return study date and 8 hex digits of the SHA-256 of its UID: never a name in a path."""
    date = study.date.strftime("%Y%m%d") if study.date else "nodate"
    return f"{date}_{hashlib.sha256(study.instance_uid.encode()).hexdigest()[:8]}"


def write_results(
    analysis: Analysis,
    out: Path,
    *,
    lang: str,
    settings: Settings,
    ref: ExaminationRef | None = None,
    report: bool = True,
) -> Results:
    """Write report, maps and regions, and last ``analysis.json``: where it stands, all is there.

    Results of an earlier analysis of the same study are removed first, so that none of its maps and
    regions stands beside the new numbers.

    Parameters
    ----------
    out : Path
        Results go to ``out/{study date}_{hash}/``.
    ref : ExaminationRef, optional
        Where the images came from; with it, regions on DICOM images are written as segmentations too.
    report : bool
        Whether the PDF is written.

    Raises
    ------
    OutputError
        If a file cannot be written, or an earlier one not be removed.
    """
    folder = out / study_folder(analysis.study)
    _remove_earlier(folder)
    write_volumes(analysis, folder)
    for entry in analysis.organs:
        write_bullseye(entry, folder / "maps", lang)
    write_regions(analysis, folder / "regions" / REGIONS_FILE)
    told = () if ref is None else write_segmentations(analysis, ref, folder / "dicom")
    pdf = folder / "report.pdf" if report else None
    findings = told
    if pdf is not None:
        findings += write_report(analysis, pdf, lang=lang, settings=settings)
    complete = replace(analysis, findings=(*analysis.findings, *findings))
    write_json(complete, folder / "analysis.json", lang)
    return Results(folder, pdf, findings)


def _remove_earlier(folder: Path) -> None:
    """Remove ``analysis.json`` first: what is left without it is known to be incomplete."""
    earlier = [folder / "analysis.json", folder / "report.pdf", folder / "regions" / REGIONS_FILE]
    earlier += (folder / "dicom").glob("regions_*.dcm")
    for organ in Organ:
        for below in ("maps", "regions"):
            earlier += (folder / below).glob(f"{organ}_*.nii.gz")
        earlier += (folder / "maps").glob(f"{organ}_bullseye.*")
    for path in earlier:
        remove_file(path)
