"""What was scanned: patient, study, echo series; and the references that a header scan returns."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core.findings import Finding

if TYPE_CHECKING:
    from ironquant.core.scannermap import ScannerMap

GAMMA_MHZ_PER_T = 42.577
"""Proton gyromagnetic ratio over 2 pi (CODATA, four digits as in the clinical reference)."""

MIN_ECHOES = 3
"""Fewer echoes than this determine no decay with a measure of its error."""
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""DICOM patient coordinates to those of NIfTI, and back: it is its own inverse."""
LPS_TO_RAS.flags.writeable = False
RELAXATION = ("t2star", "r2star")
"""Quantities of a scanner's map from which iron follows."""


class Organ(StrEnum):
    """Organs that IronQuant measures."""

    HEART = "heart"
    LIVER = "liver"
    SPLEEN = "spleen"
    PANCREAS = "pancreas"


@dataclass(frozen=True)
class Patient:
    """Who was scanned, as far as the headers tell. Never logged."""

    id: str = ""
    name: str = ""
    sex: str = ""
    birth_date: dt.date | None = None
    age_y: float | None = None


@dataclass(frozen=True)
class Study:
    """Where, when and on what it was scanned.

    Attributes
    ----------
    field_t : float or None
        Actual field, imaging frequency / 42.577 MHz/T; falls back to the nominal field.
    nominal_field_t : float or None
        MagneticFieldStrength (0018,0087).
    """

    instance_uid: str = ""
    date: dt.date | None = None
    time: str = ""
    accession: str = ""
    description: str = ""
    institution: str = ""
    manufacturer: str = ""
    model: str = ""
    field_t: float | None = None
    nominal_field_t: float | None = None


@dataclass(frozen=True)
class Acquisition:
    """Sequence parameters of one series that protocol checks and reports need (None: not told)."""

    sequence_name: str = ""
    protocol_name: str = ""
    repetition_time_ms: float | None = None
    flip_angle_deg: float | None = None
    slice_thickness_mm: float | None = None
    pixel_bandwidth_hz: float | None = None
    field_t: float | None = None
    nominal_field_t: float | None = None
    black_blood: bool | None = None
    ecg_gated: bool | None = None
    body_part: str = ""


class Labelled:
    """What has a series number and a description."""

    number: int | None
    description: str

    @property
    def label(self) -> str:
        """Number and description, to name the series to people."""
        return " ".join(str(part) for part in (self.number, self.description) if part not in (None, ""))


class Volume(Labelled, ABC):
    """Slices with a place in the patient: what an echo train and a scanner's map have in common.

    Attributes
    ----------
    instance_uid : str
        SeriesInstanceUID.
    affine : ndarray, shape (4, 4)
        Maps (column, row, slice, 1) to DICOM patient coordinates (LPS) in mm, at pixel centres.
    """

    instance_uid: str
    affine: NDArray[np.float64]

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance between slices, rows and columns (mm)."""
        column, row, slice_ = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(slice_), float(row), float(column)

    @property
    def pixel_area_mm2(self) -> float:
        """In-plane area of one pixel."""
        return self.spacing_mm[1] * self.spacing_mm[2]


@dataclass(frozen=True, eq=False)
class EchoSeries(Volume):
    """One echo train with its pixels.

    Attributes
    ----------
    key : str
        Identifies the train within the examination: the SeriesInstanceUID, or several joined for
        one-series-per-echo exports, with a suffix where one series holds several trains.
    instance_uid : str
        SeriesInstanceUID (of the first echo).
    signal : ndarray of float32, shape (slice, row, column, echo)
        Magnitude, rescaled, read-only.
    te_ms : tuple of float
        Ascending echo times.
    affine : ndarray, shape (4, 4)
        Maps (column, row, slice, 1) to DICOM patient coordinates (LPS) in mm, at pixel centres.
    findings : tuple of Finding
        What the reader noticed while assembling it.
    twin_of : str
        As of `SeriesRef`.
    frame_uid : str
        FrameOfReferenceUID: what shares it shares the coordinates of the patient; empty where not told.
    """

    key: str
    instance_uid: str
    description: str
    signal: NDArray[np.float32]
    te_ms: tuple[float, ...]
    affine: NDArray[np.float64]
    number: int | None = None
    acquisition: Acquisition = Acquisition()
    organ_guess: Organ | None = None
    guess_reason: str = ""
    sop_instance_uids: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    twin_of: str = ""
    frame_uid: str = ""

    def __post_init__(self) -> None:
        signal = np.ascontiguousarray(self.signal, dtype=np.float32)
        if signal.ndim != 4 or signal.shape[-1] != len(self.te_ms):
            raise ValueError("signal must be (slice, row, column, echo) with one echo per te_ms")
        if signal is self.signal:
            signal = signal.view()
        signal.flags.writeable = False
        affine = np.array(self.affine, dtype=np.float64)
        if affine.shape != (4, 4):
            raise ValueError("affine must be 4 x 4")
        affine.flags.writeable = False
        object.__setattr__(self, "signal", signal)
        object.__setattr__(self, "affine", affine)
        object.__setattr__(self, "te_ms", tuple(float(te) for te in self.te_ms))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        slices, rows, columns = self.signal.shape[:3]
        return slices, rows, columns


@dataclass(frozen=True)
class SeriesRef(Labelled):
    """One echo train as the headers describe it; pixels unread.

    Attributes
    ----------
    flavour : str
        How it is stored: ``classic``, ``enhanced``, ``series-per-echo``, ``nifti`` …
    readable : bool
        Whether it can be read as an echo train; the findings say why not.
    quantity : str
        Of a map computed by the scanner that can be read: ``t2star``, ``r2star``, ``fat_fraction``.
    organ_guess : Organ or None
    guess_reason : str
        The strongest reason for the guess, or why there is none (a term).
    guess_evidence : tuple of str
        Everything that speaks for the guess (terms), the strongest first.
    source : Any
        What the reader needs to load it; opaque to everyone else.
    twin_of : str
        Key of the train that shows the same images and is preferred (a later breath-hold, the
        unfiltered twin); empty where this one is preferred or alone.
    """

    key: str
    instance_uid: str
    description: str
    te_ms: tuple[float, ...]
    shape: tuple[int, int, int]
    flavour: str
    component: str
    readable: bool
    number: int | None = None
    modality: str = "MR"
    organ_guess: Organ | None = None
    guess_reason: str = ""
    n_files: int = 0
    findings: tuple[Finding, ...] = ()
    source: Any = None
    twin_of: str = ""
    quantity: str = ""
    guess_evidence: tuple[str, ...] = ()

    @property
    def preferred(self) -> bool:
        """Whether no other train of the same images is to be measured rather than this one."""
        return not self.twin_of

    @property
    def guess_codes(self) -> tuple[str, ...]:
        """What speaks for the guessed organ, or why there is no guess (terms)."""
        return self.guess_evidence or ((self.guess_reason,) if self.guess_reason else ())

    @property
    def readable_map(self) -> bool:
        """Whether it is a map computed by the scanner whose values can be read."""
        return bool(self.quantity) and not self.refusals

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """Why the series cannot be measured, each naming it."""
        errors = (finding for finding in self.findings if finding.severity == "error")
        return tuple(replace(finding, where=self.label) for finding in errors)


@dataclass(frozen=True)
class ExaminationRef:
    """One examination (study of one patient) as the headers describe it.

    Attributes
    ----------
    folder : str
        Name of a folder that holds files of it: tells examinations without a name apart.
    """

    root: Path
    patient: Patient
    study: Study
    series: tuple[SeriesRef, ...]
    findings: tuple[Finding, ...] = ()
    folder: str = ""

    @property
    def readable_series(self) -> tuple[SeriesRef, ...]:
        """The echo trains that can be measured."""
        return tuple(series for series in self.series if series.readable)

    @property
    def readable_maps(self) -> tuple[SeriesRef, ...]:
        """The maps computed by the scanner whose values can be read."""
        return tuple(series for series in self.series if series.readable_map)

    @property
    def measurable(self) -> bool:
        """Whether something can be measured: an echo train, or a scanner's map of T2* or R2*."""
        relaxing = (series.quantity in RELAXATION for series in self.readable_maps)
        return bool(self.readable_series) or any(relaxing)


@dataclass(frozen=True, eq=False)
class Examination:
    """One examination with the pixels of its echo trains and the values of its scanner-made maps."""

    patient: Patient
    study: Study
    series: tuple[EchoSeries, ...]
    findings: tuple[Finding, ...] = ()
    maps: tuple[ScannerMap, ...] = ()

    def map_by_key(self, key: str | None) -> ScannerMap | None:
        """Return the scanner's map with this key, None where there is none."""
        return next((entry for entry in self.maps if entry.key == key), None)

    def series_by_key(self, key: str) -> EchoSeries:
        """Return the series with this key.

        Raises
        ------
        KeyError
            If the examination has no such series.
        """
        for series in self.series:
            if series.key == key:
                return series
        raise KeyError(key)

    def repeats_of(self, key: str | None) -> tuple[EchoSeries, ...]:
        """Return the echo trains that show what this one shows, itself among them: repeated breath-holds.

        They are guessed to show the same organ, or are twins; nothing where the key is of no echo train.
        """
        one = next((series for series in self.series if series.key == key), None)
        if one is None:
            return ()
        twins = {one.twin_of or one.key}
        return tuple(
            series
            for series in self.series
            if (series.twin_of or series.key) in twins
            or (series.organ_guess == one.organ_guess and one.organ_guess is not None)
        )

    def without_twins(self) -> tuple[EchoSeries, ...]:
        """Return the series, leaving out those of which the preferred twin was read as well."""
        keys = {series.key for series in self.series}
        return tuple(series for series in self.series if series.twin_of not in keys)

    def field_of(self, series: EchoSeries | ScannerMap) -> float | None:
        """Return the actual field of a series in tesla: its own, else that of the study."""
        return series.acquisition.field_t or self.study.field_t
