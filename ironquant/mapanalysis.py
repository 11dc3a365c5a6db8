"""The part of the pipeline for maps that the scanner computed: measured without a fit, or set beside ours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ironquant.core import (
    RELAXATION,
    Curve,
    Examination,
    Finding,
    IronValue,
    OrganAnalysis,
    OrganReading,
    OrganResult,
    OrganSettings,
    Region,
    RegionAnalysis,
    RegionError,
    ScannerMap,
    Settings,
    Value,
)
from ironquant.fitting import MapValues, map_values, quartiles
from ironquant.iron import Assessment, assess
from ironquant.quality import comparison_finding, fat_fraction_finding, map_findings
from ironquant.roi import region_mask
from ironquant.slicevalues import slice_statistics

NO_SETTINGS = OrganSettings("mono", {}, (), ())
SCANNER_MODEL = "vendor-map"
"""Model of a result that was read from a map of the scanner."""


def analyze_map(
    examination: Examination, scanner_map: ScannerMap, entry: OrganReading, settings: Settings
) -> OrganAnalysis:
    """Measure the regions of one organ in a map of the scanner, without a fit."""
    findings = [*entry.findings, *scanner_map.findings]
    if scanner_map.quantity not in RELAXATION:
        params = {"reason": "map_other_quantity"}
        findings.append(Finding("not_measurable", "error", params, str(entry.organ)))
        return OrganAnalysis(entry.organ, None, findings=tuple(findings), scanner_map=scanner_map)
    measured: list[tuple[RegionAnalysis, MapValues]] = []
    for region in entry.regions:
        try:
            measured.append(_measure_map(examination, scanner_map, entry, settings, region))
        except RegionError as error:
            findings.append(error.finding)
    result: OrganResult | None = None
    others: tuple[IronValue, ...] = ()
    for analysis, values in measured:
        if analysis.region.reported:
            findings += map_findings(scanner_map, analysis, values)
            result, others, more = _map_result(examination, scanner_map, entry, settings, analysis, values)
            findings += more
            break
    return OrganAnalysis(
        organ=entry.organ,
        series=None,
        regions=tuple(analysis for analysis, _ in measured),
        result=result,
        alternatives=others,
        findings=tuple(dict.fromkeys(findings)),
        scanner_map=scanner_map,
    )


def _measure_map(
    examination: Examination, scanner_map: ScannerMap, entry: OrganReading, settings: Settings, region: Region
) -> tuple[RegionAnalysis, MapValues]:
    mask = region_mask(region, scanner_map)
    values = map_values(scanner_map, mask)
    curve = Curve((), (), (), values.n_pixels, None, 1, None, (), "auto")
    analysis = RegionAnalysis(
        region=region,
        mask=mask,
        slice_indices=tuple(int(index) for index in np.flatnonzero(mask.any(axis=(1, 2)))),
        n_pixels=values.n_pixels,
        area_mm2=float(values.n_pixels * scanner_map.pixel_area_mm2),
        curve=curve,
        models=(),
        pixels=values.pixels,
        slices=slice_statistics(
            mask,
            scanner_map.pixel_area_mm2,
            (values.t2star_ms, None),
            lambda index: (map_values(scanner_map, _of_slice(mask, index)).t2star_ms, None),
            lambda t2star: _assess(examination, scanner_map, entry, settings, t2star).iron,
        ),
    )
    return analysis, values


def _of_slice(mask: NDArray[np.bool_], index: int) -> NDArray[np.bool_]:
    only = np.zeros_like(mask)
    only[index] = mask[index]
    return only


def _assess(
    examination: Examination,
    scanner_map: ScannerMap,
    entry: OrganReading,
    settings: Settings,
    t2star: Value,
) -> Assessment:
    own = settings.organs.get(entry.organ, NO_SETTINGS)
    return assess(
        entry.organ,
        t2star,
        scanner_map.model,
        examination.field_of(scanner_map),
        (entry.calibration,) if entry.calibration else own.calibrations,
        (entry.scheme,) if entry.scheme else own.schemes,
    )


def _map_result(
    examination: Examination,
    scanner_map: ScannerMap,
    entry: OrganReading,
    settings: Settings,
    analysis: RegionAnalysis,
    values: MapValues,
) -> tuple[OrganResult | None, tuple[IronValue, ...], tuple[Finding, ...]]:
    """Turn the median of a map into iron and grade; the calibration is compared with the product's model."""
    t2star = values.t2star_ms
    if t2star.value is None:
        params = {"reason": "status_not_finite"}
        return None, (), (Finding("not_measurable", "error", params, str(entry.organ)),)
    judged = _assess(examination, scanner_map, entry, settings, t2star)
    result = OrganResult(
        site=analysis.region.site,
        model=SCANNER_MODEL,
        method="pixel-median",
        t2star_ms=t2star,
        r2star_per_s=t2star.reciprocal(1000.0),
        r_squared=None,
        iron=judged.iron,
        grade=judged.grade,
        repeatability_percent=settings.organs.get(entry.organ, NO_SETTINGS).repeatability_percent,
    )
    return result, judged.alternatives, judged.findings


def scanner_values(examination: Examination, region: Region, measured: Value) -> list[Finding]:
    """Tell what the scanner's own maps say in a region that was measured by a fit."""
    findings = []
    for scanner_map in examination.maps:
        try:
            mask = region_mask(region, scanner_map)
        except RegionError:
            continue  # the map lies elsewhere
        if scanner_map.quantity in RELAXATION:
            found = comparison_finding(scanner_map, map_values(scanner_map, mask), measured)
        else:
            fat = quartiles(scanner_map, mask)
            found = None if fat is None else fat_fraction_finding(scanner_map, fat)
        if found is not None:
            findings.append(replace(found, where=str(region.organ)))
    return findings
