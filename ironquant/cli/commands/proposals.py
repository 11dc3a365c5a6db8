"""`ironquant proposals`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ironquant.cli.say import finding_line, terminal_language

if TYPE_CHECKING:
    from ironquant.agreement import ProposalBenefit


def proposals(
    results: Annotated[
        list[Path],
        typer.Argument(help="Results of ironquant analyze or of the window: folders or analysis.json."),
    ],
    out: Annotated[Path | None, typer.Option(help="CSV file, a row per proposal.")] = None,
) -> None:
    """Say what proposed regions were worth, site by site: kept, changed, Dice, T2*, time."""
    from ironquant.agreement import benefit, read_proposals, write_proposals
    from ironquant.core import InputError
    from ironquant.resources import covering, text

    lang = terminal_language()
    found, findings = read_proposals(results)
    for finding in findings:
        typer.echo(finding_line(finding, lang), err=True)
    if not found:
        raise InputError("no_proposals", file=", ".join(map(str, results)))
    for row in benefit(found):
        typer.echo(_line(row, covering("agreement", lang)))
    if out is not None:
        write_proposals(found, out)
        typer.echo(text("agreement", "written", lang, files=str(out)))


def _line(row: ProposalBenefit, lang: str) -> str:
    """Return site, organ and proposer, and under them what became of the proposals."""
    from ironquant.agreement import OUTCOMES
    from ironquant.agreement.words import MISSING, bare, say
    from ironquant.resources import term

    outcomes = []
    for outcome, count in zip(OUTCOMES, row.counts, strict=True):
        share = None if outcome == "unreviewed" else row.share(outcome)
        words = say(f"proposal_{outcome}", lang)
        outcomes.append(f"{words} {count}" + ("" if share is None else f" ({100 * share:.0f} %)"))
    medians = say(
        "proposal_medians",
        lang,
        dice=bare(row.median_dice, 2),
        percent=bare(row.median_difference_percent, 1),
        seconds=bare(row.median_seconds, 0),
    )
    who = " · ".join((row.site or MISSING, term(str(row.organ), lang), row.proposer or MISSING))
    return f"{who}: {row.n_proposals}\n  {', '.join(outcomes)}\n  {medians}"
