"""A table of older results as text: its encoding, its separator, its row of headers."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ironquant.agreement.headers import Meaning, UnknownUnitError, recognize
from ironquant.core import InputError

MOST_BYTES: Final = 64 * 2**20
HEADER_WITHIN_ROWS: Final = 40
"""Some programs write the patient, the hospital and the settings above the table."""
_ENCODINGS: Final = ("utf-8-sig", "gb18030", "cp1252")
_SEPARATORS: Final = (",", ";", "\t", "|")
_IDENTITY: Final = frozenset({"patient_id", "accession", "study_uid"})
_FOR_ROWS: Final = frozenset({*_IDENTITY, "date", "organ"})


@dataclass(frozen=True)
class Column:
    """A column that was recognized; its position counts from 0."""

    index: int
    header: str
    meaning: Meaning


@dataclass(frozen=True)
class LegacyTable:
    """What was recognized of a file.

    Attributes
    ----------
    rows : tuple of (int, tuple of str)
        Number of the row in the file, from 1, and its cells; empty rows are left out.
    ignored : tuple of str
        Headers that no list knows.
    unknown_units : tuple of (str, str)
        Headers of quantities in units that no list knows, and those units.
    """

    file: Path
    separator: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    ignored: tuple[str, ...]
    unknown_units: tuple[tuple[str, str], ...]

    def column(self, kind: str) -> Column | None:
        """Return the first column of a kind."""
        return next((column for column in self.columns if column.meaning.kind == kind), None)

    @property
    def measured(self) -> tuple[Column, ...]:
        """Columns of quantities and grades."""
        return tuple(column for column in self.columns if column.meaning.kind not in _FOR_ROWS)


def read_table(file: Path) -> LegacyTable:
    """Read a table in the encoding and with the separator by which most headers are recognized.

    Raises
    ------
    InputError
        ``path_missing``, ``legacy_unreadable``, ``legacy_no_header`` (with the first row as read),
        ``legacy_unit_unknown``, ``legacy_column_twice``.
    """
    best: LegacyTable | None = None
    first: tuple[str, ...] = ()
    for text in _decoded(file):
        for separator in _SEPARATORS:
            rows = _rows(text, separator)
            if rows and len(rows[0][1]) > len(first):
                first = rows[0][1]
            for position in range(min(len(rows), HEADER_WITHIN_ROWS)):
                found = _headed(file, separator, rows, position)
                if found is not None and (best is None or len(found.columns) > len(best.columns)):
                    best = found
    if best is None:
        shown = " | ".join(cell.strip()[:40] for cell in first[:12])
        raise InputError("legacy_no_header", file=file.name, headers=shown)
    for header, unit in best.unknown_units:
        raise InputError("legacy_unit_unknown", file=file.name, column=header, unit=unit)
    _refuse_doubles(best)
    return best


def _decoded(file: Path) -> Iterator[str]:
    """Yield the text in each encoding that reads it without error."""
    if not file.is_file():
        raise InputError("path_missing", file=str(file))
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        reason = "reason_access" if isinstance(error, PermissionError) else "reason_vanished"
        raise InputError("legacy_unreadable", file=file.name, reason=reason) from error
    if not data or data.startswith(b"PK\x03\x04") or data.startswith(b"\xd0\xcf\x11\xe0"):
        reason = "reason_spreadsheet" if data else ("reason_table_too_large" if size else "reason_empty")
        raise InputError("legacy_unreadable", file=file.name, reason=reason)
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else _ENCODINGS:
        try:
            yield data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig":
            return  # text of another encoding is hardly ever valid UTF-8


def _rows(text: str, separator: str) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows that are not empty, numbered as a spreadsheet shows them."""
    try:
        reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator)
        return [(number, tuple(row)) for number, row in enumerate(reader, 1) if any(map(str.strip, row))]
    except csv.Error:
        return []


def _headed(
    file: Path, separator: str, rows: list[tuple[int, tuple[str, ...]]], position: int
) -> LegacyTable | None:
    """Return the table whose headers are at `position`; None if that row is none of headers."""
    columns, ignored, unknown = [], [], []
    for index, header in enumerate(rows[position][1]):
        try:
            meaning = recognize(header)
        except UnknownUnitError as error:
            unknown.append((header.strip(), str(error.args[0])))
            continue
        if meaning is not None:
            columns.append(Column(index, header.strip(), meaning))
        elif header.strip():
            ignored.append(header.strip())
    kinds = {column.meaning.kind for column in columns}
    if not kinds & _IDENTITY or not (kinds - _FOR_ROWS or unknown):
        return None
    return LegacyTable(
        file, separator, tuple(columns), tuple(rows[position + 1 :]), tuple(ignored), tuple(unknown)
    )


def _refuse_doubles(table: LegacyTable) -> None:
    """Refuse two columns of one quantity and organ: which one is meant, only a person knows."""
    seen: dict[tuple[str, str | None], Column] = {}
    for column in table.measured:
        key = (column.meaning.kind, column.meaning.organ)
        if key in seen:
            raise InputError(
                "legacy_column_twice",
                file=table.file.name,
                column=seen[key].header,
                other=column.header,
                quantity=column.meaning.kind,
            )
        seen[key] = column
