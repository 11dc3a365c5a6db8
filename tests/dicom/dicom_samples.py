"""Small synthetic DICOM files, written with pydicom alone."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

from ironquant.core import InputError
from ironquant.dicom import read_examination, scan

MR = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
TE_MS = (1.5, 3.0, 4.5, 6.0)
ROWS, COLUMNS = 6, 8


def uid(name: str) -> str:
    return generate_uid(entropy_srcs=[name])


def pixels(slice_: int, echo: int, rows: int = ROWS, columns: int = COLUMNS) -> np.ndarray:
    """Different in every pixel, slice and echo, so that any swap is seen."""
    grid = np.arange(rows * columns).reshape(rows, columns)
    return (1000 - 200 * echo + 50 * slice_ + grid).astype(np.uint16)


def image(slice_: int = 0, echo: int = 0, te_ms: float | None = None, **changes: Any) -> FileDataset:
    """One classic MR image; `changes` are keywords to set, or to delete where the value is None."""
    data = changes.pop("data", None)
    data = pixels(slice_, echo) if data is None else data
    syntax = changes.pop("syntax", ExplicitVRLittleEndian)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MR
    meta.TransferSyntaxUID = syntax
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID = MR
    ds.SOPInstanceUID = generate_uid()
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.Modality = "MR"
    ds.Manufacturer = "SIEMENS"
    ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
    ds.PatientID, ds.PatientName = "P1", "Zhang^San"
    ds.PatientBirthDate, ds.StudyDate, ds.StudyTime = "20000101", "20200101", "101500"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = uid("study"), uid("series")
    ds.FrameOfReferenceUID = uid("frame")
    ds.SeriesNumber, ds.InstanceNumber = 5, 1
    ds.SeriesDescription = "t2star_multiecho"
    ds.SequenceName = "*fl2d4"
    ds.RepetitionTime, ds.FlipAngle = 200, 20
    ds.EchoTime = TE_MS[echo] if te_ms is None else te_ms
    ds.ImagingFrequency, ds.MagneticFieldStrength = 63.87, 1.5
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.ImagePositionPatient = [-100, -80, 20 + 10 * slice_]
    ds.PixelSpacing = [2.0, 1.5]
    ds.SliceThickness = 8
    ds.AcquisitionNumber, ds.AcquisitionTime = 1, "101530"
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = data.shape
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
    ds.PixelRepresentation = int(data.dtype.kind == "i")
    ds.PixelData = data.tobytes()
    for keyword, value in changes.items():
        if value is None:
            del ds[keyword]
        else:
            setattr(ds, keyword, value)
    return ds


def save(ds: FileDataset, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.save_as(path, enforce_file_format=True)
    return path


def series(
    folder: Path, n_slices: int = 2, te_ms: tuple[float, ...] = TE_MS, prefix: str = "", **changes: Any
) -> Path:
    """A complete classic series, written in an order that tells nothing."""
    names = iter(np.random.default_rng(7).permutation(n_slices * len(te_ms)))
    for slice_ in range(n_slices):
        for echo, te in enumerate(te_ms):
            save(image(slice_, echo, te, **changes), folder / f"{prefix}{next(names):03d}.dcm")
    return folder


def private(ds: Dataset, group: int, creator: str, element: int, vr: str, value: Any) -> Dataset:
    ds.private_block(group, creator, create=True).add_new(element, vr, value)
    return ds


def enhanced(frames: list[tuple[int, int]], **changes: Any) -> FileDataset:
    """One enhanced multi-frame file; `frames` are (slice, echo) in file order."""
    ds = image(**changes)
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = ENHANCED_MR
    for keyword in (
        "EchoTime",
        "ImageOrientationPatient",
        "ImagePositionPatient",
        "PixelSpacing",
        "ImagingFrequency",
        "FlipAngle",
        "RepetitionTime",
    ):
        del ds[keyword]
    ds.NumberOfFrames = len(frames)
    ds.PixelData = b"".join(pixels(slice_, echo).tobytes() for slice_, echo in frames)
    shared = Dataset()
    shared.PixelMeasuresSequence = _one(PixelSpacing=[2.0, 1.5], SliceThickness=8)
    shared.PlaneOrientationSequence = _one(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    shared.MRImagingModifierSequence = _one(TransmitterFrequency=63.87, BloodSignalNulling="YES")
    shared.MRTimingAndRelatedParametersSequence = _one(RepetitionTime=200, FlipAngle=20)
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    groups = []
    for slice_, echo in frames:
        group = Dataset()
        group.MREchoSequence = _one(EffectiveEchoTime=TE_MS[echo])
        group.PlanePositionSequence = _one(ImagePositionPatient=[-100, -80, 20 + 10 * slice_])
        group.PixelValueTransformationSequence = _one(
            RescaleSlope=echo + 1, RescaleIntercept=-3, RescaleType="US"
        )
        group.MRImageFrameTypeSequence = _one(
            FrameType=["ORIGINAL", "PRIMARY", "T2_STAR", "NONE"], ComplexImageComponent="MAGNITUDE"
        )
        groups.append(group)
    ds.PerFrameFunctionalGroupsSequence = Sequence(groups)
    return ds


def _one(**values: Any) -> Sequence:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return Sequence([item])


IMPLICIT = ImplicitVRLittleEndian


def codes(item):
    return [finding.code for finding in item.findings]


def only(path):
    (exam,) = scan(path)
    return exam


def expected(n_slices=2, n_echoes=4):
    return np.stack(
        [np.stack([pixels(s, e) for e in range(n_echoes)], axis=-1) for s in range(n_slices)]
    ).astype(np.float32)


def read_one(path):
    (train,) = read_examination(only(path)).series
    return train


def zipped(folder: Path, target: Path, **names: str) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, names.get(path.stem, path.relative_to(folder).as_posix()))
    return target


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        scan(path)
    finding = caught.value.finding
    return finding.code, str(finding.params["file"])
