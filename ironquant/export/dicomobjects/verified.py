"""Objects of a report that its reviewer has signed: the same content in a new instance, VERIFIED.

PS3.3, C.17.2: a document that changes its state is a new document, and names the one before.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import UID

from ironquant.core import OutputError, write_bytes_atomic
from ironquant.dicom import made_uid
from ironquant.export.dicomobjects.codes import observer_name, short
from ironquant.export.dicomobjects.issue import dicom_bytes, reference

MEASUREMENTS, REPORT = "measurements.dcm", "report.dcm"
VERIFIED: Final = "_verified"
"""Ends the names of the new files; those before stay."""
_NOT_TOLD: Final = "-"
"""An organization must be named (type 1)."""


@dataclass(frozen=True)
class Verifier:
    """Who answers for a report by a signature, and since when."""

    name: str
    organization: str
    time: dt.datetime


def write_verified(folder: Path, pdf: bytes, verifiers: Sequence[Verifier]) -> tuple[Path, ...]:
    """Write measurements and report anew as verified objects, those of them that are there.

    Parameters
    ----------
    folder : Path
        Of the DICOM objects.
    pdf : bytes
        The signed report.
    verifiers : sequence of Verifier
        In the order in which they signed; at least one.

    Raises
    ------
    OutputError
        ``output_not_written``; also for an object that cannot be read any more.
    """
    written = []
    for name, make in ((MEASUREMENTS, verified_measurements), (REPORT, _with_pdf(pdf))):
        source = folder / name
        if not source.is_file():
            continue
        try:
            made = make(pydicom.dcmread(source), verifiers)
        except Exception as error:  # a damaged file may raise anything
            raise OutputError("output_not_written", file=str(source), reason=type(error).__name__) from None
        target = source.with_name(f"{source.stem}{VERIFIED}{source.suffix}")
        written.append(write_bytes_atomic(target, dicom_bytes(made)))
    return tuple(written)


def verified_measurements(before: Dataset, verifiers: Sequence[Verifier]) -> Dataset:
    """Return a structured report as it stands after the review.

    Parameters
    ----------
    before : Dataset
        Unverified; it is named as predecessor.
    """
    made = copy.deepcopy(before)
    made.VerificationFlag = "VERIFIED"
    made.PreliminaryFlag = "FINAL"
    made.VerifyingObserverSequence = [_observer(one, before) for one in verifiers]
    series = Dataset()
    series.SeriesInstanceUID = before.SeriesInstanceUID
    series.ReferencedSOPSequence = [reference(before)]
    study = Dataset()
    study.StudyInstanceUID = before.StudyInstanceUID
    study.ReferencedSeriesSequence = [series]
    made.PredecessorDocumentsSequence = [study]
    return _renewed(made, verifiers)


def _with_pdf(pdf: bytes) -> Callable[[Dataset, Sequence[Verifier]], Dataset]:
    def make(before: Dataset, verifiers: Sequence[Verifier]) -> Dataset:
        made = copy.deepcopy(before)
        made.VerificationFlag = "VERIFIED"
        made.EncapsulatedDocumentLength = len(pdf)
        made.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
        return _renewed(made, verifiers)

    return make


def _observer(one: Verifier, before: Dataset) -> Dataset:
    item = Dataset()
    item.VerifyingOrganization = short(one.organization) or before.get("InstitutionName") or _NOT_TOLD
    item.VerificationDateTime = one.time.strftime("%Y%m%d%H%M%S%z")
    item.VerifyingObserverName = observer_name(one.name)
    item.VerifyingObserverIdentificationCodeSequence = []
    return item


def _renewed(made: Dataset, verifiers: Sequence[Verifier]) -> Dataset:
    """Give an object the next number, the time of the review, and a UID that follows from all of it."""
    last = verifiers[-1].time
    made.InstanceNumber = int(made.InstanceNumber or 0) + 1
    made.InstanceCreationDate, made.InstanceCreationTime = last.strftime("%Y%m%d"), last.strftime("%H%M%S")
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = UID(
        made_uid(hashlib.sha256(dicom_bytes(made)).hexdigest())
    )
    return made
