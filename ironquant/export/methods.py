"""How the numbers of one organ were made, as rows of label and value."""

from __future__ import annotations

from ironquant.core import IronUnit, OrganAnalysis, OrganResult, RegionAnalysis
from ironquant.export.numbers import (
    MISSING,
    format_in_unit,
    format_interval,
    format_number,
    format_r_squared,
    unit_of,
)
from ironquant.export.wording import (
    number_ranges,
    region_words,
    say,
    segmental_words,
    sequence_words,
)
from ironquant.iron import calibration, scheme
from ironquant.resources import term


def method_rows(
    entry: OrganAnalysis, result: OrganResult, lang: str, iron_unit: IronUnit = "mg/g"
) -> list[tuple[str, str]]:
    """Return the same rows in every language: sequence, echoes, region, fit, calibration, grading."""
    region = entry.reported
    rows = [("sequence", sequence_words(entry, lang))]
    if entry.series is not None:
        rows.append(("row_times", ", ".join(f"{te:.2f}" for te in entry.series.te_ms)))
    method = say(f"method_{result.method}", lang)
    rows.append(("row_model", say("value_model", lang, model=term(result.model, lang), method=method)))
    if region is not None and region.curve.te_ms:
        rows.append(("row_echoes", _echoes(region, lang)))
    rows.append(("row_fit", _fit(entry, result, lang)))
    if region is not None:
        rows.append(("row_region", _region(region, lang)))
        if region.pixels.t2star_ms_median is not None and region.pixels.t2star_ms_iqr is not None:
            rows.append(("row_pixels", _pixels(region, lang)))
    if result.iron is not None:
        own = calibration(result.iron.calibration)
        rows.append(("row_calibration", f"{own.id} – {own.source}"))
    if result.grade is not None:
        own_scheme = scheme(result.grade.scheme)
        rows.append(("row_scheme", f"{own_scheme.id} – {own_scheme.source}"))
    if entry.alternatives:
        rows.append(("row_others", _others(entry, lang, iron_unit)))
    if entry.segmental is not None:
        words = segmental_words(entry.segmental, lang)
        rows.append(("row_segments", say("value_segments", lang, words=words)))
    return [(say(key, lang), value or MISSING) for key, value in rows]


def _echoes(region: RegionAnalysis, lang: str) -> str:
    curve = region.curve
    words = say(
        "value_echoes",
        lang,
        echoes=number_ranges(curve.echoes_used),
        n_echoes=len(curve.te_ms),
        chosen=say(f"chosen_{curve.echoes_chosen_by}", lang),
    )
    if moved := tuple(entry.echo for entry in region.region.echo_shifts):
        words += say("text_join", lang) + say("method_shifts", lang, echoes=number_ranges(moved))
    return words


def _fit(entry: OrganAnalysis, result: OrganResult, lang: str) -> str:
    parts = []
    if result.r_squared is not None:
        parts.append(say("precision_value", lang, r_squared=format_r_squared(result.r_squared)))
    if result.t2star_ms.ci95 is not None:
        interval = format_interval(result.t2star_ms.ci95, "t2star_ms", lang)
        parts.append(say("precision_interval", lang, interval=interval))
    elif entry.scanner_map is not None:
        parts.append(say("precision_map", lang))
    else:
        parts.append(say("precision_none", lang))
    return say("text_join", lang).join(parts)


def _region(region: RegionAnalysis, lang: str) -> str:
    words = region_words(region, lang)
    if region.excluded_left_out and region.pixels.n_excluded:
        words += say("text_join", lang) + say("method_left_out", lang, n=region.pixels.n_excluded)
    return words


def _pixels(region: RegionAnalysis, lang: str) -> str:
    low, high = (format_number(end, "t2star_ms", lang) for end in region.pixels.t2star_ms_iqr or (0.0, 0.0))
    median = format_number(region.pixels.t2star_ms_median, "t2star_ms", lang)
    return say("value_pixels", lang, median=median, low=low, high=high)


def _others(entry: OrganAnalysis, lang: str, iron_unit: IronUnit) -> str:
    unit = unit_of("iron_mg_per_g", iron_unit)
    values = [
        f"{other.calibration} {format_in_unit(other.iron_mg_per_g, 'iron_mg_per_g', iron_unit)} {unit}"
        for other in entry.alternatives
    ]
    return say("value_others", lang, values=say("text_join", lang).join(values))
