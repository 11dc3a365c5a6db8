"""The part of the pipeline for one region of an echo train: every fit of it, its iron, and its grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ironquant.core import (
    Curve,
    EchoSeries,
    Examination,
    Finding,
    FitStatus,
    Grade,
    IronValue,
    Method,
    ModelResult,
    Organ,
    OrganReading,
    OrganResult,
    OrganSettings,
    PixelStatistics,
    ProposalOutcome,
    ProposalUse,
    Region,
    RegionAnalysis,
    RegionError,
    Settings,
    SliceStatistics,
    Value,
    segment_number,
    working_seconds,
)
from ironquant.fitting import (
    Noise,
    PixelFits,
    RegionFit,
    RegionModels,
    RegionProblem,
    fit_models,
    fit_pixels,
    fit_region,
    require_magnitude_model,
    series_noise,
    series_tissue_s0,
    snr_per_echo,
    using_kernels,
)
from ironquant.iron import Assessment, assess
from ironquant.roi import (
    RegionAgreement,
    RegionSignal,
    region_agreement,
    region_signal,
    t2star_difference,
)
from ironquant.slicevalues import slice_statistics

NOISE_CORRECTED_MODEL = "second-moment"
S0_AT_LEAST = 0.3
"""Tissue holds at least this fraction of the median S0 of the body: sets a limit for black livers."""

REASONS = {
    FitStatus.NOISE_FLOOR: "status_noise_floor",
    FitStatus.NO_DECAY: "status_no_decay",
    FitStatus.BELOW_FIRST_ECHO: "below_first_echo",
    FitStatus.TOO_FEW_ECHOES: "few_echoes_left",
    FitStatus.NOT_FINITE: "status_not_finite",
}
"""Why a fit has no value, as terms."""


@dataclass(frozen=True, eq=False)
class OrganContext:
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

    @property
    def exclude_outliers(self) -> bool:
        """Whether pixels that do not count are left out of the mean signal."""
        chosen = self.entry.exclude_outliers
        return self.settings.exclude_outliers if chosen is None else chosen

    @property
    def needs_pixels(self) -> bool:
        """Whether the reported number cannot be had without the fits of the pixels."""
        return self.exclude_outliers or self.settings.method == "pixel-median"

    @classmethod
    def of(
        cls, examination: Examination, series: EchoSeries, entry: OrganReading, settings: Settings
    ) -> OrganContext:
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
class MeasuredRegion:
    """A region's analysis with the fits that it came from."""

    analysis: RegionAnalysis
    models: RegionModels

    @property
    def chosen(self) -> RegionFit:
        """The fit of the mean signal that is reported."""
        return self.models.reported


def measure_region(
    context: OrganContext, region: Region, *, with_pixels: bool, alone: bool = False
) -> MeasuredRegion:
    """Fit the mean signal of a region by every model, and its pixels by the reported one.

    A segment of the heart, one of sixteen, is fitted by the reported model alone, as any region where
    `alone` says so.
    """
    series, noise, echoes = context.series, context.noise, context.entry.echoes
    signal = region_signal(region, series)
    mask, pixels = signal.mask, signal.pixels
    # A number that comes from the pixels needs them while the region is dragged, too.
    fits = _fit_pixels(context, pixels) if with_pixels or context.needs_pixels else None
    left_out = fits is not None and context.exclude_outliers and fits.mostly_kept
    kept = fits.kept if fits is not None and left_out else None
    curve = signal.curve(kept=kept)
    s0 = series_tissue_s0(series)
    problem = RegionProblem.of(
        curve,
        series.te_ms,
        noise=noise,
        echoes=echoes,
        s0_at_least=None if s0 is None else S0_AT_LEAST * s0,
        field_t=context.field_t,
        r_squared_target=context.r_squared_target,
    )
    alone = alone or segment_number(region.site) is not None
    models = fit_models(problem, context.model, live=not with_pixels, alone=alone)
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
        pixels=fits.statistics if fits is not None else PixelStatistics(None, None, 0),
        recommended=models.recommended,
        live=not with_pixels,
        exclusion=None if fits is None else fits.exclusion,
        excluded_left_out=left_out,
    )
    if with_pixels and len(analysis.slice_indices) > 1:
        analysis = replace(analysis, slices=_slices(context, signal, kept, models.reported.result))
    return MeasuredRegion(analysis, models)


def _slices(
    context: OrganContext, signal: RegionSignal, kept: NDArray[np.bool_] | None, whole: ModelResult
) -> tuple[SliceStatistics, ...]:
    """Fit the mean signal of every slice by the reported model."""
    s0 = series_tissue_s0(context.series)

    def measure(index: int) -> tuple[Value, float | None]:
        fitted = fit_region(
            signal.curve(kept=kept, slice_index=index),
            context.series.te_ms,
            context.model,
            noise=context.noise,
            echoes=context.entry.echoes,
            s0_at_least=None if s0 is None else S0_AT_LEAST * s0,
            field_t=context.field_t,
            r_squared_target=context.r_squared_target,
        ).result
        return fitted.t2star_ms, fitted.r_squared

    return slice_statistics(
        signal.mask,
        context.series.pixel_area_mm2,
        (whole.t2star_ms, whole.r_squared),
        measure,
        lambda t2star: _assess(context, t2star, context.model).iron,
    )


def _fit_pixels(context: OrganContext, pixels: NDArray[np.float32]) -> PixelFits:
    return fit_pixels(
        pixels,
        context.series.te_ms,
        context.model,
        noise=context.noise,
        echoes=context.entry.echoes,
        field_t=context.field_t,
        r_squared_target=context.r_squared_target,
    )


def proposal_use(context: OrganContext, reported: MeasuredRegion | None) -> ProposalUse | None:
    """Compare what is reported with what software proposed; None where it proposed nothing here."""
    proposed = context.entry.proposed
    if proposed is None:
        return None
    try:
        with using_kernels(False):  # as what is reported
            measured = measure_region(context, proposed, with_pixels=False, alone=True)
    except RegionError:
        return None  # proposed on another series
    t2star, place, difference = measured.chosen.result.t2star_ms, None, None
    final = None if reported is None else reported.analysis
    if reported is not None and final is not None:
        place = region_agreement(final.mask, measured.analysis.mask, context.series.affine)
        difference = t2star_difference(reported.chosen.result.t2star_ms, t2star)
    events = (*proposed.history, *(() if final is None else final.region.history))
    return ProposalUse(
        proposer=proposed.proposer,
        confidence=proposed.confidence,
        outcome=_outcome(None if final is None else final.region, place),
        dice=place.dice if place else None,
        hausdorff_mm=place.hausdorff_mm if place else None,
        t2star_ms=t2star,
        difference_ms=difference.ms if difference else None,
        difference_percent=difference.percent if difference else None,
        seconds=working_seconds(events),
    )


def _outcome(final: Region | None, place: RegionAgreement | None) -> ProposalOutcome:
    """Return what became of a proposal."""
    if final is None:
        return "refused"
    unmoved = not final.echo_shifts
    if final.source == "auto" or (unmoved and place is not None and place.dice == 1.0):
        accepted = any(event.action == "accepted" for event in final.history)
        return "accepted" if accepted else "unreviewed"
    return "edited" if final.source == "edited" else "replaced"


def region_result(
    context: OrganContext, measured: MeasuredRegion
) -> tuple[OrganResult | None, tuple[IronValue, ...], tuple[Finding, ...]]:
    """Turn the reported fit into iron and grade, with what there is to say about them."""
    chosen = measured.chosen.result
    if chosen.t2star_ms.value is None:
        params = {"reason": REASONS[measured.chosen.status]}
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


def _assess(context: OrganContext, t2star: Value, model: str) -> Assessment:
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
    context: OrganContext, models: Sequence[ModelResult], grade: Grade | None
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
