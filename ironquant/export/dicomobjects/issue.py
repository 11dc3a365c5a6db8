"""What all objects of one analysis have in common: patient, time, identity, equipment, series.

The same analysis of the same images gives the same bytes: UIDs follow from content, and the time is that
of the last thing done to a region, else that of the study.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, Analysis, Organ, write_bytes_atomic
from ironquant.dicom import made_uid
from ironquant.export.dicomobjects.codes import TABLE, private_scheme
from ironquant.export.document import to_json
from ironquant.resources import load_table

_NO_TIME = dt.datetime(1900, 1, 1)
_IMPLEMENTATION = made_uid("IronQuant implementation")


@dataclass(frozen=True, eq=False)
class Issue:
    """One analysis on its way into an archive.

    Attributes
    ----------
    study : Dataset
        Patient and study, as of `ironquant.dicom.carried`.
    identity : str
        SHA-256 of the numbers and the regions.
    made : datetime
        Of the content.
    """

    analysis: Analysis
    study: Dataset
    identity: str
    made: dt.datetime

    @property
    def date(self) -> str:
        """Date of the content."""
        return self.made.strftime("%Y%m%d")

    @property
    def time(self) -> str:
        """Time of the content."""
        return self.made.strftime("%H%M%S")

    def uid(self, what: str) -> str:
        """Return a UID that belongs to this analysis."""
        return made_uid(f"{self.identity} {what}")

    def series(self, kind: str, organ: Organ | None = None) -> dict[str, Any]:
        """Return what makes a series and its equipment, as arguments of highdicom."""
        row = load_table(TABLE)["series"][kind]
        return {
            "series_instance_uid": self.uid(f"{kind} series {organ or ''}"),
            "series_number": row["number"] + (0 if organ is None else list(Organ).index(organ)),
            "series_description": " ".join(part for part in (row["description"], organ) if part),
            "sop_instance_uid": self.uid("to be settled"),
            "instance_number": 1,
            "manufacturer": SOFTWARE_NAME,
            "manufacturer_model_name": SOFTWARE_NAME,
            "software_versions": SOFTWARE_VERSION,
            "device_serial_number": "1",
            "content_date": self.date,
            "content_time": self.time,
            "series_date": self.date,
            "series_time": self.time,
        }

    def new(
        self, sop_class: str, modality: str, kind: str, organ: Organ | None = None, number: int = 1
    ) -> Dataset:
        """Return an object with patient, study, series and equipment, for which highdicom has no class."""
        told, made = self.series(kind, organ), Dataset()
        made.file_meta = FileMetaDataset()
        made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        made.file_meta.ImplementationClassUID = _IMPLEMENTATION
        made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = sop_class
        made.update(self.study)
        made.Modality = modality
        made.SeriesInstanceUID = told["series_instance_uid"]
        made.SeriesNumber = told["series_number"]
        made.SeriesDescription = told["series_description"]
        made.SeriesDate, made.SeriesTime = self.date, self.time
        made.ContentDate, made.ContentTime = self.date, self.time
        made.InstanceNumber = number
        made.Manufacturer = made.ManufacturerModelName = SOFTWARE_NAME
        made.SoftwareVersions = SOFTWARE_VERSION
        made.DeviceSerialNumber = told["device_serial_number"]
        return made

    def settled(self, made: Dataset, organ: Organ | None = None) -> Dataset:
        """Complete an object by what must be the same each time, and by the UID that follows from it."""
        made.update(self.study)
        if organ is not None:
            made.BodyPartExamined = organ.upper()
        made.InstanceCreationDate, made.InstanceCreationTime = self.date, self.time
        made.CodingSchemeIdentificationSequence = [private_scheme()]
        organization = self.uid(f"dimensions {made.SeriesInstanceUID}")
        for keyword in ("DimensionOrganizationSequence", "DimensionIndexSequence"):
            for item in made.get(keyword, ()):
                item.DimensionOrganizationUID = organization
        for item in made.get("ContributingEquipmentSequence", ()):
            item.ContributionDateTime = f"{self.date}{self.time}"
        made.SOPInstanceUID = self.uid("to be settled")
        made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
        uid = made_uid(hashlib.sha256(dicom_bytes(made)).hexdigest())
        made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = uid
        return made


def issue_of(analysis: Analysis, study: Dataset) -> Issue:
    """Return what the objects of an analysis have in common."""
    digest = hashlib.sha256(to_json(analysis))
    for organ in analysis.organs:
        for entry in organ.regions:
            digest.update(entry.mask.tobytes())
    return Issue(analysis, study, digest.hexdigest(), _made(analysis, study))


def save(made: Dataset, path: Path) -> Path:
    """Write an object in one step.

    Raises
    ------
    OutputError
    """
    return write_bytes_atomic(path, dicom_bytes(made))


def reference(made: Dataset) -> Dataset:
    """Return class and UID of an object, as an item of a sequence."""
    item = Dataset()
    item.ReferencedSOPClassUID = made.SOPClassUID
    item.ReferencedSOPInstanceUID = made.SOPInstanceUID
    return item


def dicom_bytes(made: Dataset) -> bytes:
    """Return an object as it is written."""
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, made, enforce_file_format=True)
    return buffer.getvalue()


def _made(analysis: Analysis, study: Dataset) -> dt.datetime:
    """Return when the last region got its form, by its own clock; else when the study was made."""
    events = [
        event.when.replace(tzinfo=None)
        for organ in analysis.organs
        for entry in organ.regions
        for event in entry.region.history
        if event.when is not None
    ]
    if events:
        return max(events)
    if not study.StudyDate:
        return _NO_TIME
    return dt.datetime.strptime(f"{study.StudyDate}{study.StudyTime or '000000'}", "%Y%m%d%H%M%S")
