"""Findings and impression as plain text, for the report field of a hospital's information system."""

from __future__ import annotations

from ironquant.core import Analysis, OrganAnalysis
from ironquant.export.course import change_words
from ironquant.export.impression import impression_words
from ironquant.export.numbers import UNITS, format_graded, format_r_squared, format_value
from ironquant.export.wording import (
    capital,
    finding_lines,
    grade_word,
    iron_name,
    iron_remark,
    method_words,
    organ_title,
    say,
)


def report_text(analysis: Analysis, lang: str) -> str:
    """Return findings, quality and impression, a paragraph each, without anything that names the patient."""
    parts = [say("text_findings", lang)]
    parts += [_organ_lines(entry, lang) for entry in analysis.organs]
    quality = finding_lines(analysis, (), lang)
    if quality:
        parts.append("\n".join([say("text_quality", lang), *quality]))
    words = analysis.impression or impression_words(analysis, lang)
    parts.append("\n".join([say("text_impression", lang), words]))
    parts.append(say("footer_use", lang))
    return "\n\n".join(parts) + "\n"


def _organ_lines(entry: OrganAnalysis, lang: str) -> str:
    title, result = organ_title(entry, lang), entry.result
    if result is None:
        return say("names_before", lang, names=title, words=say("not_assessable", lang))
    values = [
        f"T2* {format_graded(result, 't2star_ms', lang)} {UNITS['t2star_ms']}",
        f"R2* {format_value(result.r2star_per_s, 'r2star_per_s', lang)} {UNITS['r2star_per_s']}",
    ]
    if result.iron is not None:
        name = iron_name(entry.organ, lang)
        amount = f"{format_graded(result, 'iron_mg_per_g', lang)} {UNITS['iron_mg_per_g']}"
        remark = iron_remark(entry, result, lang)
        values.append(f"{name} {amount} {remark}".rstrip())
    if result.r_squared is not None:
        values.append(f"R² {format_r_squared(result.r_squared)}")
    if result.grade is not None:
        values.append(capital(grade_word(result, lang)))
    measured = say("names_before", lang, names=title, words=say("text_join", lang).join(values))
    lines = (measured, change_words(entry.trend, lang), method_words(entry, result, entry.reported, lang))
    return "\n".join(filter(None, lines))
