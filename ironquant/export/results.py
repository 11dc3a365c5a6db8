"""Everything that one analysis leaves behind, in one folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from ironquant.core import Analysis, Finding, Settings, Study
from ironquant.export.document import write_json
from ironquant.export.nifti import write_volumes
from ironquant.export.report import write_report


@dataclass(frozen=True)
class Results:
    """Where results were written, and what there is to say about the writing."""

    folder: Path
    report: Path
    findings: tuple[Finding, ...]


def study_folder(study: Study) -> str:
    """Return study date and 8 hex digits of the SHA-256 of its UID: never a name in a path."""
    date = study.date.strftime("%Y%m%d") if study.date else "nodate"
    return f"{date}_{hashlib.sha256(study.instance_uid.encode()).hexdigest()[:8]}"


def write_results(analysis: Analysis, out: Path, *, lang: str, settings: Settings) -> Results:
    """Write report, maps and regions, and last ``analysis.json``: where it stands, all is there.

    Parameters
    ----------
    out : Path
        Results go to ``out/{study date}_{hash}/``.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    folder = out / study_folder(analysis.study)
    write_volumes(analysis, folder)
    report = folder / "report.pdf"
    findings = write_report(analysis, report, lang=lang, settings=settings)
    complete = replace(analysis, findings=(*analysis.findings, *findings))
    write_json(complete, folder / "analysis.json", lang)
    return Results(folder, report, findings)
