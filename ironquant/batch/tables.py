"""Tables as TSV and Parquet, written row by row, and what their columns mean."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from ironquant.batch.columns import Cell, Column
from ironquant.core import OutputError, write_atomic, write_bytes_atomic

_ROWS_AT_ONCE = 5000
"""Held in memory until they are written."""
_MISSING = "n/a"
_NOT_IN_A_CELL = str.maketrans({"\t": " ", "\n": " ", "\r": " "})


class TableWriter:
    """Writes one table as TSV and Parquet; both appear in one step each, when it is closed.

    Parameters
    ----------
    stem : Path
        Without ending.
    aside : Path
        Folder for what is not complete yet.
    """

    def __init__(self, stem: Path, columns: Sequence[Column], aside: Path) -> None:
        import pyarrow.parquet

        self._stem, self._columns, self._aside = stem, columns, aside
        self._rows: list[Mapping[str, Cell]] = []
        self._schema = _schema(columns)
        self._stack = ExitStack()
        try:
            aside.mkdir(parents=True, exist_ok=True)
            self._text: TextIO = self._stack.enter_context(
                self._path(".tsv").open("w", encoding="utf-8", errors="replace", newline="\n")
            )
            self._parquet = self._stack.enter_context(
                pyarrow.parquet.ParquetWriter(self._path(".parquet"), self._schema)
            )
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OutputError("output_not_written", file=str(stem), reason=reason) from error
        self._text.write("\t".join(column.name for column in columns) + "\n")

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._stack.close()
        for ending in (".tsv", ".parquet") if kind is None else ():
            made = self._path(ending)
            write_atomic(self._stem.with_name(self._stem.name + ending), _mover(made))

    def write(self, rows: Iterable[Mapping[str, Cell]]) -> None:
        """Add rows; cells that a row lacks are missing."""
        self._rows += rows
        if len(self._rows) >= _ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        import pyarrow

        for row in self._rows:
            self._text.write("\t".join(cell_text(row.get(column.name)) for column in self._columns) + "\n")
        arrays = {column.name: [row.get(column.name) for row in self._rows] for column in self._columns}
        self._parquet.write_table(pyarrow.Table.from_pydict(arrays, schema=self._schema))
        self._rows.clear()

    def _path(self, ending: str) -> Path:
        return self._aside / f"{self._stem.name}{ending}"


def _mover(made: Path) -> Any:
    return lambda temporary: shutil.move(made, temporary)


def _schema(columns: Sequence[Column]) -> Any:
    import pyarrow

    types = {
        "text": pyarrow.string(),
        "number": pyarrow.float64(),
        "whole": pyarrow.int64(),
        "flag": pyarrow.bool_(),
    }
    return pyarrow.schema([(column.name, types[column.type]) for column in columns])


def cell_text(cell: Cell) -> str:
    """Return a cell of a TSV table."""
    if cell is None or cell == "":
        return _MISSING
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:.7g}" if isinstance(cell, float) else str(cell).translate(_NOT_IN_A_CELL)


def write_tsv(path: Path, names: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> Path:
    """Write a small table in one step."""
    return write_bytes_atomic(path, _tsv(names, rows))


def write_private_tsv(path: Path, names: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> Path:
    """Write a small table that only its owner may read: it says who is who."""
    data, flags = _tsv(names, rows), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)

    def write(temporary: Path) -> None:
        with open(temporary, "wb", opener=lambda name, _: os.open(name, flags, 0o600)) as handle:
            handle.write(data)

    return write_atomic(path, write)


def _tsv(names: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    lines = ["\t".join(names)]
    lines += ["\t".join(cell_text(row.get(name)) for name in names) for row in rows]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def write_dictionary(stem: Path, tables: Mapping[str, Sequence[Column]]) -> None:
    """Write the meaning of the columns of tables as JSON (in the form of BIDS) and TSV."""
    document = {
        table: {
            column.name: {"Description": column.means, "Type": column.type}
            | ({"Units": column.unit} if column.unit else {})
            for column in columns
        }
        for table, columns in tables.items()
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    write_bytes_atomic(stem.with_name(f"{stem.name}.json"), f"{text}\n".encode())
    rows = [
        {
            "table": table,
            "column": column.name,
            "type": column.type,
            "unit": column.unit,
            "means": column.means,
        }
        for table, columns in tables.items()
        for column in columns
    ]
    write_tsv(stem.with_name(f"{stem.name}.tsv"), ("table", "column", "type", "unit", "means"), rows)
