"""Checks of what is measured in a map that the scanner computed, and of the scanner's value beside ours."""

from __future__ import annotations

from ironquant.core import MAP_UNITS, Finding, ParamValue, RegionAnalysis, ScannerMap, Severity, Value
from ironquant.fitting import MapValues
from ironquant.quality.checks import pixel_checks, region_checks
from ironquant.resources import load_table


def map_findings(
    scanner_map: ScannerMap, analysis: RegionAnalysis, measured: MapValues
) -> tuple[Finding, ...]:
    """Judge one region measured in a scanner's map: where the numbers come from and what limits them."""
    tables = load_table("limits")
    limits, organ = tables["measurement"], analysis.region.organ
    findings = [
        Finding(
            "vendor_map_measured",
            "info",
            {
                "scanner": scanner_map.scanner,
                "series": scanner_map.label,
                "quantity": scanner_map.quantity,
                "unit": scanner_map.unit,
                "reason": scanner_map.unit_reason,
                "cap": scanner_map.cap,
                "cap_percent": 100.0 * measured.cap_share,
            },
            str(organ),
        )
    ]
    checks = (region_checks(analysis, limits, organ), pixel_checks(analysis.pixels, limits))
    findings += [
        Finding(code, severity, params, str(organ)) for check in checks for code, severity, params in check
    ]
    if measured.cap_share > 0 and scanner_map.cap is not None:
        params: dict[str, ParamValue] = {"percent": 100.0 * measured.cap_share, "cap": scanner_map.cap}
        params["unit"] = MAP_UNITS[scanner_map.quantity]
        findings.append(Finding("map_capped", "warning", params, str(organ)))
    if measured.gap_share > tables["scanner_map"]["gap_share"]:
        params = {"percent": 100.0 * measured.gap_share}
        findings.append(Finding("map_gaps", "warning", params, str(organ)))
    value = measured.t2star_ms
    low, high = limits.get(organ, {}).get("t2star_ms", (0.0, float("inf")))
    if value.value is not None and value.bound == "none" and not low <= value.value <= high:
        params = {"t2star_ms": value.value, "organ": str(organ)}
        findings.append(Finding("unphysiological", "warning", params, str(organ)))
    return tuple(findings)


def comparison_finding(scanner_map: ScannerMap, theirs: MapValues, ours: Value) -> Finding | None:
    """Put the scanner's T2* beside the measured one; None where either has no number."""
    if theirs.t2star_ms.value is None or ours.value is None:
        return None
    percent = 100.0 * (theirs.t2star_ms.value / ours.value - 1.0)
    params: dict[str, ParamValue] = {
        "scanner": scanner_map.scanner,
        "series": scanner_map.label,
        "t2star_ms": theirs.t2star_ms.value,
        "reported_ms": ours.value,
        "percent": percent,
    }
    if theirs.t2star_ms.bound != "none" or ours.bound != "none":
        return Finding("scanner_value_bound", "info", params)
    limit = 100.0 * load_table("limits")["scanner_map"]["scanner_difference"]
    severity: Severity = "warning" if abs(percent) > limit else "info"
    return Finding("scanner_value", severity, params)


def fat_fraction_finding(scanner_map: ScannerMap, quartiles: tuple[float, float, float]) -> Finding:
    """Tell the scanner's fat fraction in the region."""
    low, median, high = quartiles
    params: dict[str, ParamValue] = {
        "scanner": scanner_map.scanner,
        "series": scanner_map.label,
        "low": low,
        "median": median,
        "high": high,
    }
    return Finding("scanner_fat_fraction", "info", params)
