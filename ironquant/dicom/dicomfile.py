"""One DICOM file → its images, from the header alone; pixels are only looked for, not read."""

from __future__ import annotations

import math
import struct
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from ironquant.dicom.classify import component, filters
from ironquant.dicom.elements import Parsed, parse
from ironquant.dicom.frames import FileFacts, Frame, Vector
from ironquant.dicom.headers import file_facts
from ironquant.dicom.mapheader import map_header
from ironquant.dicom.opening import Opener, Stamp
from ironquant.dicom.private import home_tag, known_part, possible_tags
from ironquant.dicom.stored import Pixels
from ironquant.dicom.values import Header
from ironquant.resources import load_table

_VENDOR_FRAMES = ("philips_frame", "siemens_frame")
_SHARED, _PER_FRAME = 0x52009229, 0x52009230
_MAX_SIDE, _MAX_PIXELS = 8192, 4096 * 4096
_COSINE_TOLERANCE = 0.02
_MAX_PLAIN_FRAMES = 4096
_HEAD = 132
_REPEAT_MARKS = (
    "AcquisitionNumber",
    "FrameAcquisitionNumber",
    "TemporalPositionIdentifier",
    "TemporalPositionIndex",
    "TriggerTime",
    "NominalCardiacTriggerDelayTime",
)
_FLOAT_BITS = {0x7FE00008: 32, 0x7FE00009: 64}
"""Of float and of double float pixel data."""

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
RescaleIntercept RescaleSlope LossyImageCompression RescaleType RealWorldValueMappingSequence ImageComments
PhotometricInterpretation PixelPaddingValue PixelPaddingRangeLimit
"""
_WANTED = frozenset(
    (*(int(tag_for_keyword(word) or 0) for word in _KEYWORDS.split()), *possible_tags(), _SHARED, _PER_FRAME)
)
# What `file_facts` takes over from no image: all else may tell another series, study or patient.
_OF_ONE_IMAGE = frozenset(
    int(tag_for_keyword(word) or 0)
    for word in (
        "SOPInstanceUID",
        "EchoTime",
        "EffectiveEchoTime",
        "ImagePositionPatient",
        "SliceLocation",
        "AcquisitionDate",
        "AcquisitionTime",
        "ContentTime",
        "AcquisitionDateTime",
    )
)


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


class HeaderReading:
    """Reads headers, one file after the other; what the files of a series share is made once.

    Parameters
    ----------
    opener : Opener
        Opens the files, in folders or archives.
    """

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._facts: dict[tuple[Any, ...] | None, tuple[FileFacts, tuple[str, ...]]] = {}

    def read(self, path: Path) -> FileReading:
        """Read the header of a file that may or may not be DICOM; never raises for what the file holds."""
        try:
            with self._opener.open(path) as source:
                if source.size == 0:
                    return FileReading(problem="unreadable_file", reason="reason_empty")
                start = source.handle.read(_HEAD)
                source.handle.seek(0)
                if not _looks_like_dicom(start):
                    return FileReading(problem="not_dicom")
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        return self._reading(parse(source, _WANTED), source.stamp, path)
                except OSError:
                    raise
                except Exception:  # damaged headers make pydicom raise many kinds of errors
                    return FileReading(problem="unreadable_file", reason="reason_damaged")
        except OSError as error:
            return FileReading(problem="unreadable_file", reason=access_reason(error))
        except Exception:  # zipfile and zlib raise many kinds on damaged members
            return FileReading(problem="unreadable_file", reason="reason_damaged")

    def _reading(self, parsed: Parsed, stamp: Stamp, path: Path) -> FileReading:
        likeness = _likeness(parsed.dataset, str(parsed.syntax))  # before values are decoded
        top = Header([parsed.dataset])
        if not top.text("SOPClassUID") and not top.text("Modality") and top.raw("Rows") is None:
            return FileReading(problem="unreadable_file", reason="reason_damaged")
        is_mr = (top.text("Modality") or "MR") == "MR"
        rows, columns = top.integer("Rows") or 0, top.integer("Columns") or 0
        groups = top.items(_PER_FRAME)
        n_frames = max(1, top.integer("NumberOfFrames") or len(groups))
        pixels = _pixels(parsed, top, rows, columns, n_frames, stamp)
        if is_mr and pixels is None:
            if rows > 0 or "MR Image" in _class_name(top):
                return FileReading(problem="unreadable_file", reason="reason_damaged")
            return FileReading(problem="no_pixel_data")
        if is_mr and not _plausible_matrix(rows, columns):
            return FileReading(problem="unreadable_file", reason="reason_matrix")
        complete = _complete_frames(pixels)
        # A claim without per-frame groups is believed only as far as the file reaches.
        n_frames = min(n_frames, len(groups) if groups else min(max(1, complete), _MAX_PLAIN_FRAMES))
        shared = top.items(_SHARED)[:1]
        base = Header(_functional_groups(shared), top) if shared else top
        headers = [Header(_functional_groups([group]), base) for group in groups[:n_frames]]
        key = None if groups or shared or likeness is None else (n_frames, *likeness)
        if key is None or key not in self._facts:
            first = headers[0] if groups else base
            flavour, syntax = "enhanced" if groups else "classic", str(parsed.syntax)
            facts = file_facts(first, path, flavour=flavour, transfer_syntax=syntax, n_frames=n_frames)
            self._facts[key] = facts, tuple(first.invalid)
        facts, invalid = self._facts[key]
        facts = replace(facts, path=path, sop_uid=top.text("SOPInstanceUID"), pixels=pixels)
        frames = tuple(
            _frame(header, facts, index, rows, columns)
            for index, header in enumerate(headers or [base] * n_frames)
        )
        problem = "pixel_data_short" if is_mr and complete < len(frames) else ""
        found = dict.fromkeys(field for header in (top, base, *headers) for field in header.invalid)
        return FileReading(
            frames[:complete] if is_mr else frames, problem, "", tuple(dict.fromkeys((*found, *invalid)))
        )


def read_header(path: Path) -> FileReading:
    """Read the header of one file; see `HeaderReading.read`."""
    with Opener() as opener:
        return HeaderReading(opener).read(path)


def access_reason(error: OSError) -> str:
    """Return why a file could not be opened, as a term."""
    return "reason_vanished" if isinstance(error, FileNotFoundError) else "reason_access"


def _likeness(dataset: Dataset, *others: str | int) -> tuple[Any, ...] | None:
    """Return all of a header that is not of a single image; None where some of it is already decoded."""
    items = [item for item in dataset.items() if item[0] not in _OF_ONE_IMAGE]
    if any(not isinstance(element, RawDataElement) for _, element in items):
        return None
    return *others, *[(int(tag), element.VR, element.value) for tag, element in items]


def _looks_like_dicom(start: bytes) -> bool:
    """Preamble and prefix, or (old exports without them) a first tag of group 2 or 8."""
    if start[128:132] == b"DICM":
        return True
    if len(start) < 8:
        return False
    group, element, length = struct.unpack("<HHL", start[:8])
    explicit = start[4:6].isalpha() and start[4:6].isupper()
    return group in (2, 8) and element <= 0x0100 and (explicit or length <= 1024)


def _plausible_matrix(rows: int, columns: int) -> bool:
    return 0 < rows <= _MAX_SIDE and 0 < columns <= _MAX_SIDE and rows * columns <= _MAX_PIXELS


def _pixels(
    parsed: Parsed, top: Header, rows: int, columns: int, n_frames: int, stamp: Stamp
) -> Pixels | None:
    """Return where the pixel data lie, None if there are none; nothing that the header claims is believed."""
    element = parsed.pixels
    if element is None:
        return None
    syntax = parsed.syntax
    if syntax.is_private or not syntax.is_transfer_syntax:
        syntax = ImplicitVRLittleEndian
    # The pixel data tell better than the transfer syntax whether they are compressed.
    compressed = element.encapsulated if syntax.is_encapsulated or element.length is None else False
    left = max(0, parsed.size - element.offset)
    length = -1 if compressed else left if element.length is None else min(left, element.length)
    allocated = _FLOAT_BITS.get(element.tag, top.integer("BitsAllocated") or 16)
    kind = "f" if element.tag in _FLOAT_BITS else "i" if top.integer("PixelRepresentation") else "u"
    bits = top.integer("BitsStored") or allocated
    high = top.integer("HighBit")
    return Pixels(
        syntax=str(parsed.syntax),
        offset=element.offset,
        length=length,
        rows=rows,
        columns=columns,
        samples=top.integer("SamplesPerPixel") or 1,
        allocated=allocated,
        bits=bits,
        high=bits - 1 if high is None else high,
        kind=kind,
        n_frames=n_frames,
        deflated=parsed.deflated,
        swapped=element.words and allocated == 8 and syntax == ExplicitVRBigEndian,
        stamp=stamp,
    )


def _complete_frames(pixels: Pixels | None) -> int:
    """How many frames the pixel data hold in full."""
    if pixels is None:
        return 0
    if pixels.length < 0:
        return 1 << 31
    frame_bytes = pixels.rows * pixels.columns * pixels.samples * pixels.allocated // 8
    return pixels.length // frame_bytes if frame_bytes > 0 else 0


def _class_name(top: Header) -> str:
    uid = top.raw("SOPClassUID")
    return str(getattr(uid, "name", "")) if uid is not None else ""


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
    acquisition_time = _acquired(header)
    shown = component(
        image_type,
        ge_image_type=header.number(home_tag("ge_image_type")),
        complex_image_component=header.text("ComplexImageComponent"),
        philips_component=header.text(home_tag("philips_component")),
        n_tiles=max(_tiles(header)),
    )
    shown, map_facts = map_header(header, shown, image_type, facts.description)
    return Frame(
        file=facts,
        index=index,
        image_type=image_type,
        component=shown,
        te_ms=_echo_time(header, facts.flavour),
        rows=rows,
        columns=columns,
        row_direction=orientation[0] if orientation else None,
        column_direction=orientation[1] if orientation else None,
        position=_vector(position) if position else None,
        slice_location=_slice_location(header),
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
            *(header.text(field) for field in _REPEAT_MARKS),
            acquisition_time,
            header.text("ContentTime"),
            facts.sop_uid if facts.n_frames > 1 else "",
        ),
        acquisition_time=acquisition_time,
        filters=filters((*image_type, *own_type), header.texts("ScanOptions")),
        padding=_padding(header),
        map_header=map_facts,
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


def _slice_location(header: Header) -> float | None:
    """Return where the slice lies in its stack (mm), which places an image that has no position."""
    location, number = header.number("SliceLocation"), header.number("InStackPositionNumber")
    if location is not None or number is None:
        return location
    return number * (header.number("SpacingBetweenSlices") or header.number("SliceThickness") or 1.0)


def _acquired(header: Header) -> str:
    """Return when the image was acquired: date and time as digits."""
    for field in ("FrameAcquisitionDateTime", "AcquisitionDateTime"):
        if told := header.text(field):
            return told
    time = header.text("AcquisitionTime")
    days = ("AcquisitionDate", "SeriesDate", "StudyDate")
    return next((day for field in days if (day := header.text(field))), "") + time if time else ""


def _echo_time(header: Header, flavour: str) -> float | None:
    """Return the echo time: what stands nearest to the image (a frame's own before one for all frames).

    A classic image may carry an effective echo time of its own meaning beside it.
    """
    fields = ("EffectiveEchoTime", "EchoTime") if flavour == "enhanced" else ("EchoTime", "EffectiveEchoTime")
    times = (header.number(field) for field in sorted(fields, key=header.depth))
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
