"""One image as its header describes it: the unit that trains are assembled from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ironquant.core import Acquisition, Patient, Study
from ironquant.dicom.stored import Pixels

Vector = tuple[float, float, float]
_TR_TOLERANCE_MS, _TR_TOLERANCE = 0.5, 0.01


@dataclass(frozen=True)
class FileFacts:
    """What all images of one file share.

    Attributes
    ----------
    flavour : str
        ``classic``, ``enhanced`` or ``nifti``.
    series_group : str
        What holds the images of one series together: SeriesInstanceUID, or its replacement.
    frame_of_reference : str
    filters : tuple of str
        Filters that the scanner applied.
    pixels : Pixels or None
        Where the stored values lie in the file.
    """

    path: Path
    patient: Patient
    study: Study
    series_uid: str
    series_group: str
    series_number: int | None
    description: str
    modality: str
    flavour: str
    sop_uid: str
    frame_of_reference: str
    acquisition: Acquisition
    manufacturer: str
    transfer_syntax: str
    n_frames: int
    samples_per_pixel: int
    photometric: str
    lossy: bool = False
    pixels: Pixels | None = None


@dataclass(frozen=True)
class MapHeader:
    """What the header says of the values of an image that may be a map computed by the scanner.

    Attributes
    ----------
    units : tuple of tuple of str
        Texts that may name the unit, each with the term of its place, the surest first.
    trusted : bool
        Whether more than the description says that it is a map.
    """

    units: tuple[tuple[str, str], ...]
    trusted: bool


@dataclass(frozen=True)
class Frame:
    """One image.

    Attributes
    ----------
    index : int
        Frame (or volume) within its file, from 0.
    component : str
        ``magnitude``, ``phase``, ``real``, ``imaginary``, ``other``.
    te_ms : float or None
        None: absent, zero, negative or no number.
    row_direction, column_direction : Vector or None
        Direction cosines along a row and down a column (LPS).
    position : Vector or None
        Centre of the first pixel (LPS, mm).
    spacing : tuple of float or None
        Distance between rows and between columns (mm).
    slope, intercept : float
        Rescale of the stored values.
    scale_slope : float or None
        Philips private (2005,100E).
    padding : tuple of float or None
        Lowest and highest stored value that stand for no pixel at all.
    real_world : tuple of float or None
        Slope and intercept of the real world value mapping.
    repeat_marks : tuple of str
        Acquisition number, temporal position, trigger time, acquisition time, content time (of the image
        and, where a file holds many, of the frame), the file that holds many: tell repeats apart.
    acquisition_time : str
        With its date; compared as text.
    te_seconds : bool
        Whether the header gives the echo time in seconds.
    """

    file: FileFacts
    index: int
    image_type: tuple[str, ...]
    component: str
    te_ms: float | None
    rows: int
    columns: int
    row_direction: Vector | None
    column_direction: Vector | None
    position: Vector | None
    slice_location: float | None
    spacing: tuple[float, float] | None
    slice_thickness: float | None
    spacing_between: float | None
    slope: float
    intercept: float
    scale_slope: float | None
    real_world: tuple[float, float] | None
    repetition_time: float | None
    flip_angle: float | None
    repeat_marks: tuple[str, ...]
    acquisition_time: str
    filters: tuple[str, ...] = ()
    padding: tuple[float, float] | None = None
    map_header: MapHeader | None = None
    te_seconds: bool = False

    @property
    def order(self) -> tuple[str, tuple[str, ...], tuple[str, ...], list[tuple[int, str]], int]:
        """The order in which duplicates are taken: of one kind for all echoes.

        Most scanners number their UIDs, so 1.2.10 comes after 1.2.9.
        """
        numbers = [(len(part), part) for part in self.file.sop_uid.split(".")]
        return self.acquisition_time, self.image_type, self.repeat_marks, numbers, self.index


def same_repetition(first: Frame, second: Frame) -> bool:
    """Whether two images have one repetition time; under ECG gating it follows the heart."""
    if first.file.acquisition.ecg_gated and second.file.acquisition.ecg_gated:
        return True
    return same_repetition_time(first.repetition_time, second.repetition_time)


def same_repetition_time(first: float | None, second: float | None) -> bool:
    """Whether two repetition times (ms) agree but for rounding."""
    if first is None or second is None:
        return first is second
    return abs(first - second) <= max(_TR_TOLERANCE_MS, _TR_TOLERANCE * first)
