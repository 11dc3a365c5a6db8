"""Series written by a second, independent hand: random layouts of every vendor, the truth beside them.

Only pydicom is used, and nothing of IronQuant or of ``scanners``: what both generators misunderstood in
the same way would otherwise pass. Everything that carries no meaning (file names, folders, instance
numbers, order of frames) is drawn at random.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

import numpy as np
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    generate_uid,
)

RNG = np.random.Generator


@dataclass(frozen=True)
class Truth:
    """What a reader must find.

    Attributes
    ----------
    stored : ndarray of int, shape (slice, row, column, echo)
        Slices ascend along the normal (row direction x column direction).
    positions : ndarray, shape (slice, 3)
    """

    stored: np.ndarray
    te_ms: tuple[float, ...]
    row: np.ndarray
    column: np.ndarray
    positions: np.ndarray
    spacing: tuple[float, float]
    thickness: float
    gap: float
    description: str = "T2* liver"
    study: str = ""
    frame_of_reference: str = ""
    patient: str = ""

    @property
    def shape(self):
        return self.stored.shape

    @property
    def affine(self):
        """(column, row, slice, 1) to LPS mm."""
        affine = np.eye(4)
        affine[:3, 0] = self.row * self.spacing[1]
        affine[:3, 1] = self.column * self.spacing[0]
        affine[:3, 2] = np.cross(self.row, self.column) * self.gap
        affine[:3, 3] = self.positions[0]
        return affine


def turned(rng: RNG, plane: str) -> tuple[np.ndarray, np.ndarray]:
    """Return directions along a row and down a column."""
    if plane == "transverse":
        base = np.eye(3)
    elif plane == "feet-first":  # the normal points to the feet
        base = np.array([[-1.0, 0, 0], [0, 1, 0], [0, 0, -1]])
    elif plane == "coronal":
        base = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    else:
        base = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        base[2] = np.cross(base[0], base[1])
    angle = rng.uniform(-0.15, 0.15)
    spin = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    row, column = (spin @ base)[:2]
    return row, column


def random_truth(rng: RNG, plane: str = "transverse", **changes) -> Truth:
    """Draw a series."""
    n_slices = int(changes.pop("n_slices", rng.integers(1, 5)))
    n_echoes = int(changes.pop("n_echoes", rng.integers(3, 9)))
    rows, columns = (int(n) for n in rng.integers(5, 12, 2))
    row, column = turned(rng, plane)
    row, column = np.round(row, 12), np.round(column, 12)
    gap = round(float(rng.uniform(5, 14)), 3)
    origin = rng.uniform(-200, 200, 3).round(4)
    positions = origin + np.arange(n_slices)[:, None] * gap * np.cross(row, column)
    first = round(float(rng.uniform(0.8, 2.5)), 2)
    steps = rng.uniform(0.7, 2.4, n_echoes).round(2)
    te_ms = tuple(round(first + float(step), 2) for step in np.cumsum(steps) - steps[0])
    truth = Truth(
        stored=rng.integers(0, 4096, (n_slices, rows, columns, n_echoes)),
        te_ms=te_ms,
        row=row,
        column=column,
        positions=positions,
        spacing=(round(float(rng.uniform(20, 40)), 4), round(float(rng.uniform(20, 40)), 4)),
        thickness=round(gap * 0.8, 3),
        gap=gap,
        study=generate_uid(),
        frame_of_reference=generate_uid(),
        patient=f"P{rng.integers(1e6)}",
    )
    return replace(truth, **changes)


def ds16(value: float) -> str:
    """A DS of at most 16 characters."""
    for digits in range(15, 0, -1):
        text = f"{value:.{digits}g}"
        if len(text) <= 16:
            return text
    raise ValueError(value)


def common(truth: Truth, manufacturer: str, model: str, series: str, number: int | None) -> Dataset:
    """Patient, study, series, sequence and pixel description."""
    d = Dataset()
    d.SpecificCharacterSet = "ISO_IR 192"
    d.Modality = "MR"
    d.Manufacturer, d.ManufacturerModelName = manufacturer, model
    d.PatientName, d.PatientID, d.PatientBirthDate, d.PatientSex = (
        "Test^Unseen",
        truth.patient,
        "19900101",
        "F",
    )
    d.StudyInstanceUID, d.StudyDate, d.StudyTime = truth.study, "20250203", "101112"
    d.SeriesInstanceUID = series
    if number is not None:
        d.SeriesNumber = number
    d.SeriesDescription = truth.description
    d.FrameOfReferenceUID = truth.frame_of_reference
    d.MagneticFieldStrength, d.ImagingFrequency = "1.5", "63.8"
    d.RepetitionTime, d.FlipAngle = "150", "20"
    d.Rows, d.Columns = truth.shape[1:3]
    d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
    d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 12, 11, 0
    return d


def classic_image(truth: Truth, base: Dataset, slice_: int, echo: int, stored=None) -> Dataset:
    """One image of one slice and echo."""
    d = copy.deepcopy(base)
    d.SOPClassUID, d.SOPInstanceUID = MRImageStorage, generate_uid()
    d.EchoTime = ds16(truth.te_ms[echo])
    d.SliceThickness, d.SpacingBetweenSlices = ds16(truth.thickness), ds16(truth.gap)
    d.ImagePositionPatient = [ds16(v) for v in truth.positions[slice_]]
    d.ImageOrientationPatient = [ds16(v) for v in (*truth.row, *truth.column)]
    d.PixelSpacing = [ds16(v) for v in truth.spacing]
    values = truth.stored[slice_, :, :, echo] if stored is None else stored
    d.PixelData = values.astype("<i2" if d.PixelRepresentation else "<u2").tobytes()
    return d


def item(**values) -> Sequence:
    """A sequence of one item."""
    d = Dataset()
    for key, value in values.items():
        setattr(d, key, value)
    return Sequence([d])


def enhanced(
    truth: Truth, base: Dataset, rng: RNG, images, *, stack=True, content=True, shared=()
) -> Dataset:
    """One enhanced file of images in random order.

    Parameters
    ----------
    images : list of (slice, echo, values, extra)
        `extra`: functional groups of one frame beside those of place and echo time.
    """
    order = rng.permutation(len(images))
    d = copy.deepcopy(base)
    d.SOPClassUID, d.SOPInstanceUID = EnhancedMRImageStorage, generate_uid()
    del d.RepetitionTime, d.FlipAngle
    d.NumberOfFrames = len(images)
    everywhere = Dataset()
    everywhere.PixelMeasuresSequence = item(
        PixelSpacing=[ds16(v) for v in truth.spacing],
        SliceThickness=ds16(truth.thickness),
        SpacingBetweenSlices=ds16(truth.gap),
    )
    everywhere.PlaneOrientationSequence = item(
        ImageOrientationPatient=[ds16(v) for v in (*truth.row, *truth.column)]
    )
    for name, sequence in shared:
        setattr(everywhere, name, sequence)
    groups = []
    for k in order:
        slice_, echo, _, extra = images[k]
        g = Dataset()
        if content:
            g.FrameContentSequence = item(
                DimensionIndexValues=[int(v) for v in rng.integers(1, 9, 3)],
                TemporalPositionIndex=1,
                FrameAcquisitionNumber=1,
            )
            if stack:
                g.FrameContentSequence[0].StackID = "1"
                g.FrameContentSequence[0].InStackPositionNumber = slice_ + 1
        g.PlanePositionSequence = item(ImagePositionPatient=[ds16(v) for v in truth.positions[slice_]])
        g.MREchoSequence = item(EffectiveEchoTime=float(truth.te_ms[echo]))
        g.MRTimingAndRelatedParametersSequence = item(RepetitionTime="150", FlipAngle="20", EchoTrainLength=1)
        for name, sequence in extra.items():
            setattr(g, name, sequence)
        groups.append(g)
    d.SharedFunctionalGroupsSequence = Sequence([everywhere])
    d.PerFrameFunctionalGroupsSequence = Sequence(groups)
    stored = np.stack([images[k][2] for k in order])
    d.PixelData = stored.astype("<i2" if d.PixelRepresentation else "<u2").tobytes()
    return d


def write(datasets, folder, rng: RNG, syntax=ExplicitVRLittleEndian) -> None:
    """Write under names, numbers and folders that say nothing."""
    order = rng.permutation(len(datasets))
    for number, k in enumerate(order):
        d = datasets[k]
        d.InstanceNumber = int(rng.integers(1, 4))
        place = folder.joinpath(*(f"d{n}" for n in rng.integers(0, 3, rng.integers(0, 4))))
        place.mkdir(parents=True, exist_ok=True)
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = d.SOPClassUID, d.SOPInstanceUID
        meta.TransferSyntaxUID = syntax
        name = f"{number:03d}{rng.choice(['', '.dcm', '.IMA', '.1', '.MR'])}"
        file = FileDataset(None, d, file_meta=meta, preamble=b"\0" * 128)
        dcmwrite(place / name, file, enforce_file_format=True)
