"""T2* of an organ → iron, grade, the other calibrations, and what there is to say about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ironquant.core import Finding, Grade, IronValue, Organ, ParamValue, Severity, Value
from ironquant.iron.calibrations import Calibration, alternatives, calibration, calibrations
from ironquant.iron.schemes import Scheme, scheme
from ironquant.iron.schemes import schemes as known_schemes

THREE_TESLA_FROM = 2.8


@dataclass(frozen=True)
class Assessment:
    """Iron and grade of one organ; None where the field or the value allows none."""

    iron: IronValue | None
    grade: Grade | None
    alternatives: tuple[IronValue, ...]
    findings: tuple[Finding, ...]


def assess(
    organ: Organ,
    t2star: Value,
    model: str,
    field_t: float | None,
    calibrations: Sequence[str],
    schemes: Sequence[str],
) -> Assessment:
    """Convert and grade a measured T2*.

    Parameters
    ----------
    t2star : Value
        In ms; a value or a bound.
    model : str
        Fit model that gave it.
    field_t : float or None
        Actual field in tesla; without it there is no iron and no grade.
    calibrations, schemes : sequence of str
        In order of preference; the first that covers the field is used.

    Raises
    ------
    SettingsError
        For an unknown calibration or scheme.
    """
    line = next((row for name in calibrations if (row := calibration(name, organ)).covers(field_t)), None)
    bands = next((own for name in schemes if (own := scheme(name, organ)).covers(field_t)), None)
    iron = line.convert(t2star) if line else None
    grade = _grade(bands, t2star, iron)
    others = (row.convert(t2star) for row in alternatives(organ, field_t, line.id if line else None))
    findings = (
        *_missing(organ, field_t, line, bands, calibrations),
        *_calibration_findings(organ, line, iron, model),
        *_scheme_missing(organ, field_t, bands, schemes),
        *_grade_findings(organ, bands, grade, t2star, field_t),
    )
    return Assessment(iron, grade, tuple(value for value in others if value is not None), findings)


def _finding(organ: Organ, code: str, severity: Severity, /, **params: ParamValue) -> Finding:
    return Finding(code, severity, params, str(organ))


def _grade(bands: Scheme | None, t2star: Value, iron: IronValue | None) -> Grade | None:
    if bands is None:
        return None
    if bands.quantity == "t2star_ms":
        return bands.grade(t2star)
    return bands.grade(iron.iron_mg_per_g) if iron else None


def _missing(
    organ: Organ,
    field_t: float | None,
    line: Calibration | None,
    bands: Scheme | None,
    wanted: Sequence[str],
) -> list[Finding]:
    """Say why there is no iron."""
    if line is not None:
        return []
    uncalibrated = not any(row.organ == organ for row in calibrations().values())
    if field_t is None:
        return [] if uncalibrated else [_finding(organ, "field_missing", "warning")]
    if uncalibrated:
        return [_finding(organ, "calibration_missing", "info", organ=str(organ), field_t=field_t)]
    if bands is None and not any(True for _ in alternatives(organ, field_t, None)):
        return [_finding(organ, "field_unsupported", "warning", field_t=field_t)]
    if len(wanted) == 1 and alternatives(organ, field_t, None):
        return [
            _finding(organ, "calibration_field_mismatch", "warning", calibration=wanted[0], field_t=field_t)
        ]
    if organ == Organ.HEART and field_t >= THREE_TESLA_FROM:
        return [_finding(organ, "calibration_missing_mic_3t", "info", field_t=field_t)]
    return [_finding(organ, "calibration_missing", "warning", organ=str(organ), field_t=field_t)]


def _scheme_missing(
    organ: Organ, field_t: float | None, bands: Scheme | None, wanted: Sequence[str]
) -> list[Finding]:
    """Say so where the one scheme that was asked for is not meant for the field, but others are."""
    others = any(row.organ == organ and row.covers(field_t) for row in known_schemes().values())
    if bands is not None or len(wanted) != 1 or not others:
        return []
    return [_finding(organ, "scheme_field_mismatch", "warning", scheme=wanted[0], field_t=field_t)]


def _calibration_findings(
    organ: Organ, line: Calibration | None, iron: IronValue | None, model: str
) -> list[Finding]:
    """Say where a calibration does not fit the value or the model."""
    if line is None:
        return []
    findings = []
    low, high = line.range_mg_per_g
    if iron is None or not iron.in_valid_range:
        # Less iron than a line was validated for is a healthy organ; more is a doubtful number.
        below = iron is not None and iron.iron_mg_per_g.bound == "upper"
        params: dict[str, ParamValue] = {"calibration": line.id, "low": low, "high": high}
        findings.append(_finding(organ, "calibration_out_of_range", "info" if below else "warning", **params))
    if model not in line.derived_with:
        findings.append(
            _finding(
                organ,
                "calibration_model_mismatch",
                "warning",
                calibration=line.id,
                model=model,
                models=line.derived_with,
            )
        )
    caution, value = line.caution_above_mg_per_g, iron.iron_mg_per_g.value if iron else None
    if caution is not None and value is not None and value > caution:
        findings.append(_finding(organ, "liver_3t_above_range", "warning", limit_mg_per_g=caution))
    return findings


def _grade_findings(
    organ: Organ, bands: Scheme | None, grade: Grade | None, t2star: Value, field_t: float | None
) -> list[Finding]:
    """Say what the grade alone does not."""
    findings = []
    if bands is None or grade is None or t2star.value is None:
        return []
    if grade.indicative:
        findings.append(_finding(organ, "field_3t", "info", field_t=field_t))
    if grade.code is None:
        findings.append(_finding(organ, "grade_undecided", "warning", scheme=bands.id))
    below = bands.remark_below
    if below is not None and t2star.value < below and t2star.bound != "lower":
        findings.append(_finding(organ, bands.remark, "warning", limit_ms=below))
    return findings
