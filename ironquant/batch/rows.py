"""One examination as rows of the long table and as a row of the wide one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ironquant.batch.columns import Cell, Wanted
from ironquant.batch.planning import PlannedJob
from ironquant.batch.record import RecordDocument
from ironquant.core import SEVERITY_RANK, IronValue, Organ, Value
from ironquant.iron import calibration, calibrations

Row = dict[str, Cell]
_OLDEST_Y = 89.0
"""Older people are so few that their age tells who they are."""


@dataclass(frozen=True)
class Entry:
    """One examination with what became of it.

    Attributes
    ----------
    record : RecordDocument or None
        None where the run ended before.
    analysis : mapping or None
        ``analysis.json``; None where it failed.
    """

    job: PlannedJob
    record: RecordDocument | None
    analysis: Mapping[str, Any] | None

    @property
    def status(self) -> str:
        """``done``, ``failed`` or ``pending``."""
        return "pending" if self.record is None else self.record.status

    def organ(self, organ: str) -> Mapping[str, Any] | None:
        """Return what was measured of an organ."""
        found = self.analysis["organs"] if self.analysis is not None else ()
        return next((entry for entry in found if entry["organ"] == organ), None)


def examination_row(entry: Entry) -> Row:
    """Return the columns that tell examinations apart; nothing in them names anybody."""
    job, record = entry.job, entry.record
    study, age_y = job.study, job.patient.age_y
    return {
        "participant_id": None if job.names is None else job.names.participant_id,
        "session_id": None if job.names is None else job.names.session_id,
        "examination_id": job.examination_id,
        "status": entry.status,
        "reason": None if record is None or record.reason is None else record.reason.code,
        "age_y": None if age_y is None else min(age_y, _OLDEST_Y),
        "sex": job.patient.sex or None,
        "field_t": study.field_t,
        "nominal_field_t": study.nominal_field_t,
        "manufacturer": study.manufacturer or None,
        "scanner": study.model or None,
    }


def long_rows(entry: Entry, wanted: Wanted) -> Iterator[Row]:
    """Return a row per region, model and calibration; of a failed examination one row."""
    own, empty = examination_row(entry), True
    for organ in () if entry.analysis is None else entry.analysis["organs"]:
        for row in _organ_rows(organ, wanted, entry.job.study.field_t):
            empty = False
            yield own | row
    if empty:
        yield own


def _organ_rows(organ: Mapping[str, Any], wanted: Wanted, field_t: float | None) -> Iterator[Row]:
    name, result = Organ(organ["organ"]), organ["result"]
    told = {"organ": organ["organ"], "findings": _codes(organ["findings"])}
    own_model = None if result is None else result["model"]
    for region in organ["regions"]:
        pixels = region["pixels"]
        place = told | {
            "site": region["site"],
            "reported": region["reported"],
            "source": region["source"],
            "proposer": region["proposer"] or None,
            "confidence": region["confidence"],
            "n_pixels": region["n_pixels"],
            "area_mm2": region["area_mm2"],
            "pixels_t2star_ms_median": pixels["t2star_ms_median"],
        }
        if result is not None and region["reported"]:
            grade = result["grade"] or {}
            place |= {"grade": grade.get("code"), "grade_scheme": grade.get("scheme")}
        for fitted in region["models"]:
            if fitted["model"] != own_model and fitted["model"] not in wanted.models.get(name, ()):
                continue
            is_result = bool(region["reported"]) and fitted["model"] == own_model
            row = place | _fit_row(fitted) | {"reported_model": is_result}
            lines = _lines(name, wanted, field_t)
            for line in lines or (None,):
                yield row | _iron_row(line, value_of(fitted["t2star_ms"]), result if is_result else None)


def _lines(organ: Organ, wanted: Wanted, field_t: float | None) -> tuple[str, ...]:
    """Return the wanted calibrations that hold at a field."""
    names = wanted.calibrations.get(organ, ())
    return tuple(name for name in names if calibrations()[name].covers(field_t))


def _fit_row(fitted: Mapping[str, Any]) -> Row:
    t2star = fitted["t2star_ms"]
    low, high = t2star["ci95"] or (None, None)
    return {
        "model": fitted["model"],
        "t2star_ms": t2star["value"],
        "t2star_bound": t2star["bound"],
        "t2star_ci95_low_ms": low,
        "t2star_ci95_high_ms": high,
        "r2star_per_s": fitted["r2star_per_s"]["value"],
        "r_squared": fitted["r_squared"],
        "n_echoes": fitted["n_echoes"],
    }


def _iron_row(line: str | None, t2star: Value, result: Mapping[str, Any] | None) -> Row:
    iron = None if line is None else calibration(line).convert(t2star)
    own = (result or {}).get("iron_mg_per_g") or {}
    return {
        "calibration": line,
        "reported_calibration": line is not None and own.get("calibration") == line,
        **_iron_cells("iron_mg_per_g", "iron_bound", "iron_in_range", iron),
    }


def _iron_cells(value: str, bound: str, in_range: str, iron: IronValue | None) -> Row:
    if iron is None:
        return {value: None, bound: None, in_range: None}
    number = iron.iron_mg_per_g
    return {value: number.value, bound: number.bound, in_range: iron.in_valid_range}


def wide_row(entry: Entry, wanted: Wanted) -> Row:
    """Return one row with every organ beside the others."""
    row = examination_row(entry)
    for organ in wanted.organs:
        found = entry.organ(organ)
        if found is not None:
            row |= _wide_organ(organ, found, wanted, entry.job.study.field_t)
    return row


def _wide_organ(organ: Organ, found: Mapping[str, Any], wanted: Wanted, field_t: float | None) -> Row:
    result = found["result"] or {}
    region = reported_region(found) or {}
    t2star, iron = result.get("t2star_ms") or {}, result.get("iron_mg_per_g") or {}
    cells: Row = {
        "t2star_ms": t2star.get("value"),
        "t2star_bound": t2star.get("bound"),
        "r2star_per_s": (result.get("r2star_per_s") or {}).get("value"),
        "model": result.get("model"),
        "method": result.get("method"),
        "iron_mg_per_g": iron.get("value"),
        "iron_bound": iron.get("bound"),
        "iron_in_range": iron.get("in_valid_range"),
        "calibration": iron.get("calibration"),
        "grade": (result.get("grade") or {}).get("code"),
        "confidence": region.get("confidence"),
        "source": region.get("source"),
        "findings": _codes(found["findings"]),
    }
    row = {f"{organ}_{name}": cell for name, cell in cells.items()}
    fits = {fitted["model"]: fitted for fitted in region.get("models", ())}
    for model in wanted.models[organ]:
        value = value_of(fits[model]["t2star_ms"]) if model in fits else Value()
        stem = f"{organ}_{model}"
        row[f"{stem}_t2star_ms"] = value.value
        row[f"{stem}_t2star_bound"] = None if value.value is None else value.bound
        for line in _lines(organ, wanted, field_t):
            name = f"{stem}_{line}"
            converted = calibration(line).convert(value)
            row |= _iron_cells(f"{name}_iron_mg_per_g", f"{name}_iron_bound", f"{name}_in_range", converted)
    return row


def reported_region(organ: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the region that the result of an organ comes from."""
    return next((region for region in organ["regions"] if region["reported"]), None)


def value_of(document: Mapping[str, Any]) -> Value:
    """Return a value of ``analysis.json``."""
    ci95 = document["ci95"]
    return Value(document["value"], document["bound"], None if ci95 is None else (ci95[0], ci95[1]))


def _codes(findings: list[Mapping[str, Any]]) -> str | None:
    ordered = sorted(findings, key=lambda finding: -SEVERITY_RANK[finding["severity"]])
    return ";".join(dict.fromkeys(finding["code"] for finding in ordered)) or None
