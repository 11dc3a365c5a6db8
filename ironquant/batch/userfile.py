"""Tables that a user wrote, mostly with a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path


def rows_of(path: Path) -> list[list[str]]:
    """Return the lines of a table in UTF-8 that are not empty, cells without white space around.

    Tabs, semicolons or commas stand between cells, as the first line has it.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, is no text in UTF-8, or is no table.
    """
    text = path.read_text(encoding="utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = next((mark for mark in "\t;" if mark in first), ",")
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return [row for row in rows if any(row)]
