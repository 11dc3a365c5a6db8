"""What stands under each image of a comparison: values, quality, change."""

from __future__ import annotations

from ironquant.core import OrganAnalysis, Trend
from ironquant.export.course import change_words, limit_words
from ironquant.export.numbers import UNITS, format_graded, format_r_squared, format_value
from ironquant.export.wording import grade_word, gravest, reason_words, say
from ironquant.resources import message, term


def value_words(analysis: OrganAnalysis, lang: str) -> str:
    """Return T2*, R2*, iron and grade in one line; why there is none where nothing was measured."""
    result = analysis.result
    if result is None:
        return reason_words(analysis, lang)
    parts = [
        f"T2* {format_graded(result, 't2star_ms', lang)} {UNITS['t2star_ms']}",
        f"R2* {format_value(result.r2star_per_s, 'r2star_per_s', lang)} {UNITS['r2star_per_s']}",
    ]
    if result.iron is not None:
        name = "MIC" if analysis.organ == "heart" else "LIC"
        parts.append(f"{name} {format_graded(result, 'iron_mg_per_g', lang)} {UNITS['iron_mg_per_g']}")
    if result.grade is not None:
        parts.append(grade_word(result, lang))
    return "   ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)


def quality_words(analysis: OrganAnalysis, lang: str) -> str:
    """Return how good fit and region are, in one line."""
    region, result = analysis.reported, analysis.result
    if region is None or result is None:
        return ""
    parts = [f"R² {format_r_squared(result.r_squared)}"]
    if region.curve.snr:
        parts.append(f"SNR {region.curve.snr[0]:.0f}")
    parts.append(say("slice_value_pixels", lang, n=region.n_pixels))
    parts.append(term(region.region.source, lang))
    if region.region.confidence is not None:
        parts[-1] += say("method_confidence", lang, confidence=f"{region.region.confidence:.2f}")
    return " · ".join((*parts, term(result.model, lang)))


def worst_words(analysis: OrganAnalysis, lang: str) -> str:
    """Return the gravest warning of an organ that was measured; empty where there is none."""
    finding = gravest(analysis)
    if analysis.result is None or finding is None or finding.severity == "info":
        return ""
    return message(finding.code, finding.params, lang)


def trend_words(trend: Trend | None, lang: str) -> str:
    """Return the change between two examinations, and the measurement error that it is judged by."""
    if trend is None:
        return ""
    limit = limit_words(trend, lang) if trend.change is not None else ""
    return "  ".join(filter(None, (change_words(trend, lang), limit)))
