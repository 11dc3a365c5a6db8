"""What results take over from the images that they were made of: patient and study, in UTF-8."""

from __future__ import annotations

from pydicom.dataset import Dataset

from ironquant.dicom.values import Header

_TYPE_2 = ("PatientID", "AccessionNumber", "StudyID")
"""Must be there, if only empty (PS3.3, type 2), as must names, dates and sex."""
_TEXTS = (
    "IssuerOfPatientID",
    "OtherPatientIDs",
    "StudyDescription",
    "PatientAge",
    "PatientIdentityRemoved",
    "DeidentificationMethod",
    "LongitudinalTemporalInformationModified",
    "ClinicalTrialSponsorName",
    "ClinicalTrialProtocolID",
    "ClinicalTrialProtocolName",
    "ClinicalTrialSiteID",
    "ClinicalTrialSiteName",
    "ClinicalTrialSubjectID",
    "ClinicalTrialSubjectReadingID",
    "ClinicalTrialTimePointID",
)
_NUMBERS = ("PatientSize", "PatientWeight")
_SEXES = ("M", "F", "O")
_CHARACTERS = "ISO_IR 192"


def carried(header: Dataset) -> Dataset:
    """Return the attributes of patient and study, type 2 filled, every text in UTF-8.

    Texts are read in the character set that they are really written in. What is no date, time or number
    is left empty.

    Raises
    ------
    AttributeError
        If the study has no UID: its name.
    """
    told = Header([header])
    result = Dataset()
    result.SpecificCharacterSet = _CHARACTERS
    result.StudyInstanceUID = told.text("StudyInstanceUID")
    if not result.StudyInstanceUID:
        raise AttributeError("StudyInstanceUID")
    for keyword in ("PatientName", "ReferringPhysicianName"):
        setattr(result, keyword, next(iter(told.texts(keyword)), ""))
    for keyword in ("PatientBirthDate", "StudyDate"):
        date = told.date(keyword)
        setattr(result, keyword, date.strftime("%Y%m%d") if date else "")
    result.StudyTime = time_digits(told.text("StudyTime"))
    sex = told.text("PatientSex").upper()
    result.PatientSex = sex if sex in _SEXES else ""
    for keyword in (*_TYPE_2, *_TEXTS):
        text = told.text(keyword)
        if text or keyword in _TYPE_2:
            setattr(result, keyword, text.split("\\") if "\\" in text else text)
    for keyword in _NUMBERS:
        if (number := told.number(keyword)) is not None:
            setattr(result, keyword, f"{number:g}")
    return result


def time_digits(value: str) -> str:
    """Return ``HHMMSS`` of a TM value, empty where it is none."""
    digits = value.replace(":", "").partition(".")[0]
    whole = digits.ljust(6, "0")
    valid = digits.isdecimal() and len(digits) in (2, 4, 6)
    return whole if valid and whole[:2] < "24" and whole[2:4] < "60" and whole[4:] < "60" else ""
