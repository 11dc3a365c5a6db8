"""`ironquant recompute`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ironquant.cli.exits import FAILED, OK
from ironquant.cli.say import terminal_language, terminal_progress
from ironquant.core import Finding

if TYPE_CHECKING:
    from ironquant.case import Difference


def recompute(
    case: Annotated[Path, typer.Argument(help="A case: case.iqcase.")],
    report: Annotated[
        Path | None,
        typer.Option(help="Compare with the numbers inside this report (or analysis.json) instead."),
    ] = None,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="File for the numbers as they are computed now.")
    ] = None,
) -> None:
    """Measure an archived case again, from the case alone, and compare with the archived numbers.

    What only a report can tell, a character that it cannot show, is taken over from it.
    """
    from ironquant.analysis import analyze
    from ironquant.case import differences, open_case
    from ironquant.cli.numbers import analysis_of
    from ironquant.core import CaseError, write_bytes_atomic
    from ironquant.export import to_json
    from ironquant.resources import text

    progress, lang = terminal_progress(), terminal_language()
    opened = open_case(case, progress=progress)
    numbers = opened.analysis_json if report is None else analysis_of(report)
    if numbers is None:
        raise CaseError("case_without_analysis", file=case.name)
    archived = json.loads(numbers)
    analysis = analyze(opened.examination, opened.reading, opened.settings, maps=False, progress=progress)
    analysis = replace(analysis, findings=(*analysis.findings, *_of_report(archived)))
    computed = to_json(analysis, opened.settings.languages[0])
    if json_out is not None:
        write_bytes_atomic(json_out, computed)
    found = differences(archived, json.loads(computed))
    for difference in found:
        typer.echo(_line(difference))
    key = "recompute_differs" if found else "recompute_identical"
    typer.echo(text("cli", key, lang, n=len(found), software=opened.software))
    raise typer.Exit(FAILED if found else OK)


def _of_report(archived: Any) -> tuple[Finding, ...]:
    """Return what an archived report said of itself: no image tells it again."""
    found = archived.get("findings", ()) if isinstance(archived, dict) else ()
    return tuple(
        Finding(entry["code"], entry["severity"], entry["params"])
        for entry in found
        if entry["code"] == "glyph_missing"
    )


def _line(difference: Difference) -> str:
    return f"  {difference.path}: {_shown(difference.old)} → {_shown(difference.new)}"


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
