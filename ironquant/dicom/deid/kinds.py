"""What a file is: an image whose pixels show anatomy only, one that may show text, or no image."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import pydicom
from pydicom.uid import UID

from ironquant.dicom.bounded import HeaderReader
from ironquant.dicom.classify import MAP_PREFIX, component
from ironquant.dicom.deid.keyfile import Person
from ironquant.dicom.headers import patient_of, study_of
from ironquant.dicom.opening import Opener
from ironquant.dicom.values import Header, made_uid
from ironquant.resources import load_table

_KEYWORDS = """
SpecificCharacterSet ImageType SOPClassUID StudyDate SeriesDate AcquisitionDate StudyTime Modality
ConversionType PatientName PatientID IssuerOfPatientID PatientBirthDate PatientSex PatientAge
StudyInstanceUID BurnedInAnnotation Rows SamplesPerPixel PhotometricInterpretation DocumentTitle
"""
_TAGS: list[Any] = [*_KEYWORDS.split()]


@dataclass(frozen=True)
class Kind:
    """One DICOM file by its header.

    Attributes
    ----------
    reason : str
        Why it is left out, as a term; empty if it is not.
    burnt_in : bool
        Whether the reason is that the pixels may show text: the user may decide otherwise.
    age : str
        PatientAge.
    """

    person: Person
    age: str
    reason: str = ""
    burnt_in: bool = False


def kind_of(path: Path, opener: Opener) -> Kind:
    """Read whom and what a file is about, from its header.

    Raises
    ------
    Exception
        Of many kinds, where the header is damaged.
    """
    with opener.open(path) as source, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = cast(BinaryIO, HeaderReader(source.handle, source.size))
        dataset = pydicom.dcmread(reader, stop_before_pixels=True, specific_tags=_TAGS, force=True)
        header = Header([dataset])
        patient, study = patient_of(header), study_of(header)
        if not study.instance_uid:
            study = replace(study, instance_uid=made_uid(f"{patient.id}|{patient.name}|{study.date}"))
        person = Person(patient, study, header.text("IssuerOfPatientID"))
        syntax = str(getattr(dataset.file_meta, "TransferSyntaxUID", ""))
        reason, burnt_in = _verdict(header, syntax)
        return Kind(person, header.text("PatientAge"), reason, burnt_in)


def _verdict(header: Header, syntax: str) -> tuple[str, bool]:
    """Return why a file is left out, and whether it is for what its pixels may show."""
    rules = load_table("deidentification")["pixels"]
    if syntax and (UID(syntax).is_private or not UID(syntax).is_transfer_syntax):
        return "reason_encoding", False
    if not header.integer("Rows"):
        document = header.has("DocumentTitle") or "PDF" in UID(header.text("SOPClassUID")).name
        return ("reason_document" if document else "reason_no_image"), False
    image_type = [token.upper() for token in header.texts("ImageType")]
    if header.text("BurnedInAnnotation").upper() == "YES":
        return "reason_burnt_in", True
    if header.text("SOPClassUID") not in rules["plain"] or header.text("ConversionType"):
        return "reason_captured", True
    if set(image_type) & set(rules["image_type"]):
        return "reason_captured", True
    if _by_workstation(image_type, rules["workstation"]):
        return "reason_workstation", True
    photometric = header.text("PhotometricInterpretation").upper()
    grey = not photometric or photometric in rules["photometric"]
    if not grey or (header.integer("SamplesPerPixel") or 1) > 1:
        return "reason_colour", True
    return "", False


def _by_workstation(image_type: Sequence[str], made: Sequence[str]) -> bool:
    shown = component(image_type)
    return list(image_type[: len(made)]) == list(made) and not shown.startswith(MAP_PREFIX)
