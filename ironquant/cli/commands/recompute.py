"""`ironquant recompute`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ironquant.cli.exits import FAILED, OK
from ironquant.cli.say import terminal_language, terminal_progress

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

    A report tells more of the examination as a whole than its numbers, such as a character that it cannot
    show: with ``--report``, those findings are not compared.
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
    computed = to_json(analysis, opened.settings.languages[0])
    if json_out is not None:
        write_bytes_atomic(json_out, computed)
    now = json.loads(computed)
    if report is not None:
        archived, now = ({**told, "findings": []} for told in (archived, now))
    found = differences(archived, now)
    for difference in found:
        typer.echo(_line(difference))
    key = "recompute_differs" if found else "recompute_identical"
    typer.echo(text("cli", key, lang, n=len(found), software=opened.software))
    raise typer.Exit(FAILED if found else OK)


def _line(difference: Difference) -> str:
    return f"  {difference.path}: {_shown(difference.old)} → {_shown(difference.new)}"


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
