"""`ironquant info`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ironquant.cli.exits import NOTHING, OK
from ironquant.cli.options import PATH_HELP, parse_echo_times
from ironquant.cli.say import finding_line, table_console, terminal_language, terminal_progress, worst_first
from ironquant.core import ExaminationRef, SeriesRef

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_MARKS = {"error": "red", "warning": "yellow", "info": "dim"}
_PIPE_WIDTH = 120


def info(
    path: Annotated[Path, typer.Argument(help=PATH_HELP)],
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
    te: Annotated[
        str | None,
        typer.Option(
            "--te", help="Echo times (ms) of NIfTI files without them: 1.2,2.4,… or first:step:number."
        ),
    ] = None,
) -> None:
    """List patients, studies, series and echo trains, with findings; reads headers only."""
    from ironquant.dicom import scan

    refs = scan(path, te_ms=parse_echo_times(te), progress=terminal_progress())
    if as_json:
        from ironquant.export import to_info

        typer.echo(to_info(refs, terminal_language()).model_dump_json(indent=2, by_alias=True))
    else:
        console = table_console(_PIPE_WIDTH, markup=True)
        for ref in refs:
            _say(console, ref)
    raise typer.Exit(OK if any(ref.measurable for ref in refs) else NOTHING)


def _say(console: Console, ref: ExaminationRef) -> None:
    """Print one examination: what can be measured, the maps, the rest in short."""
    from rich.text import Text

    from ironquant.cli.study import heading
    from ironquant.resources import text

    lang = terminal_language()
    console.print(Text(heading(ref), style="bold"))
    for finding in worst_first(ref.findings):
        console.print(_indented(Text(finding_line(finding, lang), style=_MARKS[finding.severity]), 2))
    measurable = ref.readable_series
    maps = [entry for entry in ref.series if entry.component == "map" and not entry.readable]
    rest = [entry for entry in ref.series if not entry.readable and entry not in maps]
    for title, entries in (("info_trains", measurable), ("info_maps", maps), ("info_others", rest)):
        if entries:
            console.print(_indented(Text(text("cli", title, lang), style="bold"), 2))
            console.print(_indented(_table(entries, lang, short=title == "info_others"), 4))
    if not ref.series:
        console.print(_indented(Text(text("cli", "not_measured", lang)), 2))


def _indented(shown: RenderableType, by: int) -> RenderableType:
    from rich.padding import Padding

    return Padding(shown, (0, 0, 0, by), expand=False)


def _table(entries: Sequence[SeriesRef], lang: str, *, short: bool) -> RenderableType:
    """Return a row per series: number, name and what it holds, why this organ, what was noticed."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for entry in entries:
        number = "–" if entry.number is None else str(entry.number)
        lines = [Text(entry.description or entry.key, style="" if short else "bold")]
        if short:
            lines += [Text(words, style="dim") for words in _gravest(entry, lang)]
        else:
            lines.append(Text(_contents(entry, lang)))
            lines.append(Text(_organ(entry, lang)))
            shown = (finding for finding in worst_first(entry.findings) if finding.code != "vendor_map")
            lines += [Text(finding_line(item, lang), style=_MARKS[item.severity]) for item in shown]
        table.add_row(number, Text("\n").join(lines))
    return table


def _contents(entry: SeriesRef, lang: str) -> str:
    """Return echoes, size and storage of a train, or the quantity of a map, in one line."""
    from ironquant.resources import term, text

    slices, rows, columns = entry.shape
    size = {"slices": slices, "rows": rows, "columns": columns}
    stored = f"[{entry.flavour}, {term(entry.component, lang)}]"
    if entry.component == "map":
        quantity = entry.quantity or str(dict(entry.findings[0].params).get("quantity", "other"))
        usable = "" if entry.readable_map else f" ({text('cli', 'map_not_read', lang)})"
        return f"{text('cli', 'map', lang, quantity=term(quantity, lang), **size)}{usable} {stored}"
    times = ", ".join(f"{te:g}" for te in entry.te_ms)
    return f"{text('cli', 'train', lang, n_echoes=len(entry.te_ms), te=times, **size)} {stored}"


def _organ(entry: SeriesRef, lang: str) -> str:
    """Return the organ guessed and why; why none."""
    from ironquant.resources import term, terms, text

    organ = term(str(entry.organ_guess), lang) if entry.organ_guess else text("cli", "no_organ", lang)
    why = terms(entry.guess_codes, lang)
    return f"{text('cli', 'organ', lang)}: {organ}" + (f" ({why})" if why else "")


def _gravest(entry: SeriesRef, lang: str) -> list[str]:
    """Return in one line why a series is not measured."""
    from ironquant.resources import message, term, text

    worst = worst_first(entry.findings)[:1]
    codes = [finding.code for finding in entry.findings]
    if codes[:1] == ["few_echoes"] and "missing_echo" in codes:  # there would be enough of them
        worst += [finding for finding in entry.findings if finding.code == "missing_echo"]
    elif worst and worst[0].code == "few_echoes" and len(entry.te_ms) == 1:
        return [text("cli", "single_echo", lang, te=entry.te_ms[0])]  # most other sequences
    shown = [message(finding.code, finding.params, lang) for finding in worst]
    return shown or [term(entry.component, lang)]
