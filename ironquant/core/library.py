"""Earlier examinations: what is kept of each, and the library that keeps them.

A record holds what is needed to measure again by another model and calibration, the curves, but no images
and no name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from ironquant.core.examination import Organ, Patient
from ironquant.core.results import IronValue, Method, Value

RecordSource = Literal["library", "typed"]
"""Measured here and kept by a library, or typed in from an old report."""


@dataclass(frozen=True)
class StoredCurve:
    """Mean signal of the reported region of one examination, as far as a fit asks for it.

    Attributes
    ----------
    signal, signal_sd : tuple of float
        Per echo: mean and SD over the `n` pixels.
    sigma : float or None
        Noise SD per channel.
    echoes : tuple of int or None
        Numbered from 1, where the reader chose them.
    s0_at_least : float or None
        Signal at TE 0 that tissue has at least (`fitting.fit_region`).
    """

    te_ms: tuple[float, ...]
    signal: tuple[float, ...]
    signal_sd: tuple[float, ...]
    n: int
    sigma: float | None = None
    n_coils: int = 1
    echoes: tuple[int, ...] | None = None
    s0_at_least: float | None = None


@dataclass(frozen=True)
class OrganRecord:
    """What is kept of one organ of an examination.

    Attributes
    ----------
    model : str
        Fit model; empty where the value was typed in.
    field_t : float or None
        Actual field in tesla.
    curve : StoredCurve or None
        None of a map of the scanner, or typed in.
    black_blood : bool or None
        Preparation of a sequence of the heart; None: not told, or no heart.
    r_squared_target : float or None
        What truncation was told to reach.
    """

    organ: Organ
    site: str
    model: str
    method: Method
    t2star_ms: Value
    iron: IronValue | None
    field_t: float | None
    curve: StoredCurve | None = None
    black_blood: bool | None = None
    r_squared_target: float | None = None


@dataclass(frozen=True)
class PriorExamination:
    """One examination of a patient as a library keeps it.

    Attributes
    ----------
    uid : str
        Of the study; the same one replaces its former record.
    patient : Patient
        ID, sex and date of birth; the name is not kept.
    time : str
        As in DICOM, empty where it is not told; tells examinations of one day apart.
    told_method : str
        How a value that was typed in was measured, in the reader's words.
    """

    uid: str
    patient: Patient
    date: dt.date
    organs: tuple[OrganRecord, ...]
    time: str = ""
    manufacturer: str = ""
    scanner: str = ""
    source: RecordSource = "library"
    told_method: str = ""
    remark: str = ""

    def organ(self, organ: Organ) -> OrganRecord | None:
        """Return what is kept of this organ, if it was measured."""
        return next((entry for entry in self.organs if entry.organ == organ), None)

    @property
    def when(self) -> tuple[dt.date, str]:
        """Date and time, to put examinations in order."""
        return self.date, self.time


@runtime_checkable
class Library(Protocol):
    """Keeps examinations of patients: on this computer, or for a whole centre."""

    def priors(self, patient_id: str) -> tuple[PriorExamination, ...]:
        """Return every record with this patient ID, the earliest first; none for an empty ID.

        Raises
        ------
        LibraryError
        """
        ...

    def add(self, examination: PriorExamination) -> None:
        """Keep a record in the place of the former one of the same examination.

        Raises
        ------
        LibraryError
        """
        ...

    def remove(self, uid: str) -> None:
        """Forget a record.

        Raises
        ------
        LibraryError
        """
        ...
