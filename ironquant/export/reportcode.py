"""The code of a report: which examination it is of, and the hash of its numbers.

The hash is the SHA-256 of the canonical JSON of ``analysis.json`` (RFC 8785: keys sorted, no white space,
UTF-8, shortest numbers), so that it depends on what is said and not on how the file is laid out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Final

from ironquant.core import InputError, Study

_PREFIX: Final = "IQ1"
_PAYLOAD: Final = re.compile(rf"{_PREFIX}:([0-9A-Z-]+):([0-9A-F]{{64}})")


@dataclass(frozen=True)
class ReportCode:
    """What the QR code of a report carries.

    Attributes
    ----------
    report_id : str
        As of `study_folder`.
    sha256 : str
        Of the canonical JSON of ``analysis.json``; 64 hex digits in small letters.
    """

    report_id: str
    sha256: str

    @property
    def payload(self) -> str:
        """Characters of the QR code: capitals and digits only, which keeps the code small."""
        return f"{_PREFIX}:{self.report_id.replace('_', '-')}:{self.sha256}".upper()

    @classmethod
    def parse(cls, payload: str) -> ReportCode | None:
        """Return the code that was read; None where it is none of ours."""
        found = _PAYLOAD.fullmatch(payload.strip())
        if found is None:
            return None
        return cls(found[1].lower().replace("-", "_"), found[2].lower())


def canonical_json(analysis_json: bytes) -> bytes:
    """Return the canonical form of a JSON document (RFC 8785).

    Raises
    ------
    InputError
        ``analysis_unreadable`` for bytes that are no JSON, or hold what canonical JSON cannot (NaN).
    """
    import rfc8785

    try:
        return rfc8785.dumps(json.loads(analysis_json, parse_int=_number))
    except (ValueError, OverflowError, RecursionError):
        raise InputError("analysis_unreadable") from None


def _number(digits: str) -> int | float:
    """Return an integer as JSON has it: beyond 2**53 it is a double like any other number."""
    number = int(digits)
    return number if abs(number) < 2**53 else float(number)


def report_code(analysis_json: bytes) -> ReportCode:
    """Return the code of the report of an analysis.

    Parameters
    ----------
    analysis_json : bytes
        Content of ``analysis.json``.

    Raises
    ------
    InputError
        ``analysis_unreadable``.
    """
    canonical = canonical_json(analysis_json)
    try:
        study = json.loads(canonical)["study"]
        date = None if study["date"] is None else dt.date.fromisoformat(study["date"])
        name = study_folder(Study(instance_uid=study["instance_uid"] or "", date=date))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError("analysis_unreadable") from None
    return ReportCode(name, hashlib.sha256(canonical).hexdigest())


def study_folder(study: Study) -> str:
    """Return study date and 8 hex digits of the SHA-256 of its UID: never a name in a path."""
    told = study.date.strftime("%Y%m%d") if study.date else "nodate"
    return f"{told}_{hashlib.sha256(study.instance_uid.encode()).hexdigest()[:8]}"


def code_bars(code: ReportCode) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """Return the QR code as bars.

    Returns
    -------
    n_modules : int
        Modules along one side, without the quiet zone.
    bars : tuple of (column, row, length)
        Dark modules side by side, in modules; rows from the top.
    """
    import segno

    rows = segno.make(code.payload, error="m", micro=False, boost_error=False).matrix
    bars = []
    for row, modules in enumerate(rows):
        for dark in re.finditer(b"\x01+", bytes(modules)):
            bars.append((dark.start(), row, dark.end() - dark.start()))
    return len(rows), tuple(bars)
