"""DICOM headers that every image of a digital patient shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

from ironquant.core import GAMMA_MHZ_PER_T, SOFTWARE_VERSION, Organ
from ironquant.phantom.geometry import field_of_view_mm, slice_spacing_mm, slice_thickness_mm
from ironquant.phantom.simulate import PhantomOrgan
from ironquant.phantom.spec import PhantomSpec

STORED_MAX = 65535
BANDWIDTH_HZ = {Organ.HEART: 815.0, Organ.LIVER: 1950.0}
REPETITION_TIME_MS = {Organ.HEART: 22.0, Organ.LIVER: 200.0}
FLIP_ANGLE_DEG = 20.0
_SERIES_NUMBER = {Organ.HEART: 4, Organ.LIVER: 7}
_BODY_PART = {Organ.HEART: "HEART", Organ.LIVER: "LIVER"}
_SCAN_TIME = {Organ.HEART: "101512.000000", Organ.LIVER: "102133.000000"}


def uid(spec: PhantomSpec, *what: str | int) -> str:
    """Return the UID that this patient's object always has."""
    return str(generate_uid(entropy_srcs=[repr(spec), *(str(part) for part in what)]))


def file_meta(sop_class: str, sop_instance: str) -> FileMetaDataset:
    """Return the file meta information of one object."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(sop_class)
    meta.MediaStorageSOPInstanceUID = UID(sop_instance)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return meta


def with_values(dataset: Dataset, values: Mapping[str, Any]) -> Dataset:
    """Set attributes by keyword and return the dataset."""
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def item(**values: Any) -> Dataset:
    """Return a sequence item with these attributes."""
    return with_values(Dataset(), values)


def series_description(organ: PhantomOrgan) -> str:
    """Return the series description as a technician would type it."""
    view = "heart_SA" if organ.organ == Organ.HEART else "liver_tra"
    return f"T2star_{view}_{len(organ.te_ms)}echo"


def series_number(organ: Organ) -> int:
    """Return the series number of this organ."""
    return _SERIES_NUMBER[organ]


def decimal(value: float) -> str:
    """Return a DS value of at most 16 characters."""
    shown = f"{value:.10g}"
    return shown if len(shown) <= 16 else f"{value:.8g}"


def common_header(spec: PhantomSpec, organ: PhantomOrgan) -> Dataset:
    """Return patient, study, series, frame of reference and equipment."""
    day = spec.study_date.strftime("%Y%m%d")
    time = _SCAN_TIME[organ.organ]
    birth = spec.patient_birth_date
    had_birthday = (spec.study_date.month, spec.study_date.day) >= (birth.month, birth.day)
    age = spec.study_date.year - birth.year - (not had_birthday)
    return item(
        SpecificCharacterSet="ISO_IR 192",
        InstanceCreationDate=day,
        InstanceCreationTime=time,
        StudyDate=day,
        SeriesDate=day,
        AcquisitionDate=day,
        ContentDate=day,
        StudyTime="100803.000000",
        SeriesTime=time,
        AcquisitionTime=time,
        ContentTime=time,
        AccessionNumber=f"IQ{spec.seed:08d}"[:16],
        Modality="MR",
        Manufacturer=spec.manufacturer,
        InstitutionName="IronQuant phantom laboratory",
        ReferringPhysicianName="",
        StudyDescription="T2star iron heart liver",
        SeriesDescription=series_description(organ),
        ManufacturerModelName=f"Digital patient {spec.nominal_field_t:g}T",
        PatientName=spec.patient_name,
        PatientID=spec.patient_id,
        PatientBirthDate=birth.strftime("%Y%m%d"),
        PatientSex=spec.patient_sex,
        PatientAge=f"{max(age, 0):03d}Y",
        PatientSize=decimal(1.68 * spec.body_scale),
        PatientWeight=decimal(round(62 * spec.body_scale**2.6, 1)),
        BodyPartExamined=_BODY_PART[organ.organ],
        DeviceSerialNumber="IQ0001",
        SoftwareVersions=SOFTWARE_VERSION,
        ProtocolName=series_description(organ),
        PatientPosition="HFS",
        StudyInstanceUID=uid(spec, "study"),
        SeriesInstanceUID=uid(spec, "series", organ.organ),
        StudyID="1",
        SeriesNumber=series_number(organ.organ),
        FrameOfReferenceUID=uid(spec, "frame"),
        PositionReferenceIndicator="",
    )


def plane(organ: PhantomOrgan, slice_index: int) -> dict[str, list[str]]:
    """Return orientation, position and spacing of one slice as DICOM writes them."""
    spacing = np.linalg.norm(organ.affine[:3, :3], axis=0)
    cosines = np.concatenate([organ.affine[:3, 0] / spacing[0], organ.affine[:3, 1] / spacing[1]])
    position = organ.affine[:3, 3] + slice_index * organ.affine[:3, 2]
    return {
        "ImageOrientationPatient": [decimal(value) for value in cosines],
        "ImagePositionPatient": [decimal(value) for value in position],
        "PixelSpacing": [decimal(spacing[1]), decimal(spacing[0])],
    }


def thickness_and_spacing(spec: PhantomSpec) -> tuple[str, str]:
    """Return slice thickness and distance of slices as DICOM writes them."""
    return decimal(slice_thickness_mm(spec)), decimal(slice_spacing_mm(spec))


def imaging_frequency_mhz(spec: PhantomSpec) -> float:
    """Return the proton frequency at the actual field."""
    return spec.field_t * GAMMA_MHZ_PER_T


def reconstruction_diameter_mm(spec: PhantomSpec, organ: Organ) -> float:
    """Return the longer side of the field of view."""
    return field_of_view_mm(spec, organ)


def pixel_module(shape: tuple[int, int]) -> dict[str, Any]:
    """Return how the pixels are stored: 16 bits, unsigned."""
    return {
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": shape[0],
        "Columns": shape[1],
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
    }


def stored(signal: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Return magnitude as the scanner stores it."""
    pixels: np.ndarray[Any, np.dtype[np.uint16]] = np.clip(np.rint(signal), 0, STORED_MAX).astype("<u2")
    return pixels


def window(organ: PhantomOrgan) -> tuple[str, str]:
    """Return centre and width of a window that suits the first echo."""
    top = float(np.percentile(organ.signal[..., 0], 99.5))
    return decimal(round(top / 2)), decimal(round(top))


def anatomic_region(organ: Organ) -> Dataset:
    """Return the coded body part."""
    code, meaning = ("80891009", "Heart") if organ == Organ.HEART else ("10200004", "Liver")
    return item(CodeValue=code, CodingSchemeDesignator="SCT", CodeMeaning=meaning)
