"""The words of the report: labels, values, method, findings and impression, from the text tables."""

from __future__ import annotations

import math
from typing import Any

from ironquant.core import (
    SEVERITY_RANK,
    Analysis,
    Finding,
    Organ,
    OrganAnalysis,
    OrganResult,
    Patient,
    RegionAnalysis,
    SegmentalT2star,
    Study,
)
from ironquant.export.numbers import (
    MISSING,
    format_number,
    format_value,
)
from ironquant.iron import calibration
from ironquant.resources import message, term, text

SEVERITY_SIGNS = {"error": "■", "warning": "▲", "info": "●"}


def say(key: str, lang: str, **params: Any) -> str:
    """Return a text of the section ``report``."""
    return text("report", key, lang, **params)


def field_words(study: Study, lang: str) -> str:
    """Return actual and nominal field strength."""
    field = None if study.field_t is None else f"{study.field_t:.2f}"
    nominal = None if study.nominal_field_t is None else f"{study.nominal_field_t:g}"
    if field is None and nominal is None:
        return MISSING
    key = "field_value"
    if field is None or nominal is None:
        key = "field_value_actual" if nominal is None else "field_value_nominal"
    return say(key, lang, field=field, nominal=nominal)


def sex_words(patient: Patient, lang: str) -> str:
    """Return the sex as a word, empty where it is not told."""
    return say(f"sex_{patient.sex}", lang) if patient.sex in ("M", "F", "O") else ""


def age_words(patient: Patient, lang: str) -> str:
    """Return the age in full years (17.9 is 17), empty where it is not told."""
    return "" if patient.age_y is None else say("age_value", lang, age=math.floor(patient.age_y))


def sequence_words(entry: OrganAnalysis, lang: str) -> str:
    """Return the measured series or map of one organ, empty where nothing was measured."""
    series, shown = entry.series, entry.scanner_map
    if shown is not None:
        slices, rows, columns = shown.shape
        return say(
            "scanner_map_value",
            lang,
            organ=capital(term(str(entry.organ), lang)),
            description=shown.description or MISSING,
            quantity=term(shown.quantity, lang),
            scanner=shown.scanner or MISSING,
            unit=shown.unit,
            slices=slices,
            rows=rows,
            columns=columns,
        )
    if series is None:
        return ""
    slices, rows, columns = series.shape
    return say(
        "sequence_value",
        lang,
        organ=capital(term(str(entry.organ), lang)),
        description=series.description or series.acquisition.sequence_name or MISSING,
        n_echoes=len(series.te_ms),
        first=f"{series.te_ms[0]:.2f}",
        last=f"{series.te_ms[-1]:.1f}",
        slices=slices,
        rows=rows,
        columns=columns,
    )


def organ_title(entry: OrganAnalysis, lang: str) -> str:
    """Return organ and site as the heading of a section."""
    organ = capital(term(str(entry.organ), lang))
    if entry.result is None or entry.result.site == entry.organ:
        return organ
    return say("organ_site", lang, organ=organ, site=term(entry.result.site, lang))


def grade_word(result: OrganResult, lang: str) -> str:
    """Return the grade as a word."""
    if result.grade is None:
        return say("grade_absent", lang)
    return text("grades", result.grade.code or "undecided", lang)


def segmental_words(summary: SegmentalT2star, lang: str) -> str:
    """Return global T2*, number of abnormal segments and pattern in one line."""
    parts = [say("segmental_global", lang, t2star=format_value(summary.global_t2star_ms, "t2star_ms", lang))]
    if summary.n_abnormal is None or summary.cut_ms is None:
        parts.append(say("segmental_count", lang, n_segments=summary.n_segments))
    else:
        parts.append(
            say(
                "segmental_abnormal",
                lang,
                n_abnormal=summary.n_abnormal,
                n_segments=summary.n_segments,
                cut=f"{summary.cut_ms:g}",
            )
        )
    if summary.pattern is not None:
        parts.append(term(f"pattern_{summary.pattern}", lang))
    return say("method_join", lang).join(parts)


def method_words(entry: OrganAnalysis, result: OrganResult, region: RegionAnalysis | None, lang: str) -> str:
    """Return how the numbers of one organ were made, in one line of parts."""
    model = term(result.model, lang)
    parts = [say("method_model", lang, model=model, method=say(f"method_{result.method}", lang))]
    if region is not None and region.curve.te_ms:
        curve = region.curve
        parts.append(
            say(
                "method_echoes",
                lang,
                echoes=number_ranges(curve.echoes_used),
                n_echoes=len(curve.te_ms),
                chosen=say(f"chosen_{curve.echoes_chosen_by}", lang),
            )
        )
    if result.iron is not None:
        name = result.iron.calibration
        parts.append(say("method_calibration", lang, calibration=name, source=calibration(name).source))
    if result.grade is not None:
        parts.append(say("method_scheme", lang, scheme=result.grade.scheme))
    if region is not None:
        parts.append(say("method_region", lang, words=region_words(region, lang)))
        if moved := tuple(entry.echo for entry in region.region.echo_shifts):
            parts.append(say("method_shifts", lang, echoes=number_ranges(moved)))
        parts.extend(_pixel_words(region, lang))
    if entry.segmental is not None:
        words = segmental_words(entry.segmental, lang)
        parts.append(say("method_segments", lang, words=words))
    return capital(say("method_join", lang).join(parts))


def finding_lines(analysis: Analysis, extra: tuple[Finding, ...], lang: str) -> list[str]:
    """Return every finding in words, the gravest first, each with its sign and organ."""
    # The same words for two organs stand once, with both organs before them.
    organs: dict[tuple[int, str, str], list[str]] = {}
    for finding in (*extra, *analysis.findings):
        organs.setdefault(_finding_words(finding, lang), [])
    for entry in analysis.organs:
        # Why an organ could not be measured stands in its own row.
        reason = gravest(entry) if entry.result is None else None
        for finding in entry.findings:
            if finding is not reason:
                named = organs.setdefault(_finding_words(finding, lang), [])
                named.append(term(str(entry.organ), lang))
    lines = []
    for key in sorted(organs, key=lambda key: key[0]):
        _, sign, words = key
        if organs[key]:
            names = capital(say("names_join", lang).join(dict.fromkeys(organs[key])))
            words = say("names_before", lang, names=names, words=words)
        lines.append(f"{sign} {words}")
    return lines


def gravest(entry: OrganAnalysis) -> Finding | None:
    """Return the gravest finding of an organ, the first of several."""
    return max(entry.findings, key=lambda finding: SEVERITY_RANK[finding.severity], default=None)


def reason_words(entry: OrganAnalysis, lang: str) -> str:
    """Return why an organ has no result: its gravest finding."""
    reason = gravest(entry)
    if reason is None:
        return say("reason_unknown", lang)
    return message(reason.code, reason.params, lang)


def number_ranges(numbers: tuple[int, ...]) -> str:
    """Return numbers as ranges, ``1–6, 8``."""
    groups: list[list[int]] = []
    for number in sorted(numbers):
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return ", ".join(f"{g[0]}–{g[-1]}" if len(g) > 1 else str(g[0]) for g in groups) or MISSING


def iron_name(organ: Organ, lang: str) -> str:
    """Return what the iron of an organ is called: MIC, LIC, or iron."""
    known = organ in (Organ.HEART, Organ.LIVER)
    return say(f"organ_iron_{organ}" if known else "organ_iron", lang)


def iron_remark(entry: OrganAnalysis, result: OrganResult, lang: str) -> str:
    """Return why there is no iron, or what restricts it; empty where nothing does."""
    if result.iron is None:
        lacking = any(finding.code.startswith(("calibration_", "field_")) for finding in entry.findings)
        return say("iron_absent" if lacking else "iron_not_given", lang)
    if not result.iron.in_valid_range:
        return say("iron_out_of_range", lang)
    return say("iron_bound", lang) if result.iron.iron_mg_per_g.bound != "none" else ""


def grade_remark(result: OrganResult, lang: str) -> str:
    """Return what restricts the grade; empty where nothing does."""
    if result.grade is None:
        return ""
    if result.grade.code is None:
        return say("grade_undecided_note", lang)
    return say("grade_indicative", lang) if result.grade.indicative else ""


def region_words(region: RegionAnalysis, lang: str) -> str:
    """Return site, source, size and slices of a region."""
    confidence = ""
    if region.region.confidence is not None:
        confidence = say("method_confidence", lang, confidence=f"{region.region.confidence:.2f}")
    return say(
        "value_region",
        lang,
        site=term(region.region.site, lang),
        source=term(region.region.source, lang),
        confidence=confidence,
        area=f"{region.area_mm2:.0f}",
        pixels=region.n_pixels,
        slices=number_ranges(tuple(index + 1 for index in region.slice_indices)),
    )


def _pixel_words(region: RegionAnalysis, lang: str) -> list[str]:
    pixels = region.pixels
    if pixels.t2star_ms_median is None or pixels.t2star_ms_iqr is None:
        return []
    low, high = (format_number(end, "t2star_ms", lang) for end in pixels.t2star_ms_iqr)
    median = format_number(pixels.t2star_ms_median, "t2star_ms", lang)
    words = [say("method_pixels", lang, median=median, low=low, high=high)]
    if region.excluded_left_out and pixels.n_excluded:
        words.append(say("method_left_out", lang, n=pixels.n_excluded))
    return words


def capital(words: str) -> str:
    """Return words that begin with a capital letter."""
    return words[:1].upper() + words[1:]


def _finding_words(finding: Finding, lang: str) -> tuple[int, str, str]:
    words = message(finding.code, finding.params, lang)
    return -SEVERITY_RANK[finding.severity], SEVERITY_SIGNS[finding.severity], words
