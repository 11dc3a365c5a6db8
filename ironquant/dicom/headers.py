"""Patient, study and sequence of one DICOM file, from its header."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

from pydicom.uid import JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless, ParametricMapStorage

from ironquant.core import GAMMA_MHZ_PER_T, Acquisition, Patient, Study
from ironquant.dicom.classify import says
from ironquant.dicom.frames import FileFacts
from ironquant.dicom.values import Header, made_uid, parsed_age, parsed_time, person_name
from ironquant.resources import load_table

_FIELD_RANGE_T = (0.05, 12.0)
_DAYS_PER_YEAR = 365.25
_MIN_INVERSION_MS = 50.0
_LOSSY = (JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless)


def file_facts(header: Header, path: Path, *, flavour: str, transfer_syntax: str, n_frames: int) -> FileFacts:
    """Collect what all images of a file share.

    Parameters
    ----------
    header : Header
        For an enhanced file with its shared and first per-frame groups inside.
    flavour : str
        ``classic`` or ``enhanced``.
    """
    patient, study = patient_of(header), study_of(header)
    if not study.instance_uid:  # results of two patients must not meet in one folder
        stand_in = made_uid(f"{patient.id}|{patient.name}|{study.date}")
        study = replace(study, instance_uid=stand_in)
    series_uid = header.text("SeriesInstanceUID")
    description = header.text("SeriesDescription")
    number = header.integer("SeriesNumber")
    return FileFacts(
        path=path,
        patient=patient,
        study=study,
        series_uid=series_uid,
        series_group=series_uid or f"{number}|{description}",
        series_number=number,
        description=description,
        modality=_modality(header),
        flavour=flavour,
        sop_uid=header.text("SOPInstanceUID"),
        frame_of_reference=header.text("FrameOfReferenceUID"),
        acquisition=acquisition_of(header, description),
        manufacturer=study.manufacturer,
        transfer_syntax=transfer_syntax,
        n_frames=n_frames,
        samples_per_pixel=header.integer("SamplesPerPixel") or 1,
        photometric=header.text("PhotometricInterpretation").upper(),
        lossy=header.text("LossyImageCompression") == "01" or transfer_syntax in _LOSSY,
    )


def _modality(header: Header) -> str:
    """Return the modality; a parametric map, which writers call OT, counts as MR: its quantity tells."""
    modality = header.text("Modality") or "MR"
    return "MR" if modality == "OT" and header.text("SOPClassUID") == ParametricMapStorage else modality


def patient_of(header: Header) -> Patient:
    """Return the patient; a name in several scripts puts the ideographic one first."""
    birth, examined = header.date("PatientBirthDate"), _study_date(header)
    age = parsed_age(header.text("PatientAge"))
    if age is None and birth and examined and examined >= birth:
        age = (examined - birth).days / _DAYS_PER_YEAR
    sex = header.text("PatientSex").upper()
    return Patient(
        id=header.text("PatientID"),
        name=person_name(header.text("PatientName")),
        sex=sex if sex in ("M", "F", "O") else "",
        birth_date=birth,
        age_y=age,
    )


def _study_date(header: Header) -> dt.date | None:
    return header.date("StudyDate") or header.date("SeriesDate") or header.date("AcquisitionDate")


def study_of(header: Header) -> Study:
    """Return the study and the scanner."""
    actual, nominal = field_of(header)
    return Study(
        instance_uid=header.text("StudyInstanceUID"),
        date=_study_date(header),
        time=parsed_time(header.text("StudyTime")),
        accession=header.text("AccessionNumber"),
        description=header.text("StudyDescription"),
        institution=header.text("InstitutionName"),
        manufacturer=header.text("Manufacturer"),
        model=header.text("ManufacturerModelName"),
        field_t=actual,
        nominal_field_t=nominal,
    )


def field_of(header: Header) -> tuple[float | None, float | None]:
    """Return the actual and the nominal field (T).

    The actual field is the imaging frequency / 42.577 MHz/T where plausible, else the nominal one.
    """
    frequency = header.number("ImagingFrequency") or header.number("TransmitterFrequency")
    return field_from(frequency, header.number("MagneticFieldStrength"))


def field_from(frequency_mhz: float | None, nominal_t: float | None) -> tuple[float | None, float | None]:
    """Return actual and nominal field (T) of an imaging frequency and a nominal field strength."""
    low, high = _FIELD_RANGE_T
    nominal = nominal_t
    if nominal is not None and nominal > 100:  # written in gauss by some older consoles
        nominal /= 10_000
    if nominal is not None and not low <= nominal <= high:
        nominal = None
    actual = None if frequency_mhz is None else frequency_mhz / GAMMA_MHZ_PER_T
    if actual is None or not math.isfinite(actual) or not low <= actual <= high:
        actual = nominal
    return actual, nominal


def acquisition_of(header: Header, description: str) -> Acquisition:
    """Return the sequence parameters."""
    actual, nominal = field_of(header)
    protocol = header.text("ProtocolName")
    return Acquisition(
        sequence_name=header.text("SequenceName") or header.text("PulseSequenceName"),
        protocol_name=protocol,
        repetition_time_ms=header.number("RepetitionTime"),
        flip_angle_deg=header.number("FlipAngle"),
        slice_thickness_mm=header.number("SliceThickness"),
        pixel_bandwidth_hz=header.number("PixelBandwidth"),
        field_t=actual,
        nominal_field_t=nominal,
        black_blood=black_blood(
            f"{description} {protocol}", header.text("BloodSignalNulling"), header.number("InversionTime")
        ),
        ecg_gated=_ecg_gated(header),
        body_part=_body_part(header),
    )


def black_blood(words: str, nulling: str, inversion_time_ms: float | None) -> bool | None:
    """Return whether the blood was nulled, None where nothing tells.

    Words come before ``BloodSignalNulling = NO``, which scanners write without looking.
    """
    table = load_table("organs")["blood"]
    if nulling.upper() == "YES" or says(words, table["black"]):
        return True
    if inversion_time_ms is not None and inversion_time_ms >= _MIN_INVERSION_MS:
        return True
    if nulling.upper() == "NO" or says(words, table["bright"]):
        return False
    return None


def _ecg_gated(header: Header) -> bool | None:
    technique = header.text("CardiacSynchronizationTechnique").upper()
    if technique:
        return technique != "NONE"
    fields = ("TriggerTime", "NominalInterval", "HeartRate", "LowRRValue")
    values = [header.number(field) for field in fields if header.has(field)]
    if any(value for value in values):
        return True
    if any(token.upper() in ("CG", "CARD_GATE") for token in header.texts("ScanOptions")):
        return True
    return False if values else None


def _body_part(header: Header) -> str:
    part = header.text("BodyPartExamined")
    if part:
        return part
    for anatomy in header.items("AnatomicRegionSequence"):
        return Header([anatomy]).text("CodeMeaning")
    return ""
