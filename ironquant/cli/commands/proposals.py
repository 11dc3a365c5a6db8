"""`ironquant proposals`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ironquant.cli.say import finding_line, terminal_language

if TYPE_CHECKING:
    from ironquant.agreement import ProposalBenefit

_PIPE_WIDTH = 140


def proposals(
    results: Annotated[
        list[Path],
        typer.Argument(help="Results of ironquant analyze or of the window: folders or analysis.json."),
    ],
    out: Annotated[Path | None, typer.Option(help="CSV file, a row per proposal.")] = None,
) -> None:
    """Say what proposed regions were worth, site by site: kept, changed, Dice, T2*, time."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from ironquant.agreement import OUTCOMES, benefit, read_proposals, write_proposals
    from ironquant.agreement.words import say
    from ironquant.core import InputError
    from ironquant.resources import text

    lang = terminal_language()
    found, findings = read_proposals(results)
    for finding in findings:
        typer.echo(finding_line(finding, lang), err=True)
    if not found:
        raise InputError("no_proposals", file=", ".join(map(str, results)))
    table = Table(box=box.SIMPLE_HEAD)
    for key in ("site", "organ", "proposer", "n", *OUTCOMES, "dice", "difference", "seconds"):
        table.add_column(say(f"proposal_{key}", lang), justify="left" if key in _WORDS else "right")
    for row in benefit(found):
        table.add_row(*_cells(row, lang))
    fixed = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    Console(highlight=False, markup=False, width=_PIPE_WIDTH if fixed else None).print(table)
    if out is not None:
        write_proposals(found, out)
        typer.echo(text("agreement", "written", lang, files=str(out)))


_WORDS = frozenset({"site", "organ", "proposer"})


def _cells(row: ProposalBenefit, lang: str) -> list[str]:
    from ironquant.agreement import OUTCOMES
    from ironquant.agreement.words import MISSING, bare
    from ironquant.resources import term

    outcomes = []
    for outcome, count in zip(OUTCOMES, row.counts, strict=True):
        share = None if outcome == "unreviewed" else row.share(outcome)
        outcomes.append(f"{count}" if share is None else f"{count} ({100 * share:.0f} %)")
    return [
        row.site or MISSING,
        term(str(row.organ), lang),
        row.proposer or MISSING,
        str(row.n_proposals),
        *outcomes,
        bare(row.median_dice, 2),
        bare(row.median_difference_percent, 1),
        bare(row.median_seconds, 0),
    ]
