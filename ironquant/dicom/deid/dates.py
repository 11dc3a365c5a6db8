"""Dates moved by whole days: intervals stay true, and the time of day stays."""

from __future__ import annotations

import datetime as dt
import re

from ironquant.dicom.values import parsed_age, parsed_date

_DATE = re.compile(r"(\d{4})([.\-/]?)(\d{2})\2(\d{2})")
_DATETIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?(\d{2,6}(?:\.\d{1,6})?)?(?:[+-]\d{4})?")
_TIME = re.compile(r"\d{2}(:?\d{2}){0,2}(\.\d{1,6})?")
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(T[\d:.]+)?(?:Z|[+-]\d{2}:?\d{2})?")
_OLDEST_AGE_Y = 90
"""HIPAA safe harbour, 45 CFR 164.514(b)(2)(i)(C): all ages over 89 become one category."""
_DAYS_PER_YEAR = 365.25


def shifted_date(value: str, days: int) -> str:
    """Return a DA value moved by `days`; empty where it is no date."""
    match = _DATE.fullmatch(value.strip(" \0"))
    date = parsed_date("".join(match.group(1, 3, 4))) if match else None
    moved = moved_date(date, days)
    return "" if moved is None else _digits(moved)


def shifted_datetime(value: str, days: int) -> str:
    """Return a DT value moved by `days`, in its precision; its offset from UTC, which tells a place, goes."""
    match = _DATETIME.fullmatch(value.strip(" \0"))
    if not match:
        return ""
    year, month, day, time = match.groups()
    moved = moved_date(parsed_date(f"{year}{month or '01'}{day or '01'}"), days)
    if moved is None:
        return ""
    precision = 8 if day else 6 if month else 4
    return _digits(moved)[:precision] + (time or "")


def shifted_iso(value: str, days: int) -> str:
    """Return an ISO 8601 date or date and time (of a sidecar) moved by `days`; empty where it is none."""
    match = _ISO.fullmatch(value.strip())
    if not match:
        return shifted_date(value, days)
    moved = moved_date(parsed_date(match[1].replace("-", "")), days)
    return "" if moved is None else f"{moved.isoformat()}{match[2] or ''}"


def plain_time(value: str) -> str:
    """Return a TM value, empty where it is none."""
    stripped = value.strip(" \0")
    return stripped if _TIME.fullmatch(stripped) else ""


def shown_age(told: str, birth: dt.date | None, examined: dt.date | None) -> str:
    """Return the age as an AS value, from the dates where it is not told; over 89 years it is ``090Y``."""
    years = parsed_age(told)
    if years is None and birth and examined and examined >= birth:
        years = (examined - birth).days / _DAYS_PER_YEAR
        told = f"{int(years):03d}Y" if years >= 2 else f"{int(12 * years):03d}M"
    if years is None:
        return ""
    return f"{_OLDEST_AGE_Y:03d}Y" if years >= _OLDEST_AGE_Y else told.strip(" \0").upper()


def moved_date(date: dt.date | None, days: int) -> dt.date | None:
    """Return a date moved by `days`, None where there is none or the calendar ends."""
    if date is None:
        return None
    try:
        return date + dt.timedelta(days=days)
    except OverflowError:
        return None


def _digits(date: dt.date) -> str:
    return f"{date.year:04d}{date.month:02d}{date.day:02d}"  # strftime does not pad old years everywhere
