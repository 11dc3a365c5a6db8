"""Cells of a table of older results: numbers with bounds and units, decimal commas, dates."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from typing import Final, Literal

from ironquant.agreement.headers import TABLE, normal_form, unit_factor
from ironquant.core import Bound, Value
from ironquant.resources import load_table

DecimalSign = Literal[".", ",", "unclear"]
DateOrder = Literal["dmy", "mdy", "unclear"]
_NUMBER: Final = re.compile(r"([+]?\d+(?:[.,]\d+)*|[.,]\d+)\s*(.*)")
_EXCEL_TEXT: Final = re.compile(r'^="?(.*?)"?$')
_EXCEL_EPOCH: Final = dt.date(1899, 12, 30)
_EXCEL_DAYS: Final = (20000, 80000)
_YEARS: Final = (1980, 2100)


class CellError(ValueError):
    """A cell that holds something, but not what its column needs."""


def cell_text(cell: str) -> str:
    """Return the content of a cell without the marks by which spreadsheets keep text text."""
    plain = cell.strip().strip("\u200b\ufeff").strip()
    if plain.startswith("="):
        plain = _EXCEL_TEXT.sub(r"\1", plain)
    return plain.removeprefix("'").strip()


def identity_text(cell: str) -> str:
    """Return a patient's or order's number; one that a spreadsheet made ``123.0`` is 123."""
    plain = cell_text(cell)
    whole = re.fullmatch(r"(\d+)\.0+", plain)
    return whole.group(1) if whole else plain


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    words = load_table(TABLE)["missing"]["words"]
    return normal_form(cell_text(cell)) in words


def decimal_sign(cells: Iterable[str], separator: str) -> DecimalSign:
    """Return the decimal sign of the numbers of a file.

    A comma is the decimal sign where no number has a point. Where every comma stands before three digits
    ("1,234"), only a file of semicolons says that it is no thousands separator: spreadsheets use them just
    where the comma is taken.
    """
    numbers = [found.group(1) for cell in cells if (found := _NUMBER.search(normal_form(cell_text(cell))))]
    commas = [number for number in numbers if "," in number]
    if not commas:
        return "."
    if any("." in number for number in numbers):
        return "unclear"
    thousands = all(re.fullmatch(r"\+?\d{1,3}(,\d{3})+", number) for number in commas)
    return "unclear" if thousands and separator != ";" else ","


def parse_value(cell: str, kind: str, factor: float, sign: DecimalSign) -> Value:
    """Return the value of a cell in the unit of its quantity.

    Parameters
    ----------
    kind : str
        Quantity, for a unit in the cell ("12 ms").
    factor : float
        From the unit of the header; a unit in the cell comes first.
    sign : {".", ",", "unclear"}

    Raises
    ------
    CellError
        For anything but a number above zero, a bound, or a word for missing.
    """
    if is_missing(cell):
        return Value()
    plain, bound = _bound(normal_form(cell_text(cell)))
    found = _NUMBER.fullmatch(plain)
    if found is None:
        raise CellError(cell)
    digits, unit = found.groups()
    if "," in digits:
        if sign != "," or digits.count(",") > 1 or "." in digits:
            raise CellError(cell)
        digits = digits.replace(",", ".")
    if unit.strip():
        own = unit_factor(kind, unit)
        if own is None:
            raise CellError(cell)
        factor = own
    try:
        number = float(digits) * factor
    except ValueError:
        raise CellError(cell) from None
    if not 0.0 < number < math.inf:
        raise CellError(cell)
    return Value(number, bound)


def _bound(plain: str) -> tuple[str, Bound]:
    """Take a sign or word of a bound off."""
    words: dict[Bound, list[str]] = load_table(TABLE)["bounds"]
    for bound, signs in words.items():
        for word in sorted(signs, key=len, reverse=True):
            if plain.startswith(word):
                return plain[len(word) :].strip(), bound
    return plain, "none"


def average(values: Iterable[Value]) -> Value | None:
    """Return the mean of repeated readings.

    A bound among them makes the mean a bound, of the value that is certain: the highest of upper ones,
    the lowest of lower ones. None where readings are beyond both ends.
    """
    known = [value for value in values if value.value is not None]
    if not known:
        return Value()
    numbers = [value.value for value in known if value.value is not None]
    bounds: set[Bound] = {value.bound for value in known} - {"none"}
    if len(bounds) > 1:
        return None
    if bounds == {"upper"}:
        return Value(max(numbers), "upper")
    if bounds == {"lower"}:
        return Value(min(numbers), "lower")
    return Value(math.fsum(numbers) / len(numbers))


def date_order(cells: Iterable[str]) -> DateOrder:
    """Return whether dates like 3/4/2024 begin with the day; by those of which only one reading exists."""
    parts = [found.groups() for cell in cells if (found := _SLASHED.match(cell_text(cell)))]
    first = any(int(one) > 12 for one, _, _ in parts)
    second = any(int(other) > 12 for _, other, _ in parts)
    if first == second:
        return "unclear"
    return "dmy" if first else "mdy"


_SLASHED: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:\D|$)")
_DOTTED: Final = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})(?:\D|$)")
_YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\D|$)")
_DIGITS: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\D|$)")


def parse_date(cell: str, order: DateOrder) -> str:
    """Return a date as ISO 8601, empty for a missing one; a time of day is left out.

    Raises
    ------
    CellError
        For what is no date, or one that can be read in two ways.
    """
    if is_missing(cell):
        return ""
    plain = normal_form(cell_text(cell))
    for pattern, places in (
        (_YEAR_FIRST, (0, 1, 2)),
        (_DIGITS, (0, 1, 2)),
        (_DOTTED, (2, 1, 0)),
        (_SLASHED, (2, 0, 1) if order == "mdy" else (2, 1, 0)),
    ):
        if found := pattern.match(plain):
            year, month, day = (int(found.groups()[place]) for place in places)
            if pattern is _SLASHED and order == "unclear" and month != day:
                raise CellError(cell)
            return _checked(year, month, day, cell)
    serial = re.fullmatch(r"(\d{5})(?:\.\d+)?", plain)
    if serial and _EXCEL_DAYS[0] <= int(serial.group(1)) <= _EXCEL_DAYS[1]:
        return (_EXCEL_EPOCH + dt.timedelta(days=int(serial.group(1)))).isoformat()
    raise CellError(cell)


def _checked(year: int, month: int, day: int, cell: str) -> str:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        raise CellError(cell) from None
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise CellError(cell)
    return date.isoformat()
