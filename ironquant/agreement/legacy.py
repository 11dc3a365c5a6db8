"""Older results of a centre, from a table: exports of other programs, and hand entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ironquant.agreement.headers import grade_of, organ_of
from ironquant.agreement.legacytable import Column, LegacyTable, read_table
from ironquant.agreement.legacyvalues import (
    CellError,
    DateOrder,
    DecimalSign,
    average,
    cell_text,
    date_order,
    decimal_sign,
    identity_text,
    is_missing,
    parse_date,
    parse_value,
)
from ironquant.agreement.records import Measurement, Record, Source
from ironquant.core import Finding, InputError, Organ, ParamValue, Value

Identity = tuple[str, str, str, str]
_Choose = Callable[[Sequence[Measurement]], Measurement | None]
_WRONG_CELLS = {"date": "legacy_date", "grade": "legacy_grade"}


@dataclass
class _Examination:
    """The rows of one examination: readings of each organ in the order of the rows."""

    row: int
    readings: dict[Organ, list[Measurement]] = field(default_factory=dict)


def read_legacy(file: Path, *, organs: Sequence[Organ] = (), repeats: bool = False) -> tuple[Source, ...]:
    """Read a table of older results.

    Several rows of one patient, date and organ are repeated readings of one examination.

    Parameters
    ----------
    file : Path
        Text with separators; see ``resources/legacy_results.toml`` for the columns.
    organs : sequence of Organ
        A single one is taken for columns and rows that name none.
    repeats : bool
        Keep repeated readings apart: one source per reading. Else their mean is taken.

    Returns
    -------
    tuple of Source
        One, or with `repeats` as many as the most read examination has readings.

    Raises
    ------
    InputError
        As `read_table`; ``legacy_number``, ``legacy_number_unclear``, ``legacy_date``, ``legacy_grade``
        with file, row and column; ``legacy_organ_missing``; ``legacy_no_rows``.
    """
    table = read_table(file)
    assumed = organs[0] if len(organs) == 1 else None
    if table.column("organ") is None and assumed is None:
        nameless = [column.header for column in table.measured if column.meaning.organ is None]
        if nameless:
            raise InputError("legacy_organ_missing", file=file.name, column=nameless[0])
    findings = [*_about_columns(table)]
    examinations = _examinations(table, assumed, findings)
    if not examinations:
        raise InputError("legacy_no_rows", file=file.name)
    most = max((len(found) for one in examinations.values() for found in one.readings.values()), default=1)
    if not repeats or most == 1:
        records = tuple(_record(table, key, one, _mean) for key, one in examinations.items())
        n_repeated = sum(
            any(len(found) > 1 for found in one.readings.values()) for one in examinations.values()
        )
        if n_repeated:
            findings.append(
                Finding("legacy_averaged", "info", {"file": file.name, "n_examinations": n_repeated})
            )
        return (Source(file.name, records, tuple(findings), is_table=True),)
    sources = []
    for number in range(most):
        chosen = (_record(table, key, one, _nth(number)) for key, one in examinations.items())
        records = tuple(record for record in chosen if record.measurements)
        sources.append(
            Source(f"{file.name} #{number + 1}", records, () if number else tuple(findings), is_table=True)
        )
    return tuple(sources)


def _about_columns(table: LegacyTable) -> Iterable[Finding]:
    if table.ignored:
        yield Finding(
            "legacy_columns_ignored", "info", {"file": table.file.name, "columns": "; ".join(table.ignored)}
        )
    for column in table.measured:
        if column.meaning.kind != "grade" and not column.meaning.unit_named:
            unit = {"t2star_ms": "ms", "r2star_per_s": "1/s", "iron_mg_per_g": "mg/g"}[column.meaning.kind]
            params = {"file": table.file.name, "column": column.header, "unit": unit}
            yield Finding("legacy_unit_assumed", "info", params)


def _examinations(
    table: LegacyTable, assumed: Organ | None, findings: list[Finding]
) -> dict[Identity, _Examination]:
    numbers = [column for column in table.measured if column.meaning.kind != "grade"]
    cells = [_cell(row, column) for _, row in table.rows for column in numbers]
    sign = decimal_sign(cells, table.separator)
    dates = table.column("date")
    order = date_order(_cell(row, dates) for _, row in table.rows) if dates else "unclear"
    found: dict[Identity, _Examination] = {}
    nameless, other_organs = [], []
    for number, row in table.rows:
        identity = _identity(table, number, row, order)
        if not any(identity[:3]):
            nameless.append(number)
            continue
        own = _row_organ(table, row, assumed)
        if own is None and table.column("organ") is not None:
            other_organs.append(number)
        values: dict[Organ, dict[str, Value | str]] = {}
        for column in table.measured:
            organ = column.meaning.organ or own
            if organ is not None:
                read = _read(table, number, column, _cell(row, column), sign)
                if read is not None:
                    values.setdefault(organ, {})[column.meaning.kind] = read
        one = found.setdefault(identity, _Examination(number))
        for organ, entries in values.items():
            one.readings.setdefault(organ, []).append(_measurement(organ, entries))
    for code, rows in (("legacy_rows_nameless", nameless), ("legacy_rows_organ", other_organs)):
        if rows:
            shown = ", ".join(map(str, rows[:10])) + (" …" if len(rows) > 10 else "")
            params: dict[str, ParamValue] = {"file": table.file.name, "n_rows": len(rows), "rows": shown}
            findings.append(Finding(code, "warning", params))
    return found


def _cell(row: Sequence[str], column: Column | None) -> str:
    return row[column.index] if column is not None and column.index < len(row) else ""


def _identity(table: LegacyTable, number: int, row: Sequence[str], order: DateOrder) -> Identity:
    words = {
        kind: identity_text(cell)
        for kind in ("study_uid", "accession", "patient_id")
        if not is_missing(cell := _cell(row, table.column(kind)))
    }
    column = table.column("date")
    try:
        date = parse_date(_cell(row, column), order)
    except CellError as error:
        raise _wrong(table, number, column, error) from None
    return words.get("study_uid", ""), words.get("accession", ""), words.get("patient_id", ""), date


def _row_organ(table: LegacyTable, row: Sequence[str], assumed: Organ | None) -> Organ | None:
    column = table.column("organ")
    return assumed if column is None else organ_of(_cell(row, column))


def _read(
    table: LegacyTable, number: int, column: Column, cell: str, sign: DecimalSign
) -> Value | str | None:
    """Return a value or grade of a cell; None where it is missing."""
    if is_missing(cell):
        return None
    meaning = column.meaning
    if meaning.kind == "grade":
        code = grade_of(cell_text(cell))
        if code is None:
            raise _wrong(table, number, column, CellError(cell))
        return code
    try:
        return parse_value(cell, meaning.kind, meaning.factor, sign)
    except CellError as error:
        unclear = sign == "unclear" and "," in cell
        raise _wrong(table, number, column, error, "legacy_number_unclear" if unclear else "") from None


def _wrong(
    table: LegacyTable, number: int, column: Column | None, error: CellError, code: str = ""
) -> InputError:
    kind = column.meaning.kind if column else ""
    params: dict[str, ParamValue] = {
        "file": table.file.name,
        "row": number,
        "column": column.header if column else "",
        "value": str(error.args[0]).strip()[:40],
    }
    return InputError(code or _WRONG_CELLS.get(kind, "legacy_number"), **params)


def _measurement(organ: Organ, entries: Mapping[str, Value | str]) -> Measurement:
    values = {kind: entry for kind, entry in entries.items() if isinstance(entry, Value)}
    t2star, r2star = values.get("t2star_ms", Value()), values.get("r2star_per_s", Value())
    if t2star.value is None:
        t2star = r2star.reciprocal(1000.0)
    if r2star.value is None:
        r2star = t2star.reciprocal(1000.0)
    grade = entries.get("grade")
    return Measurement(
        organ,
        t2star,
        r2star,
        values.get("iron_mg_per_g", Value()),
        grade=grade if isinstance(grade, str) else None,
        missing="" if t2star.value is not None else "missing_empty",
    )


def _nth(number: int) -> _Choose:
    return lambda found: found[number] if number < len(found) else None


def _mean(found: Sequence[Measurement]) -> Measurement | None:
    """Return the mean of repeated readings; a grade stays where all readings have the same."""
    if len(found) == 1:
        return found[0]
    means = [
        average(one.value(kind) for one in found) for kind in ("t2star_ms", "r2star_per_s", "iron_mg_per_g")
    ]
    t2star = means[0]
    grades = {one.grade for one in found}
    missing = "missing_contradictory" if t2star is None else ""
    if t2star is not None and t2star.value is None:
        missing = "missing_empty"
    return replace(
        found[0],
        t2star_ms=means[0] or Value(),
        r2star_per_s=means[1] or Value(),
        iron_mg_per_g=means[2] or Value(),
        grade=grades.pop() if len(grades) == 1 else None,
        missing=missing,
    )


def _record(table: LegacyTable, key: Identity, one: _Examination, choose: _Choose) -> Record:
    chosen = {organ: choose(found) for organ, found in one.readings.items()}
    uid, accession, patient, date = key
    return Record(
        uid,
        patient,
        date,
        accession,
        {organ: entry for organ, entry in chosen.items() if entry is not None},
        f"{table.file.name}:{one.row}",
    )
