"""What all consoles do alike: identifiers, places, files of names that tell nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from scanners.truth import Truth

MR = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
ENDINGS = ("", ".dcm", ".IMA", ".MR", ".DCM", ".0001", ".img", ".dicom")


def uid(*names: Any) -> str:
    return generate_uid(entropy_srcs=[str(name) for name in names])


def decimal(values, digits: int = 12) -> list[str]:
    """Numbers as a console writes them: no more than 16 characters."""
    return [f"{value:.{digits}g}"[:16] for value in np.atleast_1d(values)]


def item(**values: Any) -> Sequence:
    found = Dataset()
    for keyword, value in values.items():
        setattr(found, keyword, value)
    return Sequence([found])


def dataset(sop_class: str = MR, syntax: str = ExplicitVRLittleEndian, **values: Any) -> FileDataset:
    """Patient, study and what every MR object has; `values` are keywords."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = sop_class, syntax
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, generate_uid()
    ds.StudyInstanceUID, ds.FrameOfReferenceUID = uid("study"), uid("frame")
    ds.PatientName, ds.PatientID, ds.PatientBirthDate, ds.PatientSex = "Doe^Jane", "P-77", "19990214", "F"
    ds.Modality, ds.StudyDate, ds.StudyTime = "MR", "20240311", "091500"
    ds.StudyDescription, ds.AccessionNumber = "Iron", "A1"
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def put_place(ds: Dataset, truth: Truth, slice_: int, digits: int = 12) -> None:
    ds.ImageOrientationPatient = decimal([*truth.row, *truth.column], digits)
    ds.ImagePositionPatient = decimal(truth.position(slice_), digits)
    ds.PixelSpacing, ds.SliceThickness = list(truth.spacing), truth.thickness


def put_pixels(ds: Dataset, data: np.ndarray, bits: int = 12) -> None:
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = data.shape[-2:]
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, bits, bits - 1
    ds.PixelRepresentation = int(data.dtype.kind == "i")
    ds.PixelData = data.tobytes()
    if data.ndim == 3:
        ds.NumberOfFrames = len(data)


def scattered(images: list[FileDataset], folder: Path, seed: int = 3) -> Path:
    """Write files in an order, with names and at a depth that tell nothing."""
    rng = np.random.default_rng(seed)
    for number in rng.permutation(len(images)):
        ds = images[number]
        depth = [f"{rng.integers(1e6):06X}" for _ in range(rng.integers(0, 4))]
        path = folder.joinpath(*depth, f"{rng.integers(1e9)}{rng.choice(ENDINGS)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        ds.save_as(path, enforce_file_format=True)
    return folder


def enhanced(
    truth: Truth,
    frames: list[tuple[int, int]],
    group_of,
    shared: Dataset,
    *,
    data=None,
    bits: int = 12,
    **values: Any,
) -> FileDataset:
    """One multi-frame object; `group_of(slice, echo)` gives the vendor's own per-frame group."""
    ds = dataset(ENHANCED_MR, **values)
    groups = []
    for slice_, echo in frames:
        group = group_of(slice_, echo)
        group.PlanePositionSequence = item(ImagePositionPatient=decimal(truth.position(slice_)))
        groups.append(group)
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    ds.PerFrameFunctionalGroupsSequence = Sequence(groups)
    if data is None:
        data = np.stack([truth.stored[slice_, :, :, echo] for slice_, echo in frames])
    put_pixels(ds, data, bits)
    return ds


def shared_group(truth: Truth) -> Dataset:
    shared = Dataset()
    shared.PixelMeasuresSequence = item(
        PixelSpacing=list(truth.spacing), SliceThickness=truth.thickness, SpacingBetweenSlices=truth.thickness
    )
    shared.PlaneOrientationSequence = item(ImageOrientationPatient=decimal([*truth.row, *truth.column]))
    shared.MRTimingAndRelatedParametersSequence = item(RepetitionTime=180, FlipAngle=20)
    shared.MRImagingModifierSequence = item(TransmitterFrequency=63.68, BloodSignalNulling="NO")
    return shared


def all_frames(truth: Truth, order: str = "echo-fastest", seed: int = 5) -> list[tuple[int, int]]:
    frames = [(slice_, echo) for slice_ in range(truth.n_slices) for echo in range(len(truth.te_ms))]
    if order == "slice-fastest":
        frames.sort(key=lambda frame: (frame[1], frame[0]))
    elif order == "backwards":
        frames.reverse()
    elif order == "random":
        frames = [frames[n] for n in np.random.default_rng(seed).permutation(len(frames))]
    return frames
