"""Rows per region, as CSV, TSV and XLSX, each with a data dictionary.

A text that begins like a formula (= + - @) is a formula to a spreadsheet that opens CSV or TSV. It gets an
apostrophe in front there; in XLSX every text is stored as a text and stays as it is.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from ironquant.core import InputError
from ironquant.export.contract import AnalysisDocument
from ironquant.export.reportcode import report_code
from ironquant.resources import load_table, text

Cell = str | float | int | bool | None
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_DATE: Final = dt.datetime(2000, 1, 1)
"""Of XLSX files: the same rows give the same bytes."""
_WIDEST: Final = 40


@dataclass(frozen=True)
class Column:
    """One column: a row of ``columns.toml``."""

    name: str
    source: str
    kind: Literal["text", "number", "boolean"]
    unit: str


def columns() -> tuple[Column, ...]:
    """Return the columns in their order."""
    table = load_table("columns")
    return tuple(Column(name, row["from"], row["kind"], row["unit"]) for name, row in table.items())


def read_document(analysis_json: bytes) -> AnalysisDocument:
    """Return the content of ``analysis.json``.

    Raises
    ------
    InputError
        ``analysis_unreadable``.
    """
    try:
        return AnalysisDocument.model_validate_json(analysis_json)
    except ValueError:
        raise InputError("analysis_unreadable") from None


def table_rows(analysis_json: bytes) -> list[list[Cell]]:
    """Return one row per region of an analysis; an organ without a region gives one row, too.

    Raises
    ------
    InputError
        ``analysis_unreadable``.
    """
    document = read_document(analysis_json).model_dump(mode="json", by_alias=True)
    code = report_code(analysis_json)
    whole = {**document, "report_id": code.report_id, "analysis_sha256": code.sha256}
    return [
        [_cell(column, places) for column in columns()]
        for organ in document["organs"]
        for places in _places(whole, organ)
    ]


def _places(document: Mapping[str, Any], organ: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Yield where the values of a row are found, for every region of an organ."""
    found = [finding["code"] for finding in (*organ["findings"], *document["findings"])]
    common = {**document, "organ": organ, "series": organ["series"], "findings": list(dict.fromkeys(found))}
    for region in organ["regions"] or [None]:
        result = organ["result"] if region is None or region["reported"] else None
        yield {**common, "region": region, "fit": _fit(organ, region), **_iron(result)}


def _iron(result: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"iron": result and result["iron_mg_per_g"], "grade": result and result["grade"]}


def _fit(organ: Mapping[str, Any], region: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the result, or what the model of the result gives for the mean signal of another region."""
    result = organ["result"]
    if region is None or result is None:
        return None
    fitted = next((fit for fit in region["models"] if fit["model"] == result["model"]), None)
    if region["reported"]:
        return {"fat_fraction": fitted and fitted["fat_fraction"], **result}
    return None if fitted is None else {**fitted, "method": "roi-mean"}


def _cell(column: Column, places: Mapping[str, Any]) -> Cell:
    value: Any = places
    for step in column.source.split("."):
        if value is None:
            return None
        value = value[int(step)] if step.isdigit() else value[step]
    if isinstance(value, list):
        return ";".join(json.dumps(item).strip('"') for item in value)
    found: Cell = value
    return found


def csv_bytes(rows: Iterable[Sequence[Cell]], *, tabs: bool = False) -> bytes:
    """Return rows as CSV (UTF-8 with the mark that Excel needs for Chinese) or TSV (plain UTF-8)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t" if tabs else ",", lineterminator="\n" if tabs else "\r\n")
    for row in rows:
        writer.writerow([_shown(cell, tabs) for cell in row])
    return out.getvalue().encode("utf-8" if tabs else "utf-8-sig")


def _shown(cell: Cell, tabs: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not isinstance(cell, str):
        return repr(cell)
    guarded = f"'{cell}" if cell.startswith(_FORMULA) else cell
    return " ".join(guarded.split()) if tabs else guarded


def header() -> list[Cell]:
    """Return the names of the columns."""
    return [column.name for column in columns()]


def dictionary_rows(lang: str) -> list[list[Cell]]:
    """Return the data dictionary: name, kind, unit and meaning of every column."""
    head: list[Cell] = [text("columns", key, lang) for key in ("column", "kind", "unit", "meaning")]
    return [head] + [
        [column.name, column.kind, column.unit, text("columns", column.name, lang)] for column in columns()
    ]


def xlsx_bytes(rows: Sequence[Sequence[Cell]], lang: str = "en") -> bytes:
    """Return rows as a workbook: the regions, and the data dictionary in a language."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _DATE, "modified": _DATE})
        bold = book.add_format({"bold": True, "bottom": 1})
        for key, content in (
            ("sheet_regions", [header(), *rows]),
            ("sheet_dictionary", dictionary_rows(lang)),
        ):
            sheet = book.add_worksheet(text("columns", key, lang))
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(content):
                _write_row(sheet, number, row, bold if number == 0 else None)
            for number, cells in enumerate(zip(*content, strict=True)):
                widest = max(len(str(cell)) for cell in cells if cell is not None)
                sheet.set_column(number, number, min(max(widest + 2, 8), _WIDEST))
    return out.getvalue()


def _write_row(sheet: Any, number: int, row: Sequence[Cell], style: Any) -> None:
    for place, cell in enumerate(row):
        if cell is None:
            continue
        if isinstance(cell, bool):
            sheet.write_boolean(number, place, cell, style)
        elif isinstance(cell, str):
            sheet.write_string(number, place, cell, style)
        else:
            sheet.write_number(number, place, cell, style)
