"""Everything that one analysis leaves behind, in one folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ironquant.core import Analysis, ExaminationRef, Finding, Organ, Settings, remove_file
from ironquant.export.brushes import write_bullseye
from ironquant.export.dicomobjects.writing import remove_dicom_objects, write_dicom_objects
from ironquant.export.document import write_json
from ironquant.export.forms import form_files
from ironquant.export.issuing import issue_of, keep_earlier
from ironquant.export.nifti import write_volumes
from ironquant.export.regions import REGIONS_FILE, write_regions
from ironquant.export.report import write_report
from ironquant.export.reportcode import study_folder
from ironquant.export.signing_block import State
from ironquant.resources import spoken


@dataclass(frozen=True)
class Results:
    """Where results were written, and what there is to say about the writing.

    Attributes
    ----------
    findings : tuple of Finding
        Of the report itself (``glyph_missing``), which ``analysis.json`` tells too, and of DICOM objects
        that could not be written, which are no part of the numbers.
    analysis : Analysis
        As it is told in ``analysis.json`` and in the report.
    """

    folder: Path
    report: Path | None
    findings: tuple[Finding, ...]
    analysis: Analysis


def write_results(
    analysis: Analysis,
    out: Path,
    *,
    lang: str,
    settings: Settings,
    ref: ExaminationRef | None = None,
    state: State = "draft",
    reason: str = "",
    report: bool = True,
) -> Results:
    """Write report, maps and regions, and last ``analysis.json``: where it stands, all is there.

    Results of an earlier analysis of the same study are removed first, so that none of its maps and
    regions stands beside the new numbers.

    Parameters
    ----------
    out : Path
        Results go to ``out/{study date}_{hash}/``.
    lang : str
        Of the report; of two languages side by side, numbers and findings speak the first.
    ref : ExaminationRef, optional
        Where the images came from; with it, results on DICOM images are written as objects of the study
        too, those that the settings name.
    state : {"draft", "preliminary", "final", "amended"}
        An amended report says what changed; the earlier one is kept as ``report_1.pdf`` …
    reason : str
        Why it is amended.
    report : bool
        Whether the PDF is written.

    Raises
    ------
    OutputError
        If a file cannot be written, or an earlier one not be removed.
    SettingsError
        As of `issuing.issue_of`.
    """
    folder = out / study_folder(analysis.study)
    unit = settings.report.iron_unit
    issue = issue_of(analysis, folder, state=state, reason=reason, iron_unit=unit)
    if state == "amended":
        keep_earlier(folder)
    _remove_earlier(folder)
    write_volumes(analysis, folder)
    for entry in analysis.organs:
        write_bullseye(entry, folder / "maps", spoken(lang)[0])
    write_regions(analysis, folder / "regions" / REGIONS_FILE)
    pdf = folder / "report.pdf" if report else None
    findings: tuple[Finding, ...] = ()
    if pdf is not None:
        findings = write_report(analysis, pdf, lang=lang, settings=settings, issue=issue)
    complete = replace(analysis, findings=(*analysis.findings, *findings))
    if ref is not None:
        wanted, first = settings.dicom_objects, spoken(lang)[0]
        told = write_dicom_objects(complete, ref, folder / "dicom", report=pdf, lang=first, objects=wanted)
        findings = (*findings, *told)
    write_json(complete, folder / "analysis.json", lang)
    return Results(folder, pdf, findings, complete)


def _remove_earlier(folder: Path) -> None:
    """Remove ``analysis.json`` first: what is left without it is known to be incomplete."""
    earlier = [folder / "analysis.json", folder / "report.pdf", folder / "regions" / REGIONS_FILE]
    earlier += form_files(folder)
    for organ in Organ:
        for below in ("maps", "regions"):
            earlier += (folder / below).glob(f"{organ}_*.nii.gz")
        earlier += (folder / "maps").glob(f"{organ}_bullseye.*")
    for path in earlier:
        remove_file(path)
    remove_dicom_objects(folder / "dicom")
