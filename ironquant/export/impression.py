"""The impression under the numbers, by the rules of ``resources/impression.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from ironquant.core import Analysis, ClinicalData, IronUnit, OrganAnalysis, OrganResult
from ironquant.export.course import change_words, outcome
from ironquant.export.numbers import format_graded, format_value, unit_of
from ironquant.export.wording import capital, say
from ironquant.iron import Facts, follow_up, holds
from ironquant.resources import language, load_table, term, text

_WORD: Final = re.compile(r"[\u2e80-\uffff]|[^\W\u2e80-\uffff]+|\s+|[^\w\s]|_")
"""Words and signs; each Chinese character is one."""


def impression_words(analysis: Analysis, lang: str, iron_unit: IronUnit = "mg/g") -> str:
    """Return values, grades, changes and remarks in sentences, for the physician to confirm."""
    parts = [_impression_part(entry, lang, iron_unit) for entry in analysis.organs]
    if not parts:
        return say("impression_empty", lang)
    parts += [words for entry in analysis.organs for words in _remarks(entry, analysis.clinical, lang)]
    sentence = say("impression_join", lang).join(dict.fromkeys(parts)) + say("impression_end", lang)
    return sentence.replace("  ", " ")


def edits_between(proposed: str, worded: str) -> list[tuple[str, str]]:
    """Return where the reader's words differ from the proposal, as words before and after."""
    before, after = _WORD.findall(proposed), _WORD.findall(worded)
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    return [
        ("".join(before[start:stop]), "".join(after[begin:end]))
        for kind, start, stop, begin, end in matcher.get_opcodes()
        if kind != "equal"
    ]


def follow_up_words(analysis: Analysis, lang: str) -> list[str]:
    """Return the follow-up that the rules offer, a sentence per organ; printed if the reader takes it."""
    found = (
        follow_up(entry.organ, entry.result, _codes(entry), analysis.clinical) for entry in analysis.organs
    )
    return [text("followup", rule.code, lang) for rule in found if rule is not None]


def _codes(entry: OrganAnalysis) -> frozenset[str]:
    return frozenset(finding.code for finding in entry.findings)


def _facts(entry: OrganAnalysis, result: OrganResult, clinical: ClinicalData) -> Facts:
    trend = entry.trend
    change = outcome(trend) if trend is not None and trend.change is not None else ""
    return Facts(entry.organ, result, _codes(entry), clinical, change)


def _remarks(entry: OrganAnalysis, clinical: ClinicalData, lang: str) -> list[str]:
    if entry.result is None:
        return []
    facts = _facts(entry, entry.result, clinical)
    name = capital(term(str(entry.organ), lang))
    return [say(rule["text"], lang, organ=name) for rule in _rules()["remark"] if holds(rule, facts)]


def _rules() -> Mapping[str, Any]:
    return load_table("impression")


def _impression_part(entry: OrganAnalysis, lang: str, iron_unit: IronUnit) -> str:
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
        t2star=_approximate(result, "t2star_ms", lang, iron_unit),
        r2star=format_value(result.r2star_per_s, "r2star_per_s", lang),
        iron=_approximate(result, "iron_mg_per_g", lang, iron_unit) if result.iron else "",
        unit=unit_of("iron_mg_per_g", iron_unit),
    )
    conclusion = _conclusion(entry, result, lang)
    grave = {finding.code for finding in entry.findings if finding.severity != "info"}
    if not grave.isdisjoint(_rules()["doubts"]):
        conclusion += say("impression_doubtful", lang)
    part = say("impression_part", lang, values=values, conclusion=conclusion)
    change = change_words(entry.trend, lang, iron_unit)
    return say("impression_join", lang).join(filter(None, (part, change)))


def _conclusion(entry: OrganAnalysis, result: OrganResult, lang: str) -> str:
    facts = _facts(entry, result, ClinicalData())
    rule = next(rule for rule in _rules()["conclusion"] if holds(rule, facts))
    grade = result.grade
    if grade is None or grade.code is None:
        return say(rule["text"], lang)
    words = say(rule["text"], lang, grade=text("grades", grade.code, lang))
    return words + (say("impression_indicative", lang) if grade.indicative else "")


def _approximate(result: OrganResult, quantity: str, lang: str, iron_unit: IronUnit) -> str:
    shown = format_graded(result, quantity, lang, iron_unit=iron_unit)
    if shown[0].isdigit():
        return say("impression_approx", lang, value=shown)
    return f" {shown}" if language(lang).spaced else shown
