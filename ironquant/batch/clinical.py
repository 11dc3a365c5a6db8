"""A table of the clinic, joined to the results by pseudonym."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ironquant.batch.columns import Cell
from ironquant.batch.userfile import rows_of
from ironquant.core import SettingsError
from ironquant.export.bids import BidsNames

PREFIX = "clinical_"
_PATIENT = ("participant_id", "pseudonym", "subject")
_SESSION = "session_id"
_MISSING = {"", "n/a", "na", "nan", "null"}
Key = tuple[str, str]


@dataclass(frozen=True)
class Clinical:
    """What the clinic knows.

    Attributes
    ----------
    columns : mapping
        Name in the results → type.
    rows : mapping
        (subject, session) → cells; the session is empty where the table has none.
    """

    columns: Mapping[str, str]
    rows: Mapping[Key, Mapping[str, Cell]]

    def of(self, names: BidsNames | None) -> Mapping[str, Cell]:
        """Return the cells of an examination: of its session, else of its patient."""
        if names is None:
            return {}
        subject, session = _plain(names.subject), _plain(names.session)
        return self.rows.get((subject, session)) or self.rows.get((subject, "")) or {}


NO_CLINICAL = Clinical({}, {})


def read_clinical(path: Path | None) -> Clinical:
    """Read a CSV or TSV with a column ``participant_id`` (or ``pseudonym``, ``subject``).

    A pseudonym may be written ``IQ-ABCD2345``, ``IQABCD2345`` or ``sub-IQABCD2345``. With a column
    ``session_id``, rows belong to single examinations.

    Raises
    ------
    SettingsError
        ``clinical_table``: not readable, no such column, or two rows of one key.
    """
    if path is None:
        return NO_CLINICAL
    names, *lines = _read(path)
    lower = [name.lower() for name in names]
    patient = next((lower.index(name) for name in _PATIENT if name in lower), None)
    if patient is None:
        raise SettingsError("clinical_table", file=path.name, reason="reason_no_pseudonym")
    session = lower.index(_SESSION) if _SESSION in lower else None
    kept = [index for index in range(len(names)) if index not in (patient, session)]
    texts: dict[Key, list[str]] = {}
    for line in lines:
        cells = [*line, *[""] * (len(names) - len(line))]
        key = (_plain(cells[patient]), "" if session is None else _plain(cells[session]))
        if key in texts:
            raise SettingsError("clinical_table", file=path.name, reason="reason_pseudonym_twice")
        texts[key] = [cells[index] for index in kept]
    numeric = [all(_is_number(row[place]) for row in texts.values()) for place in range(len(kept))]
    titles = [f"{PREFIX}{names[index]}" for index in kept]
    rows = {key: dict(zip(titles, map(_cell, row, numeric), strict=True)) for key, row in texts.items()}
    kinds = {
        title: "number" if is_number else "text" for title, is_number in zip(titles, numeric, strict=True)
    }
    return Clinical(kinds, rows)


def _read(path: Path) -> list[list[str]]:
    try:
        rows = rows_of(path)
    except (OSError, ValueError) as error:
        raise SettingsError("clinical_table", file=path.name, reason="reason_not_utf8") from error
    if not rows:
        raise SettingsError("clinical_table", file=path.name, reason="reason_no_pseudonym")
    return rows


def _plain(name: str) -> str:
    """Return a pseudonym or session without the marks that it may be written with."""
    word = name.upper()
    return word.removeprefix("SUB-").removeprefix("SES-").replace("-", "")


def _is_number(text: str) -> bool:
    if text.lower() in _MISSING:
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True


def _cell(text: str, numeric: bool) -> Cell:
    if text.lower() in _MISSING:
        return None
    return float(text) if numeric else text
