"""Follow-up: earlier examinations measured again by one model and calibration, and what became of an organ.

The line of a trend breaks where field, sequence or method changed; across a break no change is claimed.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ironquant.core import (
    Analysis,
    BreakReason,
    Change,
    Examination,
    Finding,
    Organ,
    OrganAnalysis,
    OrganRecord,
    OrganSettings,
    Patient,
    PriorExamination,
    StoredCurve,
    Study,
    Trend,
    TrendPoint,
    TrendQuantity,
    Value,
    Verdict,
)
from ironquant.fitting import (
    MAGNITUDE_MODELS,
    MODELS,
    Noise,
    RegionCurve,
    fit_region,
    series_tissue_s0,
    using_kernels,
)
from ironquant.iron import assess, calibrations
from ironquant.regionanalysis import S0_AT_LEAST
from ironquant.resources import load_table

_ROUNDING = 1e-9
_WHOLE_PERCENT = 200.0
"""Change from nothing, in percent of the mean of both."""


# --- records -------------------------------------------------------------------------------------
def record_of(analysis: Analysis) -> PriorExamination | None:
    """Return what a library keeps of an examination; None without patient ID, date or any result."""
    organs = tuple(
        record
        for entry in analysis.organs
        if (record := _organ_record(entry, analysis.study.field_t)) is not None
    )
    return _examination(analysis.patient, analysis.study, organs) if organs else None


def _examination(patient: Patient, study: Study, organs: tuple[OrganRecord, ...]) -> PriorExamination | None:
    if not patient.id.strip() or study.date is None:
        return None
    return PriorExamination(
        uid=_uid(patient, study),
        patient=Patient(id=patient.id.strip(), sex=patient.sex, birth_date=patient.birth_date),
        date=study.date,
        organs=organs,
        time=study.time,
        manufacturer=study.manufacturer,
        scanner=study.model,
    )


def _uid(patient: Patient, study: Study) -> str:
    """Return the UID of a study; of one without, a name made of patient and time."""
    told = repr((patient.id.strip(), study.date, study.time))
    return study.instance_uid or f"study-{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def _organ_record(entry: OrganAnalysis, study_field_t: float | None) -> OrganRecord | None:
    result, region, volume = entry.result, entry.reported, entry.volume
    if result is None or region is None or volume is None:
        return None
    stored = None
    if entry.series is not None:
        curve, s0 = region.curve, series_tissue_s0(entry.series)
        stored = StoredCurve(
            te_ms=curve.te_ms,
            signal=curve.signal,
            signal_sd=curve.signal_sd,
            n=curve.n,
            sigma=curve.sigma,
            n_coils=curve.n_coils,
            echoes=curve.echoes_used if curve.echoes_chosen_by == "reader" else None,
            s0_at_least=None if s0 is None else S0_AT_LEAST * s0,
        )
    return OrganRecord(
        organ=entry.organ,
        site=result.site,
        model=result.model,
        method=result.method,
        t2star_ms=result.t2star_ms,
        iron=result.iron,
        field_t=volume.acquisition.field_t or study_field_t,
        curve=stored,
        black_blood=volume.acquisition.black_blood if entry.organ == Organ.HEART else None,
        r_squared_target=result.r_squared_target,
    )


def earlier_than(
    patient: Patient, study: Study, records: Sequence[PriorExamination]
) -> tuple[tuple[PriorExamination, ...], tuple[Finding, ...]]:
    """Return the records of a patient before an examination, the earliest first.

    Records of the same ID but of another sex or date of birth are of somebody else: they are left out,
    and a finding says so. An empty ID is nobody's.
    """
    known = patient.id.strip()
    same = [record for record in records if known and record.patient.id.strip() == known]
    others = [record for record in same if _contradicts(patient, record.patient)]
    findings = (Finding("history_contradicts", "warning", {"n": len(others)}),) if others else ()
    if study.date is None:
        return (), findings
    here, now = _uid(patient, study), (study.date, study.time)
    earlier = [record for record in same if record not in others and record.uid != here and record.when < now]
    return tuple(sorted(earlier, key=lambda record: record.when)), findings


def _contradicts(one: Patient, other: Patient) -> bool:
    sexes = {patient.sex for patient in (one, other) if patient.sex in ("M", "F")}
    births = {patient.birth_date for patient in (one, other) if patient.birth_date is not None}
    return len(sexes) > 1 or len(births) > 1


# --- the trend -----------------------------------------------------------------------------------
def organ_trend(
    examination: Examination,
    entry: OrganAnalysis,
    priors: Sequence[PriorExamination],
    own: OrganSettings | None,
) -> Trend | None:
    """Return the course of an organ up to the examination that is measured; None without a former value.

    Parameters
    ----------
    priors : sequence of PriorExamination
        As of `earlier_than`.
    """
    record = _organ_record(entry, examination.study.field_t)
    now = None if record is None else _examination(examination.patient, examination.study, (record,))
    return None if now is None else trend_of(entry.organ, (*priors, now), own)


def trend_between(
    one: tuple[Examination, OrganAnalysis],
    other: tuple[Examination, OrganAnalysis],
    own: OrganSettings | None,
) -> Trend | None:
    """Return the course of an organ over two examinations of one patient, in whichever order they come.

    None where they are not known to be of one patient, where one has no date or no value, or where both are
    the same study.
    """
    if None in (one[0].study.date, other[0].study.date):
        return None
    earlier, later = sorted((one, other), key=lambda item: (str(item[0].study.date), item[0].study.time))
    record = _organ_record(earlier[1], earlier[0].study.field_t)
    kept = None if record is None else _examination(earlier[0].patient, earlier[0].study, (record,))
    if kept is None:
        return None
    priors, _ = earlier_than(later[0].patient, later[0].study, (kept,))
    return organ_trend(later[0], later[1], priors, own) if priors else None


def trend_of(
    organ: Organ, examinations: Sequence[PriorExamination], own: OrganSettings | None
) -> Trend | None:
    """Return the course of an organ over examinations, the newest last.

    The newest value stands as it is; the earlier ones are measured again by its model and calibration from
    their stored curves. A value without a curve stands by its own method, and the line breaks.

    Parameters
    ----------
    own : OrganSettings or None
        Gives the repeatability, and calibrations for fields that the newest one is not meant for.
    """
    told = [(item, record) for item in examinations if (record := item.organ(organ)) is not None]
    if not told:
        return None
    newest = told[-1][1]
    names = tuple(own.calibrations) if own else ()
    again = [(item, recomputed(record, newest, names)) for item, record in told[:-1]]
    quantity: TrendQuantity = "t2star_ms"
    if organ == Organ.LIVER and newest.iron is not None:
        quantity = "iron_mg_per_g"
    published = own.repeatability_percent if own else None
    limit = published if (organ == Organ.LIVER) == (quantity == "iron_mg_per_g") else None
    shown = [pair for pair in (*again, told[-1]) if _value(pair[1], quantity).value is not None]
    if len(shown) < 2 or shown[-1][1] is not newest:
        return None
    first = _point(*shown[0], quantity, limit)
    points = (first, *(_following(before, after, quantity, limit) for before, after in pairwise(shown)))
    return Trend(organ, quantity, points, limit, _change(points, limit))


def recomputed(record: OrganRecord, like: OrganRecord, calibration_names: Sequence[str]) -> OrganRecord:
    """Return a record measured by the model and calibration of another, at its own field.

    Parameters
    ----------
    calibration_names : sequence of str
        Taken, in this order, where the calibration of `like` does not hold for the field.
    """
    again = _refitted(record, like)
    if not again.model and again.iron is not None:
        return again  # typed in: nothing tells how it was made
    first = () if like.iron is None else (like.iron.calibration,)
    names = tuple(name for name in (*first, *calibration_names) if name in calibrations())
    iron = assess(again.organ, again.t2star_ms, again.model, again.field_t, names, ()).iron
    return replace(again, iron=iron)


def _refitted(record: OrganRecord, like: OrganRecord) -> OrganRecord:
    """Fit a stored curve; the record as it is where that is not possible.

    The median of pixels cannot be had again: their signals are not kept.
    """
    curve, model = record.curve, like.model
    if curve is None or model not in MAGNITUDE_MODELS or like.method == "pixel-median":
        return record
    if MODELS[model].needs_field and record.field_t is None:
        return record
    t2star = _fitted(curve, model, record.field_t, like.r_squared_target)
    if t2star.value is None:
        return record
    return replace(record, model=model, method="roi-mean", t2star_ms=t2star)


@lru_cache(maxsize=512)
def _fitted(curve: StoredCurve, model: str, field_t: float | None, r_squared_target: float | None) -> Value:
    mean, sd = np.asarray(curve.signal), np.asarray(curve.signal_sd)
    rms = np.sqrt(mean**2 + sd**2 * (curve.n - 1) / max(curve.n, 1))
    noise = None if curve.sigma is None else Noise(curve.sigma, curve.n_coils)
    with using_kernels(False):  # as what is reported
        fitted = fit_region(
            RegionCurve(mean, rms, sd, curve.n),
            curve.te_ms,
            model,
            noise=noise,
            echoes=curve.echoes,
            s0_at_least=curve.s0_at_least,
            field_t=field_t,
            r_squared_target=r_squared_target,
        )
    return fitted.result.t2star_ms


def _value(record: OrganRecord, quantity: TrendQuantity) -> Value:
    if quantity == "t2star_ms":
        return record.t2star_ms
    return Value() if record.iron is None else record.iron.iron_mg_per_g


def _point(
    item: PriorExamination, record: OrganRecord, quantity: TrendQuantity, limit: float | None
) -> TrendPoint:
    value = _value(record, quantity)
    return TrendPoint(
        uid=item.uid,
        date=item.date,
        value=value,
        interval=_interval(value, limit),
        model=record.model,
        method=record.method,
        calibration=record.iron.calibration if record.iron and quantity == "iron_mg_per_g" else None,
        field_t=record.field_t,
        scanner=" ".join(part for part in (item.manufacturer, item.scanner) if part),
        source=item.source,
        told_method=item.told_method,
        remark=item.remark,
    )


def _interval(value: Value, limit: float | None) -> tuple[float, float] | None:
    """Return the 95 % interval of one measurement: the limit is that of a difference of two."""
    if value.value is None or value.bound != "none" or limit is None:
        return None
    half = value.value * limit / 100.0 / math.sqrt(2.0)
    return value.value - half, value.value + half


def _following(
    before: tuple[PriorExamination, OrganRecord],
    after: tuple[PriorExamination, OrganRecord],
    quantity: TrendQuantity,
    limit: float | None,
) -> TrendPoint:
    """Return the point of an examination, with what separates it from the one before."""
    earlier, point = _point(*before, quantity, limit), _point(*after, quantity, limit)
    scanner_changed = bool(earlier.scanner and point.scanner) and earlier.scanner != point.scanner
    return replace(
        point, breaks=_breaks(before[1], after[1], earlier, point), scanner_changed=scanner_changed
    )


def _breaks(
    one: OrganRecord, other: OrganRecord, earlier: TrendPoint, later: TrendPoint
) -> tuple[BreakReason, ...]:
    """Return why two measurements do not compare."""
    limits = load_table("trend")
    reasons: list[BreakReason] = []
    if one.field_t is None or other.field_t is None:
        reasons.append("field_unknown")
    elif abs(one.field_t - other.field_t) > limits["field"]["same_within_t"]:
        reasons.append("field")
    if not one.model or not other.model:
        return (*reasons, "typed")
    if one.black_blood != other.black_blood:
        reasons.append("blood")
    if not _same_echoes(one.curve, other.curve, limits["echoes"]["same_within_ms"]):
        reasons.append("sequence")
    if (one.model, one.method) != (other.model, other.method):
        reasons.append("method")
    if earlier.calibration != later.calibration and "field" not in reasons:
        reasons.append("calibration")
    if one.site != other.site:
        reasons.append("region")
    return tuple(reasons)


def _same_echoes(one: StoredCurve | None, other: StoredCurve | None, within_ms: float) -> bool:
    if one is None or other is None:
        return one is other  # two maps of a scanner, which tell no echoes
    if len(one.te_ms) != len(other.te_ms):
        return False
    return all(abs(a - b) <= within_ms + _ROUNDING for a, b in zip(one.te_ms, other.te_ms, strict=True))


def _change(points: Sequence[TrendPoint], limit: float | None) -> Change | None:
    """Return the change since the point before the newest; None across a break or without a limit."""
    before, now = points[-2:]
    if now.breaks or limit is None or before.value.value is None or now.value.value is None:
        return None
    difference = percent = None
    if before.value.bound == "none" and now.value.bound == "none":
        difference = now.value.value - before.value.value
        percent = _percent(before.value.value, now.value.value)
    return Change(before.date, difference, percent, _verdict(before.value, now.value, limit))


def _verdict(before: Value, now: Value, limit: float) -> Verdict:
    """Return what holds for every pair of values that the bounds leave open."""
    earlier, newest = _ends(before), _ends(now)
    smallest, largest = _percent(earlier[1], newest[0]), _percent(earlier[0], newest[1])
    beyond = limit * (1.0 + _ROUNDING)
    if smallest > beyond:
        return "increased"
    if largest < -beyond:
        return "decreased"
    return "within" if -beyond <= smallest and largest <= beyond else "open"


def _ends(value: Value) -> tuple[float, float]:
    """Return the least and the largest number that a value may be."""
    number = value.value or 0.0
    low = 0.0 if value.bound == "upper" else number
    return low, math.inf if value.bound == "lower" else number


def _percent(before: float, now: float) -> float:
    """Return the change in percent of the mean of both, which is the base of a CoV."""
    if math.isinf(before) or math.isinf(now):
        return _WHOLE_PERCENT if math.isinf(now) else -_WHOLE_PERCENT
    total = before + now
    return _WHOLE_PERCENT * (now - before) / total if total else 0.0
