"""The sentence under the numbers, made of values and grades, for the physician to confirm."""

from __future__ import annotations

from ironquant.core import Analysis, OrganAnalysis, OrganResult
from ironquant.export.course import change_words
from ironquant.export.numbers import format_graded, format_value
from ironquant.export.wording import capital, say
from ironquant.iron import follow_up
from ironquant.resources import language, term, text

DOUBTS = frozenset(
    {
        "fat_water_oscillation",
        "grade_depends_on_model",
        "heterogeneous",
        "imprecise_fit",
        "model_disagreement",
        "poor_fit",
        "region_low_confidence",
        "saturation",
        "t2star_near_or_below_first_te",
        "unphysiological",
    }
)
"""Findings that a reader of the impression alone must know of."""


def impression_words(analysis: Analysis, lang: str) -> str:
    """Return a sentence made of values and grades, for the physician to confirm."""
    parts = [_impression_part(entry, lang) for entry in analysis.organs]
    if not parts:
        return say("impression_empty", lang)
    sentence = say("impression_join", lang).join(parts) + say("impression_end", lang)
    return sentence.replace("  ", " ")


def follow_up_words(analysis: Analysis, lang: str) -> list[str]:
    """Return the follow-up that the rules offer, a sentence per organ; printed if the reader takes it."""
    found = (
        follow_up(entry.organ, entry.result, _codes(entry), analysis.clinical) for entry in analysis.organs
    )
    return [text("followup", rule.code, lang) for rule in found if rule is not None]


def _codes(entry: OrganAnalysis) -> frozenset[str]:
    return frozenset(finding.code for finding in entry.findings)


def _impression_part(entry: OrganAnalysis, lang: str) -> str:
    name = capital(term(str(entry.organ), lang))
    result = entry.result
    if result is None:
        return say("impression_not_assessable", lang, organ=name)
    known = str(entry.organ) if str(entry.organ) in ("heart", "liver") else ""
    key = "impression_values" + (f"_{known}" if known else "") + ("_iron" if result.iron else "")
    values = say(
        key,
        lang,
        organ=name,
        t2star=_approximate(result, "t2star_ms", lang),
        r2star=format_value(result.r2star_per_s, "r2star_per_s", lang),
        iron=_approximate(result, "iron_mg_per_g", lang) if result.iron else "",
    )
    conclusion = _conclusion(result, known or "organ", lang)
    if DOUBTS & {finding.code for finding in entry.findings if finding.severity != "info"}:
        conclusion += say("impression_doubtful", lang)
    part = say("impression_part", lang, values=values, conclusion=conclusion)
    return say("impression_join", lang).join(filter(None, (part, change_words(entry.trend, lang))))


def _conclusion(result: OrganResult, organ: str, lang: str) -> str:
    if result.grade is None:
        return say("impression_ungraded", lang)
    if result.grade.code is None:
        return say("impression_undecided", lang)
    kind = result.grade.code if result.grade.code in ("normal", "borderline") else "other"
    words = say(f"impression_{organ}_{kind}", lang, grade=text("grades", result.grade.code, lang))
    return words + (say("impression_indicative", lang) if result.grade.indicative else "")


def _approximate(result: OrganResult, quantity: str, lang: str) -> str:
    shown = format_graded(result, quantity, lang)
    if shown[0].isdigit():
        return say("impression_approx", lang, value=shown)
    return f" {shown}" if language(lang).spaced else shown
