"""What is compared: the results of one reader or program, examination by examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from ironquant.core import Finding, Organ, Value

Quantity = Literal["t2star_ms", "r2star_per_s", "iron_mg_per_g"]
QUANTITIES: Final[Mapping[str, Quantity]] = {
    "t2star": "t2star_ms",
    "r2star": "r2star_per_s",
    "iron": "iron_mg_per_g",
}
"""Quantities by the words of the command line."""


@dataclass(frozen=True)
class StoredRegion:
    """The mask of a reported region on disk, and the series shape (slice, row, column) it belongs to."""

    path: Path
    shape: tuple[int, int, int]


@dataclass(frozen=True)
class Measurement:
    """One organ of one examination.

    Attributes
    ----------
    t2star_ms, r2star_per_s, iron_mg_per_g : Value
        Numbers, bounds, or nothing.
    grade : str or None
        Grade code; None where there is none, or a bound does not decide it.
    scheme, calibration : str
        What graded and converted; empty: unknown, as in a table of older results.
    region : StoredRegion or None
    missing : str
        Term that says why there is no T2*; empty: there is one.
    """

    organ: Organ
    t2star_ms: Value = field(default_factory=Value)
    r2star_per_s: Value = field(default_factory=Value)
    iron_mg_per_g: Value = field(default_factory=Value)
    grade: str | None = None
    scheme: str = ""
    calibration: str = ""
    region: StoredRegion | None = None
    missing: str = ""

    def value(self, quantity: Quantity) -> Value:
        """Return one quantity."""
        values = {
            "t2star_ms": self.t2star_ms,
            "r2star_per_s": self.r2star_per_s,
            "iron_mg_per_g": self.iron_mg_per_g,
        }
        return values[quantity]


@dataclass(frozen=True)
class Record:
    """One examination as one source has it.

    Attributes
    ----------
    study_uid, patient_id, accession : str
        Empty where unknown.
    date : str
        Of the study, ISO 8601; empty where unknown.
    where : str
        File, or row of a table, for messages.
    """

    study_uid: str
    patient_id: str
    date: str
    accession: str
    measurements: Mapping[Organ, Measurement]
    where: str


@dataclass(frozen=True)
class Source:
    """All examinations of one reader, program or table, with what was noticed while reading them."""

    name: str
    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()
    is_table: bool = False
