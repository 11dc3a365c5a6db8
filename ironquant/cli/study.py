"""One examination from headers to results on disk: what `analyze` and `demo` share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ironquant.cli.options import find_series
from ironquant.cli.say import finding_line, terminal_language, terminal_progress, worst_first
from ironquant.core import (
    Analysis,
    Examination,
    ExaminationRef,
    Finding,
    Organ,
    OrganAnalysis,
    OrganReading,
    PriorExamination,
    Reading,
    SegmentalT2star,
    Settings,
)

if TYPE_CHECKING:
    from ironquant.export.signing_block import State
    from ironquant.roi import RegionFile


CASE_FILE = "case.iqcase"


@dataclass(frozen=True)
class Wishes:
    """What the user decided instead of the software."""

    organs: tuple[Organ, ...] = ()
    regions: Mapping[Organ, RegionFile] = field(default_factory=dict)
    echoes: Mapping[Organ, tuple[int, ...]] = field(default_factory=dict)
    series: Mapping[Organ, str] = field(default_factory=dict)
    """Number, key or description of the series or map to measure."""
    outliers: Mapping[Organ, bool] = field(default_factory=dict)
    """Whether outlying pixels are left out of the mean signal."""
    reader: str = ""
    reviewer: str = ""
    state: State = "draft"
    reason: str = ""
    """Why a report is amended."""


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
    """Read, propose, measure and write one examination; say what came out.

    Parameters
    ----------
    case : bool
        Whether to archive it as ``case.iqcase`` beside the results.
    library : str or None
        Name of the library whose earlier examinations it is compared with, and which it enters.
    forms : tuple of str
        Of `export.forms.FORMS`, to be written beside the results.

    Returns
    -------
    bool
        Whether at least one organ was measured.
    """
    from ironquant import analysis as pipeline
    from ironquant.case import require_writable, save_case
    from ironquant.dicom import read_examination
    from ironquant.export import study_folder, to_json, write_results
    from ironquant.export.forms import write_forms
    from ironquant.library import earlier_examinations, keep

    if not ref.measurable:
        for finding in why_unreadable(ref):
            typer.echo(finding_line(finding), err=True)
        return False
    progress = terminal_progress()
    archive = out / study_folder(ref.study) / CASE_FILE
    if case:
        require_writable(archive)
    chosen = {organ: find_series(ref, name) for organ, name in wishes.series.items()}
    examination = read_examination(ref, progress=progress)
    reading = _reading(examination, wishes, chosen, settings)
    reading = replace(reading, reader=wishes.reader, reviewer=wishes.reviewer)
    priors: tuple[PriorExamination, ...] = ()
    told: tuple[Finding, ...] = ()
    if library is not None:
        priors, told = earlier_examinations(examination.patient, examination.study, library)
    result = pipeline.analyze(examination, reading, settings, priors=priors, progress=progress)
    result = replace(result, findings=(*result.findings, *told))
    written = write_results(
        result,
        out,
        lang=lang,
        settings=settings,
        ref=ref,
        state=wishes.state,
        reason=wishes.reason,
    )
    _say(result, (*written.findings, *(() if library is None else keep(result, library))))
    typer.echo(f"  {written.report}")
    if forms:
        numbers = (written.folder / "analysis.json").read_bytes()
        for file in write_forms((numbers,), written.folder, forms, lang=lang):
            typer.echo(f"  {file}")
    if case:
        numbers = to_json(result, lang)
        save_case(archive, ref, examination, reading, settings, analysis_json=numbers, progress=progress)
        typer.echo(f"  {archive}")
    return result.measured


def heading(ref: ExaminationRef) -> str:
    """Return patient, date and scanner in one line, as `info` and `analyze` begin an examination."""
    patient, study = ref.patient, ref.study
    who = " · ".join(part for part in (patient.name, patient.id, patient.sex) if part)
    scanner = " ".join(part for part in (study.manufacturer, study.model) if part)
    field = f"{study.field_t:.2f} T" if study.field_t else ""
    told = (part for part in (scanner, field) if part)
    return " · ".join((who or ref.folder or "–", str(study.date or "–"), *told))


def why_unreadable(ref: ExaminationRef) -> list[Finding]:
    """Return the errors of an examination without an echo train; each names its series or folder."""
    findings = [finding for finding in ref.findings if finding.severity == "error"]
    findings += [finding for series in ref.series for finding in series.refusals]
    return worst_first(findings) or [Finding("nothing_analyzable", "error", {"file": str(ref.root)})]


def _reading(
    examination: Examination, wishes: Wishes, chosen: Mapping[Organ, str], settings: Settings
) -> Reading:
    """Propose a reading on the series chosen, then lay the user's regions and echoes over it."""
    from ironquant import analysis as pipeline
    from ironquant.roi import find_region

    drawn = Reading()
    for organ, path in wishes.regions.items():
        key, region = find_region(path, examination, organ, series=chosen.get(organ))
        drawn = drawn.with_organ(OrganReading(organ, key, (region,)))
    to_propose = tuple(organ for organ in wishes.organs if organ not in wishes.regions)
    reading = drawn
    if to_propose or not wishes.organs:
        proposed = pipeline.propose(
            examination,
            organs=to_propose or None,
            series=chosen,
            settings=settings,
            progress=terminal_progress(),
        )
        kept = [entry for entry in proposed.organs if entry.organ not in wishes.regions]
        reading = replace(drawn, organs=(*drawn.organs, *kept))
    for entry in reading.organs:
        echoes = wishes.echoes.get(entry.organ, entry.echoes)
        outliers = wishes.outliers.get(entry.organ, entry.exclude_outliers)
        reading = reading.with_organ(replace(entry, echoes=echoes, exclude_outliers=outliers))
    return replace(
        reading, organs=tuple(sorted(reading.organs, key=lambda entry: list(Organ).index(entry.organ)))
    )


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
