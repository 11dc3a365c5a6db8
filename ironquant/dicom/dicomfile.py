"""One DICOM file → its images, from the header alone; pixels are only looked for, not read."""

from __future__ import annotations

import math
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import ImplicitVRLittleEndian

from ironquant.dicom.classify import component, filters
from ironquant.dicom.frames import FileFacts, Frame, Vector
from ironquant.dicom.headers import file_facts
from ironquant.dicom.private import home_tag, known_part, possible_tags
from ironquant.dicom.values import Header
from ironquant.resources import load_table

_VENDOR_FRAMES = ("philips_frame", "siemens_frame")
_SHARED, _PER_FRAME = 0x52009229, 0x52009230
_MAX_SIDE = 8192
_COSINE_TOLERANCE = 0.02
_MAX_PLAIN_FRAMES = 4096
_UNDEFINED_LENGTH = 0xFFFFFFFF

_KEYWORDS = """
SpecificCharacterSet ImageType SOPClassUID SOPInstanceUID StudyDate SeriesDate AcquisitionDate StudyTime
AcquisitionTime ContentTime AcquisitionDateTime AccessionNumber Modality Manufacturer InstitutionName
StudyDescription SeriesDescription ManufacturerModelName AnatomicRegionSequence ComplexImageComponent
PatientName PatientID PatientBirthDate PatientSex PatientAge BodyPartExamined ScanningSequence ScanOptions
SequenceName SliceThickness RepetitionTime EchoTime InversionTime ImagingFrequency TransmitterFrequency
MagneticFieldStrength SpacingBetweenSlices PixelBandwidth ProtocolName TriggerTime NominalInterval HeartRate
LowRRValue FlipAngle PulseSequenceName BloodSignalNulling CardiacSynchronizationTechnique EffectiveEchoTime
StudyInstanceUID SeriesInstanceUID SeriesNumber AcquisitionNumber ImagePositionPatient
ImageOrientationPatient FrameOfReferenceUID TemporalPositionIdentifier SliceLocation SamplesPerPixel
NumberOfFrames Rows Columns PixelSpacing BitsAllocated BitsStored HighBit PixelRepresentation
RescaleIntercept RescaleSlope LossyImageCompression RealWorldValueMappingSequence
PhotometricInterpretation PixelPaddingValue PixelPaddingRangeLimit
"""
_TAGS: list[Any] = [*_KEYWORDS.split(), *possible_tags(), _SHARED, _PER_FRAME]


@dataclass(frozen=True)
class FileReading:
    """What one file gave.

    Attributes
    ----------
    problem : str
        Finding code, empty if the file is sound: ``not_dicom``, ``unreadable_file``, ``no_pixel_data``,
        ``pixel_data_short``.
    reason : str
        Why, as a term.
    invalid_fields : tuple of str
        Header numbers that were none.
    """

    frames: tuple[Frame, ...] = ()
    problem: str = ""
    reason: str = ""
    invalid_fields: tuple[str, ...] = ()


def read_header(path: Path) -> FileReading:
    """Read the header of a file that may or may not be DICOM; never raises for what the file holds."""
    try:
        if path.stat().st_size == 0:
            return FileReading(problem="unreadable_file", reason="reason_empty")
        with path.open("rb") as handle, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not _looks_like_dicom(handle):
                return FileReading(problem="not_dicom")
            try:
                dataset = pydicom.dcmread(handle, stop_before_pixels=True, specific_tags=_TAGS, force=True)
                return _file_reading(dataset, handle, path)
            except OSError:
                raise
            except Exception:  # damaged headers make pydicom raise many kinds of errors
                return FileReading(problem="unreadable_file", reason="reason_damaged")
    except OSError:
        return FileReading(problem="unreadable_file", reason="reason_access")
    except InvalidDicomError:
        return FileReading(problem="not_dicom")


def _looks_like_dicom(handle: BinaryIO) -> bool:
    """Preamble and prefix, or (old exports without them) a first tag of group 2 or 8."""
    start = handle.read(132)
    handle.seek(0)
    if start[128:132] == b"DICM":
        return True
    if len(start) < 8:
        return False
    group, element, length = struct.unpack("<HHL", start[:8])
    explicit = start[4:6].isalpha() and start[4:6].isupper()
    return group in (2, 8) and element <= 0x0100 and (explicit or length <= 1024)


def _file_reading(dataset: pydicom.FileDataset, handle: BinaryIO, path: Path) -> FileReading:
    top = Header([dataset])
    syntax = str(getattr(dataset.file_meta, "TransferSyntaxUID", ImplicitVRLittleEndian))
    if not top.text("SOPClassUID") and not top.text("Modality") and top.raw("Rows") is None:
        return FileReading(problem="unreadable_file", reason="reason_damaged")
    is_mr = (top.text("Modality") or "MR") == "MR"
    length = _pixel_bytes(handle, path, syntax)
    rows, columns = top.integer("Rows") or 0, top.integer("Columns") or 0
    groups = top.items(_PER_FRAME)
    n_frames = max(1, top.integer("NumberOfFrames") or 1)
    if groups:
        n_frames = min(n_frames, len(groups))
    else:  # a claim without per-frame groups is believed only as far as the file reaches
        samples = top.integer("SamplesPerPixel") or 1
        held = _complete_frames(top, length or 0, rows, columns, samples)
        n_frames = min(n_frames, max(1, held), _MAX_PLAIN_FRAMES)
    if is_mr and length is None:
        image_expected = rows > 0 or "MR Image" in _class_name(top)
        if image_expected:
            return FileReading(problem="unreadable_file", reason="reason_damaged")
        return FileReading(problem="no_pixel_data")
    if is_mr and not (0 < rows <= _MAX_SIDE and 0 < columns <= _MAX_SIDE):
        return FileReading(problem="unreadable_file", reason="reason_matrix")
    base = top
    if groups:
        base = Header(_functional_groups(top.items(_SHARED)[:1]), top)
    first = Header(_functional_groups(groups[:1]), base) if groups else base
    flavour = "enhanced" if groups else "classic"
    facts = file_facts(first, path, flavour=flavour, transfer_syntax=syntax, n_frames=n_frames)
    headers = [Header(_functional_groups([group]), base) for group in groups[:n_frames]]
    if not headers:
        headers = [base] * n_frames
    frames = tuple(_frame(header, facts, index, rows, columns) for index, header in enumerate(headers))
    complete = _complete_frames(top, length or 0, rows, columns, facts.samples_per_pixel)
    problem = "pixel_data_short" if is_mr and complete < len(frames) else ""
    invalid = dict.fromkeys(field for header in (top, base, first, *headers) for field in header.invalid)
    return FileReading(frames[:complete] if is_mr else frames, problem, "", tuple(invalid))


def _class_name(top: Header) -> str:
    uid = top.raw("SOPClassUID")
    return str(getattr(uid, "name", "")) if uid is not None else ""


def _pixel_bytes(handle: BinaryIO, path: Path, syntax: str) -> int | None:
    """Bytes of native pixel data really in the file; -1: compressed or deflated; None: no pixel data.

    Needs the handle where pydicom left it: before the pixel data element. Nothing is allocated by what
    the header claims.
    """
    uid = pydicom.uid.UID(syntax)
    if uid.is_private or not uid.is_transfer_syntax:
        uid = ImplicitVRLittleEndian
    if uid.is_deflated:
        return -1
    order = "<" if uid.is_little_endian else ">"
    start = handle.read(12)
    if len(start) < 8:
        return None
    group, element = struct.unpack(f"{order}HH", start[:4])
    if group != 0x7FE0:
        return None
    if element != 0x0010:  # float pixel data: not MR, but something is there
        return -1
    if uid.is_encapsulated:
        return -1
    implicit = not (start[4:6].isalpha() and start[4:6].isupper())
    declared = struct.unpack(f"{order}L", start[4:8] if implicit else start[8:12].ljust(4, b"\0"))[0]
    present = path.stat().st_size - handle.tell() + (4 if implicit else 0)
    return max(0, present if declared == _UNDEFINED_LENGTH else min(present, declared))


def _complete_frames(top: Header, length: int, rows: int, columns: int, samples: int) -> int:
    """How many frames the pixel data hold in full."""
    if length < 0:
        return 1 << 31
    frame_bytes = rows * columns * samples * ((top.integer("BitsAllocated") or 16) // 8)
    return length // frame_bytes if frame_bytes else 0


def _functional_groups(items: list[Dataset]) -> list[Dataset]:
    """The first item of every standard functional group; private groups speak another dialect."""
    found = []
    for item in items:
        for element in item:
            if element.VR == "SQ" and not element.tag.is_private and element.value:
                found.append(element.value[0])
    for item in items:
        for name in _VENDOR_FRAMES:
            for private in Header([item]).items(home_tag(name))[:1]:
                found.append(known_part(private))
    return found


def _frame(header: Header, facts: FileFacts, index: int, rows: int, columns: int) -> Frame:
    image_type = header.texts("FrameType") or header.texts("ImageType")
    orientation = _orientation(header)
    position = header.numbers("ImagePositionPatient", 3)
    spacing = header.numbers("PixelSpacing", 2)
    if spacing and min(spacing) <= 0:
        spacing = None
    slope = header.number("RescaleSlope")
    own_type = header.texts(home_tag("siemens_image_type"))
    times = ("FrameAcquisitionDateTime", "AcquisitionDateTime", "AcquisitionTime")
    acquisition_time = next((time for field in times if (time := header.text(field))), "")
    return Frame(
        file=facts,
        index=index,
        image_type=image_type,
        component=component(
            image_type,
            ge_image_type=header.number(home_tag("ge_image_type")),
            complex_image_component=header.text("ComplexImageComponent"),
            philips_component=header.text(home_tag("philips_component")),
            n_tiles=max(_tiles(header)),
        ),
        te_ms=_echo_time(header, facts.flavour),
        rows=rows,
        columns=columns,
        row_direction=orientation[0] if orientation else None,
        column_direction=orientation[1] if orientation else None,
        position=_vector(position) if position else None,
        slice_location=header.number("SliceLocation"),
        spacing=(spacing[0], spacing[1]) if spacing else None,
        slice_thickness=header.number("SliceThickness"),
        spacing_between=header.number("SpacingBetweenSlices"),
        slope=slope if slope else 1.0,
        intercept=header.number("RescaleIntercept") or 0.0,
        scale_slope=header.number(home_tag("philips_scale_slope")),
        real_world=_real_world(header),
        repetition_time=header.number("RepetitionTime"),
        flip_angle=header.number("FlipAngle"),
        repeat_marks=(
            header.text("AcquisitionNumber") or header.text("FrameAcquisitionNumber"),
            header.text("TemporalPositionIdentifier") or header.text("TemporalPositionIndex"),
            header.text("TriggerTime") or header.text("NominalCardiacTriggerDelayTime"),
            acquisition_time,
        ),
        acquisition_time=acquisition_time,
        filters=filters((*image_type, *own_type), header.texts("ScanOptions")),
        padding=_padding(header),
    )


def _tiles(header: Header) -> list[float]:
    """How many slices the vendor says are tiled in the image."""
    fields = load_table("vendors")["mosaic"]["tiles"]
    return [header.number(home_tag(name)) or 0 for name in fields]


def _padding(header: Header) -> tuple[float, float] | None:
    """Return the range of stored values that stand for no pixel at all (PS3.3, C.7.5.1.1.2)."""
    value, limit = header.number("PixelPaddingValue"), header.number("PixelPaddingRangeLimit")
    if value is None:
        return None
    ends = (value, value if limit is None else limit)
    return min(ends), max(ends)


def _real_world(header: Header) -> tuple[float, float] | None:
    """Return slope and intercept of the real world values, which a multi-frame file tells per frame."""
    mappings = header.items("RealWorldValueMappingSequence")
    told = Header(mappings[:1], header)
    slope, intercept = told.number("RealWorldValueSlope"), told.number("RealWorldValueIntercept")
    return (slope, intercept or 0.0) if slope else None


def _echo_time(header: Header, flavour: str) -> float | None:
    """Return the echo time; a classic image may carry an effective one of its own meaning beside it."""
    fields = ("EffectiveEchoTime", "EchoTime") if flavour == "enhanced" else ("EchoTime", "EffectiveEchoTime")
    times = (header.number(field) for field in fields)
    return next((te for te in times if te is not None and te > 0), None)


def _orientation(header: Header) -> tuple[Vector, Vector] | None:
    """Return the direction cosines, None where they are no two unit vectors at right angles."""
    cosines = header.numbers("ImageOrientationPatient", 6)
    if cosines is None:
        return None
    row, column = _vector(cosines[:3]), _vector(cosines[3:])
    products = math.hypot(*row) - 1, math.hypot(*column) - 1, float(np.dot(row, column))
    return (row, column) if max(map(abs, products)) <= _COSINE_TOLERANCE else None


def _vector(values: tuple[float, ...]) -> Vector:
    return values[0], values[1], values[2]
