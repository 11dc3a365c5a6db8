"""Read what ``ironquant analyze`` wrote: one ``analysis.json``, one result folder, or many."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from ironquant.agreement.records import Measurement, Record, Source, StoredRegion
from ironquant.core import Finding, InputError, IronQuantError, Organ, Value
from ironquant.export.contract import AnalysisDocument, OrganDocument, ValueDocument

FILE_NAME = "analysis.json"
MOST_BYTES = 64 * 2**20
"""No analysis is larger; a file that claims to be one is not read into memory."""


def read_results(path: Path) -> Source:
    """Read the results of one reader.

    Parameters
    ----------
    path : Path
        An ``analysis.json``, the folder that holds one, or a folder of such folders at any depth.

    Returns
    -------
    Source
        In order of the paths. A damaged file among several is a finding; a study that stands there more
        than once is kept out of the comparison by `match_records`.

    Raises
    ------
    InputError
        ``path_missing``; ``no_results`` for a folder without results; ``results_unreadable`` for the
        one file there is.
    """
    documents, findings = read_documents(path)
    records = [_record(document, file) for document, file in documents]
    named = path.parent if path.name == FILE_NAME else path
    return Source(named.resolve().name or str(named), tuple(records), tuple(findings))


def read_documents(path: Path) -> tuple[list[tuple[AnalysisDocument, Path]], list[Finding]]:
    """Read every ``analysis.json`` of a path, each with its file.

    Raises
    ------
    InputError
        As `read_results`.
    """
    if not path.exists():
        raise InputError("path_missing", file=str(path))
    files = [path] if path.is_file() else sorted(path.rglob(FILE_NAME))
    if not files:
        raise InputError("no_results", file=str(path))
    documents = []
    findings: list[Finding] = []
    for file in files:
        try:
            documents.append((_document(file), file))
        except IronQuantError as error:
            if len(files) == 1:
                raise
            findings.append(Finding(error.finding.code, "warning", error.finding.params))
    if not documents:
        raise InputError("no_results", file=str(path))
    return documents, findings


def _record(document: AnalysisDocument, file: Path) -> Record:
    study, patient = document.study, document.patient
    return Record(
        study_uid=study.instance_uid or "",
        patient_id=patient.id or "",
        date=study.date or "",
        accession=study.accession or "",
        measurements={Organ(entry.organ): _measurement(entry, file.parent) for entry in document.organs},
        where=f"{file.parent.name}/{file.name}",
    )


def _document(file: Path) -> AnalysisDocument:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise InputError("results_unreadable", file=str(file), reason="reason_not_results")
        return AnalysisDocument.model_validate_json(file.read_bytes())
    except OSError as error:
        reason = "reason_access" if isinstance(error, PermissionError) else "reason_vanished"
        raise InputError("results_unreadable", file=str(file), reason=reason) from error
    except ValidationError as error:
        raise InputError("results_unreadable", file=str(file), reason="reason_not_results") from error


def _measurement(entry: OrganDocument, folder: Path) -> Measurement:
    organ, result = Organ(entry.organ), entry.result
    if result is None:
        return Measurement(organ, missing="missing_not_measured")
    iron, grade = result.iron_mg_per_g, result.grade
    return Measurement(
        organ,
        t2star_ms=_value(result.t2star_ms),
        r2star_per_s=_value(result.r2star_per_s),
        iron_mg_per_g=Value() if iron is None else _value(iron),
        grade=grade.code if grade else None,
        scheme=grade.scheme if grade else "",
        calibration=iron.calibration if iron else "",
        region=_region(entry, folder),
        missing="" if result.t2star_ms.value is not None else "missing_not_measured",
    )


def _value(value: ValueDocument) -> Value:
    return Value(value.value, value.bound, value.ci95)


def _region(entry: OrganDocument, folder: Path) -> StoredRegion | None:
    """Return the reported region if its mask lies within the result folder."""
    reported = next((region for region in entry.regions if region.reported), None)
    if reported is None or entry.series is None:
        return None
    path = folder / reported.mask
    if not path.resolve().is_relative_to(folder.resolve()):
        return None
    return StoredRegion(path, entry.series.shape)
