"""Checks of protocol, image and measurement → findings; limits from ``resources/limits.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ironquant.core import (
    Curve,
    EchoSeries,
    Finding,
    ModelResult,
    Organ,
    PixelExclusion,
    PixelStatistics,
    RegionAnalysis,
    Severity,
    Value,
)
from ironquant.fitting import REASON_FLOOR, Residual, fat_seen
from ironquant.iron.assess import THREE_TESLA_FROM
from ironquant.resources import load_table
from ironquant.roi import region_mask

PLATEAU_PIXELS = 3
"""Fewer pixels at the very top are the brightest ones, not a plateau."""


def protocol_findings(series: EchoSeries, organ: Organ, field_t: float | None) -> tuple[Finding, ...]:
    """Compare the echo train with what is advised for the organ.

    Parameters
    ----------
    series : EchoSeries
    organ : Organ
    field_t : float or None
        Actual field in tesla.
    """
    limits = load_table("limits")["protocol"].get(organ)
    if limits is None:
        return ()
    te = series.te_ms
    high_field = field_t is not None and field_t >= THREE_TESLA_FROM
    first_limit = limits["first_te_ms_3t" if high_field else "first_te_ms"]
    spacing = float(np.max(np.diff(te), initial=0.0))
    findings: list[Finding] = []

    def add(code: str, **params: float | int) -> None:
        findings.append(Finding(code, "warning", {"organ": str(organ), **params}, str(organ)))

    if te[0] > first_limit:
        add("first_te_too_long", te_ms=te[0], limit_ms=first_limit)
    if len(te) < limits["n_echoes"]:
        add("few_echoes_for_protocol", n_echoes=len(te), limit=limits["n_echoes"])
    if spacing > limits["spacing_ms"] + 1e-3:
        add("echo_spacing", spacing_ms=spacing, limit_ms=limits["spacing_ms"])
    return tuple(findings)


def measurement_findings(
    series: EchoSeries,
    analysis: RegionAnalysis,
    chosen: ModelResult,
    *,
    fat_amplitude: float | None,
    residual: Residual | None = None,
    exclude_outliers: bool = False,
) -> tuple[Finding, ...]:
    """Judge one measured region.

    Parameters
    ----------
    analysis : RegionAnalysis
    chosen : ModelResult
        The model that is reported; one of `analysis.models`.
    fat_amplitude : float or None
        Amplitude at the fat–water frequency over S0.
    residual : Residual, optional
        What `chosen` leaves over.
    exclude_outliers : bool
        Whether reader or settings want outlying pixels left out.
    """
    tables = load_table("limits")
    limits: dict[str, Any] = tables["measurement"]
    organ = analysis.region.organ
    checks: tuple[Iterator[tuple[str, Severity, dict[str, Any]]], ...] = (
        region_checks(analysis, limits, organ),
        _signal_checks(series, analysis, limits),
        _fit_checks(analysis.curve, chosen, limits),
        _residual_checks(residual, fat_amplitude, tables["comparison"]),
        _fat_checks(fat_amplitude),
        _range_checks(analysis.curve, chosen.t2star_ms, limits, organ),
        _agreement_checks(analysis, limits["model_spread"], tables["comparison"]),
        _recommendation_checks(analysis, chosen, tables["comparison"]),
        pixel_checks(analysis.pixels, limits),
        _exclusion_checks(analysis, limits["excluded_share"], exclude_outliers),
    )
    return tuple(
        Finding(code, severity, params, str(organ)) for check in checks for code, severity, params in check
    )


Noted = Iterator[tuple[str, Severity, dict[str, Any]]]
"""Code, severity and parameters of what was noticed."""


def region_checks(analysis: RegionAnalysis, limits: dict[str, Any], organ: Organ) -> Noted:
    """Yield what there is to say about the region itself."""
    own = limits.get(organ)
    if own and (analysis.area_mm2 < own["area_mm2"] or analysis.n_pixels < own["n_pixels"]):
        yield (
            "region_small",
            "warning",
            {
                "area_mm2": analysis.area_mm2,
                "n_pixels": analysis.n_pixels,
                "limit_mm2": own["area_mm2"],
                "limit_pixels": own["n_pixels"],
            },
        )
    confidence = analysis.region.confidence
    if analysis.region.source == "auto" and confidence is not None and confidence < limits["confidence"]:
        yield "region_low_confidence", "warning", {"organ": str(organ), "confidence": confidence}


def _signal_checks(series: EchoSeries, analysis: RegionAnalysis, limits: dict[str, Any]) -> Noted:
    moved = bool(analysis.region.echo_shifts)
    first = region_mask(analysis.region, series, 1) if moved else analysis.mask
    pixels, top = series.signal[first, 0], float(series.signal.max())
    at_top = int(np.sum(pixels >= top)) if top > 0 else 0
    if at_top >= PLATEAU_PIXELS and at_top > limits["saturated_fraction"] * len(pixels):
        refused = at_top > limits["saturated_refused"] * len(pixels)
        yield "saturation", "error" if refused else "warning", {"percent": 100.0 * at_top / len(pixels)}
    snr = analysis.curve.snr
    if snr is None:
        yield "noise_unknown", "info", {}
    elif snr[0] < limits["first_echo_snr"]:
        yield "low_snr", "warning", {"snr": snr[0], "limit": limits["first_echo_snr"]}


def _fit_checks(curve: Curve, chosen: ModelResult, limits: dict[str, Any]) -> Noted:
    if chosen.t2star_ms.bound != "none" or chosen.t2star_ms.value is None:
        return
    if chosen.r_squared is not None and chosen.r_squared < limits["r_squared"]:
        yield "poor_fit", "warning", {"r_squared": chosen.r_squared}
    if chosen.relative_se is not None and chosen.relative_se > limits["r2star_relative_se"]:
        yield "imprecise_fit", "warning", {"percent": 100.0 * chosen.relative_se}
    dropped = len(curve.te_ms) - len(curve.echoes_used)
    if dropped and curve.echoes_chosen_by == "auto":
        yield "noise_floor", "info", {"n_echoes": dropped}


def _residual_checks(residual: Residual | None, fat_amplitude: float | None, limits: dict[str, Any]) -> Noted:
    """A trend that fat explains is told as fat; one too small to matter is not told."""
    if residual is None or fat_seen(fat_amplitude) or residual.share <= limits["residual_share"]:
        return
    if residual.runs_p < limits["runs_p"]:
        severity: Severity = "warning" if residual.runs_p < limits["runs_p_grave"] else "info"
        yield "systematic_residual", severity, {"p": residual.runs_p, "percent": 100.0 * residual.share}


def _fat_checks(amplitude: float | None) -> Noted:
    if amplitude is not None and fat_seen(amplitude):
        yield "fat_water_oscillation", "warning", {"percent": 100.0 * amplitude}


def _range_checks(curve: Curve, t2star: Value, limits: dict[str, Any], organ: Organ) -> Noted:
    if t2star.value is None:
        return
    if t2star.bound == "upper":
        yield "above_measurable_range", "warning", {"t2star_ms": t2star.value}
        return
    if t2star.bound == "lower":
        yield "no_decay", "warning", {"t2star_ms": t2star.value}
        return
    if t2star.value < curve.te_ms[0]:
        params = {"t2star_ms": t2star.value, "te_ms": curve.te_ms[0]}
        yield "t2star_near_or_below_first_te", "warning", params
    if t2star.value > limits["long_t2star_over_last_te"] * curve.te_ms[-1]:
        params = {"t2star_ms": t2star.value, "te_ms": curve.te_ms[-1]}
        yield "te_span_short_for_long_t2star", "warning", params
    low, high = limits.get(organ, {}).get("t2star_ms", (0.0, np.inf))
    if not low <= t2star.value <= high:
        yield "unphysiological", "warning", {"t2star_ms": t2star.value, "organ": str(organ)}


def _agreement_checks(analysis: RegionAnalysis, spread: float, comparison: dict[str, Any]) -> Noted:
    """Truncation, second moment and offset should agree (clinical reference, section 6.1)."""
    values = [
        fitted.t2star_ms.value
        for name in ("truncation", "second-moment")
        if (fitted := analysis.model(name)) is not None
        and fitted.t2star_ms.value is not None
        and fitted.t2star_ms.bound == "none"
    ]
    values += _telling_offset(analysis, values, comparison["offset_relative_se"])
    if len(values) > 1 and max(values) > (1.0 + spread) * min(values):
        params = {
            "percent": 100.0 * (max(values) / min(values) - 1.0),
            "low_ms": min(values),
            "high_ms": max(values),
        }
        yield "model_disagreement", "warning", params


def _telling_offset(analysis: RegionAnalysis, others: Sequence[float], limit: float) -> list[float]:
    """Return the T2* of ``offset`` where it contradicts the others for a reason not known.

    Its interval must exclude theirs: an offset hardly told from the decay contradicts nothing. At the
    noise floor it is biased (clinical reference, section 7.4), which says nothing about the others.
    """
    offset, advised = analysis.model("offset"), analysis.recommended
    if offset is None or (advised is not None and advised.reason == REASON_FLOOR):
        return []
    value, interval = offset.t2star_ms.value, offset.t2star_ms.ci95
    if value is None or interval is None or offset.relative_se is None or offset.relative_se > limit:
        return []
    return [] if any(interval[0] <= other <= interval[1] for other in others) else [value]


def _recommendation_checks(
    analysis: RegionAnalysis, chosen: ModelResult, comparison: dict[str, Any]
) -> Noted:
    """Name a better model where it gives another number."""
    advised = analysis.recommended
    other = None if advised is None else analysis.model(advised.model)
    if advised is None or other is None or other.model == chosen.model:
        return
    values = (chosen.t2star_ms, other.t2star_ms)
    if any(value.value is None or value.bound != "none" for value in values):
        return
    reported_ms, t2star_ms = (value.value or 0.0 for value in values)
    if abs(t2star_ms - reported_ms) > comparison["t2star_difference"] * min(t2star_ms, reported_ms):
        params = {
            "model": other.model,
            "reason": advised.reason,
            "t2star_ms": t2star_ms,
            "reported_ms": reported_ms,
        }
        yield "model_recommended", "info", params


def pixel_checks(pixels: PixelStatistics, limits: dict[str, Any]) -> Noted:
    """Yield whether the pixels of a region scatter widely."""
    if pixels.t2star_ms_median and pixels.t2star_ms_iqr:
        spread = (pixels.t2star_ms_iqr[1] - pixels.t2star_ms_iqr[0]) / pixels.t2star_ms_median
        if spread > limits["heterogeneous_iqr"]:
            yield "heterogeneous", "warning", {"percent": 100.0 * spread}


def _exclusion_checks(analysis: RegionAnalysis, share: float, wanted: bool) -> Noted:
    """Tell what was left out of the mean signal; much of it is no outlier but another tissue, or iron."""
    n_excluded = analysis.pixels.n_excluded
    if not wanted or n_excluded == 0:
        return
    params = {
        "n_excluded": n_excluded,
        "n_pixels": analysis.n_pixels,
        "n_no_value": analysis.n_excluded_for(PixelExclusion.NO_VALUE),
    }
    if not analysis.excluded_left_out:
        yield "outliers_kept", "warning", params
    elif n_excluded > share * analysis.n_pixels:
        yield "many_pixels_left_out", "warning", params
    else:
        yield "pixels_left_out", "info", params
