"""One examination measured, in words on the terminal: what `analyze` and `demo` share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ironquant.cli.say import finding_line, terminal_language, terminal_progress, worst_first
from ironquant.core import (
    Analysis,
    ExaminationRef,
    Finding,
    OrganAnalysis,
    SegmentalT2star,
    Settings,
)

if TYPE_CHECKING:
    from ironquant.studies import Wishes


def analyze_one(
    ref: ExaminationRef,
    out: Path,
    settings: Settings,
    wishes: Wishes,
    lang: str,
    *,
    case: bool = False,
    library: str | None = None,
    forms: tuple[str, ...] = (),
) -> bool:
    """Read, propose, measure and write one examination (`measure_study`); say what came out.

    Returns
    -------
    bool
        Whether at least one organ was measured.
    """
    from ironquant.studies import measure_study, why_unreadable

    if not ref.measurable:
        for finding in why_unreadable(ref):
            typer.echo(finding_line(finding), err=True)
        return False
    done = measure_study(
        ref,
        out,
        settings,
        wishes,
        lang,
        forms=forms,
        case=case,
        library=library,
        progress=terminal_progress(),
    )
    _say(done.analysis, done.findings)
    for file in done.files:
        typer.echo(f"  {file}")
    return done.analysis.measured


def heading(ref: ExaminationRef) -> str:
    """Return patient, date and scanner in one line, as `info` and `analyze` begin an examination."""
    patient, study = ref.patient, ref.study
    who = " · ".join(part for part in (patient.name, patient.id, patient.sex) if part)
    scanner = " ".join(part for part in (study.manufacturer, study.model) if part)
    field = f"{study.field_t:.2f} T" if study.field_t else ""
    told = (part for part in (scanner, field) if part)
    return " · ".join((who or ref.folder or "–", str(study.date or "–"), *told))


def _say(result: Analysis, more: tuple[Finding, ...]) -> None:
    """Print one line per organ and the findings under it."""
    lang = terminal_language()
    for organ in result.organs:
        typer.echo(organ_line(organ, lang))
        if organ.segmental is not None:
            typer.echo(f"    {_segmental_line(organ.segmental, lang)}")
        for line in _slice_lines(organ, lang):
            typer.echo(f"    {line}")
        if change := _change_line(organ, lang):
            typer.echo(f"    {change}")
        for finding in worst_first(organ.findings):
            typer.echo(f"    {finding_line(finding, lang)}", err=finding.severity == "error")
    for finding in worst_first((*result.findings, *more)):
        typer.echo(f"  {finding_line(finding, lang)}", err=finding.severity == "error")


def _segmental_line(summary: SegmentalT2star, lang: str) -> str:
    from ironquant.export.wording import say, segmental_words

    return f"{say('segmental_title', lang)}: {segmental_words(summary, lang)}"


def _slice_lines(organ: OrganAnalysis, lang: str) -> list[str]:
    from ironquant.export.slicewords import slice_line, slice_rows

    return [slice_line(row, organ.organ, lang) for row in slice_rows(organ.reported, lang)]


def _change_line(organ: OrganAnalysis, lang: str) -> str:
    from ironquant.export.course import change_words

    return change_words(organ.trend, lang)


def organ_line(organ: OrganAnalysis, lang: str) -> str:
    """Return T2*, R2*, iron and grade of an organ in one line."""
    from ironquant.export import UNITS, format_graded, format_value
    from ironquant.resources import term, text

    name = term(str(organ.organ), lang)
    result = organ.result
    if result is None:
        return f"  {name}: {text('cli', 'not_measured', lang)}"
    parts = [
        f"T2* {format_graded(result, 't2star_ms', lang)} {UNITS['t2star_ms']}",
        f"R2* {format_value(result.r2star_per_s, 'r2star_per_s', lang)} {UNITS['r2star_per_s']}",
    ]
    if result.iron is not None:
        value = format_graded(result, "iron_mg_per_g", lang)
        parts.append(f"{text('cli', f'iron_{organ.organ}', lang)} {value} {UNITS['iron_mg_per_g']}")
    if result.grade is not None:
        parts.append(text("grades", result.grade.code or "undecided", lang))
        if result.grade.indicative:
            parts[-1] += f" ({text('cli', 'indicative', lang)})"
    return f"  {name}: {', '.join(parts)}"
