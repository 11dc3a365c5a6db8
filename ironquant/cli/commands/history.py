"""`ironquant history`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ironquant.cli.exits import NOTHING, OK
from ironquant.cli.say import finding_line, say_error, table_console, terminal_language, terminal_progress
from ironquant.core import (
    CASE_SUFFIX,
    Analysis,
    Finding,
    Library,
    Organ,
    Patient,
    PriorExamination,
    Settings,
    SettingsError,
    Trend,
)

if TYPE_CHECKING:
    from rich.table import Table

_PIPE_WIDTH = 150


def history(
    target: Annotated[str, typer.Argument(metavar="PATIENT_ID|CASE|PATH", help="Whose course.")],
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
    profile: Annotated[str | None, typer.Option(help="Profile: default, guangxi.")] = None,
    settings: Annotated[Path | None, typer.Option(help="TOML file with settings.")] = None,
    add: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Type in an old report of PATIENT_ID of this day, YYYY-MM-DD."),
    ] = None,
    heart: Annotated[str, typer.Option(help="Of that report: T2* of the heart (ms): 12.3 or '< 2'.")] = "",
    lic: Annotated[str, typer.Option(help="Of that report: LIC (mg/g): 7.5 or '> 25'.")] = "",
    liver: Annotated[str, typer.Option(help="Of that report: T2* of the liver (ms).")] = "",
    field: Annotated[float | None, typer.Option(help="Of that report: field strength in tesla.")] = None,
    method: Annotated[str, typer.Option(help="Of that report: how it was measured.")] = "",
    remark: Annotated[str, typer.Option(help="Of that report: a remark.")] = "",
) -> None:
    """Follow heart and liver over the examinations of the library; a case or images count as the newest."""
    from ironquant.export.historydocument import to_history
    from ironquant.iron import library_name, load_settings
    from ironquant.library import open_library, parse_value, typed_examination

    resolved, lang = load_settings(profile, file=settings), terminal_language()
    path, library = Path(target), open_library(library_name(settings))
    if add is not None:
        record = typed_examination(
            Patient(id=target),
            _date(add),
            field,
            heart_t2star_ms=parse_value(heart),
            liver_t2star_ms=parse_value(liver),
            lic_mg_per_g=parse_value(lic),
            method=method,
            remark=remark,
        )
        library.add(record)
    if path.exists() and add is None:
        found = _of_images(path, resolved, library)
    else:
        found = [Course(target, library.priors(target), resolved)]
    found = [course for course in found if course.records]
    if not found:
        raise typer.Exit(say_error(Finding("history_unknown", "error"), NOTHING))
    if as_json:
        document = to_history([(course.patient_id, _trends(course)) for course in found], lang)
        typer.echo(document.model_dump_json(indent=2, by_alias=True))
    else:
        for course in found:
            _say(course, lang)
    raise typer.Exit(OK)


def _date(words: str) -> dt.date:
    try:
        return dt.date.fromisoformat(words)
    except ValueError:
        raise SettingsError("option_invalid", option="--add", value=words, expected="2024-06-30") from None


@dataclass(frozen=True)
class Course:
    """The examinations of one patient, the newest last."""

    patient_id: str
    records: tuple[PriorExamination, ...]
    settings: Settings


def _of_images(path: Path, settings: Settings, library: Library) -> list[Course]:
    """Measure a case, or every examination under a path; the newest of a patient ends the course."""
    from ironquant.analysis import analyze, propose
    from ironquant.case import open_case
    from ironquant.dicom import read_examination, scan
    from ironquant.history import record_of

    progress, measured = terminal_progress(), []
    if path.suffix.lower() == CASE_SUFFIX:
        case = open_case(path, progress=progress)
        settings = case.settings
        measured.append(analyze(case.examination, case.reading, settings, maps=False, progress=progress))
    else:
        for ref in scan(path, progress=progress):
            if ref.measurable:
                examination = read_examination(ref, progress=progress)
                reading = propose(examination, settings=settings, progress=progress)
                measured.append(analyze(examination, reading, settings, maps=False, progress=progress))
    kept = [(item, record) for item in measured if (record := record_of(item)) is not None]
    newest = {record.patient.id: item for item, record in sorted(kept, key=lambda pair: pair[1].when)}
    return [_course(item, [record for _, record in kept], settings, library) for item in newest.values()]


def _course(
    newest: Analysis, measured: Sequence[PriorExamination], settings: Settings, library: Library
) -> Course:
    """Return an examination with those before it: of the library, and measured here, which go first."""
    from ironquant.history import earlier_than, record_of

    uids = {record.uid for record in measured}
    known = library.priors(newest.patient.id)
    records = (*(record for record in known if record.uid not in uids), *measured)
    earlier, findings = earlier_than(newest.patient, newest.study, records)
    for finding in findings:
        typer.echo(finding_line(finding), err=True)
    now = record_of(newest)
    return Course(newest.patient.id, earlier if now is None else (*earlier, now), settings)


def _trends(course: Course) -> list[Trend]:
    from ironquant.history import trend_of

    trends = (trend_of(organ, course.records, course.settings.organs.get(organ)) for organ in Organ)
    return [trend for trend in trends if trend is not None]


def _say(course: Course, lang: str) -> None:
    """Print a table per organ, and under it the change since the examination before."""
    from ironquant.export.course import change_words, limit_words, say_history

    console = table_console(_PIPE_WIDTH)
    trends = _trends(course)
    for trend in trends:
        console.print(_table(trend, lang))
        for words in (change_words(trend, lang), limit_words(trend, lang)):
            if words:
                console.print(words)
    if not trends:
        dates = ", ".join(record.date.isoformat() for record in course.records)
        console.print(f"{dates}: {say_history('nothing', lang)}")


def _table(trend: Trend, lang: str) -> Table:
    from rich import box
    from rich.table import Table

    from ironquant.export.course import COLUMNS, heading, point_row, say_history

    table = Table(title=heading(trend, lang), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for key in COLUMNS:
        table.add_column(say_history(f"column_{key}", lang))
    for point in trend.points:
        table.add_row(*point_row(point, trend, lang))
    return table
