"""`ironquant compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ironquant.cli.options import REPORT_LANGUAGE_HELP, parse_organ
from ironquant.cli.say import finding_line, table_console, terminal_language, worst_first

if TYPE_CHECKING:
    from rich.table import Table

    from ironquant.agreement import Comparison, Quantity

_PIPE_WIDTH = 150
_WIDE = 140
"""Columns that the table with intervals needs."""


def compare(
    results: Annotated[
        list[Path],
        typer.Argument(help="Results of ironquant analyze, one reader each: a folder or an analysis.json."),
    ],
    out: Annotated[Path, typer.Option(help="Folder for agreement.pdf, agreement.json and pairs.csv.")],
    reference: Annotated[
        Path | None, typer.Option(help="CSV table of older results: of another program, or by hand.")
    ] = None,
    organ: Annotated[list[str] | None, typer.Option(help="heart or liver; repeat for both.")] = None,
    quantity: Annotated[
        list[str] | None, typer.Option(help="t2star, r2star or iron; repeat for several. All by default.")
    ] = None,
    repeats: Annotated[
        bool,
        typer.Option("--repeats", help="Keep repeated readings of the table apart instead of their mean."),
    ] = False,
    lang: Annotated[str | None, typer.Option(help=REPORT_LANGUAGE_HELP)] = None,
) -> None:
    """Compare readers, repeated readings, or older results: Bland-Altman, CoV, ICC, kappa, Dice."""
    from ironquant.agreement import compare as compare_sources
    from ironquant.agreement import read_legacy, read_results, write_comparison
    from ironquant.core import SettingsError
    from ironquant.resources import LANGUAGES

    language = lang or terminal_language()
    if language not in LANGUAGES:
        raise SettingsError("language_unknown", name=language, known=", ".join(LANGUAGES))
    organs = tuple(dict.fromkeys(parse_organ(name) for name in organ or ()))
    quantities = tuple(dict.fromkeys(_quantity(name) for name in quantity or ()))
    sources = [read_results(path) for path in results]
    if reference is not None:
        sources += read_legacy(reference, organs=organs, repeats=repeats)
    comparison = compare_sources(sources, organs=organs, quantities=quantities)
    complete = write_comparison(comparison, out, lang=language)
    _say(complete, out)


def _quantity(name: str) -> Quantity:
    from ironquant.agreement import QUANTITIES
    from ironquant.core import SettingsError

    chosen = QUANTITIES.get(name.strip().lower())
    if chosen is None:
        known = " / ".join(QUANTITIES)
        raise SettingsError("option_invalid", option="--quantity", value=name, expected=known)
    return chosen


def _say(comparison: Comparison, out: Path) -> None:
    """Print the table of statistics, the remarks, and where everything is."""
    from ironquant.agreement import NAMES
    from ironquant.resources import covering, text

    lang = terminal_language()
    console = table_console(_PIPE_WIDTH)
    console.print(_table(comparison, covering("agreement", lang), short=console.width < _WIDE))
    for finding in worst_first(comparison.findings):
        typer.echo(finding_line(finding, lang), err=finding.severity == "error")
    typer.echo(text("agreement", "written", lang, files=", ".join(str(out / name) for name in NAMES)))


def _table(comparison: Comparison, lang: str, *, short: bool) -> Table:
    """Return the statistics, a row per pair of sources, organ and quantity; `short`: without intervals."""
    from rich import box
    from rich.table import Table

    from ironquant.agreement.summary import SUMMARY_COLUMNS, group_summary_rows, summary_rows
    from ironquant.agreement.words import letter, say, without_interval

    titles = [
        f"{letter(index)}: {source.name} ({len(source.records)})"
        for index, source in enumerate(comparison.sources)
    ]
    table = Table(
        title="   ".join(titles),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD if short else box.HEAVY_HEAD,
        padding=(0, 0) if short else (0, 1),
        pad_edge=not short,
    )
    for number, key in enumerate(SUMMARY_COLUMNS):
        table.add_column(say(key, lang), no_wrap=number == 0)
    for row in (*summary_rows(comparison, lang), *group_summary_rows(comparison, lang)):
        table.add_row(*(without_interval(cell) for cell in row) if short else row)
    return table
