"""A FHIR R5 bundle of one analysis: DiagnosticReport, Observations, ImagingStudy, Patient, Device.

A bound is a quantity with a comparator; what could not be measured is an Observation without a value.
The ids follow from the numbers, so that the same analysis gives the same bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, Literal

from ironquant.export.contract import (
    AnalysisDocument,
    IronDocument,
    OrganDocument,
    PatientDocument,
    ResultDocument,
    ValueDocument,
)
from ironquant.export.reportcode import ReportCode, report_code
from ironquant.export.tables import read_document
from ironquant.iron import scheme
from ironquant.resources import load_table

ReportStatus = Literal["preliminary", "final", "amended"]
_SPACE: Final = uuid.UUID("5f0e7a5e-6f0e-5d54-9a3e-1c0f0c7d3b11")
Json = dict[str, Any]


def fhir_bytes(analysis_json: bytes, status: ReportStatus = "preliminary") -> bytes:
    """Return the bundle of an analysis as JSON (UTF-8).

    Parameters
    ----------
    analysis_json : bytes
        Content of ``analysis.json``.
    status : {"preliminary", "final", "amended"}
        ``final`` once the report is signed by the reviewer.

    Raises
    ------
    InputError
        ``analysis_unreadable``.
    """
    from fhir.resources.bundle import Bundle

    document, code = read_document(analysis_json), report_code(analysis_json)
    bundle = Bundle.model_validate(_bundle(document, code, status))
    return f"{bundle.model_dump_json(indent=2)}\n".encode()


def _bundle(document: AnalysisDocument, code: ReportCode, status: ReportStatus) -> Json:
    resources = [_patient(document.patient), _device(document)]
    if document.study.instance_uid:
        resources.append(_imaging_study(document))
    observations = [entry for organ in document.organs for entry in _observations(organ, document)]
    for entry in observations:
        entry["status"] = status
    report = _report(document, code, status, [entry["id"] for entry in observations])
    resources = [report, *resources, *observations]
    names = {entry["id"]: _full_url(code, entry["id"]) for entry in resources}
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": {"system": _table("systems")["report"], "value": code.report_id},
        "entry": [
            {"fullUrl": names[entry["id"]], "resource": _referring(entry, names)} for entry in resources
        ],
    }


def _full_url(code: ReportCode, name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{code.sha256}/{name}')}"


def _referring(value: Any, names: Mapping[str, str]) -> Any:
    """Return a resource whose references are those of the bundle."""
    if isinstance(value, dict):
        return {
            key: names[inner] if key == "reference" else _referring(inner, names)
            for key, inner in value.items()
        }
    return [_referring(inner, names) for inner in value] if isinstance(value, list) else value


def _table(name: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = load_table("fhir")[name]
    return table


def _concept(row: Mapping[str, str], words: str | None = None) -> Json:
    coding = {"system": _table("systems")[row["scheme"]], "code": row["code"], "display": row["display"]}
    return {"coding": [coding], "text": words or row["display"]}


def _code(name: str) -> Json:
    return _concept(_table("concepts")[name])


def _patient(patient: PatientDocument) -> Json:
    told: Json = {"resourceType": "Patient", "id": "patient"}
    told["gender"] = _table("genders").get((patient.sex or "").upper(), "unknown")
    if patient.id:
        told["identifier"] = [{"value": patient.id}]
    if patient.name:
        told["name"] = [_name(patient.name)]
    if patient.birth_date:
        told["birthDate"] = patient.birth_date
    return told


def _name(name: str) -> Json:
    """Return a name; the parts of a DICOM name are family and given names."""
    parts = [part.strip() for part in name.split("^")]
    told: Json = {"text": " ".join(filter(None, parts))}
    if len(parts) > 1 and parts[0]:
        told["family"] = parts[0]
        if given := [part for part in parts[1:3] if part]:
            told["given"] = given
    return told


def _device(document: AnalysisDocument) -> Json:
    software = document.software
    return {
        "resourceType": "Device",
        "id": "software",
        "name": [{"value": software.name, "type": "registered-name"}],
        "version": [{"value": software.version}],
        "note": [{"text": f"profile {software.profile}, settings SHA-256 {software.settings_sha256}"}],
    }


def _imaging_study(document: AnalysisDocument) -> Json:
    study = document.study
    series = {
        organ.series.instance_uid: organ.series
        for organ in document.organs
        if organ.series is not None and organ.series.instance_uid
    }
    told: Json = {
        "resourceType": "ImagingStudy",
        "id": "study",
        "status": "available",
        "identifier": [{"system": _table("systems")["uid"], "value": f"urn:oid:{study.instance_uid}"}],
        "subject": {"reference": "patient"},
        "modality": [_code("modality")],
    }
    if study.accession:
        told["identifier"].append({"type": _code("accession"), "value": study.accession})
    if study.date:
        told["started"] = study.date
    if series:
        told["numberOfSeries"] = len(series)
        told["series"] = [
            {
                "uid": uid,
                "modality": _code("modality"),
                **({"description": entry.description} if entry.description else {}),
            }
            for uid, entry in series.items()
        ]
    return told


def _report(document: AnalysisDocument, code: ReportCode, status: ReportStatus, results: list[str]) -> Json:
    told: Json = {
        "resourceType": "DiagnosticReport",
        "id": "report",
        "status": status,
        "identifier": [{"system": _table("systems")["report"], "value": code.report_id}],
        "category": [_code("radiology")],
        "code": _code("report"),
        "subject": {"reference": "patient"},
        "result": [{"reference": name} for name in results],
    }
    if document.study.date:
        told["effectiveDateTime"] = document.study.date
    if document.study.instance_uid:
        told["study"] = [{"reference": "study"}]
    if document.impression is not None:
        words = document.impression.worded
        told["conclusion"] = document.impression.proposed if words is None else words
    notes = [finding.message for finding in document.findings]
    notes += [f"{organ.organ}: {finding.message}" for organ in document.organs for finding in organ.findings]
    if notes:
        told["note"] = [{"text": note} for note in dict.fromkeys(notes)]
    return {key: value for key, value in told.items() if value not in ("", [])}


def _observations(organ: OrganDocument, document: AnalysisDocument) -> Iterable[Json]:
    """Yield T2* of an organ, and its iron if a calibration holds."""
    result = organ.result
    yield _t2star(organ, result, document)
    if result is not None and result.iron_mg_per_g is not None and organ.organ in ("heart", "liver"):
        yield _iron(organ, result, result.iron_mg_per_g, document)


def _observation(organ: OrganDocument, name: str, code: str, document: AnalysisDocument) -> Json:
    anatomy = load_table("segments")
    site = organ.result.site if organ.result is not None else ""
    place = anatomy["site"].get(site) or anatomy["organ"].get(organ.organ)
    told: Json = {
        "resourceType": "Observation",
        "id": f"{organ.organ}-{name}",
        "status": "preliminary",
        "category": [_code("imaging")],
        "code": _code(code),
        "subject": {"reference": "patient"},
        "device": {"reference": "software"},
    }
    if place is not None:
        told["bodySite"] = _concept(
            {"scheme": place["scheme"], "code": place["value"], "display": place["meaning"]}
        )
    if document.study.date:
        told["effectiveDateTime"] = document.study.date
    if document.study.instance_uid:
        told["derivedFrom"] = [{"reference": "study"}]
    return told


def _t2star(organ: OrganDocument, result: ResultDocument | None, document: AnalysisDocument) -> Json:
    told = _observation(organ, "t2star", "t2star", document)
    if result is None:
        return {**told, "dataAbsentReason": _code("absent")}
    told |= _value(result.t2star_ms, "t2star_ms") | _graded(result, "t2star_ms")
    told["method"] = {"text": f"{result.model}, {result.method}"}
    region = next((entry for entry in organ.regions if entry.reported), None)
    parts = [{"code": _code("r2star"), **_value(result.r2star_per_s, "r2star_per_s")}]
    parts += _interval(result.t2star_ms, "t2star_ms")
    if result.r_squared is not None:
        parts.append({"code": _code("fit_r_squared"), "valueQuantity": _quantity(result.r_squared, "one")})
    if region is not None and region.curve.echoes_used:
        used = ",".join(map(str, region.curve.echoes_used))
        parts.append({"code": _code("echoes_used"), "valueString": used})
    return told | {"component": parts + _scheme(result, "t2star_ms")}


def _iron(
    organ: OrganDocument, result: ResultDocument, iron: IronDocument, document: AnalysisDocument
) -> Json:
    told = _observation(organ, "iron", f"iron_{organ.organ}", document)
    told |= _value(iron, "iron_mg_per_g") | _graded(result, "iron_mg_per_g")
    told["derivedFrom"] = [*told.get("derivedFrom", ()), {"reference": f"{organ.organ}-t2star"}]
    parts: list[Json] = [
        {"code": _code("calibration"), "valueString": iron.calibration},
        {"code": _code("in_valid_range"), "valueBoolean": iron.in_valid_range},
    ]
    return told | {"component": parts + _interval(iron, "iron_mg_per_g") + _scheme(result, "iron_mg_per_g")}


def _value(value: ValueDocument, unit: str) -> Json:
    if value.value is None:
        return {"dataAbsentReason": _code("absent")}
    quantity = _quantity(value.value, unit)
    if value.bound != "none":
        quantity["comparator"] = _table("comparators")[value.bound]
    return {"valueQuantity": quantity}


def _quantity(number: float, unit: str) -> Json:
    row = _table("units")[unit]
    return {"value": Decimal(repr(number)), "system": _table("systems")["UCUM"], **row}


def _interval(value: ValueDocument, unit: str) -> list[Json]:
    if value.ci95 is None:
        return []
    low, high = (_quantity(end, unit) for end in value.ci95)
    return [{"code": _code("fit_ci95"), "valueRange": {"low": low, "high": high}}]


def _is_graded_by(result: ResultDocument, quantity: str) -> bool:
    return result.grade is not None and scheme(result.grade.scheme).quantity == quantity


def _graded(result: ResultDocument, quantity: str) -> Json:
    """Return the grade as the interpretation of the quantity that its scheme grades."""
    if result.grade is None or result.grade.code is None or not _is_graded_by(result, quantity):
        return {}
    grade = result.grade.code
    own = {"scheme": "99IRONQUANT", "code": grade, "display": grade}
    words = f"{grade} (indicative only)" if result.grade.indicative else grade
    concept = _concept(_table("grades").get(grade, own), words)
    return {"interpretation": [concept]}


def _scheme(result: ResultDocument, quantity: str) -> list[Json]:
    if result.grade is None or not _is_graded_by(result, quantity):
        return []
    return [{"code": _code("scheme"), "valueString": result.grade.scheme}]
