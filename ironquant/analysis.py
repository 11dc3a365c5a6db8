"""The pipeline: examination + reading + settings → analysis. Pure; no files, no window.

Window, command line and batch all come through here, so they give the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from ironquant.core import (
    RELAXATION,
    Analysis,
    CancelToken,
    Curve,
    EchoSeries,
    Examination,
    Finding,
    FitStatus,
    Grade,
    InputError,
    IronValue,
    MapKey,
    Method,
    ModelResult,
    Organ,
    OrganAnalysis,
    OrganMaps,
    OrganReading,
    OrganResult,
    OrganSettings,
    ParamValue,
    PixelStatistics,
    Progress,
    Reading,
    Region,
    RegionAnalysis,
    RegionError,
    ScannerMap,
    Settings,
    Value,
    no_progress,
)
from ironquant.fitting import (
    MODELS,
    Noise,
    RegionFit,
    RegionModels,
    compute_maps,
    decay_of,
    fit_models,
    pixel_statistics,
    region_curve,
    require_magnitude_model,
    series_noise,
    series_tissue_s0,
    snr_per_echo,
    using_kernels,
)
from ironquant.iron import Assessment, assess, load_settings
from ironquant.mapanalysis import analyze_map, scanner_values
from ironquant.quality import measurement_findings, protocol_findings
from ironquant.roi import Proposal, propose_region, region_mask

NOISE_CORRECTED_MODEL = "second-moment"
NO_ORGAN_REASONS = ("guess_other_part", "guess_size")
"""Why a series is looked at for heart or liver only where there is nothing else."""
S0_AT_LEAST = 0.3
"""Tissue holds at least this fraction of the median S0 of the body: sets a limit for black livers."""

Shown = TypeVar("Shown", EchoSeries, ScannerMap)

_REASONS = {
    FitStatus.NOISE_FLOOR: "status_noise_floor",
    FitStatus.NO_DECAY: "status_no_decay",
    FitStatus.BELOW_FIRST_ECHO: "below_first_echo",
    FitStatus.TOO_FEW_ECHOES: "few_echoes_left",
    FitStatus.NOT_FINITE: "status_not_finite",
}


def propose(
    examination: Examination,
    *,
    organs: Sequence[Organ] | None = None,
    series: Mapping[Organ, str] | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Reading:
    """Propose a reading: for each organ the series that shows it and a region on it.

    A map that the scanner computed is taken only where no echo train may show the organ.

    Parameters
    ----------
    organs : sequence of Organ, optional
        Organs to look for; by default heart and liver, silently leaving out an organ for which the
        examination holds no candidate series.
    series : mapping of Organ to str, optional
        Keys of the series or maps that the reader has chosen; they are taken whatever they seem to show.

    Returns
    -------
    Reading
        An organ without a region carries ``region_not_found`` or ``no_series``.

    Raises
    ------
    InputError
        ``series_unknown`` for a chosen series that the examination does not have.
    """
    entries = []
    chosen = series or {}
    wanted = tuple(organs) if organs else (Organ.HEART, Organ.LIVER)
    for done, organ in enumerate(wanted):
        progress(done / len(wanted), "propose")
        candidates = _candidates(examination, organ, chosen.get(organ))
        if candidates:
            entries.append(_propose_organ(organ, candidates, organ in chosen, cancel))
        elif organs:
            missing = Finding("no_series", "error", {"organ": str(organ)}, str(organ))
            entries.append(OrganReading(organ, None, findings=(missing,)))
    progress(1.0, "propose")
    return Reading(tuple(entries))


def _candidates(
    examination: Examination, organ: Organ, key: str | None
) -> Sequence[EchoSeries] | Sequence[ScannerMap]:
    """Return the echo trains that may show an organ; where there is none, the scanner's maps that may."""
    if key is not None:
        measurable = examination.map_by_key(key)
        if measurable is not None and measurable.quantity in RELAXATION:
            return [measurable]
        return [_series_of(examination, key)]
    trains = _likely(examination.without_twins(), organ)
    return trains or _likely([entry for entry in examination.maps if entry.quantity in RELAXATION], organ)


def _likely(items: Sequence[Shown], organ: Organ) -> list[Shown]:
    """Return what is guessed to show the organ, then what nothing is known of.

    Images of another named part of the body come in only where there is nothing else.
    """
    likely = [item for item in items if item.organ_guess == organ]
    unknown = [item for item in items if item.organ_guess is None]
    open_ = [item for item in unknown if item.guess_reason not in NO_ORGAN_REASONS]
    return (likely + open_) or unknown


def _series_of(examination: Examination, key: str) -> EchoSeries:
    try:
        return examination.series_by_key(key)
    except KeyError as error:
        raise InputError("series_unknown", name=key) from error


def _propose_organ(
    organ: Organ,
    candidates: Sequence[EchoSeries] | Sequence[ScannerMap],
    by_reader: bool,
    cancel: CancelToken | None,
) -> OrganReading:
    """Take the candidate on which the proposer is most confident; of equals, the first."""
    tried: list[tuple[EchoSeries | ScannerMap, Proposal]] = []
    for candidate in candidates:
        if cancel is not None:
            cancel.check()
        tried.append((candidate, _proposed(candidate, organ)))
    series, proposal = max(tried, key=lambda item: item[1].confidence)
    where = str(organ)
    if proposal.region is None:
        params = {"organ": where, "reason": proposal.reason}
        finding = Finding("region_not_found", "error", params, where)
        return OrganReading(organ, series.key, findings=(finding,))
    findings = []
    if len(candidates) > 1:
        name = series.description or series.key
        told: dict[str, ParamValue] = {"organ": where, "n_series": len(candidates), "series": name}
        told["reason"] = "chosen_by_confidence"
        findings.append(Finding("series_chosen", "info", told, where))
    elif series.organ_guess is None and not by_reader:
        told = {"organ": where, "confidence": proposal.confidence}
        findings.append(Finding("organ_by_content", "info", told, where))
    return OrganReading(organ, series.key, (proposal.region,), findings=tuple(findings))


def _proposed(candidate: EchoSeries | ScannerMap, organ: Organ) -> Proposal:
    """Propose a region; on a map by the decay that it describes, which shows a liver but no septum."""
    if isinstance(candidate, EchoSeries):
        return propose_region(candidate, organ)
    if organ != Organ.LIVER:
        return Proposal(organ, None, 0.0, "map_needs_region")
    return propose_region(decay_of(candidate), organ)


def analyze(
    examination: Examination,
    reading: Reading,
    settings: Settings | None = None,
    *,
    maps: bool = True,
    known_maps: Mapping[MapKey, OrganMaps] | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Analysis:
    """Measure every organ of a reading.

    Parameters
    ----------
    examination : Examination
    reading : Reading
    settings : Settings, optional
        By default the profile ``default`` with the user's own file.
    maps : bool
        Whether to compute pixel maps of the measured series.
    known_maps : mapping, optional
        Maps that need not be computed again.

    Returns
    -------
    Analysis

    Raises
    ------
    IronQuantError
        If the reading names an unknown series, model, calibration, scheme or echo.
    CancelledError
        If cancelled.
    """
    settings = settings or load_settings()
    organs = []
    for done, entry in enumerate(reading.organs):
        if cancel is not None:
            cancel.check()
        organ = analyze_organ(examination, entry, settings)
        if maps and organ.series is not None and organ.map_key is not None:
            progress((done + 0.5) / len(reading.organs), "maps")
            known = (known_maps or {}).get(organ.map_key)
            organ = replace(organ, maps=known or organ_maps(organ, cancel=cancel))
        organs.append(organ)
        progress((done + 1) / len(reading.organs), "fit")
    return Analysis(
        patient=examination.patient,
        study=examination.study,
        profile=settings.profile,
        settings_sha256=settings.sha256,
        organs=tuple(organs),
        findings=examination.findings,
        reader=reading.reader,
        reviewer=reading.reviewer,
        impression=reading.impression,
    )


def organ_maps(
    organ: OrganAnalysis, *, progress: Progress = no_progress, cancel: CancelToken | None = None
) -> OrganMaps:
    """Compute the maps that belong to the result of an organ.

    Raises
    ------
    ValueError
        If the organ has no result.
    CancelledError
    """
    key, region = organ.map_key, organ.reported
    if organ.series is None or key is None or region is None:
        raise ValueError("the organ has no result")
    fitted = region.model(key.model)
    return compute_maps(
        organ.series,
        key.model,
        echoes=key.echoes,
        field_t=None if fitted is None else fitted.field_t,
        r_squared_target=key.r_squared_target,
        progress=progress,
        cancel=cancel,
    )


def analyze_organ(
    examination: Examination, entry: OrganReading, settings: Settings, *, pixels: bool = True
) -> OrganAnalysis:
    """Measure one organ, without maps.

    Parameters
    ----------
    pixels : bool
        False leaves the fit of single pixels out: quick enough to follow a region while it is dragged.
    """
    if entry.series_key is None:
        return OrganAnalysis(entry.organ, None, findings=entry.findings)
    scanner_map = examination.map_by_key(entry.series_key)
    if scanner_map is not None:
        return analyze_map(examination, scanner_map, entry, settings)
    series = _series_of(examination, entry.series_key)
    context = _Context.of(examination, series, entry, settings)
    findings = [*entry.findings, *series.findings]
    if entry.regions or series.organ_guess == entry.organ:
        findings += protocol_findings(series, entry.organ, context.field_t)
    measured = []
    lacks_field = MODELS[context.model].needs_field and context.field_t is None
    if lacks_field and entry.regions:
        params = {"model": context.model}
        findings.append(Finding("fat_field_missing", "error", params, str(entry.organ)))
    for region in () if lacks_field else entry.regions:
        try:
            # What is kept is fitted by one path, whether the kernels are ready or not.
            with using_kernels(not pixels):
                measured.append(_measure_region(context, region, with_pixels=pixels))
        except RegionError as error:
            findings.append(error.finding)
    reported = next((item for item in measured if item.analysis.region.reported), None)
    result: OrganResult | None = None
    others: tuple[IronValue, ...] = ()
    if reported is not None:
        judged = measurement_findings(
            series,
            reported.analysis,
            reported.chosen.result,
            fat_amplitude=reported.models.fat_amplitude,
            residual=reported.models.residual,
        )
        findings += judged
        # An error of the measurement (a saturated region) makes its number impossible: none is given.
        if not any(finding.severity == "error" for finding in judged):
            result, others, more = _result(context, reported)
            findings += more
        if result is not None and pixels:
            findings += scanner_values(examination, reported.analysis.region, result.t2star_ms)
    return OrganAnalysis(
        organ=entry.organ,
        series=series,
        regions=tuple(item.analysis for item in measured),
        result=result,
        alternatives=others,
        findings=tuple(dict.fromkeys(findings)),
    )


@dataclass(frozen=True, eq=False)
class _Context:
    """What the regions of one organ share."""

    organ: Organ
    series: EchoSeries
    settings: OrganSettings
    entry: OrganReading
    model: str
    noise: Noise | None
    field_t: float | None

    @property
    def r_squared_target(self) -> float | None:
        """What truncation is told to reach; None for other models."""
        return self.settings.truncation_r_squared if self.model == "truncation" else None

    @classmethod
    def of(
        cls, examination: Examination, series: EchoSeries, entry: OrganReading, settings: Settings
    ) -> _Context:
        """Resolve model and field of one organ."""
        own = settings.organs.get(entry.organ, OrganSettings("mono", {}, (), ()))
        noise = series_noise(series)
        field_t = examination.field_of(series)
        return cls(entry.organ, series, own, entry, _model(own, entry, series, noise), noise, field_t)


def _model(own: OrganSettings, entry: OrganReading, series: EchoSeries, noise: Noise | None) -> str:
    """Return the model to report; ``auto`` is resolved by blood signal and noise."""
    model = entry.model or own.model
    if model == "auto":
        conditions = (
            "black_blood" if series.acquisition.black_blood else "bright_blood",
            "noise_known" if noise else "noise_unknown",
        )
        known = own.models_by_condition
        model = next((known[condition] for condition in conditions if condition in known), "mono")
    require_magnitude_model(model)
    return model


@dataclass(frozen=True, eq=False)
class _Measured:
    """A region's analysis with the fits that it came from."""

    analysis: RegionAnalysis
    models: RegionModels

    @property
    def chosen(self) -> RegionFit:
        """The fit of the mean signal that is reported."""
        return self.models.reported


def _measure_region(context: _Context, region: Region, *, with_pixels: bool) -> _Measured:
    """Fit the mean signal of a region by every model, and its pixels by the reported one."""
    series, noise, echoes = context.series, context.noise, context.entry.echoes
    mask = region_mask(region, series)
    pixels = series.signal[mask]
    curve = region_curve(pixels)
    s0 = series_tissue_s0(series)
    models = fit_models(
        curve,
        series.te_ms,
        context.model,
        noise=noise,
        echoes=echoes,
        s0_at_least=None if s0 is None else S0_AT_LEAST * s0,
        field_t=context.field_t,
        r_squared_target=context.r_squared_target,
        live=not with_pixels,
    )
    analysis = RegionAnalysis(
        region=region,
        mask=mask,
        slice_indices=tuple(int(index) for index in np.flatnonzero(mask.any(axis=(1, 2)))),
        n_pixels=int(mask.sum()),
        area_mm2=float(mask.sum() * series.pixel_area_mm2),
        curve=Curve(
            te_ms=series.te_ms,
            signal=tuple(curve.mean.tolist()),
            signal_sd=tuple(curve.sd.tolist()),
            n=curve.n,
            sigma=noise.sigma if noise else None,
            n_coils=noise.n_coils if noise else 1,
            snr=tuple(snr_per_echo(curve.rms, noise).tolist()) if noise else None,
            echoes_used=models.reported.echoes_used,
            echoes_chosen_by="auto" if echoes is None else "reader",
        ),
        models=models.results,
        pixels=(
            pixel_statistics(
                pixels,
                series.te_ms,
                context.model,
                noise=noise,
                echoes=echoes,
                field_t=context.field_t,
                r_squared_target=context.r_squared_target,
            )
            # A number that comes from the pixels needs them while the region is dragged, too.
            if with_pixels or context.settings.method == "pixel-median"
            else PixelStatistics(None, None, 0)
        ),
        recommended=models.recommended,
        live=not with_pixels,
    )
    return _Measured(analysis, models)


def _result(
    context: _Context, measured: _Measured
) -> tuple[OrganResult | None, tuple[IronValue, ...], tuple[Finding, ...]]:
    """Turn the reported fit into iron and grade, with what there is to say about them."""
    chosen = measured.chosen.result
    if chosen.t2star_ms.value is None:
        params = {"reason": _REASONS[measured.chosen.status]}
        return None, (), (Finding("not_measurable", "error", params, str(context.organ)),)
    t2star, method = _reported_value(context.settings.method, chosen, measured.analysis.pixels)
    judged = _assess(context, t2star, chosen.model)
    result = OrganResult(
        site=measured.analysis.region.site,
        model=chosen.model,
        method=method,
        t2star_ms=t2star,
        r2star_per_s=t2star.reciprocal(1000.0),
        r_squared=chosen.r_squared,
        iron=judged.iron,
        grade=judged.grade,
        repeatability_percent=context.settings.repeatability_percent,
        r_squared_target=context.r_squared_target,
    )
    doubt = _grade_doubt(context, measured.analysis.models, judged.grade)
    return result, judged.alternatives, (*judged.findings, *doubt)


def _reported_value(method: Method, fitted: ModelResult, pixels: PixelStatistics) -> tuple[Value, Method]:
    """Return the T2* to report, and which fit it comes from.

    Only the mean signal tells a bound: pixels beyond what can be measured have no value, and the
    median of the others would be that of the milder part of the region.
    """
    if method == "pixel-median" and pixels.t2star_ms_median is not None and fitted.t2star_ms.bound == "none":
        return Value(pixels.t2star_ms_median, "none", pixels.t2star_ms_median_ci95), method
    return fitted.t2star_ms, "roi-mean"


def _assess(context: _Context, t2star: Value, model: str) -> Assessment:
    own, entry = context.settings, context.entry
    return assess(
        context.organ,
        t2star,
        model,
        context.field_t,
        (entry.calibration,) if entry.calibration else own.calibrations,
        (entry.scheme,) if entry.scheme else own.schemes,
    )


def _grade_doubt(
    context: _Context, models: Sequence[ModelResult], grade: Grade | None
) -> tuple[Finding, ...]:
    """Say where the noise-corrected value would be graded otherwise than the reported one."""
    corrected = next((fitted for fitted in models if fitted.model == NOISE_CORRECTED_MODEL), None)
    if context.noise is None or corrected is None or grade is None or context.model == corrected.model:
        return ()
    other = _assess(context, corrected.t2star_ms, corrected.model).grade
    if other is None or None in (other.code, grade.code) or other.code == grade.code:
        return ()
    params = {"grade": grade.code, "other": other.code, "model": corrected.model}
    return (Finding("grade_depends_on_model", "warning", params, str(context.organ)),)
