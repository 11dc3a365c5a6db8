"""An analysis in the form of ``analysis.json``."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ironquant.core import (
    SOFTWARE_NAME,
    SOFTWARE_VERSION,
    Analysis,
    ClinicalData,
    Finding,
    IronValue,
    OrganAnalysis,
    OrganResult,
    Patient,
    PixelExclusion,
    ProposalUse,
    RegionAnalysis,
    SegmentalT2star,
    SliceStatistics,
    Study,
    Trend,
    TrendPoint,
    Value,
    write_bytes_atomic,
)
from ironquant.core.documents import plain_value
from ironquant.export.contract import (
    SCHEMA_ID,
    AlternativeDocument,
    AnalysisDocument,
    ChangeDocument,
    ClinicalDocument,
    CurveDocument,
    EditDocument,
    FindingDocument,
    FollowUpDocument,
    GradeDocument,
    ImpressionDocument,
    Interval,
    IronDocument,
    ModelDocument,
    OrganDocument,
    PatientDocument,
    PixelsDocument,
    ProposalDocument,
    RecommendationDocument,
    RegionDocument,
    ResultDocument,
    SegmentalDocument,
    SeriesDocument,
    SliceDocument,
    SoftwareDocument,
    StudyDocument,
    TrendPointDocument,
    ValueDocument,
)
from ironquant.export.impression import edits_between, follow_up_words, impression_words
from ironquant.export.nifti import region_path
from ironquant.fitting import COMPARISON_ONLY
from ironquant.resources import message, spoken
from ironquant.roi.document import shift_documents


def to_document(analysis: Analysis, lang: str = "en") -> AnalysisDocument:
    """Return an analysis in the form of the contract.

    Parameters
    ----------
    analysis : Analysis
    lang : str
        Language of the messages of findings; of two side by side (``zh+en``), the first.
    """
    lang = spoken(lang)[0]
    return AnalysisDocument(
        schema=SCHEMA_ID,
        software=SoftwareDocument(
            name=SOFTWARE_NAME,
            version=SOFTWARE_VERSION,
            profile=analysis.profile,
            settings_sha256=analysis.settings_sha256,
        ),
        patient=patient_document(analysis.patient),
        study=study_document(analysis.study),
        organs=[_organ(entry, lang) for entry in analysis.organs],
        findings=findings_document(analysis.findings, lang),
        clinical=ClinicalDocument(**_clinical(analysis.clinical)) if analysis.clinical.told else None,
        impression=_impression(analysis, lang),
    )


def _impression(analysis: Analysis, lang: str) -> ImpressionDocument:
    proposed, worded = impression_words(analysis, lang), analysis.impression
    edits = () if worded is None else edits_between(proposed, worded)
    return ImpressionDocument(
        proposed=proposed,
        worded=worded,
        edits=[EditDocument(proposed=before, worded=after) for before, after in edits],
        follow_up=follow_up_words(analysis, lang),
    )


def _clinical(clinical: ClinicalData) -> dict[str, Any]:
    return {**vars(clinical), "chelators": list(clinical.chelators)}


def patient_document(patient: Patient) -> PatientDocument:
    """Return a patient in the form of the contract."""
    return PatientDocument(
        id=patient.id or None,
        name=patient.name or None,
        sex=patient.sex or None,
        birth_date=patient.birth_date.isoformat() if patient.birth_date else None,
        age_y=_number(patient.age_y),
    )


def study_document(study: Study) -> StudyDocument:
    """Return a study in the form of the contract."""
    return StudyDocument(
        instance_uid=study.instance_uid or None,
        date=study.date.isoformat() if study.date else None,
        accession=study.accession or None,
        institution=study.institution or None,
        manufacturer=study.manufacturer or None,
        model=study.model or None,
        field_t=_number(study.field_t),
        nominal_field_t=_number(study.nominal_field_t),
    )


def write_json(analysis: Analysis, path: Path, lang: str = "en") -> Path:
    """Write ``analysis.json`` (UTF-8, no NaN) in one step.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    return write_bytes_atomic(path, to_json(analysis, lang))


def to_json(analysis: Analysis, lang: str = "en") -> bytes:
    """Return the content of ``analysis.json``."""
    text = to_document(analysis, lang).model_dump_json(indent=2, by_alias=True)
    return f"{text}\n".encode()


def _organ(entry: OrganAnalysis, lang: str) -> OrganDocument:
    series = entry.volume
    return OrganDocument(
        organ=entry.organ.value,
        series=None
        if series is None
        else SeriesDocument(
            instance_uid=series.instance_uid or None,
            description=series.description or None,
            te_ms=[] if entry.series is None else list(entry.series.te_ms),
            shape=series.shape,
        ),
        regions=[_region(region) for region in entry.regions],
        result=None if entry.result is None else _result(entry.result),
        alternatives=[
            AlternativeDocument(
                calibration=other.calibration, iron_mg_per_g=ValueDocument(**_value(other.iron_mg_per_g))
            )
            for other in entry.alternatives
        ],
        findings=findings_document(entry.findings, lang),
        proposal=None if entry.proposal is None else _proposal(entry.proposal),
        segmental=None if entry.segmental is None else _segmental(entry.segmental),
        follow_up=None if entry.trend is None else follow_up_document(entry.trend),
    )


def follow_up_document(trend: Trend) -> FollowUpDocument:
    """Return the course of an organ in the form of the contract."""
    change = trend.change
    return FollowUpDocument(
        quantity=trend.quantity,
        limit_percent=_number(trend.limit_percent),
        points=[_point(point) for point in trend.points],
        change=None
        if change is None
        else ChangeDocument(
            since=change.since.isoformat(),
            difference=_number(change.difference),
            percent=_number(change.percent),
            verdict=change.verdict,
        ),
    )


def _point(point: TrendPoint) -> TrendPointDocument:
    return TrendPointDocument(
        study_uid=point.uid,
        date=point.date.isoformat(),
        value=ValueDocument(**_value(point.value)),
        interval95=_interval(point.interval),
        model=point.model or None,
        method=point.method if point.model else None,
        calibration=point.calibration or None,
        field_t=_number(point.field_t),
        scanner=point.scanner or None,
        source=point.source,
        breaks=list(point.breaks),
        scanner_changed=point.scanner_changed,
        told_method=point.told_method or None,
    )


def _segmental(summary: SegmentalT2star) -> SegmentalDocument:
    return SegmentalDocument(
        global_t2star_ms=ValueDocument(**_value(summary.global_t2star_ms)),
        n_segments=summary.n_segments,
        n_abnormal=summary.n_abnormal,
        cut_ms=summary.cut_ms,
        scheme=summary.scheme,
        pattern=summary.pattern,
        unsure=list(summary.unsure),
    )


def _proposal(use: ProposalUse) -> ProposalDocument:
    return ProposalDocument(
        proposer=use.proposer,
        confidence=_number(use.confidence),
        outcome=use.outcome,
        dice=_number(use.dice),
        hausdorff_mm=_number(use.hausdorff_mm),
        t2star_ms=ValueDocument(**_value(use.t2star_ms)),
        difference_ms=_number(use.difference_ms),
        difference_percent=_number(use.difference_percent),
        seconds=_number(use.seconds),
    )


def _region(entry: RegionAnalysis) -> RegionDocument:
    region, curve = entry.region, entry.curve
    return RegionDocument(
        site=region.site,
        reported=region.reported,
        mask=region_path(str(region.organ), region.site),
        source=region.source,
        proposer=region.proposer,
        confidence=_number(region.confidence),
        slice_indices=list(entry.slice_indices),
        n_pixels=entry.n_pixels,
        area_mm2=entry.area_mm2,
        curve=CurveDocument(
            signal=[_number(value) for value in curve.signal],
            signal_sd=[_number(value) for value in curve.signal_sd],
            n=curve.n,
            sigma=_number(curve.sigma),
            n_coils=curve.n_coils,
            snr=None if curve.snr is None else [_number(value) for value in curve.snr],
            echoes_used=list(curve.echoes_used),
            echoes_chosen_by=curve.echoes_chosen_by,
        ),
        models=[
            ModelDocument(
                model=fit.model,
                t2star_ms=ValueDocument(**_value(fit.t2star_ms)),
                r2star_per_s=ValueDocument(**_value(fit.r2star_per_s)),
                s0=_number(fit.s0),
                offset=_number(fit.offset),
                fat_fraction=_number(fit.fat_fraction),
                r_squared=_number(fit.r_squared),
                aicc=_number(fit.aicc),
                n_echoes=fit.n_echoes,
                comparison_only=fit.model in COMPARISON_ONLY,
            )
            for fit in entry.models
        ],
        pixels=PixelsDocument(
            t2star_ms_median=_number(entry.pixels.t2star_ms_median),
            t2star_ms_iqr=_interval(entry.pixels.t2star_ms_iqr),
            n_excluded=entry.pixels.n_excluded,
            t2star_ms_mean=_number(entry.pixels.t2star_ms_mean),
            t2star_ms_median_ci95=_interval(entry.pixels.t2star_ms_median_ci95),
            **_exclusion(entry),
        ),
        recommended=(
            None
            if entry.recommended is None
            else RecommendationDocument(model=entry.recommended.model, reason=entry.recommended.reason)
        ),
        slices=[_slice(part) for part in entry.slices],
        echo_shifts=shift_documents(region),
    )


def _slice(part: SliceStatistics) -> SliceDocument:
    return SliceDocument(
        slice_index=part.slice_index,
        n_pixels=part.n_pixels,
        area_mm2=part.area_mm2,
        t2star_ms=ValueDocument(**_value(part.t2star_ms)),
        r2star_per_s=ValueDocument(**_value(part.r2star_per_s)),
        r_squared=_number(part.r_squared),
        iron_mg_per_g=None if part.iron is None else _iron(part.iron),
    )


def _exclusion(entry: RegionAnalysis) -> dict[str, Any]:
    """Return how many pixels do not count, by reason."""
    if entry.exclusion is None:
        return {}
    return {
        "n_without_value": entry.n_excluded_for(PixelExclusion.NO_VALUE),
        "n_low_r_squared": entry.n_excluded_for(PixelExclusion.LOW_R_SQUARED),
        "n_outliers": entry.n_excluded_for(PixelExclusion.OUTLIER),
        "excluded_left_out": entry.excluded_left_out,
    }


def _result(result: OrganResult) -> ResultDocument:
    return ResultDocument(
        site=result.site,
        model=result.model,
        method=result.method,
        t2star_ms=ValueDocument(**_value(result.t2star_ms)),
        r2star_per_s=ValueDocument(**_value(result.r2star_per_s)),
        r_squared=_number(result.r_squared),
        iron_mg_per_g=None if result.iron is None else _iron(result.iron),
        grade=None if result.grade is None else GradeDocument.model_validate(vars(result.grade)),
    )


def _iron(iron: IronValue) -> IronDocument:
    return IronDocument(
        **_value(iron.iron_mg_per_g), calibration=iron.calibration, in_valid_range=iron.in_valid_range
    )


def _value(value: Value) -> dict[str, Any]:
    return {"value": _number(value.value), "bound": value.bound, "ci95": _interval(value.ci95)}


def findings_document(findings: Iterable[Finding], lang: str) -> list[FindingDocument]:
    """Return findings in the form of the contract, each with its words."""
    return [
        FindingDocument(
            code=finding.code,
            severity=finding.severity,
            params={key: plain_value(value) for key, value in finding.params.items()},
            message=message(finding.code, finding.params, lang),
        )
        for finding in findings
    ]


def _number(value: float | None) -> float | None:
    """Return a finite plain number, or None: there is no NaN in JSON."""
    return None if value is None or not math.isfinite(value) else float(value)


def _interval(interval: tuple[float, float] | None) -> Interval | None:
    if interval is None or not all(math.isfinite(end) for end in interval):
        return None
    return float(interval[0]), float(interval[1])
